//! `automod alerts`: do alerts arrive?

use super::output::output;
use super::{BadConfiguration, Context, Exit};
use crate::alerts::{Answer, Courier};
use crate::settings::{AlertFormat, Fault};
use std::io::Write;

/// Try whether alerts arrive
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod alerts test --config automod.toml")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Post a harmless alert in each shape to alerts.url, and tell what was answered
    ///
    /// Fails when the shape of alerts.format is not accepted; the others are there to find the right one.
    Test,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let Command::Test = self.command;
        let settings = context.alerts_settings()?;
        let Some(courier) = Courier::new(&settings)? else { return Err(no_url().into()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut exit = Exit::Fine;
        let mut out = output();
        for format in AlertFormat::ALL {
            let answer = runtime.block_on(courier.try_out(format));
            let chosen = format == settings.format;
            let mark = if chosen { "  (alerts.format)" } else { "" };
            writeln!(out, "{:<8}  {}{mark}", format.as_str(), told(&answer))?;
            if chosen && !matches!(answer, Answer::Accepted(_)) {
                exit = Exit::Failed;
            }
        }
        Ok(exit)
    }
}

fn told(answer: &Answer) -> String {
    match answer {
        Answer::Accepted(status) => format!("accepted, HTTP {status}"),
        Answer::Refused(status, Some(code)) => format!("refused, HTTP {status}, code {code}"),
        Answer::Refused(status, None) => format!("refused, HTTP {status}"),
        Answer::None(why) => format!("no answer: {why}"),
    }
}

fn no_url() -> BadConfiguration {
    BadConfiguration(vec![Fault {
        place: None,
        key: "alerts.url".into(),
        env: "AUTOMOD_ALERTS__URL".into(),
        problem: "missing".into(),
        fix: "set it to the address that alerts are to be posted to".into(),
    }])
}
