//! The write-ahead log: moved into the database, and cut, so that nothing of what was deleted is left in it.

use super::{StoreError, options};
use sqlx::{ConnectOptions, Row, SqliteConnection};
use std::time::Duration;

/// Checkpoints make the slow commits, so they run from a connection of their own.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(5);
/// The writer waits no longer than this for a cut …
const CUT_WITHIN: Duration = Duration::from_millis(100);
/// … which is tried so often, with as long between the tries.
const CUTS: usize = 100;

/// Moves the log into the database now and then, without holding up the writer.
pub(super) async fn keep_short(options: sqlx::sqlite::SqliteConnectOptions) {
    let Ok(mut connection) = options.connect().await else { return };
    loop {
        tokio::time::sleep(CHECKPOINT_EVERY).await;
        let passive = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)");
        if let Err(error) = passive.execute(&mut connection).await {
            tracing::warn!(%error, "a checkpoint failed");
        }
    }
}

/// Moves the whole log into the database and leaves it empty; `false` when somebody reads old pages from it all the time.
///
/// # Errors
/// When the database is not available.
pub async fn cut_log(url: &str) -> Result<bool, StoreError> {
    let mut connection = options(url)?.busy_timeout(CUT_WITHIN).connect().await?;
    for _ in 0..CUTS {
        if cut(&mut connection).await? {
            return Ok(true);
        }
        tokio::time::sleep(CUT_WITHIN).await;
    }
    Ok(false)
}

async fn cut(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await?;
    Ok(row.try_get::<i64, _>(0)? == 0)
}
