//! One moment of the database: everything is read from it, so that it fits together however much is written meanwhile.
//!
//! Reads rows as they lie on their pages, millions of them: that is why this room has a connection of its own, beside the
//! pools of all others. Promise: constant memory; a column of another type than we write is told, and no failure.

use super::super::vault::{Stored, Vault};
use super::super::{Reader, StoreError};
use super::damage::{Damage, Halt};
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, OpenFlags, OptionalExtension, Params, Row, Rows};
use std::path::Path;
use std::time::Duration;

/// While the service makes its tables, or recovers from a crash.
const BUSY: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Snapshot {
    db: Connection,
    pub vault: Vault,
    /// The last migration that the database has seen.
    pub schema: i64,
}

impl Snapshot {
    /// Opens the file that the reader reads.
    pub fn of(reader: &Reader) -> Result<Self, StoreError> {
        let how = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = match reader.at_rest {
            true => Connection::open_with_flags(
                immutable(&reader.file),
                how | OpenFlags::SQLITE_OPEN_URI,
            ),
            false => Connection::open_with_flags(&reader.file, how),
        }?;
        db.busy_timeout(BUSY)?;
        // The moment is that of the first statement.
        db.execute_batch("BEGIN; SELECT 1 FROM audit_events LIMIT 1")?;
        Ok(Self { db, vault: reader.vault.clone(), schema: reader.schema })
    }

    /// Ends whatever is read, from another thread.
    pub fn interrupt(&self) -> rusqlite::InterruptHandle {
        self.db.get_interrupt_handle()
    }

    pub fn query(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.db.prepare_cached(sql)
    }

    /// What the query's first row says, if there is one.
    pub fn first<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        self.query(sql)?.query_row(params, read).optional()
    }

    /// Halts at the first row that the query finds, which is damage.
    pub fn none(
        &self,
        sql: &str,
        params: impl Params,
        damage: impl FnOnce(&Row<'_>) -> rusqlite::Result<Damage>,
    ) -> Result<(), Halt> {
        self.first(sql, params, damage)?.map_or(Ok(()), |damage| Err(damage.into()))
    }
}

/// A file that nobody writes, as an address: it is read without a lock and without a file beside it.
fn immutable(file: &Path) -> String {
    let path = file.to_string_lossy();
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?immutable=1")
}

/// Rows in the order of a key, read beside others of the same order.
pub(super) struct Beside<'s> {
    rows: Rows<'s>,
}

impl<'s> Beside<'s> {
    pub fn of(mut rows: Rows<'s>) -> rusqlite::Result<Self> {
        rows.advance()?;
        Ok(Self { rows })
    }

    /// The next row, which stays the next one until [`Self::pass`].
    pub fn next(&self) -> Option<&Row<'_>> {
        self.rows.get()
    }

    pub fn pass(&mut self) -> rusqlite::Result<()> {
        self.rows.advance()
    }
}

/// Columns by their place, as far as they have the type that we write.
pub(super) trait Columns {
    fn value(&self, at: usize) -> Option<ValueRef<'_>>;

    fn text(&self, at: usize) -> Option<&str> {
        match self.value(at)? {
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    fn number(&self, at: usize) -> Option<i64> {
        self.value(at)?.as_i64().ok()
    }

    fn blob(&self, at: usize) -> Option<&[u8]> {
        self.value(at)?.as_blob().ok()
    }

    fn is_null(&self, at: usize) -> bool {
        matches!(self.value(at), Some(ValueRef::Null))
    }

    /// Text, or the bytes of a sealed one.
    fn stored(&self, at: usize) -> Option<Stored> {
        match self.value(at)? {
            ValueRef::Blob(bytes) => Some(Stored::Sealed(bytes.to_vec())),
            _ => self.text(at).map(|text| Stored::Plain(text.to_owned())),
        }
    }
}

impl Columns for Row<'_> {
    fn value(&self, at: usize) -> Option<ValueRef<'_>> {
        self.get_ref(at).ok()
    }
}
