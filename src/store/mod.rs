//! Everything on disk: decisions, the audit chain, texts, rule sets. All SQL of the house lives here.
//!
//! Does not judge and does not call the platform. Promise: what a caller was told is written is on disk
//! (WAL, `synchronous=FULL`), with its audit events, or the caller got an error.

mod apart;
mod audit;
mod backup;
mod beside;
mod brakes;
mod decisions;
mod encryption;
mod erasure;
mod fingerprint;
mod head;
mod holds;
mod key;
mod log;
mod outcome;
mod pending;
mod query;
mod report;
mod retention;
mod root;
mod rulesets;
mod seen;
mod texts;
mod tokens;
mod undo;
mod vault;
mod verify;
mod words;
mod writer;

pub use audit::{Event, Head};
pub use brakes::{BrakeOp, BrakeRow};
pub use decisions::{Plan, Planned, Rewritten, Step};
pub use erasure::{Erased, Erasure, Gone, Left, Whose};
pub use fingerprint::Fingerprint;
pub use holds::{Hold, HoldPlan};
pub use key::default_key_file;
pub use log::cut_log;
pub use outcome::{Action, Cause, Outcome, Source};
pub use pending::{Due, Pending};
pub use query::{Acted, BadCursor, Cursor, DecisionRow, Ended, EventRow, Filter, History, Page};
pub use report::Judged;
pub use retention::{Expired, Outdated, Retention};
pub use root::Root;
pub use seen::Noted;
pub use tokens::{Role, TokenPlan, TokenRow};
pub use undo::{PendingUndo, Restored, UndoPlan, UndoStep};
pub use verify::{Damage, Verified, Witness, verify};

use crate::message::MessageKey;
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use sqlx::{ConnectOptions, Row, SqliteConnection};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use vault::Vault;
use writer::{Condition, Job, Op, Written};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Older versions can lose the write-ahead log when a checkpoint races a reset.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
/// Jobs that may wait for the writer; beyond it a webhook is refused rather than held.
const QUEUE: usize = 4096;

/// Why the store cannot do what it was asked for.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database did not take it: locked, full, broken, or the service is stopping.
    #[error("the database is not available: {0}")]
    Unavailable(Arc<sqlx::Error>),
    /// More waits for the disk than we may hold.
    #[error("the database is not available: too much waits for it")]
    Overloaded,
    /// What was read first does not fit what was read later.
    #[error("the oldest events are being removed at this moment: try again in some minutes")]
    Pruning,
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

impl StoreError {
    fn key_file(file: &Path, problem: std::io::Error) -> Self {
        Self::KeyFile { file: file.to_owned(), problem: Arc::new(problem) }
    }
}

/// How a database is opened to be written.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// The key that texts are sealed with; `None` for none.
    pub key: Option<PathBuf>,
    /// Whoever serves begins to seal, with a key that is made where there is none; all others do as the database says,
    /// unless it is empty.
    pub serves: bool,
    /// Bytes beyond which the database's file does not grow (its log beside it apart).
    pub max_size: Option<u64>,
}

/// A handle to the database; clones share one writer.
#[derive(Debug, Clone)]
pub struct Store {
    reads: SqlitePool,
    vault: Vault,
    jobs: mpsc::Sender<Job>,
    condition: Arc<Condition>,
}

/// The writer's task; it ends when every [`Store`] is gone, with everything written.
#[derive(Debug)]
pub struct Writer {
    task: JoinHandle<()>,
    checkpoints: JoinHandle<()>,
}

impl Writer {
    /// Waits until the last job is on disk.
    pub async fn finished(self) {
        self.checkpoints.abort();
        if self.task.await.is_err() {
            tracing::error!("the writer ended badly");
        }
    }
}

impl Store {
    /// Opens the database at `url`, creating and migrating it, and starts its writer. Its key is the default one.
    ///
    /// # Errors
    /// When it cannot be opened, is newer than this program, its key does not fit, or SQLite is too old.
    pub async fn open(url: &str) -> Result<(Self, Writer), StoreError> {
        let key = Some(default_key_file(&database_file(url)?));
        Self::open_as(url, &Opening { key, ..Opening::default() }).await
    }

