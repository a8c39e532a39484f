//! Answer times as they are told from one process to another, and to people.

use anyhow::{Context, Result};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// What came of a load; times in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answers {
    pub good: u64,
    pub bad: u64,
    pub seconds: f64,
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
}

impl Answers {
    pub fn new(mut took: Vec<f64>, bad: u64, in_all: Duration) -> Self {
        took.sort_unstable_by(f64::total_cmp);
        let good = took.len() as u64;
        let (p50, p99, p999) = (of(&took, 0.5), of(&took, 0.99), of(&took, 0.999));
        Self { good, bad, seconds: in_all.as_secs_f64(), p50, p99, p999 }
    }

    /// For another process of the bench.
    pub fn line(&self) -> String {
        let Self { good, bad, seconds, p50, p99, p999 } = self;
        format!("{good} {bad} {seconds} {p50} {p99} {p999}")
    }
}

impl FromStr for Answers {
    type Err = anyhow::Error;

    fn from_str(line: &str) -> Result<Self> {
        let mut parts = line.split(' ').map(str::parse::<f64>);
        let mut next = || -> Result<f64> { Ok(parts.next().context("a figure")??) };
        let (good, bad, seconds) = (next()? as u64, next()? as u64, next()?);
        Ok(Self { good, bad, seconds, p50: next()?, p99: next()?, p999: next()? })
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |seconds: f64| seconds * 1e3;
        let (p50, p99, p999) = (ms(self.p50), ms(self.p99), ms(self.p999));
        write!(f, "p50 {p50:.2} ms, p99 {p99:.2} ms, p99.9 {p999:.2} ms")
    }
}

/// The value that a share of all is not above; they must be sorted.
pub fn of(sorted: &[f64], share: f64) -> f64 {
    let at = (sorted.len().saturating_sub(1) as f64 * share) as usize;
    sorted.get(at).copied().unwrap_or_default()
}
