//! Forgets what is over its time: texts after `audit.retain_texts`, everything else after `audit.retain_events`.
//!
//! Holds when and how fast, and no SQL. Promise: it goes in small steps with pauses between them, so that the writer is
//! never held up, and a step that was taken is whole whatever comes next.

use crate::proof::{LedgerError, last_upto};
use crate::store::{Erased, Head, Outdated, Retention, Store, StoreError};
use std::path::PathBuf;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A start has other things to do first.
const FIRST_AFTER: Duration = Duration::from_secs(300);
const EVERY: Duration = Duration::from_secs(86_400);
/// Between two steps everybody else has the writer to themselves.
const PAUSE: Duration = Duration::from_millis(20);

/// Why not all of it went.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no event is removed, because the checkpoints cannot be read: {0}")]
    Ledger(#[from] LedgerError),
    #[error("no event is removed: the checkpoints know another event {0}")]
    Diverged(i64),
    #[error("the reading task ended badly")]
    Lost,
}

/// What went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    pub erased: Erased,
    pub events: i64,
}

/// How long things are kept.
#[derive(Debug, Clone)]
pub struct Keeper {
    pub store: Store,
    pub retain_texts: Duration,
    pub retain_events: Duration,
    /// Where checkpoints are signed; the audit then begins at one of them.
    pub checkpoints: Option<PathBuf>,
}

impl Keeper {
    /// Forgets once a day until cancelled.
    pub async fn run(self, stop: CancellationToken) {
        let mut wait = FIRST_AFTER;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                forgotten = self.forget() => match forgotten {
                    Ok(Forgotten { erased, events }) => {
                        let Erased { texts, decisions } = erased;
                        tracing::info!(texts, decisions, events, "what was over its time is forgotten");
                    }
                    Err(error) => {
                        tracing::error!(%error, "what is over its time cannot be forgotten; it is tried again");
                    }
                },
            }
            wait = EVERY;
        }
    }

    fn retention(&self) -> Retention {
        let now = jiff::Timestamp::now().as_millisecond();
        let before = |kept: Duration| now.saturating_sub(kept.as_millis() as i64);
        Retention {
            texts_before: before(self.retain_texts),
            events_before: before(self.retain_events),
        }
    }

    /// What would go now; of the events as many as a checkpoint allows.
    ///
    /// # Errors
    /// When database or checkpoints cannot be read.
    pub async fn look(&self) -> Result<(Outdated, i64), RetentionError> {
        let reader = self.store.reader();
        let outdated = reader.outdated(&self.retention()).await?;
        let from = reader.root().await?.map_or(0, |root| root.head.seq);
        let (upto, _) = self.root_upto(outdated.upto).await?;
        Ok((outdated, (upto - from).max(0)))
    }

    /// Forgets everything that is over its time.
    ///
    /// # Errors
    /// When not all of it went.
    pub async fn forget(&self) -> Result<Forgotten, RetentionError> {
        let retention = self.retention();
        let (mut forgotten, mut next) = (Forgotten::default(), Some(0));
        while let Some(after) = next {
            let step = self.store.expire(retention.texts_before, after).await?;
            forgotten.erased.texts += step.erased.texts;
            forgotten.erased.decisions += step.erased.decisions;
            next = step.next;
            tokio::time::sleep(PAUSE).await;
        }
        let reader = self.store.reader();
        let root = async || Ok::<_, StoreError>(reader.root().await?.map_or(0, |r| r.head.seq));
        let from = root().await?;
        let upto = reader.prunable_before(retention.events_before).await?;
        if upto > from {
            let (upto, checkpoint) = self.root_upto(upto).await?;
            while self.store.prune(upto, checkpoint.clone()).await? {
                tokio::time::sleep(PAUSE).await;
            }
        }
        forgotten.events = root().await? - from;
        Ok(forgotten)
    }

    /// The last checkpoint up to there, as number and line; without checkpoints that number itself.
    async fn root_upto(&self, upto: i64) -> Result<(i64, Option<String>), RetentionError> {
        let Some(file) = self.checkpoints.clone().filter(|file| file.exists()) else {
            return Ok((upto, None));
        };
        let found = tokio::task::spawn_blocking(move || last_upto(&file, upto));
        let found = found.await.map_err(|_| RetentionError::Lost)??;
        let Some(last) = found else { return Ok((0, None)) };
        let Head { seq, hash } = last.checkpoint.head;
        let known = self.store.reader().hash_of(seq).await?;
        if known.is_some_and(|known| known != hash) {
            return Err(RetentionError::Diverged(seq));
        }
        Ok((seq, Some(String::from_utf8_lossy(&last.line).into_owned())))
    }
}
