//! Judge and plan: the one function that webhook, reconciler and enforcer share.
//!
//! Joins the rules of the moment with the store. Does not call the platform. Promise: `consider` returns only
//! after the message was judged clean, or its decision is on disk.

pub mod brake;
mod by_hand;
pub mod canary;
mod hindsight;
mod keep;
mod late;
mod rewrite;
mod spare;

pub use brake::Brake;
pub use canary::Canary;
pub use hindsight::{Hindsight, RuleThen};
pub use keep::Kept;
pub use late::Late;
pub use rewrite::Rewrite;

use crate::engine::{Mode, RuleId, Ruleset, Ruling, Severity, Verdict};
use crate::message::{Message, MessageKey};
use crate::rulebook::Rulebook;
use crate::store::{Action, Cause, Outcome, Plan, Planned, Reader, Source, Store, StoreError};
use crate::telemetry::Metrics;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit, watch};

/// The platform waits 2 s for an answer (EN-34354); a later one acknowledges nothing.
const ANSWER_WITHIN: Duration = Duration::from_millis(1900);

/// Where nobody says otherwise.
const HELD_CALLS: usize = 2048;

/// What a webhook told us.
#[derive(Debug, Clone)]
pub enum Event {
    /// A message was sent.
    Sent(Message),
    /// A message was edited, by anybody.
    Edited(Message),
    /// Messages were recalled; `at` is Unix time in ms.
    Recalled { keys: Vec<MessageKey>, at: i64 },
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Considered {
    /// Nothing to object to; nothing was stored.
    Clean,
    /// A decision is on disk.
    Planned,
    /// It was decided before.
    Duplicate,
    /// It is our own message, or the echo of our own rewrite.
    Own,
    /// It needs no judgement.
    Ignored,
}

impl Considered {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Planned => "planned",
            Self::Duplicate => "duplicate",
            Self::Own => "own",
            Self::Ignored => "ignored",
        }
    }
}

/// The decision is not on disk: do not acknowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the decision could not be stored in time")]
pub struct Unavailable;

/// What comes of an event: at once where nobody need be waited for, as with nearly all.
pub type Considering<'a> =
    Either<Ready<Result<Considered, Unavailable>>, BoxFuture<'a, Result<Considered, Unavailable>>>;

/// Whoever can consider what a webhook told.
pub trait Consider: Send + Sync {
    /// Judges, and plans where there is something to plan.
    fn consider(&self, event: Event) -> Considering<'_>;
}

/// Hears of every message that a webhook tells, so that what none tells can be found.
pub trait Witness: Send + Sync + std::fmt::Debug {
    /// There is such a message.
    fn told(&self, message: &Message);
    /// It was judged, and what follows is on disk.
    fn judged(&self, message: &Message);
}

/// How an app is to be moderated.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Our own account there.
    pub admin: String,
    /// `false` logs every decision and acts on none.
    pub enforce: bool,
    /// Recalls what cannot be rewritten, in live groups.
    pub recall: bool,
}

/// A verdict and the rules it was made by.
#[derive(Debug, Clone)]
pub struct Judged {
    pub verdict: Verdict,
    pub ruleset: Arc<Ruleset>,
    /// Rules that hit and would have acted, were they not held back by the brake.
    pub held: BTreeSet<RuleId>,
}

/// The judge, with everything a judgement needs.
#[derive(Debug)]
pub struct Moderation {
    rulebook: Arc<Rulebook>,
    store: Store,
    apps: BTreeMap<u64, Policy>,
    brake: Option<Arc<Brake>>,
    metrics: Arc<Metrics>,
    planned: watch::Sender<()>,
    witness: Option<Arc<dyn Witness>>,
    /// Where to look up what a person gave back.
    restored: Reader,
    canary: Option<Canary>,
    /// Webhooks that may wait for the disk at the same time.
    held_calls: Semaphore,
}

impl Moderation {
    pub fn new(
        rulebook: Arc<Rulebook>,
        store: Store,
        apps: BTreeMap<u64, Policy>,
        metrics: Arc<Metrics>,
    ) -> Self {
        let planned = watch::Sender::new(());
        let held_calls = Semaphore::new(HELD_CALLS);
        let (brake, witness, canary) = (None, None, None);
        let restored = store.reader();
        Self {
            rulebook,
            store,
            apps,
            brake,
            metrics,
            planned,
            witness,
            restored,
            canary,
            held_calls,
        }
    }

