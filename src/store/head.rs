//! Where the chain ends, and the hash of one event: what is signed outside the database.

use super::audit::{self, Head};
use super::{Reader, StoreError};

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
}
