//! `automod scan`.

use super::{Context, Exit};

/// Judge texts
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod scan --rules rules 'play casino now'")]
pub struct Args {
    /// Texts; without any, lines of standard input
    texts: Vec<String>,
}

impl Args {
    pub fn run(self, _context: &Context) -> anyhow::Result<Exit> {
        anyhow::bail!("scan is not part of this build")
    }
}
