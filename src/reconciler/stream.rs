//! What is known of one group's (or topic's) messages, and what to ask the platform next.
//!
//! Pure: the time comes in. Promise: a number counts as seen only after its message was judged, or after history
//! said that there is none to judge; and whatever webhooks claim, a question is asked at most once a wait.

use super::ranges::Ranges;
use crate::chat::{Entry, Found, History};
use std::time::Duration;
use tokio::time::Instant;

/// Ranges that webhooks may leave behind. A number that finds no room is read again, which costs a call.
const MAX_RANGES: usize = 256;
/// No group is left alone for longer after failures.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// A group that is gone, or keeps no history, is forgotten after this.
const REST: Duration = Duration::from_secs(3600);

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// What is missing for so long is asked for.
    pub after: Duration,
    /// The longest wait between two looks at a group that says nothing.
    pub quiet: Duration,
    /// The wait between two looks at a group that is moderated by history alone.
    pub poll: Duration,
}

/// A question to history: the newest messages, or those up to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    pub up_to: Option<u64>,
}

/// What an answer brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Learned {
    /// Messages nobody judged yet, newest first.
    pub judge: Vec<u64>,
    /// Runs of numbers that nobody had told us of and that hold such messages.
    pub gaps: usize,
    /// Entries that are neither a message nor a placeholder.
    pub unreadable: usize,
}

/// One group or topic.
#[derive(Debug, Clone)]
pub struct Stream {
    pub(super) seen: Ranges,
    /// Unix ms: what was sent before is not asked for.
    pub(super) floor: i64,
    /// As a webhook told it; history does not.
    pub(super) kind: Option<String>,
    /// The last time a webhook told something new, or the group was made.
    pub(super) heard: Instant,
    /// Moderated by history alone: nothing waits for a webhook.
    polled: bool,
    /// The highest number history has told, once it was asked.
    newest: Option<u64>,
    /// The highest number anybody told; what was highest when `marked`; and what is due up to where.
    told: u64,
    waiting: u64,
    marked: Instant,
    ripe: u64,
    /// When to look for what is newer, and the wait before it.
    look_at: Instant,
    quiet: Duration,
    not_before: Instant,
    failures: u32,
    resting: bool,
}

impl Stream {
    /// Nothing is known but that there is such a group.
    pub fn new(floor: i64, now: Instant, waits: &Waits) -> Self {
        let mut seen = Ranges::default();
        seen.insert(0, 0);
        Self {
            seen,
            floor,
            kind: None,
            heard: now,
            polled: false,
            newest: None,
            told: 0,
            waiting: 0,
            marked: now,
            ripe: 0,
            look_at: now + waits.after,
            quiet: waits.after,
            not_before: now,
            failures: 0,
            resting: false,
        }
    }

    /// As it was written down before a restart: what came since is asked for as soon as it cannot be on its way.
    pub fn restored(seen: Ranges, floor: i64, now: Instant, waits: &Waits) -> Self {
        let last = seen.last().unwrap_or(0);
        let not_before = now + waits.after;
        let new = Self::new(floor, now, waits);
        Self { seen, told: last, waiting: last, ripe: last, not_before, ..new }
    }

    /// With the kind of the group, as a webhook told it.
    pub fn of_kind(self, kind: Option<String>) -> Self {
        Self { kind, ..self }
    }

    /// From now on moderated by history alone.
    pub fn poll(&mut self, now: Instant) {
        (self.polled, self.look_at, self.not_before) = (true, now, now);
    }

    /// Worth keeping when there are too many: more for each of these, in this order.
    pub(super) fn worth(&self) -> (bool, bool, Instant) {
        (self.polled, self.newest.is_some(), self.heard)
    }

    pub fn is_polled(&self) -> bool {
        self.polled
    }

    pub fn is_resting(&self) -> bool {
        self.resting
    }

