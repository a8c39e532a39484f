//! Reading the audit: lists, one decision with all its steps, and everything for an export.
//!
//! Newest first, by the order of their ids within a millisecond. Holds no judgement about who may read.

use super::texts::{Which, columns, join, opened};
use super::vault::Vault;
use super::{Reader, StoreError};
use futures_util::{Stream, StreamExt};
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

/// What to list; everything absent does not restrict.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// An app's name or its SDKAppID.
    pub app: Option<String>,
    pub group: Option<String>,
    pub topic: Option<String>,
    pub sender: Option<String>,
    pub rule: Option<String>,
    pub outcome: Option<String>,
    /// Unix ms, inclusive.
    pub since: Option<i64>,
    /// Unix ms, exclusive.
    pub until: Option<i64>,
    pub limit: Option<u64>,
}

/// A decision as everybody outside sees it.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionRow {
    pub id: String,
    /// RFC 3339 UTC.
    pub time: String,
    pub sdk_app_id: u64,
    pub group_id: String,
    pub topic_id: Option<String>,
    pub msg_seq: Option<u64>,
    pub revision: i64,
    pub sender: Option<String>,
    pub editor: Option<String>,
    pub rules: Vec<String>,
    pub severity: &'static str,
    pub verdict: String,
    pub outcome: String,
    pub cause: Option<String>,
    pub error_code: Option<i64>,
    pub attempts: i64,
    pub source: String,
    pub ruleset: String,
}

/// One event of a decision.
#[derive(Debug, Clone, Serialize)]
pub struct EventRow {
    pub seq: i64,
    pub time: String,
    pub kind: String,
    pub data: serde_json::Value,
    pub hash: String,
}

/// A decision, every step of it, and its texts by name.
#[derive(Debug, Clone, Serialize)]
pub struct History {
    pub decision: DecisionRow,
    pub events: Vec<EventRow>,
    pub original: Option<String>,
    pub rewritten: Option<String>,
    /// The platform's last raw answer that was an error.
    pub answer: Option<String>,
}

/// Decisions with their rules, sender and editor; a condition may follow.
fn selected() -> String {
    let chosen: String = ["sender", "editor"].map(columns).concat();
    format!(
        "SELECT d.*, (SELECT json_group_array(rule) FROM (SELECT rule FROM decision_rules r \
         WHERE r.decision_id = d.id ORDER BY rule)) AS rules{chosen} FROM decisions d{}{} WHERE 1 = 1",
        join("sender", Which::Last),
        join("editor", Which::First)
    )
}

/// The names of the lanes, in the order of `decisions.severity`.
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];

impl Reader {
    /// Decisions, newest first, as a stream in constant memory.
    pub fn list(
        &self,
        filter: &Filter,
    ) -> impl Stream<Item = Result<DecisionRow, StoreError>> + '_ {
        let query = select(filter, &self.vault);
        async_stream(self, query)
    }

    /// One decision with all its steps; `None` when there is none of this id.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn show(&self, id: &str) -> Result<Option<History>, StoreError> {
        let query = format!("{} AND d.id = ?", selected());
        let row =
            sqlx::query(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(&self.reads).await?;
        let Some(row) = row else { return Ok(None) };
        let events = sqlx::query("SELECT * FROM audit_events WHERE decision_id = ? ORDER BY seq")
            .bind(id)
            .fetch_all(&self.reads)
            .await?;
        Ok(Some(History {
            decision: decision(&row, &self.vault)?,
            events: events.iter().map(event).collect::<sqlx::Result<_>>()?,
            original: self.text(id, "original").await?,
            rewritten: self.text(id, "rewritten").await?,
            answer: self.text(id, "answer").await?,
        }))
    }

    /// When the last decision of any kind was made (Unix ms).
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn last_decision_at(&self) -> Result<Option<i64>, StoreError> {
        let query = "SELECT max(created_at) FROM decisions";
        Ok(sqlx::query_scalar(query).fetch_one(&self.reads).await?)
    }
}

