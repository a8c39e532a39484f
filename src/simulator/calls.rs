//! What was called how often, and how fast it may be.

use super::command::Command;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Counts of REST calls since the start.
#[derive(Debug, Clone, Default)]
pub struct Calls {
    counts: BTreeMap<(Command, Option<i64>), u64>,
    last: BTreeMap<Command, String>,
}

impl Calls {
    /// Calls of a command, however they were answered.
    pub fn of(&self, command: Command) -> u64 {
        self.counts.iter().filter(|((of, _), _)| *of == command).map(|(_, count)| count).sum()
    }

    /// Calls of a command answered with this code; `None` for those that got no proper answer.
    pub fn answered(&self, command: Command, code: impl Into<Option<i64>>) -> u64 {
        self.counts.get(&(command, code.into())).copied().unwrap_or(0)
    }

    pub fn all(&self) -> impl Iterator<Item = (Command, Option<i64>, u64)> {
        self.counts.iter().map(|((command, code), count)| (*command, *code, *count))
    }

    /// The body of the last call of a command.
    pub fn last_request(&self, command: Command) -> Option<&str> {
        self.last.get(&command).map(String::as_str)
    }

    pub(super) fn count(&mut self, command: Command, code: Option<i64>) {
        *self.counts.entry((command, code)).or_default() += 1;
    }

    pub(super) fn note_request(&mut self, command: Command, body: &[u8]) {
        self.last.insert(command, String::from_utf8_lossy(body).into_owned());
    }
}

/// The platform's limit: so many calls of a command in any second, for each app.
#[derive(Debug)]
pub(super) struct Limits {
    per_second: usize,
    recent: HashMap<(u64, Command), VecDeque<i64>>,
    peaks: HashMap<Command, usize>,
}

impl Limits {
    pub fn new(per_second: usize) -> Self {
        Self { per_second, recent: HashMap::new(), peaks: HashMap::new() }
    }

    pub fn set(&mut self, per_second: usize) {
        self.per_second = per_second;
    }

    /// Whether one more call fits into the second that ends at `now` (ms).
    pub fn admits(&mut self, app: u64, command: Command, now: i64) -> bool {
        let recent = self.recent.entry((app, command)).or_default();
        while recent.front().is_some_and(|at| *at <= now - 1000) {
            recent.pop_front();
        }
        let fits = recent.len() < self.per_second;
        if fits {
            recent.push_back(now);
        }
        let asked = recent.len() + usize::from(!fits);
        let peak = self.peaks.entry(command).or_default();
        *peak = asked.max(*peak);
        fits
    }

    /// The most calls of a command that one app made in any second, one refused call included.
    pub fn peak(&self, command: Command) -> usize {
        self.peaks.get(&command).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_slides_with_each_call() {
        let mut limits = Limits::new(2);
        let admitted: Vec<_> = [0, 900, 999, 1000, 1001, 1899, 1900]
            .into_iter()
            .filter(|at| limits.admits(1, Command::Modify, *at))
            .collect();
        assert_eq!(admitted, [0, 900, 1000, 1900]);
        assert!(
            limits.admits(2, Command::Modify, 1900) && limits.admits(1, Command::History, 1900)
        );
        assert_eq!((limits.peak(Command::Modify), limits.peak(Command::Send)), (3, 0));
    }
}