    /// Whether it rested long enough to be forgotten.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.resting && !self.polled && now >= self.not_before
    }

    /// Somebody told that there is such a number.
    pub fn tell(&mut self, number: u64, now: Instant, waits: &Waits) {
        if number > self.told {
            self.told = number;
            self.heard = now;
            if !self.polled {
                self.quiet = waits.after;
                self.look_at = now + waits.after;
            }
        }
    }

    /// A message that a webhook told was judged. Whether that was news.
    pub fn note(&mut self, number: u64) -> bool {
        let room = self.seen.as_slice().len() < MAX_RANGES || self.seen.touches(number);
        let news = room && !self.resting && !self.seen.contains(number);
        if news {
            self.seen.insert(number, number);
        }
        news
    }

    /// Messages that history told were judged.
    pub fn settle(&mut self, numbers: &[u64]) {
        for number in numbers {
            self.seen.insert(*number, *number);
        }
    }

    /// Lets time pass: what was told a wait ago is due.
    pub fn ripen(&mut self, now: Instant, waits: &Waits) {
        if now >= self.marked + waits.after {
            self.ripe = self.ripe.max(self.waiting);
            (self.waiting, self.marked) = (self.told, now);
        }
    }

    /// What to ask now, if anything; `true` beside it when something is known to be missing.
    pub fn ask(&self, now: Instant) -> Option<(Ask, bool)> {
        if now < self.not_before || (self.resting && !self.polled) {
            return None;
        }
        match self.seen.highest_hole(self.ripe) {
            // Only what history has confirmed can be a gap; beyond it, it is asked how far it reaches.
            Some(hole) => {
                let up_to = self.newest.filter(|newest| hole <= *newest).map(|_| hole);
                Some((Ask { up_to }, true))
            }
            None => (now >= self.look_at).then_some((Ask { up_to: None }, false)),
        }
    }

    /// Takes an answer: what is no message counts as seen, what is one is to be judged.
    pub fn learn(&mut self, ask: Ask, page: &History, now: Instant, waits: &Waits) -> Learned {
        self.resting = false;
        let entries: Vec<_> = page
            .entries
            .iter()
            .filter(|entry| ask.up_to.is_none_or(|up_to| entry.seq <= up_to))
            .collect();
        let numbers = || entries.iter().map(|entry| entry.seq);
        if ask.up_to.is_none() {
            self.confirm(numbers().max().unwrap_or(0), now, waits);
        }
        let old = entries.iter().filter(|entry| is_before(entry, self.floor));
        if let Some(old) = old.map(|entry| entry.seq).max() {
            self.seen.insert(0, old);
        }
        let newest = self.newest.unwrap_or(0);
        let low = match numbers().min() {
            _ if page.complete => 1,
            Some(lowest) => lowest,
            // Neither a message nor the end: an answer that makes no sense.
            None => {
                self.fail(now, waits);
                return Learned::default();
            }
        };
        self.failures = 0;
        let high = ask.up_to.unwrap_or(newest).min(newest).min(self.ripe);
        self.take(&entries, low, high)
    }

    /// Sorts what the answer told between two numbers.
    fn take(&mut self, entries: &[&Entry], low: u64, high: u64) -> Learned {
        let mut learned = Learned::default();
        if low > high {
            return learned;
        }
        for entry in entries.iter().filter(|entry| (low..=high).contains(&entry.seq)) {
            if self.seen.contains(entry.seq) {
                continue;
            }
            match &entry.found {
                Some(Found::Present(stored)) if !stored.system => learned.judge.push(entry.seq),
                Some(_) => {}
                None => learned.unreadable += 1,
            }
        }
        learned.judge.sort_unstable_by(|a, b| b.cmp(a));
        learned.judge.dedup();
        let holes = self.seen.holes(low, high);
        let missed =
            |hole: &&(u64, u64)| learned.judge.iter().any(|n| (hole.0..=hole.1).contains(n));
        learned.gaps = holes.iter().filter(missed).count();
        self.seen.insert(low, high);
        for number in &learned.judge {
            self.seen.remove(*number, *number);
        }
        learned
    }

    /// History told how far it reaches: what webhooks claimed beyond it, a wait ago, is not believed.
    fn confirm(&mut self, newest: u64, now: Instant, waits: &Waits) {
        let newest = self.newest.unwrap_or(0).max(newest);
        self.newest = Some(newest);
        if self.ripe > newest {
            self.seen.remove(newest.saturating_add(1), self.ripe);
            for mark in [&mut self.told, &mut self.waiting] {
                if *mark <= self.ripe {
                    *mark = (*mark).min(newest);
                }
            }
            self.ripe = newest;
        }
        self.quiet = match newest > self.told {
            true => waits.after,
            false => (self.quiet * 2).min(waits.quiet.max(waits.after)),
        };
        self.told = self.told.max(newest);
        if self.polled {
            self.ripe = newest;
        }
        self.look_at = now + if self.polled { waits.poll } else { self.quiet };
    }

    /// The question got no answer, or what it brought could not be kept: later, and later each time.
    pub fn fail(&mut self, now: Instant, waits: &Waits) {
        let wait = waits.after.saturating_mul(1 << self.failures.min(16));
        self.failures += 1;
        self.not_before = now + wait.min(LONGEST_WAIT);
    }

    /// There is no such group, or it keeps no history: it is left alone, and forgotten after a while.
    pub fn rest(&mut self, now: Instant) {
        self.resting = true;
        self.seen = Ranges::default();
        self.seen.insert(0, 0);
        self.newest = None;
        (self.told, self.waiting, self.ripe) = (0, 0, 0);
        self.not_before = now + if self.polled { LONGEST_WAIT } else { REST };
    }
}

fn is_before(entry: &Entry, floor: i64) -> bool {
    // History tells whole seconds.
    let Some(Found::Present(stored)) = &entry.found else { return false };
    stored.sent_at.is_some_and(|sent_at| sent_at < floor.div_euclid(1000) * 1000)
}
