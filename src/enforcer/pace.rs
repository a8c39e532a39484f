//! The pace of calls: never more than the limit in any second at the platform, and no large burst at once.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};

/// Calls that may go out back to back after a pause.
const BURST: u32 = 8;
const SECOND: Duration = Duration::from_secs(1);

/// Spaces calls evenly; callers wait for their turn in the order in which they came.
///
/// When a call reaches the platform cannot be known, only that it is between its start and its answer. So
/// there are as many tokens as calls in a second, and each comes back a second after its call was answered:
/// however long calls travel, no second at the platform holds more of them.
#[derive(Debug)]
pub struct Pace {
    interval: Duration,
    burst: u32,
    /// When the next call would be due if all had come evenly.
    due: Mutex<Instant>,
    /// When each token may be used again, earliest first.
    tokens: tokio::sync::Mutex<UnboundedReceiver<Instant>>,
    back: UnboundedSender<Instant>,
}

/// A call's turn: keep it until the call is answered.
#[derive(Debug)]
pub struct Turn(UnboundedSender<Instant>);

impl Drop for Turn {
    fn drop(&mut self) {
        // Nobody takes it back where the pace is gone: then nobody calls any more.
        let _ = self.0.send(Instant::now() + SECOND);
    }
}

impl Pace {
    /// At most `per_second` calls in any second, bursts included.
    pub fn new(per_second: u32) -> Self {
        let per_second = per_second.max(1);
        let (back, tokens) = unbounded_channel();
        let now = Instant::now();
        for _ in 0..per_second {
            // The receiver is right here.
            let _ = back.send(now);
        }
        // What a burst may add to an evenly spaced second is taken off the even rate.
        let burst = BURST.min(per_second.div_ceil(4));
        let even = (per_second - (burst - 1)).max(1);
        // Rounded up: a nanosecond too short would let one call too many into a second.
        let interval = Duration::from_nanos(1_000_000_000u64.div_ceil(u64::from(even)));
        let tokens = tokio::sync::Mutex::new(tokens);
        Self { interval, burst, due: Mutex::new(now), tokens, back }
    }

    /// Waits until a call may go out.
    pub async fn turn(&self) -> Turn {
        let mut tokens = self.tokens.lock().await;
        let token = tokens.recv().await.unwrap_or_else(Instant::now);
        let turn = Turn(self.back.clone());
        sleep_until(token.max(self.reserve(Instant::now()))).await;
        turn
    }

    fn reserve(&self, now: Instant) -> Instant {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let credit = self.interval * (self.burst - 1);
        let earliest = due.checked_sub(credit).unwrap_or(now);
        let at = earliest.max(now);
        *due = (*due).max(now) + self.interval;
        at
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
                let asked = start + Duration::from_secs((call / 400) * 700);
                turns.push(pace.reserve(asked));
            }
            for (first, turn) in turns.iter().enumerate() {
                let within =
                    turns[first..].iter().take_while(|t| **t < *turn + Duration::from_secs(1));
                assert!(within.count() <= limit as usize, "limit {limit}, from call {first}");
            }
        }
    }
}
