//! Signs where the audit stands, now and then, into a file outside the database.
//!
//! Promise: it never signs an audit that does not continue the last one it signed, and whatever fails here is told
//! (log, readiness, alert) and tried again; moderation goes on.

use super::checkpoint::Checkpoint;
use super::key::{KeyError, Signer};
use super::ledger::{self, LedgerError};
use crate::alerts::{Alert, AlertSink, Kind};
use crate::store::{Head, Reader, StoreError};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// A look at the last event costs next to nothing.
const LOOK: Duration = Duration::from_secs(1);

/// What is signed where, and how often.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The private key; made where there is none.
    pub key: PathBuf,
    /// The checkpoints; made where there are none.
    pub file: PathBuf,
    /// No event waits longer than this …
    pub every: Duration,
    /// … nor for more events than these.
    pub events: u32,
}

/// Why there is no new checkpoint.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "the database does not continue what was signed: the last checkpoint knows another event {0}"
    )]
    Diverged(i64),
    #[error("the writing task ended badly")]
    Lost,
}

/// Signs checkpoints.
#[derive(Debug)]
pub struct Notary {
    reader: Reader,
    plan: Plan,
    sink: Arc<dyn AlertSink>,
    signer: OnceLock<Arc<Signer>>,
    trouble: Mutex<Option<String>>,
}

impl Notary {
    pub fn new(reader: Reader, plan: Plan, sink: Arc<dyn AlertSink>) -> Self {
        Self { reader, plan, sink, signer: OnceLock::new(), trouble: Mutex::default() }
    }

    /// The id of the key, once it could be read or made.
    pub fn key_id(&self) -> Option<String> {
        self.signer().map(|signer| signer.public().id()).ok()
    }

    /// Why there is no new checkpoint, where that is so.
    pub fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.as_ref().map(|trouble| format!("no checkpoint is signed: {trouble}"))
    }

    /// Signs at intervals until cancelled.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let (mut signed, mut since) = (0, Instant::now());
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK.min(self.plan.every)) => {}
            }
            let head = self.reader.head().await.map_or(signed, |head| head.seq);
            let new = head - signed;
            let due = new >= i64::from(self.plan.events) || since.elapsed() >= self.plan.every;
            if new != 0 && due {
                (signed, since) = (self.sign().await.unwrap_or(signed), Instant::now());
            }
        }
    }

    /// Signs the last event, unless that was done; its number, or `None` where it could not be done.
    pub async fn sign(&self) -> Option<i64> {
        let done = self.try_sign().await;
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match &done {
            Ok(_) if trouble.is_some() => {
                tracing::info!("checkpoints of the audit are signed again")
            }
            Err(error) if trouble.is_none() => self.tell(error),
            _ => {}
        }
        *trouble = done.as_ref().err().map(ToString::to_string);
        done.ok()
    }

    async fn try_sign(&self) -> Result<i64, Trouble> {
        let head = self.reader.head().await?;
        let signer = self.signer()?;
        let file = self.plan.file.clone();
        let last = tokio::task::spawn_blocking(move || ledger::last(&file));
        let last = last.await.map_err(|_| Trouble::Lost)??;
        if let Some(Head { seq, hash }) = last.as_ref().map(|last| last.checkpoint.head) {
            if self.reader.hash_of(seq).await? != Some(hash) {
                return Err(Trouble::Diverged(seq));
            }
            if seq == head.seq {
                return Ok(seq);
            }
        }
        if head.seq == 0 {
            return Ok(0);
        }
        let after = last.map(|last| last.digest());
        let line = Checkpoint::write(head, jiff::Timestamp::now(), after, &signer);
        let file = self.plan.file.clone();
        let written = tokio::task::spawn_blocking(move || ledger::append(&file, &line));
        written.await.map_err(|_| Trouble::Lost)??;
        Ok(head.seq)
    }

    fn signer(&self) -> Result<Arc<Signer>, KeyError> {
        if let Some(signer) = self.signer.get() {
            return Ok(signer.clone());
        }
        let signer = Arc::new(Signer::read_or_make(&self.plan.key)?);
        Ok(self.signer.get_or_init(|| signer).clone())
    }

    fn tell(&self, error: &Trouble) {
        tracing::error!(%error, "no checkpoint of the audit can be signed; it is tried again");
        let detail = format!(
            "No checkpoint of the audit is signed: {error}. Moderation goes on; until this is mended, later events \
             are covered by their chain alone."
        );
        self.sink.alert(Alert { kind: Kind::Checkpoints, subject: "audit".into(), detail });
    }
}
