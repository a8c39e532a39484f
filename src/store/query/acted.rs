//! What was done about a message, and when: more of a decision than a list shows.

use crate::store::{Action, Reader, StoreError};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;

/// What a decision led to.
#[derive(Debug, Clone)]
pub struct Acted {
    pub action: Action,
    /// Unix ms; when the message was sent, where that was told.
    pub sent_at: Option<i64>,
    pub created_at: i64,
    /// Unix ms; when the message showed what we wrote for the first time, or was gone.
    pub applied_at: i64,
    /// Unix ms; when all of it was given back.
    pub undone_at: Option<i64>,
    /// The rules that asked for it: those that only watched did not.
    pub enforced: Vec<String>,
}

const ACTED: &str = "SELECT d.id, d.action, d.sent_at, d.created_at, d.outcome, d.settled_at, \
    (SELECT min(at) FROM audit_events e WHERE e.decision_id = d.id AND e.kind = 'decision.applied') AS applied_at, \
    (SELECT json_group_array(DISTINCT json_extract(value, '$.rule')) FROM json_each(d.hits) \
     WHERE json_extract(value, '$.mode') = 'enforce') AS enforced \
    FROM decisions d WHERE d.id IN (SELECT value FROM json_each(?))";

impl Reader {
    /// What these decisions led to, by id; without those that led to nothing.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn acted(&self, ids: &[&str]) -> Result<HashMap<String, Acted>, StoreError> {
        let query = sqlx::query(ACTED).bind(serde_json::json!(ids).to_string());
        let rows = query.fetch_all(&self.reads).await?;
        Ok(rows.iter().filter_map(|row| acted(row).transpose()).collect::<sqlx::Result<_>>()?)
    }
}

fn acted(row: &SqliteRow) -> sqlx::Result<Option<(String, Acted)>> {
    let Some(applied_at) = row.try_get("applied_at")? else { return Ok(None) };
    let enforced: &str = row.try_get("enforced")?;
    let undone = row.try_get::<&str, _>("outcome")? == "undone";
    let settled_at: Option<i64> = row.try_get("settled_at")?;
    let acted = Acted {
        action: Action::parse(row.try_get("action")?).unwrap_or(Action::Rewrite),
        sent_at: row.try_get("sent_at")?,
        created_at: row.try_get("created_at")?,
        applied_at,
        undone_at: settled_at.filter(|_| undone),
        enforced: serde_json::from_str(enforced)
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
    };
    Ok(Some((row.try_get("id")?, acted)))
}
