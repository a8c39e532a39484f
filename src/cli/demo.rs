//! `automod demo`.

use super::{Context, Exit};

/// Show the whole path on this machine, against a simulated Chat service
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod demo --once")]
pub struct Args {
    /// End after the tour; exit code 1 if anything was not as it must be
    #[arg(long)]
    once: bool,
}

impl Args {
    pub fn run(self, _context: &Context) -> anyhow::Result<Exit> {
        anyhow::bail!("demo is not part of this build")
    }
}
