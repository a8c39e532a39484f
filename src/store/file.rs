//! The database as a file: how it is opened, made and limited, and which version of SQLite and of the schema it needs.
//!
//! Knows no table but the one of the migrations.

use super::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Row, SqliteConnection};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Older versions can lose the write-ahead log when a checkpoint races a reset.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

pub(super) fn options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    if !url.starts_with("sqlite://") {
        return Err(StoreError::BadUrl);
    }
    Ok(SqliteConnectOptions::from_str(url)
        .map_err(|_| StoreError::BadUrl)?
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("synchronous", "FULL")
        .disable_statement_logging())
}

/// Lets the file grow no further; one that is larger already keeps its size.
pub(super) async fn limit(connection: &mut SqliteConnection, bytes: u64) -> sqlx::Result<()> {
    let page: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut *connection).await?;
    let pages = bytes / u64::try_from(page.max(1)).unwrap_or(1);
    // Beyond SQLite's own limit a limit means nothing.
    let pages = pages.clamp(1, u64::from(u32::MAX - 1));
    let pragma = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    sqlx::query(pragma).fetch_one(connection).await.map(drop)
}

/// Makes the file where there is none, for its owner alone: people's words are in it. Best effort: opening
/// the file says what is wrong if this did not help.
pub(super) fn create_private(file: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let _ = std::fs::create_dir_all(folder);
    }
    let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
}

pub(super) async fn check_sqlite(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let version: String =
        sqlx::query_scalar("SELECT sqlite_version()").fetch_one(connection).await?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SQLITE {
        return Err(StoreError::OldSqlite(version));
    }
    Ok(())
}

pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    MIGRATIONS.run(connection).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::VersionMissing(_) => StoreError::NewerSchema,
        sqlx::migrate::MigrateError::Execute(error) => error.into(),
        other => sqlx::Error::Configuration(Box::new(other)).into(),
    })
}

/// The schema of a database that we only read; it was set up by this program or an older one.
pub(super) async fn check_schema(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let query = "SELECT max(version) FROM _sqlx_migrations";
    let row = sqlx::query(query).fetch_one(connection).await.map_err(|error| {
        match error.as_database_error().is_some_and(|e| e.message().contains("no such table")) {
            true => StoreError::NoSchema,
            false => error.into(),
        }
    })?;
    let found: Option<i64> = row.try_get(0)?;
    match found {
        None => Err(StoreError::NoSchema),
        Some(found) if found > newest_schema() => Err(StoreError::NewerSchema),
        Some(found) => Ok(found),
    }
}

pub(super) fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}
