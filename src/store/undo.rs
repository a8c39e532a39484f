//! Undo: what a person wants given back, how far it is, and what stays restored.
//!
//! Holds rows and their SQL; the writer calls it inside its transaction. Promise: before the platform is asked to
//! give a text back, it is on disk that this text is to stay; and an undo that is refused leaves its decision as it was.

use super::audit::Event;
use super::decisions::key_of;
use super::outcome::{Cause, Outcome};
use super::texts::{Which, columns, join, join_where, opened_or_none};
use super::vault::{FINGERPRINTS, Vault};
use super::writer::Op;
use super::{Reader, Store, StoreError};
use crate::message::MessageKey;
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// What is to be given back.
#[derive(Debug, Clone)]
pub struct UndoPlan {
    pub id: String,
    pub decision_id: String,
    /// Only what this rule did; everything when `None`.
    pub rule: Option<String>,
    /// Why, in the words of the person who asks.
    pub reason: String,
    /// Who asks, where told.
    pub by: Option<String>,
}

/// An undo that is due, with what is needed to carry it out.
#[derive(Debug, Clone)]
pub struct PendingUndo {
    pub id: String,
    pub decision_id: String,
    pub rule: Option<String>,
    /// Unix ms.
    pub created_at: i64,
    pub attempts: i64,
    pub app: String,
    pub key: MessageKey,
    /// When the decision was made (Unix ms), by which rule set, and of what.
    pub decided_at: i64,
    pub ruleset: String,
    pub rules: Vec<String>,
    pub mentions: bool,
    pub group_type: Option<String>,
    pub sender: Option<String>,
    pub original: Option<String>,
    /// What the message shows if nobody touched it since: the rewrite, or what an undo before this one left of it.
    pub rewritten: Option<String>,
}

/// A rule that leaves one leaf of a message alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    pub place: String,
    pub rule: String,
    /// Of the rule's own definition.
    pub rule_hash: String,
}

/// How an undo goes on.
#[derive(Debug, Clone)]
pub enum UndoStep {
    /// What is about to be sent. `content` only where it is not the original as it was.
    Sending { digest: String, content: Option<String>, restored: Vec<Restored> },
    /// Not yet: to be tried again at `next_try_at` (Unix ms).
    Retry { error_code: Option<i64>, attempts: i64, next_try_at: i64 },
    /// The message shows it. `whole` when nothing of what we wrote is left.
    Done { attempts: i64, whole: bool },
    /// It will not be given back.
    Refused { cause: Cause, error_code: Option<i64>, attempts: i64 },
}

impl UndoStep {
    /// The word for metrics.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Sending { .. } => "sending",
            Self::Retry { .. } => "retried",
            Self::Done { whole: true, .. } => "done",
            Self::Done { whole: false, .. } => "partly_done",
            Self::Refused { .. } => "refused",
        }
    }
}

/// Something about undos to be written.
#[derive(Debug, Clone)]
pub(super) enum UndoOp {
    Plan(Vec<UndoPlan>),
    /// Of this undo, about this decision.
    Step(String, String, UndoStep),
}

/// What the message shows if nobody touched it since: the rewrite, or what an undo before this one left of it.
const NOT_OF_THIS_UNDO: &str = "t.name IN ('rewritten', 'restored') AND NOT EXISTS (SELECT 1 FROM audit_events e \
    WHERE e.seq = t.event_seq AND e.kind = 'undo.sending' AND json_extract(e.data, '$.undo') = u.id)";

impl Store {
    /// Plans undos; those whose decision is not `applied` any more, or waits to be undone already, are left out.
    /// `true` when all of them were planned.
    ///
    /// # Errors
    /// When they are not on disk.
    pub async fn plan_undos(&self, plans: Vec<UndoPlan>) -> Result<bool, StoreError> {
        self.done(Op::Undo(UndoOp::Plan(plans))).await
    }