    /// [`Store::open`] in a certain way.
    ///
    /// # Errors
    /// When it cannot be opened, is newer than this program, its key does not fit, or SQLite is too old.
    pub async fn open_as(url: &str, opening: &Opening) -> Result<(Self, Writer), StoreError> {
        let options = options(url)?.create_if_missing(true);
        create_private(options.get_filename());
        let mut connection = options
            .clone()
            .pragma("wal_autocheckpoint", "0")
            .pragma("secure_delete", "ON")
            .connect()
            .await?;
        check_sqlite(&mut connection).await?;
        migrate(&mut connection).await?;
        let vault = encryption::adopt(&mut connection, opening.key.as_deref(), opening.serves);
        let vault = vault.await?;
        if let Some(bytes) = opening.max_size {
            limit(&mut connection, bytes).await?;
        }
        let reads = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options.clone().read_only(true))
            .await?;
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let condition = Arc::new(Condition::default());
        let task = tokio::spawn(writer::run(connection, vault.clone(), waiting, condition.clone()));
        let checkpoints = tokio::spawn(log::keep_short(options));
        Ok((Self { reads, vault, jobs, condition }, Writer { task, checkpoints }))
    }

    /// Opens an existing database for reading only; never creates, migrates or writes. Its key is the default one.
    ///
    /// # Errors
    /// When there is none, it is not ours, or its key does not fit.
    pub async fn open_to_read(url: &str) -> Result<Reader, StoreError> {
        let key = default_key_file(&database_file(url)?);
        Self::open_to_read_with(url, Some(&key)).await
    }

    /// [`Store::open_to_read`] with the key in this file.
    ///
    /// # Errors
    /// When there is no database, it is not ours, or its key does not fit.
    pub async fn open_to_read_with(url: &str, key: Option<&Path>) -> Result<Reader, StoreError> {
        let reader = Reader::open(options(url)?).await?;
        let vault = encryption::unlock(&mut *reader.reads.acquire().await?, key).await?;
        Ok(Reader { vault, ..reader })
    }

    /// The same for who needs no text: the key may be missing or another's.
    ///
    /// # Errors
    /// When there is no database, or it is not ours.
    pub async fn open_to_verify(url: &str, key: Option<&Path>) -> Result<Reader, StoreError> {
        let reader = Reader::open(options(url)?).await?;
        let vault = encryption::try_unlock(&mut *reader.reads.acquire().await?, key).await?;
        Ok(Reader { vault, ..reader })
    }

    /// The reading half.
    pub fn reader(&self) -> Reader {
        Reader { reads: self.reads.clone(), vault: self.vault.clone(), schema: newest_schema() }
    }

    /// Writes a decision, unless the message is decided already.
    ///
    /// # Errors
    /// When it is not on disk: do not acknowledge.
    pub async fn plan(&self, plan: Plan) -> Result<Planned, StoreError> {
        self.planned(Op::Plan(Box::new(plan))).await
    }

    /// Ends a decision and writes the one that takes its place.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn replace(&self, ended: Step, plan: Plan) -> Result<Planned, StoreError> {
        self.planned(Op::Replace(Box::new(ended), Box::new(plan))).await
    }

    /// Writes a step of a pending decision; `false` when it is not pending any more.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn step(&self, step: Step) -> Result<bool, StoreError> {
        self.done(Op::Step(Box::new(step))).await
    }

    /// Notes that an action takes off, so that a crash knows whom to suspect.
    ///
    /// # Errors
    /// When it is not on disk: do not act.
    pub async fn start(&self, id: String) -> Result<bool, StoreError> {
        self.done(Op::Start(id)).await
    }

    /// Notes that an action panicked; the second time it is given up, and `true` is told.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn crashed(&self, id: String) -> Result<bool, StoreError> {
        self.done(Op::Crashed(id)).await
    }

    /// After a start: actions that were in flight are suspect, and those that crashed twice alone are given up
    /// (`true` when there were any).
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn suspects(&self) -> Result<bool, StoreError> {
        self.done(Op::Suspects).await
    }

    /// Whether an edit by our own account shows what we wrote; the first such edit confirms the rewrite.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn echo(&self, key: MessageKey, body_digest: String) -> Result<bool, StoreError> {
        self.done(Op::Echo { key, body_digest }).await
    }

    /// Appends an event that is about no decision.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn record(&self, event: Event) -> Result<(), StoreError> {
        self.done(Op::Record(event)).await.map(drop)
    }

    /// Keeps a rule set that goes live: the event names it, what it changes, and who asked for it where anybody did; a
    /// restart falls back to it.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn activate_ruleset(
        &self,
        hash: &str,
        files: &BTreeMap<String, String>,
        rules: usize,
        change: Value,
        by: Option<&str>,
    ) -> Result<(), StoreError> {
        let names: Vec<_> = files.keys().collect();
        let event = Event::new(
            "ruleset.loaded",
            None,
            json!({ "ruleset": hash, "rules": rules, "files": names, "change": change }),
        )
        .text("by", by);
        let files = Value::from_iter(files.iter().map(|(name, text)| (name.clone(), json!(text))));
        let op = Op::Ruleset { hash: hash.to_owned(), files: files.to_string(), event };
        self.done(op).await.map(drop)
    }

    /// Makes what waits for these messages due now; `true` when anything did wait.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn hasten(&self, keys: Vec<MessageKey>) -> Result<bool, StoreError> {
        self.done(Op::Hasten(keys)).await
    }

    /// Keeps what was seen of an app, in place of what was kept before.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn keep_noted(&self, noted: Noted) -> Result<(), StoreError> {
        self.done(Op::Noted(noted)).await.map(drop)
    }

    async fn planned(&self, op: Op) -> Result<Planned, StoreError> {
        match self.write(op).await? {
            Written::Plan(planned) => Ok(planned),
            _ => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }

    async fn done(&self, op: Op) -> Result<bool, StoreError> {
        match self.write(op).await? {
            Written::Done(done) => Ok(done),
            _ => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }

    async fn write(&self, op: Op) -> Result<Written, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.try_send(Job { op, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => sqlx::Error::WorkerCrashed.into(),
        })?;
        answer.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }

    /// Whether the writer takes work, and the last of it reached the disk.
    pub fn is_writable(&self) -> bool {
        !self.jobs.is_closed() && self.jobs.capacity() > 0 && !self.condition.is_failing()
    }

    /// Takes no more work; what was given before is still written.
    pub async fn close(&self) {
        let (reply, _) = oneshot::channel();
        // A writer that has ended already is closed.
        let _ = self.jobs.send(Job { op: Op::Close, reply }).await;
    }
}

