//! `automod doctor`.

use super::{Context, Exit};

/// Check what usually goes wrong
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod doctor --config automod.toml")]
pub struct Args {}

impl Args {
    pub fn run(self, _context: &Context) -> anyhow::Result<Exit> {
        anyhow::bail!("doctor is not part of this build")
    }
}
