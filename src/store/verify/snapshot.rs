//! One moment of the database: everything is read from it, so that it fits together however much is written meanwhile.
//!
//! Promise: constant memory; rows are read in pages, in the order of their keys.

use super::super::vault::Vault;
use super::super::{Reader, StoreError};
use sqlx::{Executor, QueryBuilder, Sqlite, SqliteConnection, Transaction};

/// So many events or decisions are read at once, with what belongs to them.
pub(super) const AT_ONCE: usize = 500;

pub(super) struct Snapshot<'r> {
    transaction: Transaction<'static, Sqlite>,
    pub vault: &'r Vault,
    /// The last migration that the database has seen.
    pub schema: i64,
}

impl<'r> Snapshot<'r> {
    pub async fn of(reader: &'r Reader) -> Result<Self, StoreError> {
        let mut transaction = reader.reads.begin().await?;
        // The moment is that of the first statement.
        transaction.execute("SELECT count(*) FROM (SELECT 1 FROM audit_events LIMIT 1)").await?;
        Ok(Self { transaction, vault: &reader.vault, schema: reader.schema })
    }

    pub fn db(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

/// Keys from one page's end to the next one's; all of them where neither is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span<K> {
    pub after: Option<K>,
    pub upto: Option<K>,
}

impl<K> Span<K>
where
    K: Copy + for<'q> sqlx::Encode<'q, Sqlite> + sqlx::Type<Sqlite> + Send,
{
    /// The rows that `select` reads whose `column` lies in it, in that order.
    pub fn rows(self, select: &str, column: &str) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::new(format!("{select} WHERE {column} IS NOT NULL"));
        if let Some(after) = self.after {
            query.push(format!(" AND {column} > ")).push_bind(after);
        }
        if let Some(upto) = self.upto {
            query.push(format!(" AND {column} <= ")).push_bind(upto);
        }
        query
    }
}
