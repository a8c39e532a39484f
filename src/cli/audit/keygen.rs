//! `automod audit keygen`: the key pair that signs checkpoints and exports.

use super::files::Files;
use crate::cli::{Context, Exit, WrongUsage, output, say};
use crate::proof;
use std::io::Write;
use std::path::PathBuf;

/// Where the key goes.
#[derive(Debug, clap::Args)]
pub struct Keygen {
    /// The private key's file; the public one gets `.pub` behind it [default: audit.signing_key_file]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Keygen {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let file = match self.out {
            Some(file) => file,
            None => Files::configured(context)?.key.ok_or_else(|| {
                WrongUsage("audit.signing_key_file is \"none\": say where with --out".into())
            })?,
        };
        let public = proof::make(&file)?;
        writeln!(output(), "{public}")?;
        say(&format!(
            "key {}: private {}, public {}; keep the line above where nobody who can write the database can change it",
            public.id(),
            file.display(),
            proof::public_beside(&file).display()
        ));
        Ok(Exit::Fine)
    }
}