    /// Writes how an undo goes on; `false` when it is not pending any more.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn undo_step(&self, undo: &PendingUndo, step: UndoStep) -> Result<bool, StoreError> {
        self.done(Op::Undo(UndoOp::Step(undo.id.clone(), undo.decision_id.clone(), step))).await
    }
}

impl Reader {
    /// Undos of an app that are due, oldest first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn due_undos(
        &self,
        sdk_app_id: u64,
        now: i64,
        limit: usize,
    ) -> Result<Vec<PendingUndo>, StoreError> {
        let chosen: String = ["sender", "original", "rewritten"].map(columns).concat();
        let joined = [
            join("sender", Which::Last),
            join("original", Which::First),
            join_where("rewritten", NOT_OF_THIS_UNDO, Which::Last),
        ];
        let query = format!(
            "SELECT u.id AS undo_id, u.rule AS undo_rule, u.created_at AS asked_at, u.attempts AS undo_attempts, d.*, \
             (SELECT json_group_array(rule) FROM decision_rules r WHERE r.decision_id = d.id) AS rules{chosen} \
             FROM undos u INDEXED BY undos_pending JOIN decisions d ON d.id = u.decision_id{} \
             WHERE u.state = 'pending' AND u.sdk_app_id = ? AND u.next_try_at <= ? ORDER BY u.next_try_at LIMIT ?",
            joined.concat()
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(sdk_app_id as i64)
            .bind(now)
            .bind(limit as i64)
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(|row| pending(row, &self.vault)).collect()
    }

    /// The rules that leave leaves of this message alone, because a person gave their text back.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn restored(&self, key: &MessageKey) -> Result<Vec<Restored>, StoreError> {
        let query = "SELECT place, rule, rule_hash FROM restored WHERE sdk_app_id = ? AND group_id = ? \
                     AND topic_id = ? AND msg_seq = ?";
        let rows = sqlx::query(query)
            .bind(key.sdk_app_id as i64)
            .bind(&key.group_id)
            .bind(key.topic_id.as_deref().unwrap_or_default())
            .bind(key.seq.map(|seq| seq as i64))
            .fetch_all(&self.reads)
            .await?;
        let restored = |row: &SqliteRow| {
            let (place, rule, rule_hash) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            Ok(Restored { place, rule, rule_hash })
        };
        Ok(rows.iter().map(restored).collect::<sqlx::Result<_>>()?)
    }

    /// Whether an undo of this decision waits to be carried out.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn is_being_undone(&self, decision_id: &str) -> Result<bool, StoreError> {
        let query =
            "SELECT EXISTS (SELECT 1 FROM undos WHERE decision_id = ? AND state = 'pending')";
        Ok(sqlx::query_scalar(query).bind(decision_id).fetch_one(&self.reads).await?)
    }

    /// Whether its message was taken away: the platform cannot bring that back.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn was_recalled(&self, decision_id: &str) -> Result<bool, StoreError> {
        let query = "SELECT EXISTS (SELECT 1 FROM decisions WHERE id = ? AND action = 'recall')";
        Ok(sqlx::query_scalar(query).bind(decision_id).fetch_one(&self.reads).await?)
    }

    /// Whether there is a decision of this id.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn is_decision(&self, id: &str) -> Result<bool, StoreError> {
        let query = "SELECT EXISTS (SELECT 1 FROM decisions WHERE id = ?)";
        Ok(sqlx::query_scalar(query).bind(id).fetch_one(&self.reads).await?)
    }

    /// Whether there is something to give back.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn keeps_original(&self, decision_id: &str) -> Result<bool, StoreError> {
        let query =
            "SELECT EXISTS (SELECT 1 FROM texts WHERE decision_id = ? AND name = 'original')";
        Ok(sqlx::query_scalar(query).bind(decision_id).fetch_one(&self.reads).await?)
    }
}

