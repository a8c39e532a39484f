//! `automod mask` and `automod recall`: what a person decides about one message that somebody reported.

use super::desk::{Desk, app};
use super::output::{output, say};
use super::{Context, Exit};
use crate::acts::by_hand::{self, Undecided};
use crate::app::{client, policy};
use crate::message::MessageKey;
use crate::moderation::Moderation;
use crate::settings::{AppSettings, Settings};
use crate::store::Outcome;
use std::io::Write;
use std::sync::Arc;

/// Which message, and why.
#[derive(Debug, clap::Args)]
struct Reported {
    /// The app's name in the settings, or its SDKAppID; needed when there are several
    #[arg(long)]
    app: Option<String>,
    #[arg(long)]
    group: String,
    #[arg(long)]
    topic: Option<String>,
    /// The message's number in its group (or topic)
    #[arg(long)]
    seq: u64,
    /// Why; it is kept in the audit
    #[arg(long)]
    reason: String,
    /// Who decided so; it is kept in the audit
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// Mask all text of one message, by a person's decision
///
/// The message is read from the platform now; the running service masks it within seconds, if it still says the same
/// then. `automod undo` takes it back.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  automod mask --group @TGS#2ABC --seq 1047 --reason \"reported: insult\""
)]
pub struct Mask {
    #[command(flatten)]
    reported: Reported,
}

/// Recall one message for everybody, by a person's decision; it cannot be taken back
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  automod recall --group @TGS#2ABC --seq 1047 --reason \"reported: address\""
)]
pub struct Recall {
    #[command(flatten)]
    reported: Reported,
}

impl Mask {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        self.reported.run(context, false)
    }
}

impl Recall {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        self.reported.run(context, true)
    }
}

impl Reported {
    fn run(self, context: &Context, recall: bool) -> anyhow::Result<Exit> {
        if self.reason.trim().is_empty() {
            say("error: --reason must say why");
            return Ok(Exit::Failed);
        }
        let settings = context.settings()?;
        let (name, app) = app(&settings, self.app.as_deref());
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        runtime.block_on(async {
            let desk = Desk::open(&settings, false).await?;
            let done = self.decide(&settings, name, app, &desk, recall).await;
            desk.close().await;
            done
        })
    }

    async fn decide(
        &self,
        settings: &Settings,
        name: &str,
        app: &AppSettings,
        desk: &Desk,
        recall: bool,
    ) -> anyhow::Result<Exit> {
        let key = MessageKey {
            sdk_app_id: app.sdk_app_id,
            group_id: self.group.clone(),
            topic_id: self.topic.clone().filter(|topic| !topic.is_empty()),
            seq: Some(self.seq),
        };
        let policies = [(app.sdk_app_id, policy(app))].into();
        let moderation =
            Moderation::new(desk.rulebook.clone(), desk.store.clone(), policies, Arc::default());
        let person = by_hand::Desk {
            app: name.to_owned(),
            client: client(app, settings)?,
            moderation: Arc::new(moderation),
            store: desk.store.clone(),
        };
        let (reason, by) = (self.reason.clone(), self.by.clone());
        let reported = by_hand::Reported { key, recall, reason, by };
        let by_hand::Decided { id, outcome, cause } = match person.decide(reported).await {
            Err(why @ Undecided::NoMessage) => {
                say(&format!("error: {why}"));
                return Ok(Exit::Failed);
            }
            decided => decided?,
        };
        writeln!(output(), "{id}")?;
        if outcome == Outcome::Pending {
            say("planned; the running service carries it out");
            return Ok(Exit::Fine);
        }
        let cause = cause.map(|cause| format!(" ({cause})")).unwrap_or_default();
        say(&format!("error: nothing will be done, and the audit says so: {outcome}{cause}"));
        Ok(Exit::Failed)
    }
}
