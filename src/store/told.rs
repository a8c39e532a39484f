//! What the audit is told of a decision: the event of its plan, and of each step after it.
//!
//! Holds no SQL. Promise: an event tells facts; words, accounts and fingerprints stand beside it as texts.

use super::audit::Event;
use super::decisions::Decision;
use super::outcome::{Cause, Outcome};
use super::plan::{Plan, Step};
use super::vault::FINGERPRINTS;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the event of a plan tells, in this order.
#[derive(Serialize)]
struct Told<'p> {
    app: &'p str,
    sdk_app_id: u64,
    group_id: &'p str,
    group_type: Option<&'p str>,
    topic_id: Option<&'p str>,
    msg_seq: Option<u64>,
    revision: i64,
    sent_at: Option<i64>,
    mentions: bool,
    reread: bool,
    verdict: &'p str,
    severity: &'p str,
    rules: &'p [String],
    categories: &'p BTreeMap<String, String>,
    hits: &'p Value,
    tags: &'p [String],
    notes: &'p [String],
    review: bool,
    keep_original: &'p str,
    source: &'p str,
    ruleset: &'p str,
    supersedes: Option<&'p str>,
    action: &'p str,
    outcome: &'p str,
    cause: Option<&'p str>,
}

impl<'p> Told<'p> {
    fn of(plan: &'p Plan) -> Self {
        Self {
            app: &plan.app,
            sdk_app_id: plan.key.sdk_app_id,
            group_id: &plan.key.group_id,
            group_type: plan.group_type.as_deref(),
            topic_id: plan.key.topic_id.as_deref(),
            msg_seq: plan.key.seq,
            revision: plan.revision,
            sent_at: plan.sent_at,
            mentions: plan.mentions,
            reread: plan.reread,
            verdict: plan.verdict,
            severity: plan.severity,
            rules: &plan.rules,
            categories: &plan.categories,
            hits: &plan.hits,
            tags: &plan.tags,
            notes: &plan.notes,
            review: plan.review,
            keep_original: plan.keep_original,
            source: plan.source.as_str(),
            ruleset: &plan.ruleset,
            supersedes: plan.supersedes.as_deref(),
            action: plan.action.as_str(),
            outcome: plan.outcome.as_str(),
            cause: plan.cause.map(Cause::as_str),
        }
    }
}

/// The event that tells a new decision. The fingerprints of the content are no part of it but a text beside it, so that
/// they are gone when the message is erased.
pub(super) fn planned(Decision { plan, prints }: &Decision<'_>) -> sqlx::Result<Event> {
    let kind = match plan.outcome {
        Outcome::Pending => "decision.planned",
        Outcome::Impossible => "decision.impossible",
        _ => "decision.observed",
    };
    let json = |error: serde_json::Error| sqlx::Error::Encode(error.into());
    let data = serde_json::to_string(&Told::of(plan)).map_err(json)?;
    let prints = serde_json::to_string(prints).map_err(json)?;
    Ok(Event::decision(kind, plan.id.clone(), data)
        .text(FINGERPRINTS, Some(prints))
        .text("sender", plan.sender.as_ref())
        .text("operator", plan.operator.as_ref())
        .text("editor", plan.editor.as_ref())
        .text("original", plan.original.as_ref())
        .text("rewritten", plan.rewritten.as_ref())
        .text("reason", plan.reason.as_ref())
        .text("by", plan.by.as_ref()))
}

/// The event that tells a step.
pub(super) fn step(step: &Step) -> Event {
    let rewrite = step.rewrite.as_ref();
    let data = json!({
        "outcome": step.outcome.as_str(), "cause": step.cause.map(Cause::as_str),
        "error_code": step.error_code, "attempts": step.attempts, "next_try_at": step.next_try_at,
        "reread": step.reread, "ruleset": step.ruleset, "notes": step.notes,
        "tags": rewrite.map(|rewrite| &rewrite.tags),
    });
    let fingerprints =
        rewrite.map(|rewrite| json!({ "written_digest": rewrite.digest }).to_string());
    Event::new(step.kind(), Some(step.id.clone()), data)
        .text(FINGERPRINTS, fingerprints)
        .text("sender", step.sender.as_ref())
        .text("rewritten", rewrite.and_then(|rewrite| rewrite.content.as_ref()))
        .text("answer", step.answer.as_ref())
}
