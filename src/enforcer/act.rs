//! One action from beginning to end: read what is really there, judge that, write, settle.
//!
//! Promise: what the webhook said is a hint. Only a message that was read back and hits is rewritten (unless
//! `verify_before_rewrite` is off), and what is about to be written is on disk before it is sent.

use super::Worker;
use super::ground::{Ground, message, moot};
use super::policy::{self, Next, Situation};
use crate::chat::Change;
use crate::engine::{KeepOriginal, Ruling, Verdict};
use crate::message::{Content, Edit, Message};
use crate::moderation::{self, Judged, Kept, Rewrite, canary};
use crate::pace::Turn;
use crate::store::{Action, Cause, Outcome, Pending, Plan, Rewritten, Source, Step, StoreError};
use std::time::Duration;
use tokio::sync::{RwLockReadGuard, RwLockWriteGuard};
use tokio::time::Instant;

/// A mask that is edited away is put back so many times; then the leaf is blanked.
const MASKS_AGAIN: i64 = 3;
const BLANK: &str = "***";
/// What the platform answers when a message was recalled before (EN-34348).
const ALREADY_RECALLED: i64 = 20023;

/// How an attempt ended.
enum Attempt {
    Settle(Step),
    Replace(Step, Box<Plan>),
    /// Calls were paused meanwhile: nothing was tried, so there is nothing to tell.
    NotNow,
}

