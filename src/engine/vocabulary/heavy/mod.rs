//! `heavy`: letters replaced by digits and marks, parted, repeated, hidden, with something put between.
//!
//! `walk` goes over the text letter by letter and collects evidence, `gap` says what stands between two
//! letters, `case` and `parted` decide. One kind of change that clean text also has (a space, a double
//! letter, a digit) is not enough where the rest of the word gives no sign of disguise.

mod case;
mod drawn;
mod evidence;
mod gap;
mod parted;
mod walk;

use super::super::fold::{Unit, Units, hides, mark_letters, symbol_of};
use super::simple::{Likeness, likeness};
use super::{Entry, Letter};
pub use drawn::{is_ring, with_rings_read};

use case::Case;
use drawn::is_drawn;
use evidence::Evidence;
use gap::Cursor;
use std::ops::Range;

/// How a unit stands for a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    True,
    Foreign,
    Digit,
    Mark,
}

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
    // A run of one symbol is met at its end, and `vv` begins one before.
    let before = at.checked_sub(1).filter(|before| is_drawn(&letters[anchor], &units[*before..]));
    let at = before.unwrap_or(at);
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
