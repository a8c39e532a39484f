//! The pace of calls: never more than the limit in any second, and no more than a small burst at once.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Calls that may go out back to back after a pause.
const BURST: u32 = 8;

/// Spaces calls evenly; callers wait for their turn in the order in which they came.
#[derive(Debug)]
pub struct Pace {
    interval: Duration,
    burst: u32,
    /// When the next call would be due if all had come evenly.
    due: Mutex<Instant>,
}

impl Pace {
    /// At most `per_second` calls in any second, bursts included.
    pub fn new(per_second: u32) -> Self {
        let per_second = per_second.max(1);
        // What a burst may add to an evenly spaced second is taken off the even rate.
        let burst = BURST.min(per_second.div_ceil(4));
        let even = (per_second - (burst - 1)).max(1);
        // Rounded up: a nanosecond too short would let one call too many into a second.
        let interval = Duration::from_nanos(1_000_000_000u64.div_ceil(u64::from(even)));
        Self { interval, burst, due: Mutex::new(Instant::now()) }
    }

    /// Waits until a call may go out, in the order in which callers came.
    pub async fn turn(&self) {
        let at = {
            let mut due = self.lock();
            let at = self.earliest(*due).max(Instant::now());
            *due = (*due).max(at) + self.interval;
            at
        };
        sleep_until(at).await;
    }

    /// Takes a turn if there is one at `now`.
    ///
    /// # Errors
    /// When the next one is.
    pub fn take(&self, now: Instant) -> Result<(), Instant> {
        let mut due = self.lock();
        let earliest = self.earliest(*due);
        if earliest > now {
            return Err(earliest);
        }
        *due = (*due).max(now) + self.interval;
        Ok(())
    }

    fn earliest(&self, due: Instant) -> Instant {
        due.checked_sub(self.interval * (self.burst - 1)).unwrap_or(due)
    }

    fn lock(&self) -> MutexGuard<'_, Instant> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the limit and however callers arrive, no window of one second holds more than the limit.
    #[test]
    fn no_second_holds_more_than_the_limit() {
        for limit in [1, 2, 3, 5, 8, 20, 150, 200] {
            let pace = Pace::new(limit);
            let start = Instant::now();
            let mut turns = Vec::new();
            for call in 0..1000u64 {
                // Three floods with pauses between them, so that bursts are saved up.
                let mut at = start + Duration::from_secs((call / 400) * 700);
                at = turns.last().map_or(at, |last: &Instant| at.max(*last));
                while let Err(later) = pace.take(at) {
                    assert!(later > at, "a wait that does not wait");
                    at = later;
                }
                turns.push(at);
            }
            for (first, turn) in turns.iter().enumerate() {
                let within =
                    turns[first..].iter().take_while(|t| **t < *turn + Duration::from_secs(1));
                assert!(within.count() <= limit as usize, "limit {limit}, from call {first}");
            }
        }
    }
}
