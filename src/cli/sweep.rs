//! `automod sweep`: judges a group's history on demand, by the rules folder as it is now.

use super::audit::time;
use super::desk::{Desk, app};
use super::{Context, Exit, output, say};
use crate::app::{client, policy};
use crate::moderation::Moderation;
use crate::pace::Pace;
use crate::reconciler::{Place, Sweep, Swept};
use crate::settings::{AppSettings, Settings};
use crate::store::Plan;
use anyhow::Context as _;
use std::io::{IsTerminal, Write};
use std::sync::Arc;

/// Judge a group's history by the rules as they are now
///
/// New rules, old messages: whatever the platform still keeps of a group is read and judged. What hits is planned
/// into the database, and the running service carries it out within seconds. Messages that have their decision by
/// these rules, and those whose original a person gave back, are left alone.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod sweep --group @TGS#2ABC --since 7d --dry-run\n  \
                        automod sweep --group @TGS#2ABC --since 7d")]
pub struct Args {
    #[arg(long)]
    group: String,
    #[arg(long)]
    topic: Option<String>,
    /// The app's name in the settings, or its SDKAppID; needed when there are several
    #[arg(long)]
    app: Option<String>,
    /// From then on: 2026-11-23, 2026-11-23T10:00:00Z, or an age such as 2h or 7d [default: all there is]
    #[arg(long, value_parser = time)]
    since: Option<i64>,
    /// Write nothing; print each hit's number, time, rules and spans, and what would be done
    #[arg(long)]
    dry_run: bool,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let settings = context.settings()?;
        let (name, app) = app(&settings, self.app.as_deref());
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let swept = runtime.block_on(async {
            let desk = Desk::open(&settings, self.dry_run).await?;
            let swept = self.sweep(&settings, name, app, &desk).await;
            desk.close().await;
            swept
        })?;
        writeln!(output(), "{}", self.summary(&swept))?;
        if swept.pending > 0 && !self.dry_run {
            say("the running service carries out what is pending");
        }
        Ok(Exit::Fine)
    }

    async fn sweep(
        &self,
        settings: &Settings,
        name: &str,
        app: &AppSettings,
        desk: &Desk,
    ) -> anyhow::Result<Swept> {
        let policies = [(app.sdk_app_id, policy(app))].into();
        let topic = self.topic.clone().unwrap_or_default();
        let moderation =
            Moderation::new(desk.rulebook.clone(), desk.store.clone(), policies, Arc::default());
        let sweep = Sweep {
            sdk_app_id: app.sdk_app_id,
            app: name.to_owned(),
            place: Place { group: self.group.clone(), topic },
            since: self.since,
            dry_run: self.dry_run,
            at: jiff::Timestamp::now().as_millisecond(),
            chat: client(app, settings)?,
            pace: Pace::new(settings.catch_up.calls_per_second),
            moderation: match &desk.decisions {
                Some(decisions) => moderation.sparing_by(decisions.clone()),
                None => moderation,
            },
            reader: desk.decisions.clone(),
        };
        let mut out = Vec::new();
        let mut progress = Progress::default();
        let told = |plan: &Plan| {
            if self.dry_run {
                out.push(line(plan));
            }
        };
        let swept = sweep.run(told, |swept| progress.show(swept)).await;
        progress.end();
        let mut printed = output();
        for line in out {
            writeln!(printed, "{line}")?;
        }
        swept.with_context(|| format!("the history of {} cannot be judged to its end", self.group))
    }

    fn summary(&self, swept: &Swept) -> String {
        let Swept { judged, clean, planned, pending, decided, skipped, .. } = swept;
        let (done, pending_is) = match self.dry_run {
            true => ("would get a decision", "would be rewritten"),
            false => ("got a decision", "will be rewritten"),
        };
        format!(
            "{judged} messages judged: {clean} clean, {planned} {done} ({pending} {pending_is}), \
             {decided} had theirs before; {skipped} entries are no messages to judge"
        )
    }
}

/// One hit, without a word of what was written.
fn line(plan: &Plan) -> String {
    let seq = plan.key.seq.unwrap_or_default();
    let time = plan.sent_at.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    let time = time.map_or_else(|| "-".to_owned(), |time| time.to_string());
    let spans = plan.hits.as_array().into_iter().flatten().map(|hit| {
        let text = |name: &str| hit[name].as_str().unwrap_or_default().to_owned();
        format!("{}@{}:{}..{}", text("rule"), text("place"), hit["start"], hit["end"])
    });
    let cause = plan.cause.map(|cause| format!(" ({cause})")).unwrap_or_default();
    let outcome = plan.outcome;
    format!("{seq}\t{time}\t{outcome}{cause}\t{}", spans.collect::<Vec<_>>().join(" "))
}

/// How far we are: one line that changes on a terminal, a line now and then elsewhere.
#[derive(Default)]
struct Progress {
    pages: u64,
    shown: bool,
}

impl Progress {
    const EVERY: u64 = 50;

    fn show(&mut self, swept: &Swept) {
        self.pages += 1;
        let Swept { newest, reached, planned, .. } = swept;
        let done = (newest - reached + 1) * 100 / (*newest).max(1);
        let line = format!("{done:3} % · message {reached} of {newest} · {planned} hits");
        if std::io::stderr().is_terminal() {
            self.shown = true;
            let _ = write!(anstream::stderr().lock(), "\r{line}");
        } else if self.pages.is_multiple_of(Self::EVERY) {
            say(&line);
        }
    }

    fn end(&self) {
        if self.shown {
            say("");
        }
    }
}
