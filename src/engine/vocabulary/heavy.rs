//! `heavy`: letters replaced by digits and marks, parted, repeated, hidden, with something put between.
//!
//! The walk collects evidence of what was done to the term; the evidence decides. One kind of change
//! that clean text also has (a space, a double letter, a digit) is not enough where the rest of the word
//! gives no sign of disguise.

use super::super::edge;
use super::super::fold::{Unit, Units, hides, mark_letters, symbol_of};
use super::simple::{Likeness, is_honest, likeness};
use super::{Entry, Letter};
use std::ops::Range;

/// How a unit stands for a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    True,
    Foreign,
    Digit,
    Mark,
}

/// What was done to the term where it was found.
#[derive(Debug, Default, Clone)]
struct Evidence {
    /// Read a mark as a hidden syllable, whatever stands behind it.
    mark_hides: bool,
    foreign: usize,
    truly: usize,
    digits: usize,
    marks: usize,
    /// Letters twice and letters three times or more where the term has fewer.
    doubled: usize,
    stretched: usize,
    hidden: usize,
    /// Borders between the term's letters with and without something between.
    gaps: usize,
    joints: usize,
    widest: usize,
    spaces: usize,
    lines: usize,
    /// Commas and their kin; those of them that end a Chinese clause; apostrophes.
    sentence: usize,
    clauses: usize,
    apostrophes: usize,
    /// Digits or Latin letters between dense letters.
    inserted: usize,
    /// Ends of a clause in place of the term's own spaces.
    ended: usize,
}

/// What stands between two letters.
#[derive(Debug, Default, Clone, Copy)]
struct Gap {
    width: usize,
    spaces: usize,
    lines: usize,
    sentence: usize,
    clauses: usize,
    apostrophes: usize,
    inserted: usize,
    /// Full stops.
    stops: usize,
    hides: bool,
}

const WIDEST_GAP: usize = 8;
/// Units behind an anchor among which a mark may hide a syllable.
const AHEAD: usize = 64;

/// The bytes of the term with `letters[anchor]` on `units[at]`, if it stands there in disguise.
pub fn find(
    entry: &Entry,
    letters: &[Letter],
    anchor: usize,
    units: &[Unit],
    at: usize,
) -> Option<Range<usize>> {
    let read = |mark_hides| read(entry, letters, anchor, units, at, mark_hides);
    // 대*폰통장: what follows the mark may be the hidden syllable, or the one after it.
    read(false)
        .or_else(|| units[at..].iter().take(AHEAD).any(|u| hides(u.letter)).then(|| read(true))?)
}

fn read(
    entry: &Entry,
    letters: &[Letter],
    anchor: usize,
    units: &[Unit],
    at: usize,
    mark_hides: bool,
) -> Option<Range<usize>> {
    let mut evidence = Evidence { mark_hides, ..Evidence::default() };
    let mut ahead = Cursor { units, at, forward: true };
    evidence.walk(letters[anchor..].iter().copied(), &mut ahead)?;
    let mut behind = Cursor { units, at, forward: false };
    if anchor > 0 {
        evidence.walk_on(letters[..anchor].iter().rev().copied(), &mut behind)?;
    }
    let mut found = behind.at..ahead.at;
    evidence.repeats_before(letters, units, &mut found);
    let case = Case { entry, letters, units, found: found.clone(), evidence };
    case.holds().then(|| units[found.start].start as usize..units[found.end - 1].end as usize)
}

/// The bytes of a term found as it is written, with its first and last character again beside it: on
/// both sides, or several times. Clean text says one character twice.
pub fn stretched(units: &Units, range: Range<usize>) -> Range<usize> {
    let (start, end) = (units.at(range.start as u32), units.at(range.end as u32));
    let (before, word, after) = (&units.all[..start], &units.all[start..end], &units.all[end..]);
    let again = |edge: Option<&Unit>, unit: &&Unit| {
        edge.is_some_and(|edge| edge.written == unit.written && is_dense(unit.letter))
    };
    let before = before.iter().rev().take_while(|unit| again(word.first(), unit));
    let after = after.iter().take_while(|unit| again(word.last(), unit));
    let times = |repeats: &[&Unit]| repeats.iter().filter(|unit| unit.opens).count();
    let (before, after): (Vec<&Unit>, Vec<&Unit>) = (before.collect(), after.collect());
    if times(&before) + times(&after) < 2 {
        return range;
    }
    let start = before.last().map_or(range.start, |unit| unit.start as usize);
    start..after.last().map_or(range.end, |unit| unit.end as usize)
}

