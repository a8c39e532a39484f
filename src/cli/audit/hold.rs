//! `automod audit hold`: what must be neither erased nor forgotten, while it is in dispute.

use super::of::Of;
use super::shape::{Format, chosen};
use crate::acts::harmless::inert;
use crate::cli::{Context, Exit, output, say};
use crate::store::{Hold, HoldPlan, Reader, Whose};
use comfy_table::{ContentArrangement, Table};
use serde_json::json;
use std::io::Write;

/// Keep texts and events from being erased or forgotten
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  automod audit hold add --sender lee --reason \"case 17/26\"\n  \
                        automod audit hold list\n  \
                        automod audit hold remove 0199f0c2-7b1e-7c3a-9b7e-0d0f5a1f2b3c --reason \"case closed\""
)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Hold one decision, or all of a person
    Add {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        why: Why,
    },
    /// The holds in force
    List {
        /// Default: a table on a terminal, else ndjson
        #[arg(long)]
        format: Option<Format>,
    },
    /// End a hold
    Remove {
        /// As `hold list` shows it
        id: String,
        #[command(flatten)]
        why: Why,
    },
}

#[derive(Debug, clap::Args)]
struct Why {
    /// Why; it is kept in the audit
    #[arg(long)]
    reason: String,
    /// Who decided so; it is kept in the audit
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Args {
    pub async fn run(self, context: &Context) -> anyhow::Result<Exit> {
        match self.command {
            Command::Add { of, why } => add(context, &of, why).await,
            Command::List { format } => list(&context.reader().await?, format).await,
            Command::Remove { id, why } => remove(context, &id, why).await,
        }
    }
}

async fn add(context: &Context, of: &Of, why: Why) -> anyhow::Result<Exit> {
    if !of.is_known(&context.reader().await?).await? {
        return Ok(Exit::Failed);
    }
    let id = uuid::Uuid::now_v7().to_string();
    let plan = HoldPlan { id: id.clone(), whose: of.whose(), reason: why.reason, by: why.by };
    let (store, writer) = context.store().await?;
    let added = store.hold(plan).await;
    store.close().await;
    writer.finished().await;
    added?;
    writeln!(output(), "{id}")?;
    Ok(Exit::Fine)
}

async fn remove(context: &Context, id: &str, why: Why) -> anyhow::Result<Exit> {
    let (store, writer) = context.store().await?;
    let removed = store.release_hold(id, &why.reason, why.by.as_deref()).await;
    store.close().await;
    writer.finished().await;
    if removed? {
        return Ok(Exit::Fine);
    }
    say(&format!("error: no hold has the id {id}; `automod audit hold list` shows the ids"));
    Ok(Exit::Failed)
}

async fn list(reader: &Reader, format: Option<Format>) -> anyhow::Result<Exit> {
    let holds = reader.holds().await?;
    let mut out = output();
    if let Format::Ndjson = chosen(format) {
        for Hold { id, added_at, whose, reason, by } in &holds {
            let (sender, app, decision) = of(whose);
            let line = json!({
                "id": id, "since": since(*added_at), "sender": sender, "app": app, "decision": decision,
                "reason": reason, "by": by,
            });
            writeln!(out, "{line}")?;
        }
        return Ok(Exit::Fine);
    }
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["since", "sender", "app", "decision", "reason", "by", "id"]);
    for Hold { id, added_at, whose, reason, by } in &holds {
        let (sender, app, decision) = of(whose);
        let shown = |text: Option<&str>| inert(text.unwrap_or("-"));
        let (since, reason) = (since(*added_at), inert(reason));
        let row = [since, shown(sender), shown(app), shown(decision), reason];
        table.add_row(row.into_iter().chain([shown(by.as_deref()), id.clone()]));
    }
    writeln!(out, "{table}")?;
    Ok(Exit::Fine)
}

/// Sender, app and decision.
fn of(whose: &Whose) -> (Option<&str>, Option<&str>, Option<&str>) {
    match whose {
        Whose::Person { account, app } => (Some(account), app.as_deref(), None),
        Whose::Decision(id) => (None, None, Some(id)),
    }
}

fn since(at: i64) -> String {
    format!("{:.0}", jiff::Timestamp::from_millisecond(at).unwrap_or_default())
}
