//! Where the chain ends, the hash of one event, and the last start: what is looked up in the events by themselves.

use super::audit::{self, Head};
use super::{Reader, StoreError};
use serde_json::Value;

impl Reader {
    /// The last event; number 0 where there is none.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn head(&self) -> Result<Head, StoreError> {
        Ok(audit::head(&mut *self.reads.acquire().await?).await?)
    }

    /// The hash of an event; `None` where there is no such event.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn hash_of(&self, seq: i64) -> Result<Option<[u8; 32]>, StoreError> {
        Ok(audit::hash_of(&mut *self.reads.acquire().await?, seq).await?)
    }

    /// What the last start told of itself; `None` before the first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn last_start(&self) -> Result<Option<Value>, StoreError> {
        let query = "SELECT data FROM audit_events WHERE kind = 'service.started' ORDER BY seq DESC LIMIT 1";
        let data: Option<String> = sqlx::query_scalar(query).fetch_optional(&self.reads).await?;
        Ok(data.and_then(|data| serde_json::from_str(&data).ok()))
    }
}