/// A place between units, walked forward or backward.
#[derive(Clone)]
struct Cursor<'u> {
    units: &'u [Unit],
    at: usize,
    forward: bool,
}

impl<'u> Cursor<'u> {
    fn peek(&self) -> Option<&'u Unit> {
        match self.forward {
            true => self.units.get(self.at),
            false => self.units.get(self.at.checked_sub(1)?),
        }
    }

    fn advance(&mut self) {
        self.at = if self.forward { self.at + 1 } else { self.at - 1 };
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '`' | '‘')
}

fn is_dense(letter: char) -> bool {
    symbol_of(letter, None).1
}

fn stands(letter: &Letter, unit: &Unit) -> Option<Stand> {
    match likeness(letter, unit) {
        Some(Likeness::Same) => return Some(Stand::True),
        Some(Likeness::Foreign) => return Some(Stand::Foreign),
        None => {}
    }
    let drawn = matches!((letter.letter, unit.written), ('l', 'I') | ('i', 'l'));
    if drawn || mark_letters(unit.letter).contains(&letter.letter) {
        return Some(if unit.is_letter && !drawn { Stand::Digit } else { Stand::Mark });
    }
    None
}

impl Evidence {
    fn walk(
        &mut self,
        letters: impl Iterator<Item = Letter>,
        cursor: &mut Cursor<'_>,
    ) -> Option<()> {
        self.steps(letters, cursor, true)
    }

    /// As [`Evidence::walk`], with letters walked before.
    fn walk_on(
        &mut self,
        letters: impl Iterator<Item = Letter>,
        cursor: &mut Cursor<'_>,
    ) -> Option<()> {
        self.steps(letters, cursor, false)
    }

    fn steps(
        &mut self,
        letters: impl Iterator<Item = Letter>,
        cursor: &mut Cursor<'_>,
        mut first: bool,
    ) -> Option<()> {
        let letters: Vec<Letter> = letters.collect();
        let mut at = 0;
        // A space of the term may be anything, and after a hidden letter nothing may stand between.
        let (mut free, mut tight) = (false, false);
        while let Some(letter) = letters.get(at) {
            if !letter.is_letter {
                if letter.letter == ' ' {
                    free = true;
                } else {
                    cursor.peek().filter(|unit| unit.letter == letter.letter)?;
                    cursor.advance();
                }
                at += 1;
                continue;
            }
            let dense = is_dense(letter.letter);
            let same = |other: &&Letter| other.letter == letter.letter && other.is_letter;
            let wanted = if dense { 1 } else { letters[at..].iter().take_while(same).count() };
            let gap = if first || tight { Gap::default() } else { self.gap(letter, dense, cursor) };
            let next = letters.get(at + wanted);
            let hides_this =
                self.mark_hides && dense && letter.opens && gap.hides && gap.width == 1;
            let count = if hides_this && self.hidden == 0 {
                0
            } else {
                self.run(letter, next, wanted, cursor)
            };
            let missing = wanted - count;
            if missing > 0 {
                let behind = cursor.peek().is_some_and(|unit| hides(unit.letter)) && count > 0;
                if missing > 1 || self.hidden > 0 || !(gap.hides || behind) {
                    return None;
                }
                if behind && !gap.hides {
                    cursor.advance();
                }
                self.hidden += 1;
                tight = count == 0 || behind;
                let block = letters[at..]
                    .iter()
                    .take_while(|l| l.block.is_some() && l.block == letter.block);
                at += if count == 0 && dense { block.count().max(1) } else { wanted };
            } else {
                let border = letter.opens || !dense;
                let ends = gap.sentence + gap.stops > 0 && gap.spaces + gap.lines > 0;
                self.ended += usize::from(free && ends && !dense);
                if !first && !tight && !free && (border || gap.width > 0) {
                    self.note(&gap);
                }
                tight = false;
                at += wanted;
                if dense && letters.get(at).is_none_or(|next| next.opens) {
                    self.repeated_characters(letter, letters.get(at), cursor);
                }
            }
            (first, free) = (false, false);
        }
        Some(())
    }

