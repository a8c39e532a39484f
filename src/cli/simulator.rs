//! `automod simulator`.

use super::{Context, Exit};

/// Run only the Chat service in miniature
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod simulator")]
pub struct Args {}

impl Args {
    pub fn run(self, _context: &Context) -> anyhow::Result<Exit> {
        anyhow::bail!("simulator is not part of this build")
    }
}
