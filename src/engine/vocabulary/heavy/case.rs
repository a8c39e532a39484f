//! A term, the evidence of what was done to it, and whether it is the term all the same.

use super::super::super::edge;
use super::super::super::fold::{Unit, closes, hides};
use super::super::simple::is_honest;
use super::super::{Entry, Letter};
use super::drawn::is_ring;
use super::evidence::Evidence;
use super::is_dense;
use std::ops::Range;

/// Units behind a term among which a bracket that stands in it may be closed.
const NEAR: usize = 64;

/// A term, where it was found, and what was done to it.
pub struct Case<'c> {
    pub entry: &'c Entry,
    pub letters: &'c [Letter],
    pub units: &'c [Unit],
    pub found: Range<usize>,
    pub evidence: Evidence,
}

impl Case<'_> {
    pub fn holds(&self) -> bool {
        let (first, last) = (&self.units[self.found.start], &self.units[self.found.end - 1]);
        let whole = (first.opens || !first.is_letter) && (last.closes || !last.is_letter);
        whole
            && is_honest(self.evidence.foreign, self.letters)
            && self.enough_letters()
            && self.unclosed()
            && self.ringed()
            && self.repeated()
            && self.hidden()
            && self.parted()
            && self.starts()
            && self.ends()
    }

    /// Letters of the term; for Hangul its syllables.
    pub fn length(&self) -> usize {
        usize::from(self.entry.syllables)
    }

    fn is_dense(&self) -> bool {
        self.letters.iter().filter(|letter| letter.is_letter).all(|letter| is_dense(letter.letter))
    }

    pub fn has_dense(&self) -> bool {
        self.letters.iter().any(|letter| letter.is_letter && is_dense(letter.letter))
    }

    pub fn is_hangul(&self) -> bool {
        self.letters.iter().any(|letter| letter.block.is_some())
    }

    pub fn before(&self) -> Option<&Unit> {
        self.found.start.checked_sub(1).map(|at| &self.units[at])
    }

    pub fn after(&self) -> Option<&Unit> {
        self.units.get(self.found.end)
    }

    /// At least half true letters, marks counting for half of one: numbers and marks alone are no words. In a short word
    /// one digit at most, inside.
    fn enough_letters(&self) -> bool {
        let Evidence { truly, digits, marks, .. } = self.evidence;
        if digits + marks == 0 {
            return true;
        }
        let numeric = |unit: Option<&Unit>| unit.is_some_and(|unit| unit.written.is_numeric());
        let glued = digits > 0 && (numeric(self.before()) || numeric(self.after()));
        let ends = [self.found.start, self.found.end - 1].map(|at| &self.units[at]);
        let bare_end = ends.iter().any(|unit| numeric(Some(unit)));
        let short = self.length() <= 3 && digits > 0 && (digits > 1 || bare_end);
        let enough = truly * 2 + marks >= self.length() || self.is_unbroken() && truly >= 2;
        // Marks alone, parted by marks, are noise.
        let noise = self.length() <= 3 && marks > 0 && self.evidence.gaps > 0;
        truly > 0 && enough && !glued && !short && !noise
    }

    /// A bracket that is closed is a bracket, and no letter: `(rack)`, `<lick>`.
    fn unclosed(&self) -> bool {
        if self.evidence.brackets == 0 {
            return true;
        }
        let ahead = &self.units[self.found.start..];
        let near = &ahead[..ahead.len().min(self.found.len() + NEAR)];
        let open = near[..self.found.len()].iter().filter_map(|unit| closes(unit.letter));
        let closed = |close: char| near.iter().any(|unit| unit.letter == close);
        self.length() >= 4 && !open.into_iter().any(closed)
    }

    /// Whether brackets with nothing in them are letters: `go()` and `redo()` are calls, `casin()` is hardly one, and
    /// `()casin()` is another word.
    fn ringed(&self) -> bool {
        if self.evidence.rings == 0 {
            return true;
        }
        let ring = |at: Option<usize>| {
            let pair = at.and_then(|at| self.units.get(at).zip(self.units.get(at + 1)));
            pair.is_some_and(|(first, second)| is_ring(first, second))
        };
        let ends = self.units[self.found.end - 1].written == ')';
        let goes_on = ring(self.found.start.checked_sub(2)) || ring(Some(self.found.end));
        self.length() >= if ends { 6 } else { 4 } && !goes_on
    }

    /// One long token whose true letters are no hexadecimal digits.
    fn is_unbroken(&self) -> bool {
        let mut letters = self.units[self.found.clone()].iter().map(|unit| unit.letter);
        let beyond = letters.any(|letter| letter.is_alphabetic() && !letter.is_ascii_hexdigit());
        self.length() >= 6 && self.evidence.gaps == 0 && beyond
    }

    /// Clean words double a letter; they do not do it twice or three times over, nor beside a digit.
    fn repeated(&self) -> bool {
        let Evidence { doubled, stretched, digits, .. } = self.evidence;
        let long = if self.is_dense() { 3 } else { 6 };
        doubled == 0
            || digits > 0 && self.length() >= 5
            || stretched > 0
            || doubled >= 2
            || self.length() >= long
    }

    fn hidden(&self) -> bool {
        let Evidence { hidden, gaps, digits, marks, .. } = self.evidence;
        let plain = digits + marks == 0 || self.length() >= 6;
        hidden == 0 || gaps == 0 && self.length() >= 3 && plain && !self.starred_on()
    }

    /// Whether the word goes on behind another such mark: `m*a*s*k` hides no `ass`.
    fn starred_on(&self) -> bool {
        let letter = |unit: Option<&Unit>| unit.is_some_and(|unit| unit.is_letter);
        let mark = |unit: Option<&Unit>| unit.is_some_and(|unit| hides(unit.letter));
        let at = |at: Option<usize>| at.and_then(|at| self.units.get(at));
        mark(self.before()) && letter(at(self.found.start.checked_sub(2)))
            || mark(self.after()) && letter(at(Some(self.found.end + 1)))
    }

    fn starts(&self) -> bool {
        let first = self.letters[0].letter;
        let Some(before) = self.before().filter(|_| !self.entry.open_start) else { return true };
        if is_dense(first) {
            return edge::may_start(Some(before.written), first, usize::from(self.entry.syllables));
        }
        edge::may_start(Some(before.written), first, 0) || self.only_digits(before, -1)
    }

    fn ends(&self) -> bool {
        let last = self.letters[self.letters.len() - 1].letter;
        let Some(after) = self.after().filter(|_| !self.entry.open_end) else { return true };
        edge::may_end(last, Some(after.written)) || self.only_digits(after, 1)
    }

    /// Digits and `_` glued to a word do not protect it; to a short one only when nothing follows them.
    fn only_digits(&self, unit: &Unit, step: isize) -> bool {
        let glue = |c: char| c == '_' || c.is_numeric();
        if !glue(unit.written) {
            return false;
        }
        let mut at = if step > 0 { self.found.end as isize } else { self.found.start as isize - 1 };
        let at_unit = |at: isize| usize::try_from(at).ok().and_then(|at| self.units.get(at));
        while at_unit(at).is_some_and(|unit| glue(unit.written)) {
            at += step;
        }
        let beyond = at_unit(at).is_some_and(|unit| unit.is_letter && !is_dense(unit.letter));
        self.length() >= 5 || !beyond
    }
}
