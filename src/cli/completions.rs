//! `automod completions SHELL`: the script that teaches a shell our commands.

use super::{Cli, Exit, output};
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;

/// Print the completion script for a shell
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  automod completions bash > ~/.local/share/bash-completion/completions/automod"
)]
pub struct Args {
    shell: Shell,
}

impl Args {
    pub fn run(self) -> anyhow::Result<Exit> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "automod", &mut script);
        output().write_all(&script)?;
        Ok(Exit::Fine)
    }
}
