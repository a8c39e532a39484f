//! `simple`: every letter of the term stands in the text, one after the other, however it is written.

use super::super::edge;
use super::super::fold::Unit;
use super::{Entry, Letter};
use std::ops::Range;

/// How a unit of the text stands for a letter of the term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    Same,
    /// A letter of another script that looks like it.
    Foreign,
}

/// The bytes of the term with `letters[anchor]` on `units[at]`, if it stands there.
pub fn find(
    entry: &Entry,
    letters: &[Letter],
    anchor: usize,
    units: &[Unit],
    at: usize,
) -> Option<Range<usize>> {
    let found = align(letters, anchor, units, at)?;
    let (first, last) = (&units[found.units.start], &units[found.units.end - 1]);
    if !first.opens || !last.closes || !is_honest(found.foreign, letters) {
        return None;
    }
    let before = found.units.start.checked_sub(1).map(|at| units[at].written);
    let after = units.get(found.units.end).map(|unit| unit.written);
    let starts = entry.open_start
        || edge::may_start(before, letters[0].letter, usize::from(entry.syllables));
    let ends = entry.open_end || edge::may_end(letters[letters.len() - 1].letter, after);
    (starts && ends).then_some(first.start as usize..last.end as usize)
}

/// Where a term's letters were found, and how many of them were look-alikes of another script.
struct Found {
    units: Range<usize>,
    foreign: usize,
}

/// A short word in which every letter is of another alphabet is a word of that alphabet.
pub fn is_honest(foreign: usize, letters: &[Letter]) -> bool {
    let all = letters.iter().filter(|letter| letter.is_letter).count();
    foreign < all || all >= 5
}

/// Lays the term over the text so that `letters[anchor]` falls on `units[at]`.
fn align(letters: &[Letter], anchor: usize, units: &[Unit], at: usize) -> Option<Found> {
    let mut foreign = 0;
    let mut end = at;
    for letter in &letters[anchor..] {
        end += step(letter, units[end..].iter(), &mut foreign)?;
    }
    let mut start = at;
    for letter in letters[..anchor].iter().rev() {
        start -= step(letter, units[..start].iter().rev(), &mut foreign)?;
    }
    Some(Found { units: start..end, foreign })
}

/// How many units one letter of the term takes: one, or all of a stretch of white space.
fn step<'u>(
    letter: &Letter,
    mut units: impl Iterator<Item = &'u Unit>,
    foreign: &mut usize,
) -> Option<usize> {
    if letter.letter == ' ' {
        let spaces = units.take_while(|unit| unit.letter.is_whitespace()).count();
        return (spaces > 0).then_some(spaces);
    }
    let likeness = likeness(letter, units.next()?)?;
    *foreign += usize::from(likeness == Likeness::Foreign);
    Some(1)
}

fn is_vowel(jamo: char) -> bool {
    matches!(jamo, 'ㅏ'..='ㅣ')
}

/// Whether a unit stands for a letter (or a separator for itself) without any mark or digit in its place.
pub fn likeness(letter: &Letter, unit: &Unit) -> Option<Likeness> {
    // 바ㄱ is 박: the letters of a syllable go on behind a block that has no final.
    let closes = letter.closes == unit.closes || unit.closes && is_vowel(unit.letter);
    let borders = !unit.block || letter.opens == unit.opens && closes;
    if unit.letter == letter.letter && unit.is_letter == letter.is_letter {
        return borders.then_some(Likeness::Same);
    }
    let own = |c: char, like: Option<char>| like.or_else(|| c.is_ascii_lowercase().then_some(c));
    let (a, b) = (own(letter.letter, letter.like)?, own(unit.letter, unit.like)?);
    let alike = a == b || matches!((a, b), ('i', 'l') | ('l', 'i'));
    if !alike {
        return None;
    }
    // ø for o is an accent; р for p is a letter of another script.
    match edge::same_alphabet(letter.letter, unit.letter) {
        true => {
            (a == b && letter.letter.is_ascii() != unit.letter.is_ascii()).then_some(Likeness::Same)
        }
        false => Some(Likeness::Foreign),
    }
}
