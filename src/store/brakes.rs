//! What the brake keeps on disk: definitions and their age, usual rates, what is held back, and what waits for it.
//!
//! Holds rows and their SQL; the writer calls it inside its transaction. Promise: a trip, a release and every
//! decision they move are in the audit, in the same transaction.

use super::audit::Event;
use super::outcome::{Cause, Outcome};
use super::plan::Step;
use super::writer::Op;
use super::{Reader, Store, StoreError, told};
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use std::collections::HashMap;

/// Decisions moved in one transaction.
const AT_ONCE: i64 = 512;

/// What is known of a rule in an app.
#[derive(Debug, Clone, PartialEq)]
pub struct BrakeRow {
    pub sdk_app_id: u64,
    /// The app's name in the settings.
    pub app: String,
    pub rule: String,
    /// Of the rule's own definition.
    pub hash: String,
    /// Senders an hour, averaged over `hours`.
    pub senders: f64,
    pub hours: u32,
    /// The hour since 1970 that is counted next.
    pub next_hour: i64,
    /// Senders an hour that a person has released.
    pub approved: Option<f64>,
    /// Unix ms; held back since.
    pub tripped_at: Option<i64>,
    pub reason: Option<String>,
}

/// Something about the brake to be written.
#[derive(Debug, Clone)]
pub enum BrakeOp {
    /// These definitions, `(rule, hash)`, are live, and no others.
    Live(Vec<(String, String)>),
    /// What is usual for a rule.
    Keep(BrakeRow),
    /// A rule is held back; `data` tells how it came to that.
    Trip(BrakeRow, serde_json::Value),
    /// A critical rule did what would hold back any other.
    Alarm(serde_json::Value),
    /// A person, named where told, lets a rule act again; in all apps where `sdk_app_id` is `None`.
    Release { rule: String, sdk_app_id: Option<u64>, by: Option<String> },
    /// Pending actions that only this rule asks for wait.
    Withhold { rule: String, sdk_app_id: u64 },
    /// What waits, and is younger than `since`, is to be done after all.
    Return { rule: String, sdk_app_id: u64, since: i64 },
    /// What has waited since before then never will be.
    Expire { before: i64 },
}

impl Store {
    /// Writes it; `true` where rows were moved, so that there may be more.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn brake(&self, op: BrakeOp) -> Result<bool, StoreError> {
        self.done(Op::Brake(op)).await
    }
}

impl Reader {
    /// Every rule in every app that the brake knows something about.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn brakes(&self) -> Result<Vec<BrakeRow>, StoreError> {
        let query = "SELECT * FROM brakes ORDER BY rule, app";
        let rows = sqlx::query(query).fetch_all(&self.reads).await?;
        Ok(rows.iter().map(row).collect::<sqlx::Result<_>>()?)
    }

    /// When each definition, `(rule, hash)`, was first live (Unix ms).
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn first_live(&self) -> Result<HashMap<(String, String), i64>, StoreError> {
        let query = "SELECT rule, hash, first_live_at FROM rule_definitions";
        let rows = sqlx::query(query).fetch_all(&self.reads).await?;
        let entry = |row: &SqliteRow| Ok(((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?));
        Ok(rows.iter().map(entry).collect::<sqlx::Result<_>>()?)
    }

    /// How many decisions wait for a brake to be released, by rule and SDKAppID.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn withheld(&self) -> Result<HashMap<(String, u64), i64>, StoreError> {
        let query = "SELECT r.rule, d.sdk_app_id, count(*) FROM decisions d \
                     JOIN decision_rules r ON r.decision_id = d.id \
                     WHERE d.outcome = 'withheld' AND d.cause = 'brake' GROUP BY 1, 2";
        let rows = sqlx::query(query).fetch_all(&self.reads).await?;
        let entry = |row: &SqliteRow| {
            Ok(((row.try_get(0)?, row.try_get::<i64, _>(1)? as u64), row.try_get(2)?))
        };
        Ok(rows.iter().map(entry).collect::<sqlx::Result<_>>()?)
    }
}

