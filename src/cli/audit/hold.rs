//! `automod audit hold`: what must be neither erased nor forgotten, while it is in dispute.

use super::of::Of;
use crate::acts::harmless::{inert, inert_json};
use crate::acts::hold::{about, shown};
use crate::acts::token::moment;
use crate::cli::shape::{Format, chosen, table};
use crate::cli::{Context, Exit, output, say};
use crate::store::{Hold, HoldPlan, Reader};
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

impl Why {
    fn is_told(&self) -> bool {
        let told = !self.reason.trim().is_empty();
        if !told {
            say("error: --reason must say why");
        }
        told
    }
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
    if !why.is_told() {
        return Ok(Exit::Failed);
    }
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
    if !why.is_told() {
        return Ok(Exit::Failed);
    }
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
        for hold in &holds {
            writeln!(out, "{}", inert_json(&shown(hold).to_string()))?;
        }
        return Ok(Exit::Fine);
    }
    let mut table = table(["since", "sender", "app", "decision", "reason", "by", "id"]);
    for Hold { id, added_at, whose, reason, by } in &holds {
        let (sender, app, decision) = about(whose);
        let or_none = |text: Option<&str>| inert(text.unwrap_or("-"));
        let (since, reason) = (moment(*added_at), inert(reason));
        let row = [since, or_none(sender), or_none(app), or_none(decision), reason];
        table.add_row(row.into_iter().chain([or_none(by.as_deref()), id.clone()]));
    }
    writeln!(out, "{table}")?;
    Ok(Exit::Fine)
}
