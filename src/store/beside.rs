//! One event written from beside the service, by who only came to read.
//!
//! Promise: it never creates, migrates or repairs a database, and where it cannot write, nothing has changed.

use super::audit::{self, Event};
use super::{Store, StoreError, check_schema, newest_schema, options};
use sqlx::{ConnectOptions, Connection};

impl Store {
    /// Appends one event to the database at `url`.
    ///
    /// # Errors
    /// When it is not there, not writable, or of another version than this program writes.
    pub async fn record_beside(url: &str, event: Event) -> Result<(), StoreError> {
        let options = options(url)?;
        if !options.get_filename().exists() {
            return Err(StoreError::Absent(options.get_filename().to_owned()));
        }
        let mut connection = options.pragma("secure_delete", "ON").connect().await?;
        if check_schema(&mut connection).await? != newest_schema() {
            return Err(StoreError::OlderSchema);
        }
        let at = jiff::Timestamp::now().as_millisecond();
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        audit::append(&mut transaction, at, vec![event]).await?;
        transaction.commit().await?;
        Ok(connection.close().await?)
    }
}
