//! What comes of a webhook's event, and when whoever waits for it is answered.
//!
//! Promise: a message is called clean when it was judged so, and planned when its decision is on disk, never before.

use super::{Judged, Moderation};
use crate::engine::Ruling;
use crate::message::{Message, MessageKey};
use crate::store::{Outcome, Plan, Planned, Source, StoreError};
use futures_util::future::{BoxFuture, Either, Ready, ready};
use std::time::Duration;
use tokio::sync::SemaphorePermit;

/// The platform waits 2 s for an answer (EN-34354); a later one acknowledges nothing.
const ANSWER_WITHIN: Duration = Duration::from_millis(1900);

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

impl Moderation {
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

    pub(super) async fn commit(&self, plan: Plan) -> Result<Considered, StoreError> {
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
}
