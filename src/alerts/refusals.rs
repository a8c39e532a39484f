//! Refused webhooks: a few are the noise of the internet, many in a minute are a wrong token or an attack.

use super::{Alert, AlertSink, Kind};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const MINUTE: i64 = 60_000;

/// Counts refusals minute by minute.
#[derive(Debug)]
pub struct Refusals {
    sink: Arc<dyn AlertSink>,
    worth_an_alert: u32,
    /// The minute since 1970, and the refusals in it.
    counted: Mutex<(i64, u32)>,
    /// The minute in which a stale webhook was told of.
    stale: AtomicI64,
}

impl Refusals {
    pub fn new(sink: Arc<dyn AlertSink>, worth_an_alert: u32) -> Self {
        Self { sink, worth_an_alert, counted: Mutex::default(), stale: AtomicI64::new(0) }
    }

    /// A webhook was refused for its signature; `app` is the one that it named, if it is one of ours.
    pub fn refused(&self, app: Option<&str>) {
        let minute = minute();
        let refused = {
            let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
            if counted.0 != minute {
                *counted = (minute, 0);
            }
            counted.1 = counted.1.saturating_add(1);
            counted.1
        };
        if refused == self.worth_an_alert {
            let detail = format!(
                "{refused} webhooks within a minute were refused for their signature: a token that differs from the \
                 console's, or somebody else posts here."
            );
            let subject = app.unwrap_or("no app of ours").to_owned();
            self.sink.alert(Alert { kind: Kind::Signatures, subject, detail });
        }
    }

    /// A webhook was truly signed, `seconds` away from our clock.
    pub fn stale(&self, app: &str, seconds: i64) {
        let minute = minute();
        if self.stale.swap(minute, Ordering::Relaxed) == minute {
            return;
        }
        let detail = format!(
            "A truly signed webhook is {seconds} s away from our clock and was refused: set the clock, or somebody \
             replays webhooks."
        );
        self.sink.alert(Alert { kind: Kind::Clock, subject: app.to_owned(), detail });
    }
}

fn minute() -> i64 {
    jiff::Timestamp::now().as_millisecond().div_euclid(MINUTE)
}