    /// With a phrase that proves the path.
    pub fn with_canary(self, canary: Option<Canary>) -> Self {
        Self { canary, ..self }
    }

    /// With at most so many webhooks that wait for the disk at the same time.
    pub fn holding_at_most(self, calls: usize) -> Self {
        Self { held_calls: Semaphore::new(calls), ..self }
    }

    /// With a brake; without one, no rule is held back.
    pub fn braked_by(self, brake: Arc<Brake>) -> Self {
        Self { brake: Some(brake), ..self }
    }

    /// With somebody who hears of every message that a webhook tells.
    pub fn witnessed_by(self, witness: Arc<dyn Witness>) -> Self {
        Self { witness: Some(witness), ..self }
    }

    /// Changes whenever there is something new to carry out.
    pub fn planned(&self) -> watch::Receiver<()> {
        self.planned.subscribe()
    }

    /// The rules of the moment.
    pub fn rules(&self) -> Arc<Ruleset> {
        self.rulebook.live()
    }

    fn held_in(&self, sdk_app_id: u64) -> BTreeSet<RuleId> {
        self.brake.as_ref().and_then(|brake| brake.held(sdk_app_id)).unwrap_or_default()
    }

    fn count(&self, message: &Message) {
        if let Some(brake) = &self.brake {
            brake.judged(message.key.sdk_app_id);
        }
    }

    /// Whether rules that this judgement acts by were held back meanwhile.
    pub fn is_overtaken(&self, message: &Message, judged: &Judged) -> bool {
        let braked = self.held_in(message.key.sdk_app_id);
        let acts = |hit: &crate::engine::Hit| hit.mode == Mode::Enforce;
        judged.verdict.hits.iter().any(|hit| acts(hit) && braked.contains(&hit.rule))
    }

    /// What is thought of a message that was sent, without a look at the disk.
    fn first_thought(&self, message: &Message) -> Thought {
        if self.is_own(message) {
            return Thought::Done(Considered::Own);
        }
        self.count(message);
        let judged = self.judge_freely(message, &[]);
        match judged.verdict.ruling {
            Ruling::Pass => Thought::Done(Considered::Clean),
            _ => Thought::Offence(Box::new(judged)),
        }
    }

    /// Of a message that is new nothing was given back. The writer, who looks whether it is, sees that as well.
    async fn offence(&self, message: &Message, judged: &Judged) -> Result<Considered, StoreError> {
        let plan = self.plan(message, judged, Source::Webhook, true);
        if let Some(considered) = self.commit_freely(plan).await? {
            return Ok(considered);
        }
        let judged = self.judge(message).await?;
        match judged.verdict.ruling {
            Ruling::Pass => Ok(Considered::Clean),
            _ => self.commit(self.plan(message, &judged, Source::Webhook, true)).await,
        }
    }

    /// Edits by our own account are judged like all others, but may be the echo of what we wrote.
    async fn edited(&self, message: Message) -> Result<Considered, StoreError> {
        let ours = message.operator.as_deref().is_some_and(|who| self.is_admin(&message.key, who));
        let judged = self.judge(&message).await?;
        if judged.verdict.ruling == Ruling::Pass {
            let digest = message.content.body_digest();
            let echo = ours && {
                let _held = self.hold()?;
                self.store.echo(message.key, digest).await?
            };
            return Ok(if echo { Considered::Own } else { Considered::Clean });
        }
        // An edit tells no custom data; the re-read will, so the plan is made as if there were none.
        let plan = self.plan(&message, &judged, Source::Edit, true);
        self.commit(Plan { maybe_echo: ours, ..plan }).await
    }

    /// Somebody says that messages were recalled: what waits for them is looked at now, which tells whether they were.
    async fn recalled(&self, keys: Vec<MessageKey>) -> Result<Considered, StoreError> {
        if self.store.reader().is_any_pending(&keys).await? {
            let _held = self.hold()?;
            if self.store.hasten(keys).await? {
                self.planned.send_replace(());
            }
        }
        Ok(Considered::Ignored)
    }

    /// One more may wait for the disk, unless too many do.
    fn hold(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        self.held_calls.try_acquire().map_err(|_| StoreError::Overloaded)
    }

