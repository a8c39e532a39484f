//! `automod brake`: which rules are held back, and letting one act again. Works by the database, beside the service.

use super::output::{output, say};
use super::shape::{Format, chosen, table};
use super::{Context, Exit};
use crate::acts::brake::{held, release};
use crate::store::BrakeRow;
use std::io::Write;

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
        /// Who decided so; it is kept in the audit
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        match self.command {
            Command::List { format } => runtime.block_on(list(context, format)),
            Command::Release { rule, app, by } => {
                runtime.block_on(let_act(context, &rule, app.as_deref(), by.as_deref()))
            }
        }
    }
}

async fn list(context: &Context, format: Option<Format>) -> anyhow::Result<Exit> {
    let held = held(&context.reader().await?).await?;
    let mut out = output();
    if chosen(format) == Format::Table {
        let mut table = table(["rule", "app", "since", "reason", "withheld"]);
        for held in &held {
            let BrakeRow { rule, app, reason, .. } = &held.row;
            let reason = reason.clone().unwrap_or_default();
            let waiting = held.withheld.to_string();
            table.add_row([rule.clone(), app.clone(), held.since(), reason, waiting]);
        }
        writeln!(out, "{table}")?;
        return Ok(Exit::Fine);
    }
    for held in &held {
        writeln!(out, "{}", held.shown())?;
    }
    Ok(Exit::Fine)
}

async fn let_act(
    context: &Context,
    rule: &str,
    app: Option<&str>,
    by: Option<&str>,
) -> anyhow::Result<Exit> {
    let is_meant =
        |row: &BrakeRow| app.is_none_or(|app| row.app == app || row.sdk_app_id.to_string() == app);
    let (store, writer) = context.store().await?;
    let done = release(&store, rule, is_meant, by).await;
    store.close().await;
    writer.finished().await;
    let done = done?;
    if done.is_empty() {
        say(&format!(
            "error: the brake knows nothing of rule {rule} there; `automod brake list` shows what is held back"
        ));
        return Ok(Exit::Failed);
    }
    for (app, released) in done {
        say(&match released {
            true => format!("{rule} in {app} acts again within a second"),
            false => format!("{rule} in {app} was not held back"),
        });
    }
    Ok(Exit::Fine)
}