fn row(row: &SqliteRow) -> sqlx::Result<BrakeRow> {
    Ok(BrakeRow {
        sdk_app_id: row.try_get::<i64, _>("sdk_app_id")? as u64,
        app: row.try_get("app")?,
        rule: row.try_get("rule")?,
        hash: row.try_get("hash")?,
        senders: row.try_get("senders")?,
        hours: row.try_get("hours")?,
        next_hour: row.try_get("next_hour")?,
        approved: row.try_get("approved")?,
        tripped_at: row.try_get("tripped_at")?,
        reason: row.try_get("reason")?,
    })
}

/// Writes it and adds what it means to the events; whether rows were moved.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    at: i64,
    op: &BrakeOp,
    events: &mut Vec<Event>,
) -> sqlx::Result<bool> {
    match op {
        BrakeOp::Live(rules) => live(connection, at, rules, events).await?,
        BrakeOp::Keep(row) => keep(connection, row).await?,
        BrakeOp::Trip(row, data) => {
            keep(connection, row).await?;
            events.push(Event::new("brake.tripped", None, data.clone()));
        }
        BrakeOp::Alarm(data) => events.push(Event::new("brake.alarmed", None, data.clone())),
        BrakeOp::Release { rule, sdk_app_id, by } => {
            let query = "SELECT * FROM brakes WHERE tripped_at IS NOT NULL AND rule = ? \
                         AND sdk_app_id = coalesce(?, sdk_app_id)";
            let query = sqlx::query(query).bind(rule).bind(sdk_app_id.map(|id| id as i64));
            let rows = query.fetch_all(&mut *connection).await?;
            return release(connection, rows, "person", by.as_deref(), events).await;
        }
        BrakeOp::Withhold { rule, sdk_app_id } => {
            let ids = pending_only_for(connection, rule, *sdk_app_id).await?;
            return settle(connection, at, ids, Cause::Brake, events).await;
        }
        BrakeOp::Return { rule, sdk_app_id, since } => {
            let ids = withheld_for(connection, rule, *sdk_app_id, *since).await?;
            return give_back(connection, at, ids, events).await;
        }
        BrakeOp::Expire { before } => {
            let query = "SELECT id FROM decisions WHERE outcome = 'withheld' AND created_at < ? \
                         AND cause = 'brake' LIMIT ?";
            let query = sqlx::query_scalar(query).bind(before).bind(AT_ONCE);
            let ids = query.fetch_all(&mut *connection).await?;
            return settle(connection, at, ids, Cause::BrakeExpired, events).await;
        }
    }
    Ok(true)
}

