//! What is usual for a rule: senders an hour, averaged over a week.

pub const HOUR: i64 = 60 * 60 * 1000;
/// A week: what is usual may change.
const MOST_HOURS: u32 = 7 * 24;

/// A running average over whole hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Baseline {
    /// Senders an hour.
    pub senders: f64,
    /// Hours in the average, at most a week's.
    pub hours: u32,
    /// The hour since 1970 that is being counted.
    pub next_hour: i64,
    in_hour: u32,
}

impl Baseline {
    /// Nothing is known before the hour of `at` (ms).
    pub fn since(at: i64) -> Self {
        Self::of(0.0, 0, at.div_euclid(HOUR))
    }

    /// What was known before a restart.
    pub fn of(senders: f64, hours: u32, next_hour: i64) -> Self {
        Self { senders, hours, next_hour, in_hour: 0 }
    }

    /// Counts one more in the hour of `at`.
    pub fn note(&mut self, at: i64) {
        self.advance(at);
        self.in_hour = self.in_hour.saturating_add(1);
    }

    /// Takes the hours before the one of `at` into the average; whether there were any.
    pub fn advance(&mut self, at: i64) -> bool {
        let hour = at.div_euclid(HOUR);
        if hour <= self.next_hour {
            return false;
        }
        // After so many silent hours nothing of the old average is left to speak of.
        let passed = (hour - self.next_hour).min(10 * i64::from(MOST_HOURS));
        for _ in 0..passed {
            self.hours = (self.hours + 1).min(MOST_HOURS);
            let counted = f64::from(std::mem::take(&mut self.in_hour));
            self.senders += (counted - self.senders) / f64::from(self.hours);
        }
        self.next_hour = hour;
        true
    }
}
