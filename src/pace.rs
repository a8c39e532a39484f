//! The pace of calls: never more than the limit in any second, and no more than a small burst at once.
//!
//! When a call reaches the platform cannot be known, only that it is between its start and its answer. So each
//! counts from its start until a second after its answer: however long calls travel, no second there holds more.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Calls that may go out back to back after a pause.
const BURST: u32 = 8;

/// After a slow-down the pace grows by a tenth of the full one each time so much has passed without another.
const RECOVERY: Duration = Duration::from_secs(5);

const SECOND: Duration = Duration::from_secs(1);
/// How soon to look again while all that may be on their way are.
const CROWDED: Duration = Duration::from_millis(20);

/// Spaces calls evenly; callers wait for their turn in the order in which they came.
#[derive(Debug)]
pub struct Pace {
    interval: Duration,
    burst: u32,
    limit: usize,
    state: Mutex<State>,
    calls: Arc<Mutex<Calls>>,
}

/// Calls that may count in a second of the platform's.
#[derive(Debug, Default)]
struct Calls {
    under_way: usize,
    answered: VecDeque<Instant>,
}

/// A call's turn: keep it until the call is answered.
#[derive(Debug)]
pub struct Turn(Arc<Mutex<Calls>>);

impl Drop for Turn {
    fn drop(&mut self) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.under_way = calls.under_way.saturating_sub(1);
        calls.answered.push_back(Instant::now());
    }
}

#[derive(Debug)]
struct State {
    /// When the next call would be due if all had come evenly.
    due: Instant,
    /// What part of the full pace is left after the last slow-down, and when that was.
    slowed: Option<(f64, Instant)>,
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
        let state = State { due: Instant::now(), slowed: None };
        let (limit, calls) = (per_second as usize, Arc::default());
        Self { interval, burst, limit, state: Mutex::new(state), calls }
    }

    /// Waits until a call may go out, in the order in which callers came.
    pub async fn turn(&self) -> Turn {
        let at = {
            let mut state = self.state();
            let now = Instant::now();
            let at = self.earliest(&state, now).max(now);
            state.due = state.due.max(at) + self.interval_at(&state, now);
            at
        };
        sleep_until(at).await;
        loop {
            match self.admit(Instant::now()) {
                Ok(turn) => return turn,
                Err(later) => sleep_until(later).await,
            }
        }
    }

    /// Takes a turn if there is one at `now`.
    ///
    /// # Errors
    /// When the next one is.
    pub fn take(&self, now: Instant) -> Result<Turn, Instant> {
        let mut state = self.state();
        let earliest = self.earliest(&state, now);
        if earliest > now {
            return Err(earliest);
        }
        let turn = self.admit(now)?;
        state.due = state.due.max(now) + self.interval_at(&state, now);
        Ok(turn)
    }

    /// When the next turn is, where there is none at `now`.
    pub fn later(&self, now: Instant) -> Option<Instant> {
        let earliest = self.earliest(&self.state(), now);
        if earliest > now {
            return Some(earliest);
        }
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = calls.answered.iter().filter(|at| **at + SECOND > now);
        let mut counts = counts.peekable();
        let first = counts.peek().map_or(now + CROWDED, |at| **at + SECOND);
        (calls.under_way + counts.count() >= self.limit).then_some(first)
    }

    /// Lets a call go where its second has room for it; else tells when to ask again.
    fn admit(&self, now: Instant) -> Result<Turn, Instant> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        while calls.answered.front().is_some_and(|at| *at + SECOND <= now) {
            calls.answered.pop_front();
        }
        if calls.under_way + calls.answered.len() < self.limit {
            calls.under_way += 1;
            return Ok(Turn(self.calls.clone()));
        }
        Err(calls.answered.front().map_or(now + CROWDED, |at| *at + SECOND))
    }

    /// The platform said that calls come too fast: half the pace from `now` on, then slowly back to the full one.
    pub fn halve(&self, now: Instant) {
        let mut state = self.state();
        // Many calls in flight are refused together: that is one sign, not many.
        if state.slowed.is_some_and(|(_, since)| now < since + Duration::from_secs(1)) {
            return;
        }
        state.slowed = Some((share(&state, now) / 2.0, now));
    }

    fn earliest(&self, state: &State, now: Instant) -> Instant {
        // No bursts while the platform complains.
        let burst = if share(state, now) < 1.0 { 1 } else { self.burst };
        state.due.checked_sub(self.interval * (burst - 1)).unwrap_or(state.due)
    }

    fn interval_at(&self, state: &State, now: Instant) -> Duration {
        self.interval.div_f64(share(state, now)).min(Duration::from_secs(1).max(self.interval))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What part of the full pace may be used at `now`.
fn share(state: &State, now: Instant) -> f64 {
    state.slowed.map_or(1.0, |(share, since)| {
        let steps = now.saturating_duration_since(since).div_duration_f64(RECOVERY);
        (share + 0.1 * steps.floor()).min(1.0)
    })
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

    #[test]
    fn a_complaint_halves_the_pace_and_time_gives_it_back() {
        let pace = Pace::new(100);
        let start = Instant::now();
        let within = |from: Instant| {
            let (mut at, mut taken) = (from, 0);
            while at < from + Duration::from_secs(1) {
                match pace.take(at) {
                    Ok(_turn) => taken += 1,
                    Err(later) => at = later,
                }
            }
            taken
        };
        let full = within(start);
        pace.halve(start + Duration::from_secs(1));
        pace.halve(start + Duration::from_millis(1_010));
        let halved = within(start + Duration::from_secs(2));
        assert!((40..=50).contains(&halved), "{halved} of {full}");
        let recovered = within(start + Duration::from_secs(100));
        assert!(recovered >= full - 1, "{recovered} of {full}");
    }
}