    async fn commit(&self, plan: Plan) -> Result<Considered, StoreError> {
        let _held = self.hold()?;
        let outcome = plan.outcome;
        Ok(self.committed(outcome, self.store.plan(plan).await?))
    }

    /// Writes a plan that was made without a look at what a person gave back; `None` where there is anything.
    async fn commit_freely(&self, plan: Plan) -> Result<Option<Considered>, StoreError> {
        let _held = self.hold()?;
        let outcome = plan.outcome;
        let planned = self.store.plan_freely(plan).await?;
        Ok(planned.map(|planned| self.committed(outcome, planned)))
    }

    fn committed(&self, outcome: Outcome, planned: Planned) -> Considered {
        match planned {
            Planned::Echo => Considered::Own,
            Planned::Duplicate => Considered::Duplicate,
            Planned::New(_) => {
                self.metrics.decided(outcome.as_str());
                if outcome == Outcome::Pending {
                    self.planned.send_replace(());
                }
                Considered::Planned
            }
        }
    }

    fn is_admin(&self, key: &MessageKey, account: &str) -> bool {
        self.apps.get(&key.sdk_app_id).is_some_and(|policy| policy.admin == account)
    }

    /// The decision that follows from a verdict that is not `pass`. Without `custom_known` the custom data is
    /// left alone.
    pub fn plan(
        &self,
        message: &Message,
        judged: &Judged,
        source: Source,
        custom_known: bool,
    ) -> Plan {
        let verdict = &judged.verdict;
        let rewrite = Rewrite::of(&message.content, verdict, custom_known);
        let (outcome, cause) = self.outcome(message, judged, rewrite.as_ref().err().copied());
        let action = match verdict.recall || cause == Some(Cause::LiveGroup) {
            true => Action::Recall,
            false => Action::Rewrite,
        };
        let planned = outcome == Outcome::Pending && action == Action::Rewrite;
        let rewrite = rewrite.ok().filter(|_| planned);
        let severity = verdict.severity.unwrap_or(Severity::Low);
        let notes = verdict.notes.iter().map(|note| note.as_str().to_owned());
        let notes = notes.chain(rewrite.iter().flat_map(|rewrite| rewrite.notes.clone()));
        let notes = notes.chain(judged.held.iter().map(|rule| format!("brake:{rule}")));
        let written = rewrite.as_ref().map(|rewrite| &rewrite.content);
        let (keep, mentions) = (verdict.keep_original, message.mentions);
        let kept = Kept::of(keep, verdict, &message.content, written, mentions);
        Plan {
            id: uuid::Uuid::now_v7().to_string(),
            app: message.app.clone(),
            key: message.key.clone(),
            revision: message.revision,
            group_type: message.group_type.clone(),
            sent_at: message.sent_at,
            sender: message.sender.clone(),
            operator: message.operator.clone().filter(|_| source != Source::Edit),
            editor: message.operator.clone().filter(|_| source == Source::Edit),
            mentions: message.mentions,
            digest: message.content.digest(),
            body_digest: message.content.body_digest(),
            written_digest: rewrite.as_ref().map(|rewrite| rewrite.content.body_digest()),
            verdict: verdict.ruling.as_str(),
            severity: severity.as_str(),
            lane: severity as i64,
            rules: rules(verdict),
            categories: categories(verdict, &judged.ruleset),
            hits: hits(verdict),
            tags: rewrite.as_ref().map(|rewrite| rewrite.tags.clone()).unwrap_or_default(),
            notes: notes.collect(),
            review: verdict.review,
            keep_original: keep.as_str(),
            source,
            ruleset: judged.ruleset.hash().to_owned(),
            supersedes: None,
            reread: false,
            action,
            outcome,
            cause,
            original: kept.original,
            rewritten: kept.rewritten,
            reason: None,
            by: None,
            maybe_echo: false,
        }
    }