/// The reading half of the store.
#[derive(Debug, Clone)]
pub struct Reader {
    reads: SqlitePool,
    vault: Vault,
    /// The last migration that the database has seen; a copy that is only read may be older than this program.
    schema: i64,
}

impl Reader {
    async fn open(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let file = options.get_filename().to_owned();
        if !file.exists() {
            return Err(StoreError::Absent(file));
        }
        // Without a log beside it the database is at rest, or a copy: read as it lies, it needs no right to
        // write to the folder, and nothing is left there.
        let at_rest = !beside(&file, "-wal").exists();
        let pool = SqlitePoolOptions::new().max_connections(2);
        let reads = pool.connect_with(options.read_only(true).immutable(at_rest)).await?;
        let schema = check_schema(&mut *reads.acquire().await?).await?;
        Ok(Self { reads, vault: Vault::Locked, schema })
    }

    /// The files of the rule set that was live last.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn last_ruleset(&self) -> Result<Option<BTreeMap<String, String>>, StoreError> {
        Ok(rulesets::last(&self.reads).await?)
    }

    /// Hashes of the rule sets that were live and when each went live last (Unix ms), the last one first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn rulesets(&self, limit: u32) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(rulesets::all(&self.reads, limit).await?)
    }

    /// The files of the rule set with this hash.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn ruleset(
        &self,
        hash: &str,
    ) -> Result<Option<BTreeMap<String, String>>, StoreError> {
        Ok(rulesets::by_hash(&self.reads, hash).await?)
    }
}

/// The file of the database at `url`.
///
/// # Errors
/// When this is no address of a database.
pub fn database_file(url: &str) -> Result<PathBuf, StoreError> {
    Ok(options(url)?.get_filename().to_owned())
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
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
async fn limit(connection: &mut SqliteConnection, bytes: u64) -> sqlx::Result<()> {
    let page: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut *connection).await?;
    let pages = bytes / u64::try_from(page.max(1)).unwrap_or(1);
    // Beyond SQLite's own limit a limit means nothing.
    let pages = pages.clamp(1, u64::from(u32::MAX - 1));
    let pragma = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    sqlx::query(pragma).fetch_one(connection).await.map(drop)
}

/// Makes the file where there is none, for its owner alone: people's words are in it. Best effort: opening
/// the file says what is wrong if this did not help.
fn create_private(file: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let _ = std::fs::create_dir_all(folder);
    }
    let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
}

async fn check_sqlite(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let version: String =
        sqlx::query_scalar("SELECT sqlite_version()").fetch_one(connection).await?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SQLITE {
        return Err(StoreError::OldSqlite(version));
    }
    Ok(())
}

async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    MIGRATIONS.run(connection).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::VersionMissing(_) => StoreError::NewerSchema,
        sqlx::migrate::MigrateError::Execute(error) => error.into(),
        other => sqlx::Error::Configuration(Box::new(other)).into(),
    })
}

/// The schema of a database that we only read; it was set up by this program or an older one.
async fn check_schema(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
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

fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}
