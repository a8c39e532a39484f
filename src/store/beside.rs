//! One event written from beside the service, by who only came to read.
//!
//! Promise: it never creates, migrates or repairs a database, and where it cannot write, nothing has changed.

use super::audit::{self, Event};
use super::{Store, StoreError, check_schema, encryption, newest_schema, options};
use sqlx::{ConnectOptions, Connection};
use std::path::Path;
use std::time::Duration;

/// A busy service writes first.
const PATIENCE: Duration = Duration::from_secs(10);

impl Store {
    /// Appends one event to the database at `url`, its texts sealed with the key in this file.
    ///
    /// # Errors
    /// When it is not there, not writable, of another version than this program writes, or its key is another one.
    pub async fn record_beside(
        url: &str,
        key: Option<&Path>,
        event: Event,
    ) -> Result<(), StoreError> {
        let options = options(url)?;
        if !options.get_filename().exists() {
            return Err(StoreError::Absent(options.get_filename().to_owned()));
        }
        let options = options.pragma("secure_delete", "ON").busy_timeout(PATIENCE);
        let mut connection = options.connect().await?;
        if check_schema(&mut connection).await? != newest_schema() {
            return Err(StoreError::OlderSchema);
        }
        let vault = encryption::unlock(&mut connection, key).await?;
        let at = jiff::Timestamp::now().as_millisecond();
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        audit::append(&mut transaction, &vault, at, vec![event]).await?;
        transaction.commit().await?;
        Ok(connection.close().await?)
    }
}
