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
mod error;
mod file;
mod fingerprint;
mod head;
mod holds;
mod key;
mod known;
mod log;
mod outcome;
mod pending;
mod plan;
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
pub use erasure::{Erased, Erasure, Gone, Left, Whose};
pub use error::StoreError;
pub use fingerprint::Fingerprint;
pub use holds::{Hold, HoldPlan};
pub use key::default_key_file;
pub use log::cut_log;
pub use outcome::{Action, Cause, Outcome, Source};
pub use pending::{Due, Pending};
pub use plan::{Plan, Planned, Rewritten, Step};
pub use query::{Acted, BadCursor, Cursor, DecisionRow, Ended, EventRow, Filter, History, Page};
pub use report::Judged;
pub use retention::{Expired, Outdated, Retention};
pub use root::Root;
pub use seen::Noted;
pub use tokens::{Role, TokenPlan, TokenRow};
pub use undo::{PendingUndo, Restored, UndoPlan, UndoStep};
pub use verify::{Damage, Verified, Witness, verify};

use crate::message::MessageKey;
use file::{check_schema, check_sqlite, create_private, limit, migrate, newest_schema, options};
use serde_json::{Value, json};
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use vault::Vault;
use writer::{Condition, Job, Op, Written};

/// Jobs that may wait for the writer; beyond it a webhook is refused rather than held.
const QUEUE: usize = 4096;

/// What the writer keeps of the database in memory, 16 MiB: a whole group of decisions, so that no page of it is written
/// twice.
const CACHE: &str = "-16384";

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
    file: PathBuf,
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
        let database = options.get_filename().to_owned();
        create_private(&database);
        let mut connection = options
            .clone()
            .pragma("wal_autocheckpoint", "0")
            .pragma("cache_size", CACHE)
            // What a statement may have to take back stands in memory, not in a file of its own.
            .pragma("temp_store", "MEMORY")
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
            .max_connections(5)
            .connect_with(options.clone().read_only(true))
            .await?;
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let condition = Arc::new(Condition::default());
        let task = tokio::spawn(writer::run(connection, vault.clone(), waiting, condition.clone()));
        let checkpoints = tokio::spawn(log::keep_short(options));
        Ok((Self { file: database, reads, vault, jobs, condition }, Writer { task, checkpoints }))
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
        Reader {
            reads: self.reads.clone(),
            vault: self.vault.clone(),
            schema: newest_schema(),
            file: self.file.clone(),
            at_rest: false,
        }
    }

    /// Writes a decision, unless the message is decided already.
    ///
    /// # Errors
    /// When it is not on disk: do not acknowledge.
    pub async fn plan(&self, plan: Plan) -> Result<Planned, StoreError> {
        self.planned(Op::Plan(Box::new(plan))).await
    }

    /// Writes a decision that was made without a look at what a person gave back of the message; `None`, and nothing
    /// is written, where there is anything.
    ///
    /// # Errors
    /// When it is not on disk: do not acknowledge.
    pub async fn plan_freely(&self, plan: Plan) -> Result<Option<Planned>, StoreError> {
        match self.write(Op::PlanFreely(Box::new(plan))).await? {
            Written::Plan(planned) => Ok(Some(planned)),
            _ => Ok(None),
        }
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
    file: PathBuf,
    /// Nobody had the file open when it was opened here.
    at_rest: bool,
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
        let pool = SqlitePoolOptions::new().max_connections(4);
        let reads = pool.connect_with(options.read_only(true).immutable(at_rest)).await?;
        let schema = check_schema(&mut *reads.acquire().await?).await?;
        Ok(Self { reads, vault: Vault::Locked, schema, file, at_rest })
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
