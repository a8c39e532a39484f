//! Whose turn it is: what waits is in the database, a handful of it here.
//!
//! Most severe first, newest first among equals; retries take one turn in five while fresh work waits, so that
//! a heap of failures does not hold up what could succeed.

use crate::message::MessageKey;
use crate::store::{Due, Pending, Reader, StoreError};
use std::collections::{HashSet, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

/// Decisions read at once: few enough that a graver one does not wait behind them.
const HANDFUL: usize = 16;
/// Among so many turns one is for a retry, however much fresh work waits.
const RETRY_EVERY: u32 = 5;

/// What was alone in flight at the last crash waits until this process has lived for so long: poison then ends it
/// rarely, and whoever kills the process again and again kills no innocent action twice.
const PROBATION: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct Queue {
    fresh: Lane,
    retries: Lane,
    turns: u32,
    began: Instant,
}

#[derive(Debug, Default)]
struct Lane {
    ready: VecDeque<Pending>,
    /// Nothing more was there when we last looked, at this time.
    dry_since: Option<Instant>,
}

impl Queue {
    pub fn new() -> Self {
        let (fresh, retries) = Default::default();
        Self { fresh, retries, turns: 0, began: Instant::now() }
    }

    /// What was read before may no longer be the most severe.
    pub fn forget(&mut self) {
        (self.fresh, self.retries) = Default::default();
    }

    /// A retry has fallen due since we last looked.
    pub fn look_for_retries(&mut self) {
        self.retries.dry_since = None;
    }

    /// Gives back what could not be started.
    pub fn put_back(&mut self, decision: Pending) {
        let lane = if decision.attempts == 0 { &mut self.fresh } else { &mut self.retries };
        lane.ready.push_front(decision);
    }

    /// The next decision of an app whose message is not in `flight`; looks again at most every `poll`.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn next(
        &mut self,
        reader: &Reader,
        sdk_app_id: u64,
        flight: &HashSet<MessageKey>,
        poll: Duration,
    ) -> Result<Option<Pending>, StoreError> {
        let long = self.began.elapsed() >= PROBATION;
        self.fresh.fill(reader, sdk_app_id, (Due::Fresh, long), flight, poll).await?;
        self.retries.fill(reader, sdk_app_id, (Due::Retries, long), flight, poll).await?;
        self.turns = (self.turns + 1) % RETRY_EVERY;
        let (first, second) = match self.turns {
            0 => (&mut self.retries, &mut self.fresh),
            _ => (&mut self.fresh, &mut self.retries),
        };
        Ok(first.pop(flight).or_else(|| second.pop(flight)))
    }
}

impl Lane {
    async fn fill(
        &mut self,
        reader: &Reader,
        sdk_app_id: u64,
        (which, long): (Due, bool),
        flight: &HashSet<MessageKey>,
        poll: Duration,
    ) -> Result<(), StoreError> {
        if !self.ready.is_empty() || self.dry_since.is_some_and(|since| since.elapsed() < poll) {
            return Ok(());
        }
        let now = jiff::Timestamp::now().as_millisecond();
        let due = reader.due(sdk_app_id, which, long, now, flight.len() + HANDFUL).await?;
        self.ready = due.into_iter().filter(|due| !flight.contains(&due.key)).collect();
        self.dry_since = self.ready.is_empty().then(Instant::now);
        Ok(())
    }

    /// A message may have two decisions: the second waits until the first has ended.
    fn pop(&mut self, flight: &HashSet<MessageKey>) -> Option<Pending> {
        let at = self.ready.iter().position(|due| !flight.contains(&due.key))?;
        self.ready.remove(at)
    }
}
