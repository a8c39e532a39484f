//! What the reconciler has seen of each app's groups, as it wrote it down, and what was decided of a message.
//!
//! Does not know what is in the blob. Promise: what is read back is what was written last, whole.

use super::known::known;
use super::{Reader, StoreError};
use crate::message::MessageKey;
use sqlx::{Row, SqliteConnection};

/// What is kept of one app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    pub sdk_app_id: u64,
    /// Unix ms of the app's first start: what was sent before it is none of our business.
    pub begun_at: i64,
    pub streams: Vec<u8>,
}

pub(super) async fn keep(
    connection: &mut SqliteConnection,
    at: i64,
    noted: &Noted,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO seen (sdk_app_id, begun_at, flushed_at, streams) VALUES (?, ?, ?, ?) \
         ON CONFLICT (sdk_app_id) DO UPDATE SET flushed_at = excluded.flushed_at, streams = excluded.streams",
    )
    .bind(noted.sdk_app_id as i64)
    .bind(noted.begun_at)
    .bind(at)
    .bind(&noted.streams)
    .execute(connection)
    .await?;
    Ok(())
}

impl Reader {
    /// What was noted of an app; `None` before its first start.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn noted(&self, sdk_app_id: u64) -> Result<Option<Noted>, StoreError> {
        let query = "SELECT begun_at, streams FROM seen WHERE sdk_app_id = ?";
        let row = sqlx::query(query).bind(sdk_app_id as i64).fetch_optional(&self.reads).await?;
        let Some(row) = row else { return Ok(None) };
        let (begun_at, streams) = (row.try_get("begun_at")?, row.try_get("streams")?);
        Ok(Some(Noted { sdk_app_id, begun_at, streams }))
    }

    /// Whether a message of this content needs no decision by this rule set any more: it has one, one is about
    /// to be carried out, or a person gave the original back.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn is_decided(
        &self,
        key: &MessageKey,
        digest: &str,
        ruleset: &str,
    ) -> Result<bool, StoreError> {
        let mut connection = self.reads.acquire().await?;
        let ids: Vec<_> = known(&mut connection, &[key]).await?.into_iter().map(|k| k.id).collect();
        for id in ids {
            let query = "SELECT 1 FROM decisions WHERE id = ? AND (outcome = 'undone' \
                         OR (digest IN (?, ?) AND (ruleset = ? OR outcome = 'pending')))";
            let query = sqlx::query(query).bind(id).bind(digest);
            let query = query.bind(self.vault.fingerprint(digest)).bind(ruleset);
            if query.fetch_optional(&mut *connection).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