/// Notes new definitions, and forgets what was known of those that they replace.
async fn live(
    connection: &mut SqliteConnection,
    at: i64,
    rules: &[(String, String)],
    events: &mut Vec<Event>,
) -> sqlx::Result<()> {
    for rules in rules.chunks(1024) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT OR IGNORE INTO rule_definitions (rule, hash, first_live_at) ",
        );
        query.push_values(rules, |mut row, (rule, hash)| {
            row.push_bind(rule).push_bind(hash).push_bind(at);
        });
        query.build().execute(&mut *connection).await?;
    }
    let live: HashMap<_, _> = rules.iter().map(|(rule, hash)| (rule.as_str(), hash)).collect();
    for found in sqlx::query("SELECT * FROM brakes").fetch_all(&mut *connection).await? {
        let known = row(&found)?;
        if live.get(known.rule.as_str()).is_some_and(|hash| **hash == known.hash) {
            continue;
        }
        if known.tripped_at.is_some() {
            release(connection, vec![found], "new_definition", None, events).await?;
        }
        sqlx::query("DELETE FROM brakes WHERE sdk_app_id = ? AND rule = ?")
            .bind(known.sdk_app_id as i64)
            .bind(&known.rule)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn keep(connection: &mut SqliteConnection, row: &BrakeRow) -> sqlx::Result<()> {
    let query = "INSERT OR REPLACE INTO brakes (sdk_app_id, rule, app, hash, senders, hours, next_hour, \
                 approved, tripped_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    sqlx::query(query)
        .bind(row.sdk_app_id as i64)
        .bind(&row.rule)
        .bind(&row.app)
        .bind(&row.hash)
        .bind(row.senders)
        .bind(row.hours)
        .bind(row.next_hour)
        .bind(row.approved)
        .bind(row.tripped_at)
        .bind(&row.reason)
        .execute(connection)
        .await?;
    Ok(())
}

async fn release(
    connection: &mut SqliteConnection,
    rows: Vec<SqliteRow>,
    by: &str,
    name: Option<&str>,
    events: &mut Vec<Event>,
) -> sqlx::Result<bool> {
    for found in &rows {
        let known = row(found)?;
        sqlx::query(
            "UPDATE brakes SET tripped_at = NULL, reason = NULL WHERE sdk_app_id = ? AND rule = ?",
        )
        .bind(known.sdk_app_id as i64)
        .bind(&known.rule)
        .execute(&mut *connection)
        .await?;
        let data = json!({
            "rule": known.rule, "app": known.app, "sdk_app_id": known.sdk_app_id,
            "hash": known.hash, "tripped_at": known.tripped_at, "by": by,
        });
        events.push(Event::new("brake.released", None, data).text("by", name));
    }
    Ok(!rows.is_empty())
}

/// Decisions that no other enforced rule asks for. What others ask for too is left to the enforcer, which judges
/// once more without this rule.
async fn pending_only_for(
    connection: &mut SqliteConnection,
    rule: &str,
    sdk_app_id: u64,
) -> sqlx::Result<Vec<String>> {
    let query = "SELECT d.id FROM decisions d WHERE d.outcome = 'pending' AND d.sdk_app_id = ? \
         AND EXISTS (SELECT 1 FROM decision_rules r WHERE r.decision_id = d.id AND r.rule = ?) \
         AND NOT EXISTS (SELECT 1 FROM json_each(d.hits) h WHERE h.value ->> 'mode' = 'enforce' \
         AND h.value ->> 'rule' <> ?) LIMIT ?";
    let query = sqlx::query_scalar(query).bind(sdk_app_id as i64).bind(rule).bind(rule);
    query.bind(AT_ONCE).fetch_all(connection).await
}

async fn withheld_for(
    connection: &mut SqliteConnection,
    rule: &str,
    sdk_app_id: u64,
    since: i64,
) -> sqlx::Result<Vec<String>> {
    let query = "SELECT d.id FROM decisions d WHERE d.outcome = 'withheld' AND d.cause = 'brake' \
         AND d.created_at >= ? AND d.sdk_app_id = ? \
         AND EXISTS (SELECT 1 FROM decision_rules r WHERE r.decision_id = d.id AND r.rule = ?) LIMIT ?";
    let query = sqlx::query_scalar(query).bind(since).bind(sdk_app_id as i64);
    query.bind(rule).bind(AT_ONCE).fetch_all(connection).await
}

/// Ends decisions as `withheld`.
async fn settle(
    connection: &mut SqliteConnection,
    at: i64,
    ids: Vec<String>,
    cause: Cause,
    events: &mut Vec<Event>,
) -> sqlx::Result<bool> {
    sqlx::query(
        "UPDATE decisions SET outcome = 'withheld', cause = ?, next_try_at = NULL, settled_at = ? \
         WHERE id IN (SELECT value FROM json_each(?))",
    )
    .bind(cause.as_str())
    .bind(at)
    .bind(json!(ids).to_string())
    .execute(connection)
    .await?;
    let step = |id| told::step(&Step::to(id, Outcome::Withheld, Some(cause)));
    events.extend(ids.iter().map(|id| step(id)));
    Ok(!ids.is_empty())
}

async fn give_back(
    connection: &mut SqliteConnection,
    at: i64,
    ids: Vec<String>,
    events: &mut Vec<Event>,
) -> sqlx::Result<bool> {
    sqlx::query(
        "UPDATE decisions SET outcome = 'pending', cause = NULL, next_try_at = ?, settled_at = NULL, flight = 0 \
         WHERE id IN (SELECT value FROM json_each(?))",
    )
    .bind(at)
    .bind(json!(ids).to_string())
    .execute(connection)
    .await?;
    let step = |id| told::step(&Step::to(id, Outcome::Pending, None));
    events.extend(ids.iter().map(|id| Event { kind: "decision.released", ..step(id) }));
    Ok(!ids.is_empty())
}
