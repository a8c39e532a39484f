//! What follows from the platform's answer: try again and when, stop for all, tag instead, or end it.
//!
//! Pure: time and chance come in. The classes are those of platform error codes (EN-34348).

use crate::chat::Class;
use crate::settings::EnforcerSettings;
use crate::store::{Cause, Outcome};
use std::time::Duration;

/// The platform falls silent for a minute after too many bad signatures (70050).
const CREDENTIALS_PAUSE: Duration = Duration::from_secs(60);
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What is known of a decision when a call for it has failed.
#[derive(Debug, Clone, Copy)]
pub struct Situation {
    /// Tries before this one.
    pub attempts: i64,
    /// Since the decision.
    pub age: Duration,
    /// Unix ms.
    pub now: i64,
    /// From 0 to 1: full jitter, so that many retries do not come at once.
    pub chance: f64,
    /// A body was sent, and a tag could be sent in its place.
    pub can_tag: bool,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// This action alone waits.
    Retry(Duration),
    /// All calls of this app wait a moment and then go slower.
    SlowDown(Duration),
    /// No call of this app would fare better: all wait, then one tries.
    Pause(Duration),
    TagInstead,
    End(Outcome, Cause),
}

/// What follows from an error of this class.
pub fn next(class: Class, situation: &Situation, settings: &EnforcerSettings) -> Next {
    match class {
        Class::Transient | Class::Conflict if situation.age > settings.give_up_after => {
            Next::End(Outcome::Failed, Cause::GaveUp)
        }
        Class::Transient => Next::Retry(back_off(situation, settings)),
        Class::Conflict => {
            Next::Retry(back_off(&Situation { attempts: 0, ..*situation }, settings))
        }
        Class::RateLimited => Next::SlowDown(Duration::from_secs(1)),
        Class::QuotaToday => {
            Next::Pause(Duration::from_millis((DAY - situation.now.rem_euclid(DAY)) as u64))
        }
        Class::Expired | Class::Credentials => Next::Pause(CREDENTIALS_PAUSE),
        Class::NotPermitted => Next::End(Outcome::Failed, Cause::NotPermitted),
        Class::BodyRefused if situation.can_tag => Next::TagInstead,
        Class::BodyRefused | Class::Permanent => Next::End(Outcome::Failed, Cause::Refused),
        Class::Gone => Next::End(Outcome::Moot, Cause::Missing),
        Class::Unknown if situation.attempts + 1 >= i64::from(settings.max_attempts) => {
            Next::End(Outcome::Failed, Cause::UnknownCode)
        }
        Class::Unknown => Next::Retry(back_off(situation, settings)),
    }
}

/// Somewhere between now and twice as far as the last time.
fn back_off(situation: &Situation, settings: &EnforcerSettings) -> Duration {
    let doublings = situation.attempts.clamp(0, 10) as u32;
    let ceiling = settings.backoff.saturating_mul(1 << doublings).min(settings.backoff_limit);
    ceiling.mul_f64(situation.chance.clamp(0.0, 1.0))
}
