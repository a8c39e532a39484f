//! Decisions as rows: how they are written, moved on and told to the audit.
//!
//! The writer calls it inside its transaction.

use super::audit::Event;
use super::outcome::{Cause, Outcome};
use super::plan::{Plan, Step};
use super::vault::{FINGERPRINTS, Vault};
use super::writer::batches;
use crate::message::MessageKey;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use std::collections::BTreeMap;

/// The message that a row of `decisions` is about.
pub(super) fn key_of(row: &sqlx::sqlite::SqliteRow) -> sqlx::Result<MessageKey> {
    let topic: String = row.try_get("topic_id")?;
    Ok(MessageKey {
        sdk_app_id: row.try_get::<i64, _>("sdk_app_id")? as u64,
        group_id: row.try_get("group_id")?,
        topic_id: Some(topic).filter(|topic| !topic.is_empty()),
        seq: row.try_get::<Option<i64>, _>("msg_seq")?.map(|seq| seq as u64),
    })
}

/// A plan about to be written, with the fingerprints that stand in place of its digests.
pub(super) struct Decision<'p> {
    pub plan: &'p Plan,
    pub prints: Prints,
}

/// Fingerprints of a message and of what it is to become.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Prints {
    pub digest: String,
    pub body_digest: String,
    pub written_digest: Option<String>,
    /// Nothing was given back yet.
    restored_digest: (),
}

impl<'p> Decision<'p> {
    pub fn new(plan: &'p Plan, vault: &Vault) -> Self {
        let prints = Prints {
            digest: vault.fingerprint(&plan.digest),
            body_digest: vault.fingerprint(&plan.body_digest),
            written_digest: plan.written_digest.as_deref().map(|digest| vault.fingerprint(digest)),
            restored_digest: (),
        };
        Self { plan, prints }
    }
}

