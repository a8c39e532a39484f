//! `automod rules`.

use super::{Context, Exit};
use std::path::PathBuf;

/// Check, test and explain rules
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod rules check rules")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Tell every fault of every file
    Check { dir: Option<PathBuf> },
    /// Run the tests inside the rules
    Test { dir: Option<PathBuf> },
    /// Tell which rules hit a text, and why
    Explain { text: String },
}

impl Args {
    pub fn run(self, _context: &Context) -> anyhow::Result<Exit> {
        anyhow::bail!("rules is not part of this build")
    }
}
