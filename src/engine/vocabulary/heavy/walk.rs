//! The walk from letter to letter of a term over the text, and the evidence it leaves: what was done to
//! the term there. It judges nothing, beyond that a letter is there at all.

use super::super::super::fold::{Unit, closes, hides};
use super::super::Letter;
use super::evidence::Evidence;
use super::gap::{Cursor, Gap};
use super::{Stand, is_dense, is_drawn, stands};
use std::ops::Range;

impl Evidence {
    pub fn walk(
        &mut self,
        letters: impl Iterator<Item = Letter>,
        cursor: &mut Cursor<'_>,
    ) -> Option<()> {
        self.steps(letters, cursor, true)
    }

    /// As [`Evidence::walk`], with letters walked before.
    pub fn walk_on(
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
            let gap =
                if first || tight { Gap::default() } else { Gap::before(letter, dense, cursor) };
            let next = letters.get(at + wanted);
            let hides_this =
                self.mark_hides && dense && letter.opens && gap.hides && gap.width == 1;
            let count = if hides_this && self.hidden == 0 {
                0
            } else {
                self.run(letter, next, wanted, &gap, cursor)
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
                // The rest of its syllable; the same one may follow (토토).
                let border = |l: &&Letter| if cursor.forward { l.opens } else { l.closes };
                let rest = letters[at + 1..].iter().take_while(|l| l.block.is_some() && !border(l));
                at += if count == 0 && dense { 1 + rest.count() } else { wanted };
                // Hidden is what stands inside: at the end of a word a mark is a mark.
                letters.get(at).or((!tight).then_some(letter))?;
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

    /// Takes the units of one letter, repeated ones too, behind a gap. How many of the wanted ones were there.
    fn run(
        &mut self,
        letter: &Letter,
        next: Option<&Letter>,
        wanted: usize,
        gap: &Gap,
        cursor: &mut Cursor<'_>,
    ) -> usize {
        let dense = is_dense(letter.letter);
        // `tab#o 0`: the mark is the one that is missing, and not what stands behind a space.
        let one_is_hidden = gap.hides && gap.width == 1 && self.hidden == 0;
        let (mut truly, mut other) = (0, 0);
        let mut latest: Option<&Unit> = None;
        loop {
            let count = counted(truly, other, wanted);
            let mut trial = cursor.clone();
            // Letters that the term itself repeats may be parted like all others.
            // Where every letter is parted, repeated ones are parted too.
            let inner = next.is_none_or(|next| next.is_letter);
            let split = self.joints == 0 && (self.gaps > 0 || gap.width > 0);
            let parted = count >= wanted && split && !dense && inner;
            let between = if (1..wanted).contains(&count) || parted {
                Gap::before(letter, dense, &mut trial)
            } else {
                Gap::default()
            };
            if one_is_hidden && count + 1 == wanted && between.spaces > 0 {
                break;
            }
            let Some(unit) = trial.peek() else { break };
            let drawn_twice = count < wanted && is_drawn(letter, trial.pair());
            let stand = stands(letter, unit).or(drawn_twice.then_some(Stand::Mark));
            let Some(stand) = stand else { break };
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
                Stand::Mark => {
                    (other, self.marks) = (other + 1, self.marks + 1);
                    let bracket = closes(unit.letter).is_some();
                    self.rings += usize::from(bracket && drawn_twice);
                    self.brackets += usize::from(bracket && !drawn_twice);
                }
            }
            trial.advance();
            if drawn_twice {
                trial.advance();
            }
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
    pub fn repeats_before(&mut self, letters: &[Letter], units: &[Unit], found: &mut Range<usize>) {
        let Some(letter) = letters.first().filter(|letter| letter.is_letter) else { return };
        let (first, before) = (units[found.start], &units[..found.start]);
        let same = |unit: &Unit| match is_dense(letter.letter) {
            true => unit.written == first.written,
            false => {
                unit.is_letter
                    && (unit.letter == first.letter
                        || matches!(stands(letter, unit), Some(Stand::True | Stand::Foreign)))
            }
        };
        let mut times = before.iter().rev().take_while(|unit| same(unit)).count();
        found.start -= times;
        if times == 0 && self.joints == 0 && !is_dense(letter.letter) {
            times = parted_before(units, found.start, same);
            found.start -= 2 * times;
        }
        match times {
            0 => {}
            1 => self.doubled += 1,
            _ => self.stretched += 1,
        }
    }
}

/// How often the first letter stands before `start` with the same mark between that stands behind it:
/// `s.s.s.e.x`.
fn parted_before(units: &[Unit], start: usize, same: impl Fn(&Unit) -> bool) -> usize {
    let is_mark = |unit: &&Unit| !unit.is_letter && !unit.letter.is_whitespace();
    let Some(mark) = units.get(start + 1).filter(is_mark) else { return 0 };
    let pairs = units[..start].rchunks_exact(2);
    pairs.take_while(|pair| pair[1].written == mark.written && same(&pair[0])).count()
}

/// How many letters a run counts for: marks in it only where true letters are wanting.
fn counted(truly: usize, other: usize, wanted: usize) -> usize {
    if truly >= wanted && truly > 0 { truly } else { (truly + other).min(wanted.max(1)) }
}