fn async_stream<'r>(
    reader: &'r Reader,
    mut query: QueryBuilder<Sqlite>,
) -> impl Stream<Item = Result<DecisionRow, StoreError>> + 'r {
    let (sender, receiver) = tokio::sync::mpsc::channel(64);
    let (reads, vault) = (reader.reads.clone(), reader.vault.clone());
    tokio::spawn(async move {
        let query = query.build();
        let mut rows = query.fetch(&reads);
        while let Some(row) = rows.next().await {
            let row = row.map_err(StoreError::from).and_then(|row| decision(&row, &vault));
            if sender.send(row).await.is_err() {
                break;
            }
        }
    });
    futures_util::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|row| (row, receiver))
    })
}

fn select(filter: &Filter, vault: &Vault) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(selected());
    if let Some(app) = &filter.app {
        query.push(" AND (d.app = ").push_bind(app.clone());
        query.push(" OR CAST(d.sdk_app_id AS TEXT) = ").push_bind(app.clone()).push(")");
    }
    for (column, value) in [
        (" AND d.group_id = ", &filter.group),
        (" AND d.topic_id = ", &filter.topic),
        (" AND d.outcome = ", &filter.outcome),
    ] {
        if let Some(value) = value {
            query.push(column).push_bind(value.clone());
        }
    }
    if let Some(rule) = &filter.rule {
        query.push(" AND d.id IN (SELECT decision_id FROM decision_rules WHERE rule = ");
        query.push_bind(rule.clone()).push(")");
    }
    if let Some(sender) = &filter.sender {
        query.push(
            " AND d.id IN (SELECT decision_id FROM texts WHERE name = 'sender' AND account = ",
        );
        query.push_bind(vault.account(sender)).push(")");
    }
    for (bound, time) in
        [(" AND d.created_at >= ", filter.since), (" AND d.created_at < ", filter.until)]
    {
        if let Some(time) = time {
            query.push(bound).push_bind(time);
        }
    }
    query.push(" ORDER BY d.created_at DESC, d.id DESC");
    if let Some(limit) = filter.limit {
        query.push(" LIMIT ").push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    }
    query
}

fn decision(row: &SqliteRow, vault: &Vault) -> Result<DecisionRow, StoreError> {
    let topic: String = row.try_get("topic_id")?;
    let rules: String = row.try_get("rules")?;
    let lane = row.try_get::<i64, _>("severity")?;
    Ok(DecisionRow {
        id: row.try_get("id")?,
        time: time(row.try_get("created_at")?),
        sdk_app_id: row.try_get::<i64, _>("sdk_app_id")? as u64,
        group_id: row.try_get("group_id")?,
        topic_id: Some(topic).filter(|topic| !topic.is_empty()),
        msg_seq: row.try_get::<Option<i64>, _>("msg_seq")?.map(|seq| seq as u64),
        revision: row.try_get("revision")?,
        sender: opened(row, vault, "sender")?,
        editor: opened(row, vault, "editor")?,
        rules: serde_json::from_str(&rules).map_err(|error| sqlx::Error::Decode(error.into()))?,
        severity: SEVERITIES[usize::try_from(lane).unwrap_or(0).min(SEVERITIES.len() - 1)],
        verdict: row.try_get("verdict")?,
        outcome: row.try_get("outcome")?,
        cause: row.try_get("cause")?,
        error_code: row.try_get("error_code")?,
        attempts: row.try_get("attempts")?,
        source: row.try_get("source")?,
        ruleset: row.try_get("ruleset")?,
    })
}

fn event(row: &SqliteRow) -> sqlx::Result<EventRow> {
    let data: String = row.try_get("data")?;
    Ok(EventRow {
        seq: row.try_get("seq")?,
        time: time(row.try_get("at")?),
        kind: row.try_get("kind")?,
        data: serde_json::from_str(&data).map_err(|error| sqlx::Error::Decode(error.into()))?,
        hash: hex::encode(row.try_get::<Vec<u8>, _>("hash")?),
    })
}

/// Unix ms as RFC 3339 UTC.
fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|time| time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
        .unwrap_or_else(|_| ms.to_string())
}
