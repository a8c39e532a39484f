//! One undo from beginning to end: read what is there, lay the original over it, settle.
//!
//! Promise: only what still shows what we wrote is touched, nothing else of the message changes, and that the text
//! is to stay is on disk before the platform is asked. What only one rule did is lifted alone.

use super::Worker;
use super::policy::{self, Next, Situation};
use crate::chat::{Change, Found, Gone, Stored};
use crate::engine::{Ruleset, Sources, compile};
use crate::message::{Content, Edit, Leaf, Message, Part, tagged, tags, untagged};
use crate::moderation::Rewrite;
use crate::pace::Turn;
use crate::store::{Cause, PendingUndo, Restored, StoreError, UndoStep};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// What the message is to show, and what that lifts.
struct Target {
    content: Content,
    /// Nothing of what we wrote is left.
    whole: bool,
    restored: Vec<Restored>,
}

impl Worker {
    /// Carries out one undo and settles it. `turn` is that of its first call.
    ///
    /// # Errors
    /// When the result cannot be stored: it stays pending, and the next turn finds out.
    pub async fn give_back(&self, undo: &PendingUndo, turn: Turn) -> Result<(), StoreError> {
        let _company = self.company.read().await;
        if self.breaker.is_open() {
            return Ok(());
        }
        let step = self.returned(undo, turn).await?;
        let retry = match &step {
            UndoStep::Retry { next_try_at, .. } => Some(*next_try_at),
            _ => None,
        };
        if retry.is_none() {
            self.breaker.close();
        }
        self.metrics.undone(step.as_str());
        self.store.undo_step(undo, step).await?;
        retry.into_iter().for_each(|at| self.wake_at(at));
        Ok(())
    }

    /// An undo that panicked is given up: what it is about stays as it is.
    pub async fn drop_undo(&self, undo: &PendingUndo) -> Result<(), StoreError> {
        self.store.undo_step(undo, refused(Cause::Quarantined)).await.map(drop)
    }

    async fn returned(&self, undo: &PendingUndo, turn: Turn) -> Result<UndoStep, StoreError> {
        let content = |record: &Option<String>| {
            Content::from_record(record.as_deref()?, &self.app.text_keys).ok()
        };
        let (Some(original), Some(written)) = (content(&undo.original), content(&undo.rewritten))
        else {
            return Ok(refused(Cause::NotKept));
        };
        let stored = match self.chat.read(&undo.key).await {
            Ok(Found::Present(stored)) if !stored.system => stored,
            Ok(Found::Present(_) | Found::Gone(Gone::Missing)) => {
                return Ok(refused(Cause::Missing));
            }
            Ok(Found::Gone(Gone::Recalled)) => return Ok(refused(Cause::Recalled)),
            Ok(Found::Gone(Gone::Expired)) => return Ok(refused(Cause::Expired)),
            Err(error) => return Ok(self.failed(undo, &error)),
        };
        drop(turn);
        let target = self.target(undo, &original).await?;
        if shows(&stored, &target.content, &written) {
            return Ok(UndoStep::Done { attempts: 0, whole: target.whole });
        }
        if !stored.content.same_body(&written) {
            return Ok(refused(Cause::EditedSince));
        }
        let Some(change) = change(&stored, &original, &target.content, &written) else {
            return Ok(refused(Cause::EditedSince));
        };
        self.send_back(undo, target, &change).await
    }

    async fn send_back(
        &self,
        undo: &PendingUndo,
        target: Target,
        change: &Change,
    ) -> Result<UndoStep, StoreError> {
        let Target { content, whole, restored } = target;
        let sending = UndoStep::Sending {
            digest: content.body_digest(),
            content: (!whole).then(|| content.to_record()),
            restored,
        };
        self.store.undo_step(undo, sending).await?;
        if change.body.is_none() && change.custom.is_none() {
            return Ok(UndoStep::Done { attempts: 0, whole });
        }
        let _turn = self.writes.turn().await;
        Ok(match self.chat.modify(&undo.key, change).await {
            Ok(()) => UndoStep::Done { attempts: 1, whole },
            Err(error) => self.failed(undo, &error),
        })
    }

    /// What the message is to show. Rules are those that the decision was made by, as far as they can be had.
    async fn target(&self, undo: &PendingUndo, original: &Content) -> Result<Target, StoreError> {
        let live = self.moderation.rules();
        let then = self.rules_of(undo, &live).await?;
        let lifted = self.lifted(undo).await?;
        let message = message(undo, original.clone());
        let judge = |rules: &Ruleset, spared: &dyn Fn(&str) -> bool| {
            rules.judge_sparing(&message, undo.decided_at, &|_| false, &|rule, _: &Leaf| {
                spared(rule.id.as_str())
            })
        };
        let content = match undo.rule {
            None => original.clone(),
            Some(_) => {
                let rest = judge(&then, &|rule| lifted.contains(rule));
                Rewrite::of(original, &rest, true)
                    .map_or_else(|_| original.clone(), |rewrite| rewrite.content)
            }
        };
        let mut restored = Vec::new();
        for rules in [&then, &live] {
            let verdict = judge(rules, &|rule| !lifted.contains(rule));
            let hits =
                verdict.hits.iter().filter_map(|hit| Some((hit, rules.rule(hit.rule.as_str())?)));
            restored.extend(hits.map(|(hit, rule)| Restored {
                place: hit.place.clone(),
                rule: rule.id.to_string(),
                rule_hash: rule.own_hash(),
            }));
        }
        let whole = content == *original;
        Ok(Target { content, whole, restored })
    }

