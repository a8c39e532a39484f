//! Why the store cannot do what it was asked for, in words that hold no text and no account.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why the store cannot do what it was asked for.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database did not take it: locked, full, broken, or the service is stopping.
    #[error("the database is not available: {0}")]
    Unavailable(Arc<sqlx::Error>),
    /// The same of a database that is only read.
    #[error("the database cannot be read: {0}")]
    Unreadable(Arc<rusqlite::Error>),
    /// The service stops, and nobody waits for the answer.
    #[error("it was not finished")]
    Stopped,
    /// More waits for the disk than we may hold.
    #[error("the database is not available: too much waits for it")]
    Overloaded,
    /// It was read as a file at rest, and what was read first need not fit what was read later.
    #[error("the service was started while its database was read: try again")]
    Woken,
    #[error("the database was written by a newer version of this program")]
    NewerSchema,
    #[error(
        "the database is that of an older version of this program; the service migrates it when it starts"
    )]
    OlderSchema,
    #[error("the database has not been set up by this program")]
    NoSchema,
    #[error("SQLite {0} is too old: 3.51.3 or later is needed")]
    OldSqlite(String),
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    #[error("no database at {}", .0.display())]
    Absent(PathBuf),
    #[error("the texts in the database are encrypted, and their key {} is not there", .0.display())]
    KeyMissing(PathBuf),
    #[error("{} is not the key that the texts in the database were encrypted with", .0.display())]
    KeyWrong(PathBuf),
    #[error("{} holds no encryption key", .0.display())]
    NoKey(PathBuf),
    #[error("the encryption key {}: {problem}", .file.display())]
    KeyFile { file: PathBuf, problem: Arc<std::io::Error> },
    #[error(
        "audit.encryption_key_file is \"none\", but texts in the database are encrypted: name their key"
    )]
    KeyOff,
    /// A text that there is no key for, or that is not the one that was written.
    #[error(
        "the text `{name}` of event {event} cannot be decrypted: it was changed (`automod audit verify` says more), or there is no key"
    )]
    Sealed { event: i64, name: String },
    #[error("store.url must look like sqlite:///absolute/path or sqlite://relative/path")]
    BadUrl,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(Arc::new(error))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unreadable(Arc::new(error))
    }
}

impl StoreError {
    pub(super) fn key_file(file: &Path, problem: std::io::Error) -> Self {
        Self::KeyFile { file: file.to_owned(), problem: Arc::new(problem) }
    }
}
