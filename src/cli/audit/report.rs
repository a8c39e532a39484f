//! `automod audit report`: what was found and done in a time, counted by rule, category and outcome.

use super::export::progress;
use super::trace::Asker;
use super::wanted::{shown_time, time};
use crate::acts::harmless::{inert, inert_json};
use crate::acts::report::{Line, report};
use crate::cli::shape::table;
use crate::cli::{Context, Exit, Output, output};
use serde_json::json;
use std::io::{IsTerminal, Write};

/// Of which time, and for whom.
#[derive(Debug, clap::Args)]
pub struct Report {
    /// From then on: 2026-11-23, 2026-11-23T10:00:00Z, or an age such as 2h or 7d [default: from the beginning]
    #[arg(long, value_parser = time)]
    since: Option<i64>,
    /// Before then [default: until now]
    #[arg(long, value_parser = time)]
    until: Option<i64>,
    /// Default: text on a terminal, else ndjson
    #[arg(long)]
    format: Option<Format>,
    #[command(flatten)]
    asker: Asker,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Ndjson,
}

impl Report {
    pub async fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let query = json!({ "since": shown_time(self.since), "until": shown_time(self.until) });
        self.asker.queried(context, "report", &query).await;
        let reader = context.reader().await?;
        let (since, until) = (self.since.unwrap_or(i64::MIN), self.until.unwrap_or(i64::MAX));
        let bar = progress();
        let lines = report(&reader, since, until, || bar.inc(1)).await?;
        bar.finish_and_clear();
        let default = match std::io::stdout().is_terminal() {
            true => Format::Text,
            false => Format::Ndjson,
        };
        tell(&lines, self.format.unwrap_or(default), &mut output())?;
        Ok(Exit::Fine)
    }
}

fn tell(lines: &[Line], format: Format, out: &mut Output) -> anyhow::Result<()> {
    let mut table = table(["by", "name", "decisions", "acted", "undone", "undo rate", "median ms"]);
    for line in lines {
        if format == Format::Ndjson {
            writeln!(out, "{}", inert_json(&line.shown().to_string()))?;
            continue;
        }
        let rate = line.undo_rate.map(|rate| format!("{:.1} %", rate * 100.0));
        table.add_row([
            line.by.to_owned(),
            inert(&line.name),
            line.decisions.to_string(),
            line.acted.to_string(),
            line.undone.to_string(),
            rate.unwrap_or_else(|| "-".into()),
            line.median_ms.map_or_else(|| "-".into(), |ms| ms.to_string()),
        ]);
    }
    if format == Format::Text {
        writeln!(out, "{table}")?;
    }
    Ok(())
}