    /// The rules whose work is to be gone: of this undo, and of those before it.
    async fn lifted(&self, undo: &PendingUndo) -> Result<BTreeSet<String>, StoreError> {
        let Some(rule) = &undo.rule else { return Ok(undo.rules.iter().cloned().collect()) };
        let before = self.store.reader().restored(&undo.key).await?;
        Ok(before.into_iter().map(|restored| restored.rule).chain([rule.clone()]).collect())
    }

    /// The rule set that the decision was made by; the live one where it cannot be had any more.
    async fn rules_of(
        &self,
        undo: &PendingUndo,
        live: &Arc<Ruleset>,
    ) -> Result<Arc<Ruleset>, StoreError> {
        if undo.ruleset == live.hash() {
            return Ok(live.clone());
        }
        let kept = self.past.lock().await.clone();
        if let Some(past) = kept.filter(|past| past.hash() == undo.ruleset) {
            return Ok(past);
        }
        let Some(files) = self.store.reader().ruleset(&undo.ruleset).await? else {
            return Ok(live.clone());
        };
        let compiled = tokio::task::spawn_blocking(move || compile(&Sources::of(files))).await;
        let Ok(Ok(compiled)) = compiled else { return Ok(live.clone()) };
        let past = Arc::new(compiled.ruleset);
        *self.past.lock().await = Some(past.clone());
        Ok(past)
    }

    /// What follows from a call that failed.
    fn failed(&self, undo: &PendingUndo, error: &crate::chat::Error) -> UndoStep {
        let now = jiff::Timestamp::now().as_millisecond();
        let situation = Situation {
            attempts: undo.attempts,
            age: Duration::from_millis((now - undo.created_at).max(0) as u64),
            now,
            chance: super::chance(),
            can_tag: false,
        };
        tracing::warn!(decision = %undo.decision_id, app = %undo.app, %error, "a call for an undo failed");
        let error_code = error.code();
        let wait = match policy::next(error.class(), &situation, &self.app.enforcer) {
            Next::Retry(wait) => wait,
            Next::SlowDown(wait) => {
                self.slow_down(wait);
                wait
            }
            Next::Pause(wait) => {
                self.pause(wait, error.class());
                wait
            }
            Next::TagInstead => Duration::ZERO,
            Next::End(_, cause) => return UndoStep::Refused { cause, error_code, attempts: 1 },
        };
        let next_try_at = now.saturating_add(wait.as_millis() as i64);
        UndoStep::Retry { error_code, attempts: 1, next_try_at }
    }
}

fn refused(cause: Cause) -> UndoStep {
    UndoStep::Refused { cause, error_code: None, attempts: 0 }
}

/// Whether the message shows the target already: an earlier try got through, and we did not hear of it.
fn shows(stored: &Stored, target: &Content, written: &Content) -> bool {
    let custom = stored.content.custom_text();
    let custom_done = match &custom {
        None => {
            target.custom_text().unwrap_or_default() == written.custom_text().unwrap_or_default()
        }
        Some(now) => *now == target.custom_text().unwrap_or_default(),
    };
    custom_done && stored.content.same_body(target)
}

/// The call that makes the message show the target; `None` where the leaves are not those we know.
fn change(
    stored: &Stored,
    original: &Content,
    target: &Content,
    written: &Content,
) -> Option<Change> {
    let laid = lay(&stored.content, target, Part::Body)?;
    let body = (laid.body() != stored.content.body()).then(|| laid.body().to_owned());
    let touched = written.custom_text() != original.custom_text();
    let custom = touched.then(|| custom(stored, target, written));
    Some(Change { body, custom: custom.flatten() })
}

/// The custom data to send. What the app changed there since stays; only our own work is taken out.
fn custom(stored: &Stored, target: &Content, written: &Content) -> Option<String> {
    let wanted = || target.custom().unwrap_or("\"\"").to_owned();
    let Some(now) = stored.content.custom() else { return Some(wanted()) };
    if stored.content.custom_text() == written.custom_text() {
        return Some(wanted());
    }
    let laid = lay(&stored.content, target, Part::Custom);
    let clean = untagged(laid.as_ref().and_then(Content::custom).unwrap_or(now));
    let left = tags(target.custom());
    let custom = if left.is_empty() { clean } else { tagged(Some(&clean), &left).ok()? };
    (custom != now).then_some(custom)
}

/// `base` with the leaves of `part` saying what they say in `target`; `None` where they are not the same leaves.
fn lay(base: &Content, target: &Content, part: Part) -> Option<Content> {
    let mut edits = Vec::new();
    for wanted in target.leaves().iter().filter(|leaf| leaf.part == part) {
        let at = base.leaves().iter().position(|leaf| leaf.place == wanted.place)?;
        let leaf = &base.leaves()[at];
        if leaf.text != wanted.text {
            edits.push((at, vec![Edit { range: 0..leaf.text.len(), with: wanted.text.clone() }]));
        }
    }
    base.patched(&edits).ok()
}

/// The decision's message as it was sent.
fn message(undo: &PendingUndo, content: Content) -> Message {
    Message {
        app: undo.app.clone(),
        key: undo.key.clone(),
        revision: 0,
        group_type: undo.group_type.clone(),
        sender: undo.sender.clone(),
        operator: None,
        sent_at: None,
        online_only: false,
        mentions: undo.mentions,
        content,
    }
}
