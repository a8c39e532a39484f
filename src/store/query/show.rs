//! One decision: every step of it, and its texts.

use super::rows::DecisionRow;
use super::time;
use crate::store::{Reader, StoreError};
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

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

impl Reader {
    /// One decision with all its steps; `None` when there is none of this id.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn show(&self, id: &str) -> Result<Option<History>, StoreError> {
        let query = format!("{} FROM decisions d WHERE d.id = ?", self.columns());
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id);
        let rows = query.fetch_all(&self.reads).await?;
        let Some(decision) = self.decisions(&rows).await?.pop() else { return Ok(None) };
        let events = sqlx::query("SELECT * FROM audit_events WHERE decision_id = ? ORDER BY seq")
            .bind(id)
            .fetch_all(&self.reads)
            .await?;
        Ok(Some(History {
            decision,
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

    pub(in crate::store) async fn text(
        &self,
        id: &str,
        name: &str,
    ) -> Result<Option<String>, StoreError> {
        let query = "SELECT content FROM texts WHERE decision_id = ? AND name = ? \
                     ORDER BY event_seq DESC LIMIT 1";
        Ok(sqlx::query_scalar(query).bind(id).bind(name).fetch_optional(&self.reads).await?)
    }
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