/// Who else may be in flight meanwhile.
#[expect(dead_code, reason = "held, never looked at")]
enum Company<'a> {
    Shared(RwLockReadGuard<'a, ()>),
    Alone(RwLockWriteGuard<'a, ()>),
}

impl Worker {
    /// Carries out one decision and settles it. `turn` is that of its first call.
    ///
    /// # Errors
    /// When the result cannot be stored: the decision stays pending, and the next turn finds out.
    pub async fn act(&self, decision: &Pending, turn: Turn) -> Result<(), StoreError> {
        // Whoever was in flight when the process died may have been its death: it acts alone.
        let _company = match decision.is_suspect() {
            true => Company::Alone(self.company.write().await),
            false => Company::Shared(self.company.read().await),
        };
        if !self.store.start(decision.id.clone()).await? {
            return Ok(());
        }
        match self.attempt(decision, turn).await? {
            Attempt::Settle(step) => {
                self.count(decision, &step);
                let retry = step.next_try_at;
                self.store.step(step).await?;
                retry.into_iter().for_each(|at| self.wake_at(at));
            }
            Attempt::Replace(step, plan) => {
                self.count(decision, &step);
                self.store.replace(step, *plan).await?;
            }
            Attempt::NotNow => {}
        }
        Ok(())
    }

    /// Has the queue looked at again at `at` (Unix ms).
    pub(super) fn wake_at(&self, at: i64) {
        let wait = at.saturating_sub(jiff::Timestamp::now().as_millisecond());
        self.alarm.set(Instant::now() + Duration::from_millis(wait.max(0) as u64));
    }

    async fn attempt(&self, decision: &Pending, turn: Turn) -> Result<Attempt, StoreError> {
        if self.breaker.is_open() {
            return Ok(Attempt::NotNow);
        }
        if !self.app.enforce {
            let cause = Some(Cause::EnforcementShadow);
            return Ok(Attempt::Settle(Step::to(&decision.id, Outcome::Observed, cause)));
        }
        if decision.action == Action::Recall && cannot_be_read(decision) {
            let step = match self.held_recall(decision).await? {
                Some(held) => held,
                None => self.recall(decision).await,
            };
            return Ok(Attempt::Settle(step));
        }
        let ground = self.look(decision).await;
        drop(turn);
        let ground = match ground {
            Ok(ground) => ground,
            Err(step) => return Ok(Attempt::Settle(step)),
        };
        let content = &ground.message.content;
        let now = content.body_digest();
        let untouched = decision.body_digest.is_of(&now);
        if !untouched && decision.written_digest.as_ref().is_some_and(|ours| ours.is_of(&now)) {
            let done = Step::to(&decision.id, Outcome::Applied, Some(Cause::AlreadyWritten));
            return Ok(Attempt::Settle(learned(done, decision, &ground, false)));
        }
        if decision.source == Source::Person.as_str() {
            return self.by_hand(decision, &ground, untouched).await;
        }
        let judged = self.moderation.judge_to_act(&ground.message).await?;
        if judged.verdict.ruling != Ruling::Rewrite && !judged.held.is_empty() {
            let held = Step::to(&decision.id, Outcome::Withheld, Some(Cause::Brake));
            return Ok(Attempt::Settle(learned(held, decision, &ground, untouched)));
        }
        if judged.verdict.ruling != Ruling::Rewrite {
            let moot = Step::to(&decision.id, Outcome::Moot, Some(Cause::NoLongerHits));
            let moot = Step { ruleset: newer(decision, &judged), ..moot };
            return Ok(Attempt::Settle(learned(moot, decision, &ground, untouched)));
        }
        if untouched && self.is_left_alone(decision, &ground).await {
            let moot = Step::to(&decision.id, Outcome::Moot, Some(Cause::ExemptRole));
            return Ok(Attempt::Settle(learned(moot, decision, &ground, true)));
        }
        let asked = if judged.verdict.recall { Action::Recall } else { Action::Rewrite };
        if !untouched || asked != decision.action {
            return Ok(self.supersede(decision, &ground, &judged));
        }
        if asked == Action::Recall {
            return self.take_away(decision, &ground, &judged).await;
        }
        self.write(decision, &ground, &judged).await
    }

    /// A person meant the words that stood there: other words are not covered for them.
    async fn by_hand(
        &self,
        decision: &Pending,
        ground: &Ground,
        untouched: bool,
    ) -> Result<Attempt, StoreError> {
        if !untouched {
            let moot = Step::to(&decision.id, Outcome::Moot, Some(Cause::EditedSince));
            return Ok(Attempt::Settle(learned(moot, decision, ground, false)));
        }
        let judged = self.moderation.masked_whole(&ground.message);
        if decision.action == Action::Recall {
            return self.take_away(decision, ground, &judged).await;
        }
        self.write(decision, ground, &judged).await
    }

    /// Whether the one who wrote it may. Of an edit only the webhook tells who made it, and a webhook can be forged.
    async fn is_left_alone(&self, decision: &Pending, ground: &Ground) -> bool {
        let as_sent = decision.source != Source::Edit.as_str() && decision.supersedes.is_none();
        match ground.message.sender.as_deref().filter(|_| as_sent && ground.read) {
            Some(sender) => self.is_exempt(&decision.key.group_id, sender).await,
            None => false,
        }
    }

    /// Whether the brake holds a recall back. Nothing can be read again, so the webhook's word counts.
    async fn held_recall(&self, decision: &Pending) -> Result<Option<Step>, StoreError> {
        let told = decision.original.as_deref();
        let told = told.and_then(|told| Content::from_record(told, &self.app.text_keys).ok());
        let Some(told) = told else { return Ok(None) };
        let judged = self.moderation.judge_to_act(&message(decision, told, None)).await?;
        let held = judged.verdict.ruling != Ruling::Rewrite && !judged.held.is_empty();
        Ok(held.then(|| Step::to(&decision.id, Outcome::Withheld, Some(Cause::Brake))))
    }

    /// Takes a message away that was read again.
    async fn take_away(
        &self,
        decision: &Pending,
        ground: &Ground,
        judged: &Judged,
    ) -> Result<Attempt, StoreError> {
        let _turn = self.writes.turn().await;
        if self.breaker.is_open() || self.moderation.is_overtaken(&ground.message, judged) {
            return Ok(Attempt::NotNow);
        }
        let step = Step { ruleset: newer(decision, judged), ..self.recall(decision).await };
        Ok(Attempt::Settle(learned(step, decision, ground, ground.read)))
    }

    /// Takes a message away, because a rule says so or because it cannot be rewritten. Live groups keep no history, so
    /// there nothing can be read first.
    async fn recall(&self, decision: &Pending) -> Step {
        match self.chat.recall(&decision.key).await {
            Ok(()) => {
                let cause = is_live(decision).then_some(Cause::RecalledInstead);
                Step { attempts: 1, ..Step::to(&decision.id, Outcome::Applied, cause) }
            }
            Err(error) if error.code() == Some(ALREADY_RECALLED) && was_tried(decision) => {
                Step::to(&decision.id, Outcome::Applied, Some(Cause::AlreadyWritten))
            }
            Err(error) => self.after(decision, &error, false),
        }
    }

    /// What is there is another offence than the one that was planned for: it gets a decision of its own.
    fn supersede(&self, decision: &Pending, ground: &Ground, judged: &Judged) -> Attempt {
        let source = Source::parse(&decision.source).unwrap_or(Source::Webhook);
        let plan = Plan {
            supersedes: Some(decision.id.clone()),
            reread: true,
            ..self.moderation.plan(&ground.message, judged, source, ground.custom_known)
        };
        let moot = Step::to(&decision.id, Outcome::Moot, Some(Cause::Superseded));
        Attempt::Replace(learned(moot, decision, ground, false), Box::new(plan))
    }

    /// Writes what the rules make of what is there.
    async fn write(
        &self,
        decision: &Pending,
        ground: &Ground,
        judged: &Judged,
    ) -> Result<Attempt, StoreError> {
        let content = &ground.message.content;
        let instead = decision.cause.as_deref() == Some(Cause::TaggedInstead.as_str());
        let verdict = if instead {
            tag_only(&judged.verdict)
        } else if self.is_worn_out(decision).await? {
            blanked(&judged.verdict, content)
        } else {
            judged.verdict.clone()
        };
        let rewrite = match Rewrite::of(content, &verdict, ground.custom_known) {
            Ok(rewrite) => rewrite,
            Err(cause) => {
                let outcome = if instead { Outcome::Failed } else { Outcome::Impossible };
                let step = Step::to(&decision.id, outcome, Some(cause));
                return Ok(Attempt::Settle(learned(step, decision, ground, ground.read)));
            }
        };
        if !self.is_as_planned(decision, &rewrite) {
            let step = replanned(decision, &rewrite, &ground.message, &verdict);
            self.store.step(Step { ruleset: newer(decision, judged), ..step }).await?;
        }
        let _turn = self.writes.turn().await;
        if self.breaker.is_open() || self.moderation.is_overtaken(&ground.message, judged) {
            return Ok(Attempt::NotNow);
        }
        let mut step = self.send(decision, &rewrite, &verdict, instead).await;
        step.notes.extend(rewrite.notes);
        Ok(Attempt::Settle(learned(step, decision, ground, ground.read)))
    }

    /// Whether masks of this message were edited away so often that another one is no use.
    async fn is_worn_out(&self, decision: &Pending) -> Result<bool, StoreError> {
        if decision.source != Source::Edit.as_str() {
            return Ok(false);
        }
        Ok(self.store.reader().rewrites_of(&decision.key).await? > MASKS_AGAIN)
    }

    /// Whether the audit holds already what is about to be sent.
    fn is_as_planned(&self, decision: &Pending, rewrite: &Rewrite) -> bool {
        if keep(decision) != KeepOriginal::Yes {
            let body = rewrite.content.body_digest();
            let written = decision.written_digest.as_ref();
            return written.is_some_and(|ours| ours.is_of(&body)) && decision.tags == rewrite.tags;
        }
        let planned = decision.rewritten.as_deref();
        let planned = planned.and_then(|text| Content::from_record(text, &self.app.text_keys).ok());
        planned.is_some_and(|planned| {
            planned.body_digest() == rewrite.content.body_digest()
                && (!rewrite.custom_changed
                    || planned.custom_text() == rewrite.content.custom_text())
        })
    }

    async fn send(
        &self,
        decision: &Pending,
        rewrite: &Rewrite,
        verdict: &Verdict,
        instead: bool,
    ) -> Step {
        let content = &rewrite.content;
        let change = Change {
            body: rewrite.body_changed.then(|| content.body().to_owned()),
            custom: content.custom().filter(|_| rewrite.custom_changed).map(str::to_owned),
        };
        if change.body.is_none() && change.custom.is_none() {
            return Step::to(&decision.id, Outcome::Applied, Some(Cause::AlreadyWritten));
        }
        match self.chat.modify(&decision.key, &change).await {
            Ok(()) => {
                if canary::is_in(verdict) {
                    self.metrics.canary.set(jiff::Timestamp::now().as_second());
                }
                let cause = instead.then_some(Cause::TaggedInstead);
                Step { attempts: 1, ..Step::to(&decision.id, Outcome::Applied, cause) }
            }
            Err(error) => {
                let can_tag = change.body.is_some() && !verdict.fallback_tags.is_empty();
                self.after(decision, &error, can_tag)
            }
        }
    }

    /// What follows from a call that failed.
    pub(super) fn after(
        &self,
        decision: &Pending,
        error: &crate::chat::Error,
        can_tag: bool,
    ) -> Step {
        let now = jiff::Timestamp::now().as_millisecond();
        let situation = Situation {
            attempts: decision.attempts,
            age: Duration::from_millis((now - decision.created_at).max(0) as u64),
            now,
            chance: super::chance(),
            can_tag,
        };
        tracing::warn!(decision = %decision.id, app = %decision.app, %error, "a call failed");
        let pending = |after: Duration, cause| Step {
            next_try_at: Some(now.saturating_add(after.as_millis() as i64)),
            ..Step::to(&decision.id, Outcome::Pending, cause)
        };
        // The next try of a message that is to be tagged instead must know so.
        let cause = decision.cause.as_deref().and_then(Cause::parse);
        let step = match policy::next(error.class(), &situation, &self.app.enforcer) {
            Next::Retry(after) => pending(after, cause),
            Next::SlowDown(after) => {
                self.slow_down(after);
                pending(after, cause)
            }
            Next::Pause(after) => {
                self.pause(after, error.class());
                pending(after, cause)
            }
            Next::TagInstead => pending(Duration::ZERO, Some(Cause::TaggedInstead)),
            Next::End(Outcome::Moot, _) if error.code() == Some(ALREADY_RECALLED) => {
                moot(decision, Cause::Recalled)
            }
            Next::End(outcome, cause) => Step::to(&decision.id, outcome, Some(cause)),
        };
        Step {
            attempts: 1,
            error_code: error.code(),
            answer: error.answer().map(str::to_owned),
            ..step
        }
    }
}

/// Whether a call for it may have gone out before.
pub(super) fn was_tried(decision: &Pending) -> bool {
    decision.attempts > 0 || decision.is_suspect()
}

/// Whether the platform keeps nothing of it, so that it can only be taken away unseen. A person may ask for that in a
/// group whose type nobody told us.
fn cannot_be_read(decision: &Pending) -> bool {
    let unseen = || decision.body_digest.is_of(&Content::empty().body_digest());
    is_live(decision) || decision.source == Source::Person.as_str() && unseen()
}

/// How much of it may be kept.
fn keep(decision: &Pending) -> KeepOriginal {
    KeepOriginal::parse(&decision.keep_original).unwrap_or(KeepOriginal::No)
}

/// Whether its group keeps no history, as far as the webhook told.
fn is_live(decision: &Pending) -> bool {
    decision.group_type.as_deref().is_some_and(moderation::is_live_type)
}

/// The platform refused the body for good: what is left is the mark beside it.
fn tag_only(verdict: &Verdict) -> Verdict {
    Verdict { edits: Vec::new(), tags: verdict.fallback_tags.clone(), ..verdict.clone() }
}

/// Whole leaves in place of spans.
fn blanked(verdict: &Verdict, content: &Content) -> Verdict {
    let whole = |leaf: usize| {
        let length = content.leaves().get(leaf).map_or(0, |leaf| leaf.text.len());
        (leaf, vec![Edit { range: 0..length, with: BLANK.into() }])
    };
    let edits = verdict.edits.iter().map(|(leaf, _)| whole(*leaf)).collect();
    Verdict { edits, ..verdict.clone() }
}

fn replanned(decision: &Pending, rewrite: &Rewrite, message: &Message, verdict: &Verdict) -> Step {
    let keep = keep(decision).max(verdict.keep_original);
    let written = Some(&rewrite.content);
    let kept = Kept::of(keep, verdict, &message.content, written, message.mentions);
    let rewrite = Rewritten {
        digest: rewrite.content.body_digest(),
        content: kept.rewritten,
        tags: rewrite.tags.clone(),
    };
    let cause = decision.cause.as_deref().and_then(Cause::parse);
    Step { rewrite: Some(rewrite), ..Step::to(&decision.id, Outcome::Pending, cause) }
}

/// The rule set of this judgement, where it is not the one of the decision.
fn newer(decision: &Pending, judged: &Judged) -> Option<String> {
    Some(judged.ruleset.hash().to_owned()).filter(|hash| *hash != decision.ruleset)
}

/// A step with what reading the message has taught us.
fn learned(step: Step, decision: &Pending, ground: &Ground, confirmed: bool) -> Step {
    let sender = ground.message.sender.clone().filter(|_| decision.sender.is_none());
    Step { reread: confirmed, sender, ..step }
}