    /// Walks over what does not stand for `letter`.
    fn gap(&self, letter: &Letter, dense: bool, cursor: &mut Cursor<'_>) -> Gap {
        let mut gap = Gap::default();
        while let Some(unit) =
            cursor.peek().filter(|unit| gap.width < WIDEST_GAP && self.parts(letter, unit, cursor))
        {
            if unit.is_letter {
                let between = dense && !is_dense(unit.letter) && gap.inserted < 3;
                if !between {
                    break;
                }
                gap.inserted += 1;
            }
            gap.width += 1;
            gap.hides = gap.width == 1 && hides(unit.letter);
            match unit.written {
                '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => gap.lines += 1,
                c if c.is_whitespace() => gap.spaces += 1,
                c if is_apostrophe(c) => gap.apostrophes += 1,
                ',' | '!' | '?' | ';' | ':' => gap.sentence += 1,
                '.' => gap.stops += 1,
                '…' if gap.width == 1 => gap.sentence += 1,
                '，' | '。' | '！' | '？' | '；' | '：' | '…' => {
                    (gap.sentence, gap.clauses) = (gap.sentence + 1, gap.clauses + 1);
                }
                _ => {}
            }
            cursor.advance();
        }
        gap
    }

    /// Whether a unit stands between letters: it is no `letter`, or a mark with the true one behind a space.
    fn parts(&self, letter: &Letter, unit: &Unit, cursor: &Cursor<'_>) -> bool {
        if stands(letter, unit).is_none() {
            return true;
        }
        let mut ahead = cursor.clone();
        ahead.advance();
        let spaces = std::iter::from_fn(|| {
            ahead.peek().filter(|unit| unit.letter.is_whitespace())?;
            ahead.advance();
            Some(())
        });
        !unit.is_letter
            && spaces.count() > 0
            && ahead.peek().is_some_and(|unit| stands(letter, unit) == Some(Stand::True))
    }

    fn note(&mut self, gap: &Gap) {
        if gap.width == 0 {
            self.joints += 1;
            return;
        }
        self.gaps += 1;
        self.widest = self.widest.max(gap.width);
        self.spaces += gap.spaces;
        self.lines += gap.lines;
        self.sentence += gap.sentence;
        self.clauses += gap.clauses;
        self.apostrophes += gap.apostrophes;
        self.inserted += gap.inserted;
    }

    /// Takes the units of one letter, repeated ones too; how many of the wanted ones were there.
    fn run(
        &mut self,
        letter: &Letter,
        next: Option<&Letter>,
        wanted: usize,
        cursor: &mut Cursor<'_>,
    ) -> usize {
        let dense = is_dense(letter.letter);
        let (mut truly, mut other) = (0, 0);
        let mut latest: Option<&Unit> = None;
        loop {
            let count = counted(truly, other, wanted);
            let mut trial = cursor.clone();
            // Letters that the term itself repeats may be parted like all others.
            // Where every letter is parted, repeated ones are parted too.
            let inner = next.is_none_or(|next| next.is_letter);
            let parted = count >= wanted && self.gaps > 0 && self.joints == 0 && !dense && inner;
            let between = if (1..wanted).contains(&count) || parted {
                self.gap(letter, dense, &mut trial)
            } else {
                Gap::default()
            };
            let Some(unit) = trial.peek() else { break };
            let Some(stand) = stands(letter, unit) else { break };
            let for_next = next.and_then(|next| stands(next, unit));
            // 카ㅏㅏ draws its vowel out.
            let drawn = |latest: &Unit| {
                dense && matches!(unit.letter, 'ㅏ'..='ㅣ') && latest.letter == unit.letter
            };
            let again =
                |latest: &Unit| (latest.written == unit.written || drawn(latest)) && !unit.block;
            // What is repeated beyond the term are true letters, or what the letter began with: digits
            // behind a word are digits, and a jamo before a syllable is no part of it.
            let alike = truly == 0 || dense;
            let repeats = match stand {
                _ if between.width > 0 && count >= wanted => {
                    stand == Stand::True && between.spaces == 0
                }
                Stand::True | Stand::Foreign if !dense => true,
                _ => alike && latest.is_some_and(again),
            };
            if count >= wanted && (for_next.is_some() || !repeats) {
                break;
            }
            latest = Some(unit);
            if between.width > 0 || count > 0 && count < wanted {
                self.note(&between);
            }
            match stand {
                Stand::True => truly += 1,
                Stand::Foreign => (truly, self.foreign) = (truly + 1, self.foreign + 1),
                Stand::Digit => (other, self.digits) = (other + 1, self.digits + 1),
                Stand::Mark => (other, self.marks) = (other + 1, self.marks + 1),
            }
            trial.advance();
            *cursor = trial;
        }
        let count = counted(truly, other, wanted);
        self.truly += truly.min(wanted);
        match count.saturating_sub(wanted) {
            0 => {}
            1 => self.doubled += 1,
            _ => self.stretched += 1,
        }
        count.min(wanted)
    }

