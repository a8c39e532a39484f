//! Messages that were read from a group's history, where no webhook told us, or a person asked for it.
//!
//! The same judge and the same plan as for a webhook's. Promise: a message that is found too late to be rewritten
//! is in the log all the same, with that as its cause.

use super::{Considered, Judged, Moderation};
use crate::engine::Ruling;
use crate::message::Message;
use crate::store::{Cause, Outcome, Plan, Source, StoreError};
use std::time::Duration;

/// A message as history told it.
#[derive(Debug, Clone)]
pub struct Late {
    pub message: Message,
    /// [`Source::Late`] or [`Source::Sweep`].
    pub source: Source,
    /// Older ones are observed, not rewritten; `None` for no limit.
    pub enforce_max_age: Option<Duration>,
}

impl Moderation {
    /// Judges a message from history, and plans where there is something to plan.
    ///
    /// # Errors
    /// When the decision is not on disk: the message is still to be judged.
    pub async fn late(&self, late: &Late) -> Result<Considered, StoreError> {
        if self.is_own(&late.message) {
            return Ok(Considered::Own);
        }
        self.count(&late.message);
        let judged = self.judge(&late.message).await?;
        if judged.verdict.ruling == Ruling::Pass {
            return Ok(Considered::Clean);
        }
        self.plan_late(self.late_plan(late, &judged)).await
    }

    /// Whether our own account sent it in its own name.
    pub fn is_own(&self, message: &Message) -> bool {
        message.sender.as_deref().is_some_and(|sender| self.is_admin(&message.key, sender))
    }

    /// Writes a decision that [`Moderation::late_plan`] made.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn plan_late(&self, plan: Plan) -> Result<Considered, StoreError> {
        self.commit(plan).await
    }

    /// The decision that follows from a verdict that is not `pass`, not written yet.
    pub fn late_plan(&self, late: &Late, judged: &Judged) -> Plan {
        let message = &late.message;
        let custom_known = message.content.custom().is_some();
        let plan = self.plan(message, judged, late.source, custom_known);
        let plan = Plan { reread: true, ..plan };
        match plan.outcome {
            Outcome::Pending if is_too_old(late) => observed(plan),
            _ => plan,
        }
    }
}

fn is_too_old(late: &Late) -> bool {
    let (Some(sent_at), Some(limit)) = (late.message.sent_at, late.enforce_max_age) else {
        return false;
    };
    let age = jiff::Timestamp::now().as_millisecond() - sent_at;
    u128::try_from(age).is_ok_and(|age| age > limit.as_millis())
}

/// The decision without its action.
fn observed(plan: Plan) -> Plan {
    Plan {
        outcome: Outcome::Observed,
        cause: Some(Cause::TooOld),
        rewritten: None,
        written_digest: None,
        tags: Vec::new(),
        ..plan
    }
}
