//! Searching by words: through the index where texts are stored as they are, else by opening text after text.

use super::rows::WITH_SEARCH;
use crate::store::texts::stored;
use crate::store::words::{SEARCHED, Words, event_of};
use crate::store::{Reader, StoreError};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::HashSet;

/// More decisions than these are found sooner by looking through the newest ones.
const FEW: usize = 5_000;

impl Reader {
    /// The decisions that the index of words knows, where it knows all texts and finds few.
    pub(super) async fn by_words(&self, words: &Words) -> Result<Option<Vec<String>>, StoreError> {
        let Some(question) = words.question().filter(|_| self.schema >= WITH_SEARCH) else {
            return Ok(None);
        };
        if self.is_sealed() || self.has_texts_before_the_index().await? {
            return Ok(None);
        }
        let query = "SELECT rowid FROM text_words WHERE text_words MATCH ? LIMIT ?";
        let query = sqlx::query_scalar(query).bind(question).bind(FEW as i64 + 1);
        let rows: Vec<i64> = query.fetch_all(&self.reads).await?;
        if rows.len() > FEW {
            return Ok(None);
        }
        let events: HashSet<_> = rows.into_iter().map(event_of).collect();
        let query = "SELECT DISTINCT decision_id FROM audit_events WHERE seq IN \
                     (SELECT value FROM json_each(?)) AND decision_id IS NOT NULL";
        let query = sqlx::query_scalar(query).bind(serde_json::json!(events).to_string());
        Ok(Some(query.fetch_all(&self.reads).await?))
    }

    async fn has_texts_before_the_index(&self) -> Result<bool, StoreError> {
        let query = "SELECT EXISTS (SELECT 1 FROM texts WHERE event_seq <= (SELECT event_seq FROM text_words_from) \
                     AND name IN ('original', 'rewritten', 'restored') AND typeof(content) = 'text')";
        Ok(sqlx::query_scalar(query).fetch_one(&self.reads).await?)
    }

    /// Those of these decisions in whose texts the words are.
    pub(super) async fn with_words(
        &self,
        rows: Vec<SqliteRow>,
        words: &Words,
    ) -> Result<Vec<SqliteRow>, StoreError> {
        let ids: Vec<&str> =
            rows.iter().map(|row| row.try_get("id")).collect::<sqlx::Result<_>>()?;
        let query = "SELECT decision_id, name, event_seq, content FROM texts WHERE decision_id IN \
                     (SELECT value FROM json_each(?)) AND name IN (?, ?, ?)";
        let mut query = sqlx::query(query).bind(serde_json::json!(ids).to_string());
        for name in SEARCHED {
            query = query.bind(name);
        }
        let mut found = HashSet::new();
        for text in query.fetch_all(&self.reads).await? {
            let (seq, name): (i64, &str) = (text.try_get("event_seq")?, text.try_get("name")?);
            if words.are_in(&self.vault.open(seq, name, stored(&text, "content")?)?) {
                found.insert(text.try_get::<String, _>("decision_id")?);
            }
        }
        let is_found =
            |row: &SqliteRow| row.try_get::<&str, _>("id").is_ok_and(|id| found.contains(id));
        Ok(rows.into_iter().filter(is_found).collect())
    }
}
