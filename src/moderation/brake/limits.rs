//! When a rule has done enough for a person to look: the counts of one rule in one app, held against its limits.
//!
//! Pure: time passes in. Promise: a few accounts cannot trip a brake, however much they write, because senders
//! count, not messages, and a text counts once, whoever repeats it.

use super::baseline::{Baseline, HOUR};
use super::window::Window;
use crate::settings::BrakeLimits;

const MINUTE: i64 = 60 * 1000;
/// A definition is new for a day.
const NEW_FOR: i64 = 24 * HOUR;
/// A share of fewer messages says little.
const LEAST_JUDGED: u64 = 200;
/// A share of fewer senders could be the work of a few.
const LEAST_SENDERS: u64 = 10;
/// What an old rule may do beyond what is usual for it.
const SURGE: f64 = 10.0;

/// Why a rule trips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A new rule hit too many senders in ten minutes.
    Senders,
    /// A new rule hit too large a share of all messages.
    Share,
    /// An old rule hit ten times as many senders as usual.
    Surge,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Senders => "senders",
            Self::Share => "share",
            Self::Surge => "surge",
        }
    }
}

/// What one rule did in one app.
#[derive(Debug, Clone)]
pub struct Counts {
    first_live_at: i64,
    /// Messages that the app had judged when counting began.
    judged_before: u64,
    ten_minutes: Window,
    hour: Window,
    day: Window,
    pub baseline: Baseline,
    /// Senders an hour that a person has released: from then on the rule is an old one.
    pub approved: Option<f64>,
}

impl Counts {
    /// Of a definition that was first live at `first_live_at` (Unix ms), from now on.
    pub fn new(first_live_at: i64, judged: u64) -> Self {
        Self {
            first_live_at,
            judged_before: judged,
            ten_minutes: Window::new(10 * MINUTE),
            hour: Window::new(HOUR),
            day: Window::new(NEW_FOR),
            baseline: Baseline::since(first_live_at),
            approved: None,
        }
    }

    /// Counts a hit at `at`; `judged` is how many messages the app has judged by now.
    pub fn note(
        &mut self,
        at: i64,
        (sender, text): (u64, u64),
        judged: u64,
        limits: &BrakeLimits,
    ) -> Option<Reason> {
        self.ten_minutes.note(at, sender, text);
        self.day.note(at, sender, text);
        if self.hour.note(at, sender, text) {
            self.baseline.note(at);
        }
        self.exceeded(at, judged.saturating_sub(self.judged_before), limits)
    }

    fn exceeded(&mut self, at: i64, judged: u64, limits: &BrakeLimits) -> Option<Reason> {
        if at - self.first_live_at >= NEW_FOR || self.approved.is_some() {
            let usual = SURGE * self.baseline.senders.max(self.approved.unwrap_or(0.0));
            let allowed = usual.max(f64::from(limits.hourly_senders));
            return (self.hour.count(at) as f64 >= allowed).then_some(Reason::Surge);
        }
        let day = self.day.count(at);
        if self.ten_minutes.count(at) >= u64::from(limits.senders) {
            Some(Reason::Senders)
        } else if judged >= LEAST_JUDGED
            && day >= LEAST_SENDERS
            && day * 100 >= u64::from(limits.percent) * judged
        {
            Some(Reason::Share)
        } else {
            None
        }
    }

    /// Senders of the last hour.
    pub fn hourly(&mut self, at: i64) -> u64 {
        self.hour.count(at)
    }

    /// Begins to count anew; what is usual stays known.
    pub fn restart(&mut self, judged: u64) {
        self.judged_before = judged;
        self.ten_minutes.clear();
        self.hour.clear();
        self.day.clear();
    }
}
