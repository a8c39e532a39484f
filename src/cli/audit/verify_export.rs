//! `automod audit verify-export`: an export against its proof, without the database.

use super::files::Files;
use crate::cli::{Context, Exit, WrongUsage, output, say};
use crate::proof::{Counter, Statement};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Which export, and by what.
#[derive(Debug, clap::Args)]
pub struct VerifyExport {
    /// The exported file
    file: PathBuf,
    /// Its proof [default: the file's name with .proof behind it]
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// Who signed it: a PEM file or the line that keygen printed; may be repeated [default: the key beside the signing key]
    #[arg(long, value_name = "KEY")]
    public_key: Vec<String>,
}

impl VerifyExport {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let files = match self.public_key.is_empty() {
            true => Files::configured(context)?,
            false => Files { key: None, checkpoints: None },
        };
        let keys = files.public_keys(&self.public_key)?;
        if keys.is_empty() {
            return Err(WrongUsage("no public key: give --public-key".into()).into());
        }
        let beside = || {
            let mut name = self.file.as_os_str().to_owned();
            name.push(".proof");
            name.into()
        };
        let proof = self.proof.clone().unwrap_or_else(beside);
        let statement = match Statement::check(&mut open(&proof)?, &keys)? {
            Ok(statement) => statement,
            Err(flaw) => return damaged(&flaw),
        };
        let found = Counter::read(&mut open(&self.file)?, statement.format == "csv")?;
        if let Err(flaw) = statement.compare(&found) {
            return damaged(&flaw);
        }
        let Statement { time, head, tally, query, .. } = &statement;
        writeln!(output(), "sound: {} rows, exported {time} at event {}", tally.rows, head.seq)?;
        writeln!(output(), "head {}", hex::encode(head.hash))?;
        writeln!(output(), "query {query}")?;
        if statement.checkpoint.is_none() {
            say("note: no checkpoint had been signed when this was exported");
        }
        Ok(Exit::Fine)
    }
}

fn open(file: &Path) -> anyhow::Result<File> {
    let opened = File::open(file);
    opened.map_err(|error| WrongUsage(format!("{}: {error}", file.display())).into())
}

fn damaged(flaw: &impl std::fmt::Display) -> anyhow::Result<Exit> {
    writeln!(output(), "DAMAGED: {flaw}")?;
    Ok(Exit::Failed)
}
