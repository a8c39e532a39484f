//! Rule sets by their hash: the last good one survives a restart, and every decision keeps the rules of its day.

use sqlx::{Row, SqliteConnection, SqlitePool};
use std::collections::BTreeMap;

/// Keeps the set and makes it the one that a restart would fall back to.
pub(super) async fn activate(
    connection: &mut SqliteConnection,
    at: i64,
    hash: &str,
    files: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO rulesets (hash, activated_at, files) VALUES (?, ?, ?) \
         ON CONFLICT (hash) DO UPDATE SET activated_at = excluded.activated_at",
    )
    .bind(hash)
    .bind(at)
    .bind(files)
    .execute(connection)
    .await?;
    Ok(())
}

/// The files of the set that was live last.
pub(super) async fn last(reads: &SqlitePool) -> sqlx::Result<Option<BTreeMap<String, String>>> {
    let query = "SELECT files FROM rulesets ORDER BY activated_at DESC, rowid DESC LIMIT 1";
    files(sqlx::query(query).fetch_optional(reads).await?)
}

/// Hashes and times of the sets, the one that was live last first.
pub(super) async fn all(reads: &SqlitePool, limit: u32) -> sqlx::Result<Vec<(String, i64)>> {
    let query =
        "SELECT hash, activated_at FROM rulesets ORDER BY activated_at DESC, rowid DESC LIMIT ?";
    sqlx::query_as(query).bind(limit).fetch_all(reads).await
}

/// The files of the set with this hash.
pub(super) async fn by_hash(
    reads: &SqlitePool,
    hash: &str,
) -> sqlx::Result<Option<BTreeMap<String, String>>> {
    let query = "SELECT files FROM rulesets WHERE hash = ?";
    files(sqlx::query(query).bind(hash).fetch_optional(reads).await?)
}

fn files(row: Option<sqlx::sqlite::SqliteRow>) -> sqlx::Result<Option<BTreeMap<String, String>>> {
    let Some(row) = row else { return Ok(None) };
    let json: String = row.try_get("files")?;
    serde_json::from_str(&json).map(Some).map_err(|error| sqlx::Error::Decode(error.into()))
}
