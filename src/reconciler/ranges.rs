//! Sets of whole numbers as ranges: compact where numbers come in runs, as a group's messages do.
//!
//! Pure. Promise: always ascending, apart and never empty ranges, whatever comes in whatever order.

/// A set of numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ranges(Vec<(u64, u64)>);

impl Ranges {
    /// The ranges, both ends inclusive, ascending.
    pub fn as_slice(&self) -> &[(u64, u64)] {
        &self.0
    }

    pub fn contains(&self, number: u64) -> bool {
        let at = self.0.partition_point(|(_, last)| *last < number);
        self.0.get(at).is_some_and(|(first, _)| *first <= number)
    }

    /// The highest number.
    pub fn last(&self) -> Option<u64> {
        self.0.last().map(|(_, last)| *last)
    }

    /// Adds every number from `first` to `last`.
    pub fn insert(&mut self, first: u64, last: u64) {
        if first > last {
            return;
        }
        // Ranges that overlap or touch the new one become part of it.
        let from = self.0.partition_point(|(_, end)| end.saturating_add(1) < first);
        let to = self.0.partition_point(|(start, _)| *start <= last.saturating_add(1));
        let (mut first, mut last) = (first, last);
        if from < to {
            first = first.min(self.0[from].0);
            last = last.max(self.0[to - 1].1);
        }
        self.0.splice(from..to, [(first, last)]);
    }

    /// Whether adding `number` makes no further range.
    pub fn touches(&self, number: u64) -> bool {
        let at = self.0.partition_point(|(_, last)| last.saturating_add(1) < number);
        self.0.get(at).is_some_and(|(first, _)| *first <= number.saturating_add(1))
    }

    /// Takes every number from `first` to `last` away.
    pub fn remove(&mut self, first: u64, last: u64) {
        if first > last {
            return;
        }
        let from = self.0.partition_point(|(_, end)| *end < first);
        let to = self.0.partition_point(|(start, _)| *start <= last);
        if from >= to {
            return;
        }
        let left = (self.0[from].0 < first).then(|| (self.0[from].0, first - 1));
        let right = (self.0[to - 1].1 > last).then(|| (last + 1, self.0[to - 1].1));
        self.0.splice(from..to, left.into_iter().chain(right));
    }

    /// What is not in the set between `low` and `high`, lowest first.
    pub fn holes(&self, low: u64, high: u64) -> Vec<(u64, u64)> {
        let (mut holes, mut next) = (Vec::new(), low);
        let from = self.0.partition_point(|(_, last)| *last < low);
        for &(first, last) in &self.0[from..] {
            if next > high || first > high {
                break;
            }
            if next < first {
                holes.push((next, first - 1));
            }
            next = last.saturating_add(1);
            if last == u64::MAX {
                return holes;
            }
        }
        if next <= high {
            holes.push((next, high));
        }
        holes
    }

    /// The highest number up to `high` that is not in the set.
    pub fn highest_hole(&self, high: u64) -> Option<u64> {
        let at = self.0.partition_point(|(first, _)| *first <= high);
        match at.checked_sub(1).map(|at| self.0[at]) {
            Some((first, last)) if last >= high => first.checked_sub(1),
            _ => Some(high),
        }
    }
}
