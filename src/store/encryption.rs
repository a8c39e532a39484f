//! Which key a database was sealed with, and the accounts of rows from before it.
//!
//! Promise: a database that was sealed is never written with another key, nor without one. Only the service, or the
//! first to write into an empty database, begins to seal one.

use super::texts::stored;
use super::vault::{ACCOUNTS, Keys, Vault};
use super::{StoreError, key};
use sqlx::{Connection, Row, SqliteConnection};
use std::path::Path;
use std::sync::Arc;

/// Rows whose account is filed in one transaction.
const AT_ONCE: i64 = 2_000;

/// What opens this database's texts, by the key in `file`.
///
/// # Errors
/// When they are sealed, and that is not their key.
pub(super) async fn unlock(
    connection: &mut SqliteConnection,
    file: Option<&Path>,
) -> Result<Vault, StoreError> {
    let Some(id) = key_id(connection).await? else { return Ok(Vault::Plain) };
    let file = file.ok_or(StoreError::KeyOff)?;
    let key = key::read(file)?.ok_or_else(|| StoreError::KeyMissing(file.to_owned()))?;
    let keys = Keys::of(&key);
    match keys.id() == id {
        true => Ok(Vault::Keyed(Arc::new(keys))),
        false => Err(StoreError::KeyWrong(file.to_owned())),
    }
}

/// The same for a reader who can do without: what cannot be opened stays closed.
pub(super) async fn try_unlock(
    connection: &mut SqliteConnection,
    file: Option<&Path>,
) -> Result<Vault, StoreError> {
    match unlock(connection, file).await {
        Err(StoreError::Unavailable(error)) => Err(StoreError::Unavailable(error)),
        Err(_) => Ok(Vault::Locked),
        vault => vault,
    }
}

/// What a writer seals with: the key the database has, or the one it is given now.
pub(super) async fn adopt(
    connection: &mut SqliteConnection,
    file: Option<&Path>,
    serves: bool,
) -> Result<Vault, StoreError> {
    let used = "SELECT EXISTS (SELECT 1 FROM texts)";
    let used: bool = sqlx::query_scalar(used).fetch_one(&mut *connection).await?;
    if let Some(file) = file.filter(|_| serves || !used)
        && key_id(connection).await?.is_none()
    {
        let keys = Keys::of(&key::read_or_make(file)?);
        let query = "UPDATE encryption SET key_id = ?, filed = 0, \
                     file_until = (SELECT coalesce(max(event_seq), 0) FROM texts) WHERE key_id IS NULL";
        sqlx::query(query).bind(keys.id()).execute(&mut *connection).await?;
    }
    let vault = unlock(connection, file).await?;
    while file_some(connection, &vault).await? {}
    Ok(vault)
}

async fn key_id(connection: &mut SqliteConnection) -> Result<Option<String>, StoreError> {
    let found =
        sqlx::query_scalar("SELECT key_id FROM encryption").fetch_optional(connection).await;
    match found {
        // A copy from before texts were sealed.
        Err(sqlx::Error::Database(error)) if error.message().contains("no such table") => Ok(None),
        found => Ok(found?.flatten()),
    }
}

/// Files some accounts that were written before there was a key, or a column for them; `false` when all are.
async fn file_some(connection: &mut SqliteConnection, vault: &Vault) -> Result<bool, StoreError> {
    let all = "SELECT filed >= file_until FROM encryption";
    if sqlx::query_scalar(all).fetch_one(&mut *connection).await? {
        return Ok(false);
    }
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let row = sqlx::query("SELECT filed, file_until FROM encryption").fetch_one(&mut *transaction);
    let row = row.await?;
    let (filed, until): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let upto = until.min(filed + AT_ONCE);
    let query = "SELECT rowid, event_seq, name, content FROM texts \
                 WHERE event_seq > ? AND event_seq <= ? AND name IN (?, ?, ?)";
    let mut query = sqlx::query(query).bind(filed).bind(upto);
    for name in ACCOUNTS {
        query = query.bind(name);
    }
    for row in query.fetch_all(&mut *transaction).await? {
        let (event, name): (i64, String) = (row.try_get("event_seq")?, row.try_get("name")?);
        let account = vault.open(event, &name, stored(&row, "content")?)?;
        sqlx::query("UPDATE texts SET account = ? WHERE rowid = ?")
            .bind(vault.account(&account))
            .bind(row.try_get::<i64, _>("rowid")?)
            .execute(&mut *transaction)
            .await?;
    }
    let query = sqlx::query("UPDATE encryption SET filed = ?").bind(upto);
    query.execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(true)
}
