//! One decision: every step of it, and its texts.

use super::rows::DecisionRow;
use super::time;
use crate::store::texts::stored;
use crate::store::vault::FINGERPRINTS;
use crate::store::{Reader, StoreError};
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeMap;

/// One event of a decision.
#[derive(Debug, Clone, Serialize)]
pub struct EventRow {
    pub seq: i64,
    pub time: String,
    pub kind: String,
    pub data: serde_json::Value,
    pub hash: String,
    /// What stands beside it, by name: reasons, accounts, texts of messages.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<String, String>,
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

impl History {
    /// Without what people wrote; who they are stays.
    pub fn without_texts(mut self) -> Self {
        for event in &mut self.events {
            event.texts.clear();
        }
        Self { original: None, rewritten: None, answer: None, ..self }
    }
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
        let events = sqlx::query("SELECT * FROM audit_events WHERE decision_id = ? ORDER BY seq");
        let events = events.bind(id).fetch_all(&self.reads).await?;
        let mut events: Vec<_> = events.iter().map(event).collect::<sqlx::Result<_>>()?;
        let mut history =
            History { decision, events: Vec::new(), original: None, rewritten: None, answer: None };
        for (seq, name, text) in self.texts_of(id).await? {
            match name.as_str() {
                // Digests of other texts, and no words.
                FINGERPRINTS => {}
                "original" => history.original = Some(text),
                "rewritten" => history.rewritten = Some(text),
                "answer" => history.answer = Some(text),
                _ => {
                    let told = events.iter_mut().find(|event| event.seq == seq);
                    told.into_iter()
                        .for_each(|event| drop(event.texts.insert(name.clone(), text.clone())));
                }
            }
        }
        history.events = events;
        Ok(Some(history))
    }

    /// Every text of a decision with its event and name, in the order of the events.
    async fn texts_of(&self, id: &str) -> Result<Vec<(i64, String, String)>, StoreError> {
        let query =
            "SELECT event_seq, name, content FROM texts WHERE decision_id = ? ORDER BY event_seq";
        let text = |row: &SqliteRow| {
            let (seq, name): (i64, String) = (row.try_get("event_seq")?, row.try_get("name")?);
            let text = self.vault.open(seq, &name, stored(row, "content")?)?;
            Ok((seq, name, text))
        };
        let rows = sqlx::query(query).bind(id).fetch_all(&self.reads).await?;
        rows.iter().map(text).collect()
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

fn event(row: &SqliteRow) -> sqlx::Result<EventRow> {
    let data: String = row.try_get("data")?;
    Ok(EventRow {
        seq: row.try_get("seq")?,
        time: time(row.try_get("at")?),
        kind: row.try_get("kind")?,
        data: serde_json::from_str(&data).map_err(|error| sqlx::Error::Decode(error.into()))?,
        hash: hex::encode(row.try_get::<Vec<u8>, _>("hash")?),
        texts: BTreeMap::new(),
    })
}