fn pending(row: &SqliteRow, vault: &Vault) -> Result<PendingUndo, StoreError> {
    let text = |name| opened_or_none(row, vault, name);
    let rule: String = row.try_get("undo_rule")?;
    let rules: String = row.try_get("rules")?;
    Ok(PendingUndo {
        id: row.try_get("undo_id")?,
        decision_id: row.try_get("id")?,
        rule: Some(rule).filter(|rule| !rule.is_empty()),
        created_at: row.try_get("asked_at")?,
        attempts: row.try_get("undo_attempts")?,
        app: row.try_get("app")?,
        key: key_of(row)?,
        decided_at: row.try_get("created_at")?,
        ruleset: row.try_get("ruleset")?,
        rules: serde_json::from_str(&rules).map_err(|error| sqlx::Error::Decode(error.into()))?,
        mentions: row.try_get("mentions")?,
        group_type: row.try_get("group_type")?,
        sender: text("sender")?,
        original: text("original")?,
        rewritten: text("rewritten")?,
    })
}

/// Writes it; whether there was anything to write.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    vault: &Vault,
    at: i64,
    op: &UndoOp,
    events: &mut Vec<Event>,
) -> sqlx::Result<bool> {
    match op {
        UndoOp::Plan(plans) => {
            let mut all = true;
            for plan in plans {
                all &= insert(connection, at, plan, events).await?;
            }
            Ok(all)
        }
        UndoOp::Step(id, decision_id, step) => {
            let moved = advance(connection, at, id, step).await?;
            if moved {
                let step = &fingerprinted(step, vault);
                follow(connection, at, id, decision_id, step).await?;
                events.push(event(id, decision_id, step));
            }
            Ok(moved)
        }
    }
}

