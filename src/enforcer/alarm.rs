//! When retries fall due: known to the database, kept here so that nobody has to ask it all the time.
//!
//! Only those of this process; after a start, and for what others write, there is the regular look.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

#[derive(Debug, Default)]
pub struct Alarm(Mutex<BinaryHeap<Reverse<Instant>>>);

impl Alarm {
    /// Rings at that time.
    pub fn set(&self, at: Instant) {
        self.times().push(Reverse(at));
    }

    /// Whether it has rung by `now`, and was not asked since.
    pub fn rang(&self, now: Instant) -> bool {
        let mut times = self.times();
        let before = times.len();
        while times.peek().is_some_and(|Reverse(at)| *at <= now) {
            times.pop();
        }
        times.len() < before
    }

    /// When it rings next.
    pub fn next(&self) -> Option<Instant> {
        self.times().peek().map(|Reverse(at)| *at)
    }

    fn times(&self) -> MutexGuard<'_, BinaryHeap<Reverse<Instant>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