    /// The same Han character or syllable again, where the term goes on with another one.
    fn repeated_characters(
        &mut self,
        letter: &Letter,
        next: Option<&Letter>,
        cursor: &mut Cursor<'_>,
    ) {
        let same = |next: &Letter| match letter.block {
            Some(_) => next.block == letter.block,
            None => next.letter == letter.letter,
        };
        if next.is_some_and(same) || !cursor.forward {
            return;
        }
        let Some(last) = cursor.at.checked_sub(1).map(|at| cursor.units[at]) else { return };
        // A jamo that stands alone was walked over with its like already.
        if letter.block.is_some() && !last.block {
            return;
        }
        let mut times = 0;
        while let Some(unit) =
            cursor.peek().filter(|unit| unit.written == last.written && unit.opens)
        {
            times += 1;
            let start = unit.start;
            while cursor.peek().is_some_and(|unit| unit.start == start) {
                cursor.advance();
            }
        }
        match times {
            0 => {}
            1 => self.doubled += 1,
            _ => self.stretched += 1,
        }
    }

    /// The first letter again, directly before the term.
    fn repeats_before(&mut self, letters: &[Letter], units: &[Unit], found: &mut Range<usize>) {
        let Some(letter) = letters.first().filter(|letter| letter.is_letter) else { return };
        let (first, before) = (units[found.start], &units[..found.start]);
        let same = match is_dense(letter.letter) {
            true => before.iter().rev().take_while(|unit| unit.written == first.written).count(),
            false => {
                let same = |unit: &&Unit| {
                    unit.is_letter
                        && (unit.written == first.written
                            || stands(letter, unit) == Some(Stand::True))
                };
                before.iter().rev().take_while(same).count()
            }
        };
        found.start -= same;
        match same {
            0 => {}
            1 => self.doubled += 1,
            _ => self.stretched += 1,
        }
    }
}

/// How many letters a run counts for: marks in it only where true letters are wanting.
fn counted(truly: usize, other: usize, wanted: usize) -> usize {
    if truly >= wanted && truly > 0 { truly } else { (truly + other).min(wanted.max(1)) }
}

/// A term, where it was found, and what was done to it.
struct Case<'c> {
    entry: &'c Entry,
    letters: &'c [Letter],
    units: &'c [Unit],
    found: Range<usize>,
    evidence: Evidence,
}

