//! `automod brake`: which rules are held back, and letting one act again. Works by the database, beside the service.

use super::output::{output, say};
use super::{Context, Exit};
use crate::store::{BrakeOp, BrakeRow};
use comfy_table::{ContentArrangement, Table};
use serde_json::json;
use std::io::{IsTerminal, Write};

/// See which rules the brake holds back, and release one
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  automod brake list\n  automod brake release gambling-ads --app main"
)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Rules that are held back, why and since when
    List {
        /// Default: a table on a terminal, else ndjson
        #[arg(long)]
        format: Option<Format>,
    },
    /// Let a rule act again, and have its withheld actions of the last 24 hours done after all
    Release {
        rule: String,
        /// Only in this app, by its name or SDKAppID [default: in all]
        #[arg(long)]
        app: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Ndjson,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        match self.command {
            Command::List { format } => runtime.block_on(list(context, format)),
            Command::Release { rule, app } => runtime.block_on(release(context, rule, app)),
        }
    }
}

async fn list(context: &Context, format: Option<Format>) -> anyhow::Result<Exit> {
    let reader = context.reader().await?;
    let withheld = reader.withheld().await?;
    let held: Vec<_> = reader.brakes().await?.into_iter().filter(is_held).collect();
    let waiting = |row: &BrakeRow| withheld.get(&(row.rule.clone(), row.sdk_app_id)).copied();
    let since = |row: &BrakeRow| {
        let at = jiff::Timestamp::from_millisecond(row.tripped_at.unwrap_or(0)).unwrap_or_default();
        format!("{at:.0}")
    };
    let table = format.map_or(std::io::stdout().is_terminal(), |format| format == Format::Table);
    let mut out = output();
    if table {
        let mut table = Table::new();
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(["rule", "app", "since", "reason", "withheld"]);
        for row in &held {
            let reason = row.reason.clone().unwrap_or_default();
            let waiting = waiting(row).unwrap_or(0).to_string();
            table.add_row([row.rule.clone(), row.app.clone(), since(row), reason, waiting]);
        }
        writeln!(out, "{table}")?;
        return Ok(Exit::Fine);
    }
    for row in &held {
        let line = json!({
            "rule": row.rule, "app": row.app, "sdk_app_id": row.sdk_app_id, "since": since(row),
            "reason": row.reason, "withheld": waiting(row).unwrap_or(0),
        });
        writeln!(out, "{line}")?;
    }
    Ok(Exit::Fine)
}

fn is_held(row: &BrakeRow) -> bool {
    row.tripped_at.is_some()
}

async fn release(context: &Context, rule: String, app: Option<String>) -> anyhow::Result<Exit> {
    let reader = context.reader().await?;
    let rows = reader.brakes().await?;
    let is_meant = |row: &&BrakeRow| {
        let named = |app: &String| row.app == *app || row.sdk_app_id.to_string() == *app;
        row.rule == rule && app.as_ref().is_none_or(named)
    };
    let meant: Vec<_> = rows.iter().filter(is_meant).collect();
    if meant.is_empty() {
        say(&format!(
            "error: the brake knows nothing of rule {rule} there; `automod brake list` shows what is held back"
        ));
        return Ok(Exit::Failed);
    }
    let (store, writer) = context.store().await?;
    for row in meant {
        let sdk_app_id = Some(row.sdk_app_id);
        let op = BrakeOp::Release { rule: rule.clone(), sdk_app_id };
        let released = store.brake(op).await?;
        say(&match released {
            true => format!("{rule} in {} acts again within a second", row.app),
            false => format!("{rule} in {} was not held back", row.app),
        });
    }
    store.close().await;
    writer.finished().await;
    Ok(Exit::Fine)
}
