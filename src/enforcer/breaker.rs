//! Whether calls of an app may go out at all.
//!
//! Closed while they fare as they should. Wrong credentials or a used-up quota open it: nothing goes out for a
//! while, then one call at a time tries until one fares well.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    until: Option<Instant>,
    /// One call at a time until one succeeds.
    probing: bool,
}

impl Breaker {
    /// No call goes out for `time`; with `probe`, one at a time after that.
    pub fn open(&self, time: Duration, probe: bool) {
        let mut state = self.state();
        let until = Instant::now() + time;
        if state.until.is_none_or(|earlier| earlier < until) {
            state.until = Some(until);
        }
        state.probing |= probe;
    }

    /// A call fared well.
    pub fn close(&self) {
        self.state().probing = false;
    }

    pub fn is_open(&self) -> bool {
        self.state().until.is_some_and(|until| until > Instant::now())
    }

    /// How many actions may be in flight, of at most `limit`.
    pub fn room(&self, limit: usize) -> usize {
        match (self.is_open(), self.state().probing) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => limit,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
