//! Whose turn it is: what waits is in the database, a handful of it here.
//!
//! Most severe first, newest first among equals; retries and undos take one turn in five each while fresh work
//! waits, so that a heap of failures does not hold up what could succeed, and offences do not hold up amends.

use super::errand::Errand;
use crate::message::MessageKey;
use crate::store::{Due, Reader, StoreError};
use std::collections::{HashSet, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

/// Decisions read at once: few enough that a graver one does not wait behind them.
const HANDFUL: usize = 16;
/// Among so many turns one is for a retry and one for an undo, however much fresh work waits.
const ROUND: u32 = 5;

/// What was alone in flight at the last crash waits until this process has lived for so long: poison then ends it
/// rarely, and whoever kills the process again and again kills no innocent action twice.
const PROBATION: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct Queue {
    fresh: Lane,
    retries: Lane,
    undos: Lane,
    turns: u32,
    began: Instant,
}

#[derive(Debug, Default)]
struct Lane {
    ready: VecDeque<Errand>,
    /// Nothing more was there when we last looked, at this time.
    dry_since: Option<Instant>,
}

impl Queue {
    pub fn new() -> Self {
        let (fresh, retries, undos) = Default::default();
        Self { fresh, retries, undos, turns: 0, began: Instant::now() }
    }

    /// What was read before may no longer be the most severe.
    pub fn forget(&mut self) {
        (self.fresh, self.retries) = Default::default();
    }

    /// A retry has fallen due since we last looked.
    pub fn look_for_retries(&mut self) {
        self.retries.dry_since = None;
        self.undos.dry_since = None;
    }

    /// Gives back what could not be started.
    pub fn put_back(&mut self, errand: Errand) {
        let lane = match &errand {
            Errand::GiveBack(_) => &mut self.undos,
            Errand::Act(decision) if decision.attempts > 0 => &mut self.retries,
            Errand::Act(_) => &mut self.fresh,
        };
        lane.ready.push_front(errand);
    }

    /// The next errand of an app whose message is not in `flight`; looks again at most every `poll`.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn next(
        &mut self,
        reader: &Reader,
        sdk_app_id: u64,
        flight: &HashSet<MessageKey>,
        poll: Duration,
    ) -> Result<Option<Errand>, StoreError> {
        let long = self.began.elapsed() >= PROBATION;
        let look = Look { reader, sdk_app_id, flight, poll };
        self.fresh.fill(&look, Kind::Decisions(Due::Fresh, long)).await?;
        self.retries.fill(&look, Kind::Decisions(Due::Retries, long)).await?;
        self.undos.fill(&look, Kind::Undos).await?;
        self.turns = (self.turns + 1) % ROUND;
        let (fresh, retries, undos) = (&mut self.fresh, &mut self.retries, &mut self.undos);
        let order = match self.turns {
            0 => [retries, fresh, undos],
            1 => [undos, fresh, retries],
            _ => [fresh, retries, undos],
        };
        Ok(order.into_iter().find_map(|lane| lane.pop(flight)))
    }
}

/// Where and when a lane looks for more.
struct Look<'l> {
    reader: &'l Reader,
    sdk_app_id: u64,
    flight: &'l HashSet<MessageKey>,
    poll: Duration,
}

/// What a lane holds; decisions also say whether those that crashed alone may go.
enum Kind {
    Decisions(Due, bool),
    Undos,
}

impl Lane {
    async fn fill(&mut self, look: &Look<'_>, kind: Kind) -> Result<(), StoreError> {
        let Look { reader, sdk_app_id, flight, poll } = *look;
        if !self.ready.is_empty() || self.dry_since.is_some_and(|since| since.elapsed() < poll) {
            return Ok(());
        }
        let now = jiff::Timestamp::now().as_millisecond();
        let limit = flight.len() + HANDFUL;
        let due: Vec<Errand> = match kind {
            Kind::Decisions(which, long) => {
                let due = reader.due(sdk_app_id, which, long, now, limit).await?;
                due.into_iter().map(|decision| Errand::Act(Box::new(decision))).collect()
            }
            Kind::Undos => {
                let due = reader.due_undos(sdk_app_id, now, limit).await?;
                due.into_iter().map(|undo| Errand::GiveBack(Box::new(undo))).collect()
            }
        };
        self.ready = due.into_iter().filter(|errand| !flight.contains(errand.key())).collect();
        self.dry_since = self.ready.is_empty().then(Instant::now);
        Ok(())
    }

    /// A message may have two decisions: the second waits until the first has ended.
    fn pop(&mut self, flight: &HashSet<MessageKey>) -> Option<Errand> {
        let at = self.ready.iter().position(|errand| !flight.contains(errand.key()))?;
        self.ready.remove(at)
    }
}
