//! Found, missed, found in the wrong place; hit without cause.

use super::{Level, Probe, Tongue, ruleset};
use chat_automod::engine::Ruleset;
use std::ops::{AddAssign, Range};
use unicode_normalization::char::is_combining_mark;

/// What became of probes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub probes: usize,
    pub found: usize,
    /// Of those found: hit exactly where the offence is, and nowhere else.
    pub exact: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.probes += other.probes;
        self.found += other.found;
        self.exact += other.exact;
    }
}

impl Tally {
    /// Per cent of the probes that were found; 100 without probes.
    pub fn recall(&self) -> f64 {
        share(self.found, self.probes)
    }

    /// Per cent of what was found that was found in the right place.
    pub fn exactness(&self) -> f64 {
        share(self.exact, self.found)
    }
}

fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 100.0 } else { 100.0 * part as f64 / of as f64 }
}

/// What a rule set makes of one probe.
pub fn probe(rules: &Ruleset, probe: &Probe) -> (Tally, Vec<Range<usize>>) {
    let hits = ruleset::hits(rules, &probe.text);
    let overlaps =
        |hit: &&Range<usize>| hit.start < probe.offence.end && probe.offence.start < hit.end;
    let found = hits.iter().any(|hit| overlaps(&hit));
    let start = hits.iter().map(|hit| hit.start).min().unwrap_or(0);
    let covered = start..hits.iter().map(|hit| hit.end).max().unwrap_or(0);
    let exact = found && same_but_for_marks(&probe.text, &covered, &probe.offence);
    (Tally { probes: 1, found: found.into(), exact: exact.into() }, hits)
}

/// Two spans that differ at most by marks, zero-width characters and other invisible ones.
fn same_but_for_marks(text: &str, a: &Range<usize>, b: &Range<usize>) -> bool {
    let between = |x: usize, y: usize| text.get(x.min(y)..x.max(y));
    [between(a.start, b.start), between(a.end, b.end)]
        .into_iter()
        .all(|rest| rest.is_some_and(|rest| rest.chars().all(is_unseen)))
}

fn is_unseen(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c as u32, 0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
            | 0x1F3FB..=0x1F3FF | 0xE0000..=0xE0FFF)
}

/// What a level must reach, in per cent.
pub struct Goal {
    pub recall: f64,
    pub exactness: f64,
    pub innocents: f64,
}

/// The goals of the project for unseen texts.
pub fn goal(level: Level, tongue: Tongue) -> Goal {
    let recall = match (level, tongue) {
        (Level::AddOn(..), _) => 65.0,
        (_, Tongue::English) => 98.5,
        (_, Tongue::Chinese | Tongue::Korean) => 97.0,
    };
    let innocents = if level == Level::Simple { 0.02 } else { 0.5 };
    Goal { recall, exactness: 99.0, innocents }
}