/// Writes new decisions and the rules that made them.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    at: i64,
    decisions: &[Decision<'_>],
) -> sqlx::Result<()> {
    for decisions in batches(decisions) {
        insert_batch(connection, at, decisions).await?;
    }
    let rules = decisions.iter().flat_map(|Decision { plan, .. }| {
        plan.rules.iter().map(move |rule| (&plan.id, rule, plan.categories.get(rule)))
    });
    let rules: Vec<_> = rules.collect();
    for rules in batches(&rules) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT OR IGNORE INTO decision_rules (rule, created_at, decision_id, category) ",
        );
        query.push_values(rules, |mut row, (id, rule, category)| {
            row.push_bind(*rule).push_bind(at).push_bind(*id).push_bind(*category);
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn insert_batch(
    connection: &mut SqliteConnection,
    at: i64,
    decisions: &[Decision<'_>],
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "INSERT INTO decisions (id, created_at, app, sdk_app_id, group_id, group_type, topic_id, msg_seq, \
         revision, sent_at, digest, body_digest, written_digest, mentions, reread, verdict, severity, \
         keep_original, review, hits, tags, source, ruleset, supersedes, action, outcome, cause, attempts, \
         next_try_at, settled_at) ",
    );
    query.push_values(decisions, |mut row, Decision { plan, prints }| {
        let pending = plan.outcome == Outcome::Pending;
        row.push_bind(&plan.id).push_bind(at).push_bind(&plan.app);
        row.push_bind(plan.key.sdk_app_id as i64).push_bind(&plan.key.group_id);
        row.push_bind(&plan.group_type).push_bind(plan.key.topic_id.as_deref().unwrap_or_default());
        row.push_bind(plan.key.seq.map(|seq| seq as i64)).push_bind(plan.revision);
        row.push_bind(plan.sent_at).push_bind(&prints.digest).push_bind(&prints.body_digest);
        row.push_bind(&prints.written_digest).push_bind(plan.mentions).push_bind(plan.reread);
        row.push_bind(plan.verdict).push_bind(plan.lane).push_bind(plan.keep_original);
        row.push_bind(plan.review).push_bind(plan.hits.to_string());
        row.push_bind(json!(plan.tags).to_string()).push_bind(plan.source.as_str());
        row.push_bind(&plan.ruleset).push_bind(&plan.supersedes);
        row.push_bind(plan.action.as_str()).push_bind(plan.outcome.as_str());
        row.push_bind(plan.cause.map(Cause::as_str)).push_bind(0i64);
        row.push_bind(pending.then_some(at)).push_bind((!pending).then_some(at));
    });
    query.build().execute(connection).await.map(drop)
}

/// Moves a pending decision; `false` when it is not pending any more. The result of a call that was in flight when
/// the brake withheld its decision stands.
pub(super) async fn advance(
    connection: &mut SqliteConnection,
    at: i64,
    step: &Step,
) -> sqlx::Result<bool> {
    let settled = step.outcome != Outcome::Pending;
    let rewrite = step.rewrite.as_ref();
    let done = sqlx::query(
        "UPDATE decisions SET outcome = ?, cause = ?, error_code = coalesce(?, error_code), \
         attempts = attempts + ?, next_try_at = ?, settled_at = ?, reread = max(reread, ?), \
         written_digest = coalesce(?, written_digest), tags = coalesce(?, tags), \
         flight = iif(? IS NULL, 0, flight) \
         WHERE id = ? AND (outcome = 'pending' OR (outcome = 'withheld' AND ?))",
    )
    .bind(step.outcome.as_str())
    .bind(step.cause.map(Cause::as_str))
    .bind(step.error_code)
    .bind(step.attempts)
    .bind((!settled).then_some(step.next_try_at.unwrap_or(at)))
    .bind(settled.then_some(at))
    .bind(step.reread)
    .bind(rewrite.map(|rewrite| rewrite.digest.as_str()))
    .bind(rewrite.map(|rewrite| json!(rewrite.tags).to_string()))
    // A new plan is a word before the act, not its end.
    .bind(rewrite.map(|rewrite| rewrite.digest.as_str()))
    .bind(&step.id)
    .bind(settled && step.outcome != Outcome::Withheld)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Actions that wait for one of these messages, not in flight, and due after `at` (Unix ms); each with its cause.
pub(super) async fn resting(
    connection: &mut SqliteConnection,
    keys: &[MessageKey],
    at: i64,
) -> sqlx::Result<Vec<(String, Option<Cause>)>> {
    let mut found = Vec::new();
    for key in keys {
        let query = "SELECT id, cause FROM decisions WHERE sdk_app_id = ? AND group_id = ? \
                     AND topic_id = ? AND msg_seq = ? AND outcome = 'pending' \
                     AND flight = 0 AND next_try_at > ?";
        let rows = sqlx::query_as::<_, (String, Option<String>)>(query)
            .bind(key.sdk_app_id as i64)
            .bind(&key.group_id)
            .bind(key.topic_id.as_deref().unwrap_or_default())
            .bind(key.seq.map(|seq| seq as i64))
            .bind(at)
            .fetch_all(&mut *connection)
            .await?;
        let cause = |word: Option<String>| word.as_deref().and_then(Cause::parse);
        found.extend(rows.into_iter().map(|(id, word)| (id, cause(word))));
    }
    Ok(found)
}

/// Notes that an action takes off.
pub(super) async fn start(connection: &mut SqliteConnection, id: &str) -> sqlx::Result<bool> {
    // Even numbers rest, odd ones are in flight.
    let query = "UPDATE decisions SET flight = flight | 1 WHERE id = ? AND outcome = 'pending'";
    let done = sqlx::query(query).bind(id).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that an action panicked; tells those that have now brought themselves down twice.
pub(super) async fn crashed(connection: &mut SqliteConnection, id: &str) -> sqlx::Result<bool> {
    let query = "UPDATE decisions SET flight = iif(flight >= 4, 6, 4) \
                 WHERE id = ? AND outcome = 'pending' RETURNING flight";
    let flight: Option<i64> = sqlx::query_scalar(query).bind(id).fetch_optional(connection).await?;
    Ok(flight == Some(6))
}

/// After a start: what was in flight is suspect, or, having crashed alone twice, poison.
pub(super) async fn suspects(connection: &mut SqliteConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query(
        "UPDATE decisions INDEXED BY decisions_flight SET flight = flight + 1 \
         WHERE outcome = 'pending' AND flight > 0 AND flight % 2 = 1",
    )
    .execute(&mut *connection)
    .await?;
    let query = "SELECT id FROM decisions INDEXED BY decisions_flight \
                 WHERE outcome = 'pending' AND flight > 0 AND flight >= 6 ORDER BY id";
    sqlx::query_scalar(query).fetch_all(connection).await
}

/// Notes that our rewrite came back as a webhook; `false` when that was known.
pub(super) async fn confirm(
    connection: &mut SqliteConnection,
    at: i64,
    id: &str,
) -> sqlx::Result<bool> {
    let query = "UPDATE decisions SET confirmed_at = ? WHERE id = ? AND confirmed_at IS NULL";
    let done = sqlx::query(query).bind(at).bind(id).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

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
pub(super) fn planned_event(Decision { plan, prints }: &Decision<'_>) -> sqlx::Result<Event> {
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
pub(super) fn step_event(step: &Step) -> Event {
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
