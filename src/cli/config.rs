//! `automod config print --redacted`: the settings in effect, and who set them.

use super::{Context, Exit, output, say};
use crate::settings::{Origin, Settings, Shown};
use std::io::Write;

const EXAMPLE: &str = "Example:\n  automod config print --redacted --config automod.toml";

/// Show the settings in effect
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print every setting in effect as TOML, and who set it
    #[command(after_help = EXAMPLE)]
    Print {
        /// Print secrets as ***; there is no way to print them in clear, this flag says so in scripts
        #[arg(long)]
        redacted: bool,
    },
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let Command::Print { redacted: _ } = self.command;
        let settings = context.settings()?;
        output().write_all(to_toml(&settings).as_bytes())?;
        settings.warnings().iter().for_each(|warning| say(&format!("warning: {warning}")));
        Ok(Exit::Fine)
    }
}

fn to_toml(settings: &Settings) -> String {
    let (mut toml, mut section) = (String::new(), "");
    for shown in settings.shown() {
        let (path, name) = shown.key.rsplit_once('.').unwrap_or(("", &shown.key));
        if path != section {
            let gap = if section.is_empty() { "" } else { "\n" };
            toml.push_str(&format!("{gap}[{path}]\n"));
            section = path;
        }
        toml.push_str(&line(name, shown));
    }
    toml
}

fn line(name: &str, shown: &Shown) -> String {
    let origin = match shown.origin {
        Origin::Default => "",
        Origin::File => "  # file",
        Origin::Environment => "  # environment",
    };
    match &shown.value {
        Some(value) => format!("{name} = {value}{origin}\n"),
        None => format!("# {name} =\n"),
    }
}