    /// Whether anything is to be done, and if not, why.
    fn outcome(
        &self,
        message: &Message,
        judged: &Judged,
        no_rewrite: Option<Cause>,
    ) -> (Outcome, Option<Cause>) {
        let verdict = &judged.verdict;
        let policy = self.apps.get(&message.key.sdk_app_id);
        let shadow_app = policy.is_none_or(|policy| !policy.enforce);
        let (outcome, cause) = match verdict.ruling {
            Ruling::Rewrite if shadow_app => (Outcome::Observed, Cause::EnforcementShadow),
            Ruling::Rewrite => match cannot_be_rewritten(message) {
                Some(Cause::LiveGroup)
                    if verdict.recall || policy.is_some_and(|policy| policy.recall) =>
                {
                    (Outcome::Pending, Cause::LiveGroup)
                }
                None if verdict.recall => return (Outcome::Pending, None),
                None if no_rewrite.is_none() => return (Outcome::Pending, None),
                cause => (Outcome::Impossible, cause.or(no_rewrite).unwrap_or(Cause::Refused)),
            },
            _ if !judged.held.is_empty() => (Outcome::Observed, Cause::Brake),
            _ if verdict.hits.iter().any(|hit| hit.mode == Mode::Enforce) => {
                (Outcome::Observed, Cause::Review)
            }
            _ => (Outcome::Observed, Cause::Shadow),
        };
        (outcome, Some(cause))
    }
}

/// What a message that was sent comes to.
enum Thought {
    Done(Considered),
    Offence(Box<Judged>),
}

impl Consider for Moderation {
    fn consider(&self, event: Event) -> Considering<'_> {
        match event {
            Event::Sent(message) => {
                self.witness.iter().for_each(|witness| witness.told(&message));
                match self.first_thought(&message) {
                    Thought::Done(considered) => {
                        self.witness.iter().for_each(|witness| witness.judged(&message));
                        Either::Left(ready(Ok(considered)))
                    }
                    Thought::Offence(judged) => in_time(async move {
                        let considered = self.offence(&message, &judged).await?;
                        self.witness.iter().for_each(|witness| witness.judged(&message));
                        Ok(considered)
                    }),
                }
            }
            Event::Edited(message) => in_time(self.edited(message)),
            Event::Recalled { keys, .. } => in_time(self.recalled(keys)),
        }
    }
}

/// What comes of it while the platform still waits for an answer.
fn in_time<'a>(
    work: impl Future<Output = Result<Considered, StoreError>> + Send + 'a,
) -> Considering<'a> {
    Either::Right(Box::pin(async move {
        match tokio::time::timeout(ANSWER_WITHIN, work).await {
            Ok(Ok(considered)) => Ok(considered),
            Ok(Err(error)) => {
                tracing::error!(%error, "a webhook is not acknowledged");
                Err(Unavailable)
            }
            Err(_) => {
                tracing::error!("a webhook is not acknowledged: the disk took too long");
                Err(Unavailable)
            }
        }
    }))
}

/// Why the platform cannot rewrite this message, whatever we ask.
fn cannot_be_rewritten(message: &Message) -> Option<Cause> {
    if message.key.seq.is_none() {
        Some(Cause::NoMsgSeq)
    } else if is_live(message) {
        Some(Cause::LiveGroup)
    } else if message.online_only {
        Some(Cause::OnlineOnly)
    } else {
        None
    }
}

/// Whether its group keeps no history: nothing in it can be read again or rewritten.
pub fn is_live(message: &Message) -> bool {
    message.group_type.as_deref().is_some_and(is_live_type)
}

/// Whether groups of this type keep no history.
pub fn is_live_type(group_type: &str) -> bool {
    ["AVChatRoom", "BChatRoom", "Live"].contains(&group_type)
}

fn rules(verdict: &Verdict) -> Vec<String> {
    let mut rules: Vec<_> = verdict.hits.iter().map(|hit| hit.rule.to_string()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The categories of the rules that hit, by rule.
fn categories(verdict: &Verdict, ruleset: &Ruleset) -> BTreeMap<String, String> {
    let rules = verdict.hits.iter().filter_map(|hit| ruleset.rule(hit.rule.as_str()));
    rules.filter_map(|rule| Some((rule.id.to_string(), rule.category.clone()?))).collect()
}

/// Where the hits stand; never what they matched.
fn hits(verdict: &Verdict) -> serde_json::Value {
    let hits = verdict.hits.iter().map(|hit| {
        json!({
            "rule": hit.rule.to_string(), "mode": hit.mode.as_str(), "place": hit.place,
            "start": hit.range.start, "end": hit.range.end, "context": hit.context,
        })
    });
    hits.collect()
}