/// With a fingerprint in place of the digest.
fn fingerprinted(step: &UndoStep, vault: &Vault) -> UndoStep {
    match step.clone() {
        UndoStep::Sending { digest, content, restored } => {
            UndoStep::Sending { digest: vault.fingerprint(&digest), content, restored }
        }
        step => step,
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    at: i64,
    plan: &UndoPlan,
    events: &mut Vec<Event>,
) -> sqlx::Result<bool> {
    let query = "INSERT INTO undos (id, decision_id, sdk_app_id, rule, created_at, state, attempts, next_try_at) \
                 SELECT ?, d.id, d.sdk_app_id, ?, ?, 'pending', 0, ? FROM decisions d \
                 WHERE d.id = ? AND d.outcome = 'applied' AND NOT EXISTS \
                 (SELECT 1 FROM undos u WHERE u.decision_id = d.id AND u.state = 'pending')";
    let done = sqlx::query(query)
        .bind(&plan.id)
        .bind(plan.rule.as_deref().unwrap_or_default())
        .bind(at)
        .bind(at)
        .bind(&plan.decision_id)
        .execute(connection)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let data = json!({ "undo": plan.id, "rule": plan.rule });
    let event = Event::new("undo.planned", Some(plan.decision_id.clone()), data);
    events.push(event.text("reason", Some(&plan.reason)).text("by", plan.by.as_ref()));
    Ok(true)
}

/// Moves the undo itself; `false` when it is not pending any more.
async fn advance(
    connection: &mut SqliteConnection,
    at: i64,
    id: &str,
    step: &UndoStep,
) -> sqlx::Result<bool> {
    let (state, cause, code, attempts, next) = match step {
        UndoStep::Sending { .. } => ("pending", None, None, 0, Some(at)),
        UndoStep::Retry { error_code, attempts, next_try_at } => {
            ("pending", None, *error_code, *attempts, Some(*next_try_at))
        }
        UndoStep::Done { attempts, .. } => ("done", None, None, *attempts, None),
        UndoStep::Refused { cause, error_code, attempts } => {
            ("refused", Some(cause.as_str()), *error_code, *attempts, None)
        }
    };
    let query = "UPDATE undos SET state = ?, cause = ?, error_code = coalesce(?, error_code), \
                 attempts = attempts + ?, next_try_at = ?, settled_at = ? WHERE id = ? AND state = 'pending'";
    let done = sqlx::query(query)
        .bind(state)
        .bind(cause)
        .bind(code)
        .bind(attempts)
        .bind(next)
        .bind((state != "pending").then_some(at))
        .bind(id)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// What the step means for the decision and for what stays restored.
async fn follow(
    connection: &mut SqliteConnection,
    at: i64,
    id: &str,
    decision_id: &str,
    step: &UndoStep,
) -> sqlx::Result<()> {
    match step {
        UndoStep::Retry { .. } => Ok(()),
        UndoStep::Sending { digest, restored, .. } => {
            let query = "UPDATE decisions SET restored_digest = ? WHERE id = ?";
            sqlx::query(query).bind(digest).bind(decision_id).execute(&mut *connection).await?;
            leave_alone(connection, id, decision_id, restored).await
        }
        UndoStep::Done { attempts, whole } => {
            let (outcome, cause) = ended(*whole);
            let query = "UPDATE decisions SET outcome = ?, cause = ?, attempts = attempts + ?, settled_at = ? \
                         WHERE id = ?";
            let query = sqlx::query(query).bind(outcome.as_str()).bind(cause.as_str());
            query.bind(attempts).bind(at).bind(decision_id).execute(connection).await.map(drop)
        }
        UndoStep::Refused { .. } => {
            // What an undo before this one gave back stays.
            let earlier =
                "SELECT 1 FROM undos u WHERE u.decision_id = decisions.id AND u.state = 'done'";
            let query = format!(
                "UPDATE decisions SET restored_digest = NULL WHERE id = ? AND NOT EXISTS ({earlier})"
            );
            let query = sqlx::query(sqlx::AssertSqlSafe(query));
            query.bind(decision_id).execute(&mut *connection).await?;
            let query = "DELETE FROM restored WHERE undo_id = ?";
            sqlx::query(query).bind(id).execute(connection).await.map(drop)
        }
    }
}

fn ended(whole: bool) -> (Outcome, Cause) {
    match whole {
        true => (Outcome::Undone, Cause::ByPerson),
        false => (Outcome::Applied, Cause::PartlyUndone),
    }
}

async fn leave_alone(
    connection: &mut SqliteConnection,
    id: &str,
    decision_id: &str,
    restored: &[Restored],
) -> sqlx::Result<()> {
    let query = "INSERT OR IGNORE INTO restored (sdk_app_id, group_id, topic_id, msg_seq, place, rule, rule_hash, undo_id) \
                 SELECT sdk_app_id, group_id, topic_id, msg_seq, ?, ?, ?, ? FROM decisions \
                 WHERE msg_seq IS NOT NULL AND id = ?";
    for Restored { place, rule, rule_hash } in restored {
        let insert = sqlx::query(query).bind(place).bind(rule).bind(rule_hash).bind(id);
        insert.bind(decision_id).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The event that tells a step.
fn event(id: &str, decision_id: &str, step: &UndoStep) -> Event {
    let decision = Some(decision_id.to_owned());
    match step {
        UndoStep::Sending { digest, content, restored } => {
            let restored: Vec<_> =
                restored.iter().map(|r| json!([r.place, r.rule, r.rule_hash])).collect();
            let data = json!({ "undo": id, "restored": restored });
            let fingerprints = json!({ "restored_digest": digest }).to_string();
            Event::new("undo.sending", decision, data)
                .text(FINGERPRINTS, Some(fingerprints))
                .text("restored", content.as_ref())
        }
        UndoStep::Retry { error_code, attempts, next_try_at } => {
            let data = json!({ "undo": id, "error_code": error_code, "attempts": attempts, "next_try_at": next_try_at });
            Event::new("undo.retried", decision, data)
        }
        UndoStep::Done { attempts, whole } => {
            let (outcome, cause) = ended(*whole);
            let data = json!({
                "undo": id, "outcome": outcome.as_str(), "cause": cause.as_str(), "attempts": attempts,
            });
            Event::new("decision.undone", decision, data)
        }
        UndoStep::Refused { cause, error_code, attempts } => {
            let data = json!({
                "undo": id, "cause": cause.as_str(), "error_code": error_code, "attempts": attempts,
            });
            Event::new("undo.refused", decision, data)
        }
    }
}