impl Case<'_> {
    fn holds(&self) -> bool {
        let (first, last) = (&self.units[self.found.start], &self.units[self.found.end - 1]);
        let whole = (first.opens || !first.is_letter) && (last.closes || !last.is_letter);
        whole
            && is_honest(self.evidence.foreign, self.letters)
            && self.enough_letters()
            && self.repeated()
            && self.hidden()
            && self.parted()
            && self.starts()
            && self.ends()
    }

    /// Letters of the term; for Hangul its syllables.
    fn length(&self) -> usize {
        usize::from(self.entry.syllables)
    }

    fn is_dense(&self) -> bool {
        self.letters.iter().filter(|letter| letter.is_letter).all(|letter| is_dense(letter.letter))
    }

    fn has_dense(&self) -> bool {
        self.letters.iter().any(|letter| letter.is_letter && is_dense(letter.letter))
    }

    fn is_hangul(&self) -> bool {
        self.letters.iter().any(|letter| letter.block.is_some())
    }

    fn before(&self) -> Option<&Unit> {
        self.found.start.checked_sub(1).map(|at| &self.units[at])
    }

    fn after(&self) -> Option<&Unit> {
        self.units.get(self.found.end)
    }

    /// At least half true letters, marks counting for half of one: numbers are no words. In a short word
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
        enough && !glued && !short && !noise
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

    fn parted(&self) -> bool {
        let evidence = &self.evidence;
        // `so easy, money follows` goes on after its comma; `e. a. s. y. m. o. n. e. y` does not.
        let split = evidence.joints == 0;
        if evidence.ended > 0 && !split {
            return false;
        }
        if evidence.gaps == 0 {
            return true;
        }
        if evidence.widest > 3 && !split {
            return false;
        }
        match (self.has_dense(), self.is_hangul()) {
            (true, true) => self.hangul_parted(),
            (true, false) => self.han_parted(split),
            _ => self.spaced_parted(split),
        }
    }

    /// A space parts words, so only letters that each stand alone are one word in spite of it.
    fn spaced_parted(&self, split: bool) -> bool {
        let evidence = &self.evidence;
        if evidence.spaces + evidence.lines > 0 {
            return split && self.length() >= 3 && !self.goes_on_alone() && !self.spelled_on();
        }
        let lone = evidence.apostrophes > 0 && evidence.widest == 1;
        split && !self.spelled_on() || !split && self.length() >= 5 && !(lone && self.contracted())
    }

    /// Whether an apostrophe parts so little from the word that it may be a contraction.
    fn contracted(&self) -> bool {
        let pieces = self.units[self.found.clone()].split(|unit| is_apostrophe(unit.written));
        pieces.into_iter().any(|piece| piece.len() <= 2)
    }

    /// Whether the same thing that parts the term's letters parts another one from it: `c-l-a-s-s` is not
    /// `a-s-s`.
    fn spelled_on(&self) -> bool {
        let inside = &self.units[self.found.clone()];
        let gap = |units: &mut dyn Iterator<Item = &Unit>| -> Vec<char> {
            units.take_while(|unit| !unit.is_letter).map(|unit| unit.written).collect()
        };
        let letters = |units: &mut dyn Iterator<Item = &Unit>, width: usize| {
            let beyond: Vec<&Unit> = units.skip(width).take(2).collect();
            beyond.first().is_some_and(|unit| unit.is_letter && !is_dense(unit.letter))
                && beyond.get(1).is_none_or(|unit| !unit.is_letter)
        };
        let last = gap(&mut inside.iter().rev().skip_while(|unit| unit.is_letter));
        let after = gap(&mut self.units[self.found.end..].iter());
        let first = gap(&mut inside.iter().skip_while(|unit| unit.is_letter));
        let before = gap(&mut self.units[..self.found.start].iter().rev());
        let spaces = |gap: &[char]| gap.iter().all(|c| c.is_whitespace() && *c != '\n');
        let goes_on = |own: Vec<char>, other: Vec<char>, units: &mut dyn Iterator<Item = &Unit>| {
            !own.is_empty() && own == other && !spaces(&own) && letters(units, own.len())
        };
        // A gap before the term is read backwards.
        let first = first.into_iter().rev().collect();
        goes_on(last.into_iter().rev().collect(), after, &mut self.units[self.found.end..].iter())
            || goes_on(first, before, &mut self.units[..self.found.start].iter().rev())
    }

    /// Whether the letters around are parted by spaces as well: `c l a s s` is not `a s s`.
    fn goes_on_alone(&self) -> bool {
        let lone = |start: usize, step: isize| {
            let unit = |at: isize| usize::try_from(at).ok().and_then(|at| self.units.get(at));
            let space = unit(start as isize).is_some_and(|unit| unit.letter.is_whitespace());
            // A Chinese or Korean word beside it is no letter of the spelling.
            let spells = |unit: &&Unit| unit.is_letter && space && !is_dense(unit.letter);
            let letter = unit(start as isize + step).filter(spells);
            let then = unit(start as isize + 2 * step);
            letter.filter(|_| then.is_none_or(|unit| !unit.is_letter)).map(|unit| unit.letter)
        };
        let before = self.found.start.checked_sub(1).and_then(|at| lone(at, -1));
        let after = lone(self.found.end, 1);
        // `a` and `I` are words of one letter.
        before.is_some_and(|letter| !matches!(letter, 'a' | 'i')) || after.is_some()
    }

    /// Chinese has no spaces to part words, but a sentence ends where it ends.
    fn han_parted(&self, split: bool) -> bool {
        let evidence = &self.evidence;
        let mixed =
            evidence.inserted > 0 && evidence.spaces + evidence.sentence + evidence.lines > 0;
        !mixed && (evidence.clauses == 0 || split && self.length() >= 3)
    }

    /// Across a space every piece must stand alone. A particle may follow the last of them where all
    /// letters or syllables are parted: no clean text is written so.
    fn hangul_parted(&self) -> bool {
        let evidence = &self.evidence;
        let spelled = evidence.joints == 0 && evidence.gaps >= 2;
        let broken = evidence.spaces + evidence.lines + evidence.sentence > 0;
        let alone = |unit: Option<&Unit>| unit.is_none_or(|unit| !unit.is_letter);
        !broken
            || evidence.inserted == 0 && alone(self.before()) && (spelled || alone(self.after()))
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
