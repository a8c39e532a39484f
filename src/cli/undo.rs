//! `automod undo`: gives people their words back. Works by the database, beside the service, which does the calls.

use super::audit::time;
use super::output::{output, say};
use super::{Context, Exit};
use crate::acts::undo::{self, Ground, candidates, objection};
use crate::store::{Filter, Reader};
use anyhow::bail;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;

/// Give the original back: one decision, or all that a rule did
///
/// The running service notices within a second, reads each message again, and gives back exactly what stood there,
/// if the message still shows what was written over it. With --rule only what that rule did is lifted: what another
/// rule masked stays masked. The same rule leaves the restored text alone from then on.
#[derive(Debug, clap::Args)]
#[command(
    group = clap::ArgGroup::new("what").required(true).args(["id", "rule"]),
    after_help = "Example:\n  automod undo 0199f0c2-7b1e-7c3a-9b7e-0d0f5a1f2b3c --reason \"a film title\"\n  \
                  automod undo --rule gambling-ads --since 2h --reason \"list was wrong\" --dry-run"
)]
pub struct Args {
    /// The id of a decision, as `automod audit list` shows it
    id: Option<String>,
    /// All that this rule did since --since
    #[arg(long, requires = "since")]
    rule: Option<String>,
    /// From then on: 2026-11-23, 2026-11-23T10:00:00Z, or an age such as 2h or 7d
    #[arg(long, value_parser = time, requires = "rule")]
    since: Option<i64>,
    /// Before then
    #[arg(long, value_parser = time, requires = "rule")]
    until: Option<i64>,
    /// Only in this group
    #[arg(long, requires = "rule")]
    group: Option<String>,
    /// Why; it is kept in the audit
    #[arg(long)]
    reason: String,
    /// Who decided so; it is kept in the audit
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Write nothing; print the ids of what would be given back
    #[arg(long)]
    dry_run: bool,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.undo(context))
    }

    async fn undo(self, context: &Context) -> anyhow::Result<Exit> {
        if self.reason.trim().is_empty() {
            say("error: --reason must say why");
            return Ok(Exit::Failed);
        }
        let reader = context.reader().await?;
        let ids = match &self.id {
            Some(id) => self.one(&reader, id).await?,
            None => self.all(&reader).await?,
        };
        let Some(ids) = ids else { return Ok(Exit::Failed) };
        if self.dry_run {
            for id in &ids {
                writeln!(output(), "{id}")?;
            }
            say(&format!("{} would be given back", ids.len()));
            return Ok(Exit::Fine);
        }
        self.plan(context, ids).await
    }

    /// The decision itself, if it can be undone; else says why not.
    async fn one(&self, reader: &Reader, id: &str) -> anyhow::Result<Option<Vec<String>>> {
        let Some(history) = reader.show(id).await? else {
            say(&format!("error: no decision has the id {id}; `automod audit list` shows the ids"));
            return Ok(None);
        };
        match objection(reader, &history.decision).await? {
            None => Ok(Some(vec![id.to_owned()])),
            Some(why) => {
                say(&format!("error: {id} cannot be undone: {why}"));
                Ok(None)
            }
        }
    }

    /// Everything the rule did in that time and can be undone; says what is left out.
    async fn all(&self, reader: &Reader) -> anyhow::Result<Option<Vec<String>>> {
        let filter = Filter {
            rule: self.rule.clone(),
            group: self.group.clone(),
            since: self.since,
            until: self.until,
            ..Filter::default()
        };
        let found = candidates(reader, filter).await?;
        if found.left_out > 0 {
            say(&format!(
                "{} are left out: their original was not kept or was erased, they were recalled, or an undo waits already",
                found.left_out
            ));
        }
        Ok(Some(found.ids))
    }

    async fn plan(&self, context: &Context, ids: Vec<String>) -> anyhow::Result<Exit> {
        let (store, writer) = context.store().await?;
        let bar = progress(ids.len() as u64);
        let ground =
            Ground { rule: self.rule.clone(), reason: self.reason.clone(), by: self.by.clone() };
        let whole = undo::plan(&store, &ids, &ground, |done| bar.inc(done as u64)).await?;
        bar.finish_and_clear();
        store.close().await;
        writer.finished().await;
        if !whole && ids.len() == 1 {
            bail!("{} was changed meanwhile; look at it again", ids[0]);
        }
        writeln!(output(), "{} planned", ids.len())?;
        say(
            "the running service gives them back; `automod audit list --outcome undone` shows what is done",
        );
        Ok(Exit::Fine)
    }
}

fn progress(all: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr()).with_style(style)
}
