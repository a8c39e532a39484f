//! `automod serve`.

use super::{Context, Exit};

/// Run the service
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod serve --config automod.toml")]
pub struct Args {}

impl Args {
    pub fn run(self, _context: &Context) -> anyhow::Result<Exit> {
        anyhow::bail!("serve is not part of this build")
    }
}
