//! How characters were read: folding for every text, and the disguise where the word is known.

use super::super::fold::{Kind, Unit, Units, hides, is_syllable, look, mark_letters};
use serde::Serialize;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// What was made of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Passed over: a mark, a zero-width or other invisible character.
    Dropped,
    /// Another way to write the same letter: width, case, accent, tradition, jamo.
    Folded,
    /// A letter of another script, taken for the one it looks like.
    LookAlike,
    /// A digit or symbol that stands for a letter.
    Stands,
    /// A mark that hides a letter.
    Hides,
    /// Something put between two letters.
    Between,
    /// A letter again.
    Again,
}

/// What was done to one character, or to the jamo of one stretch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Byte in the leaf's text.
    pub at: usize,
    pub written: String,
    pub change: Change,
    /// What it was taken for; empty where it was left out.
    pub read: String,
}

/// A whole text as it reads with every character folded.
pub fn reads(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (_, part) in parts(text) {
        match reading(part) {
            Some((_, read)) => out.push_str(&read),
            None => out.push_str(part),
        }
    }
    out
}

/// What folding does to the characters of a part of a text, those left out that stay what they are.
pub fn steps(text: &str, range: &Range<usize>) -> Vec<Step> {
    let step = |(at, written): (usize, &str)| {
        let (change, read) = reading(written)?;
        Some(Step { at: range.start + at, written: written.to_owned(), change, read })
    };
    parts(&text[range.clone()]).filter_map(step).collect()
}

/// Single characters, but jamo that follow each other together: they are read as syllables.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let jamo = rest.find(|c| !is_jamo(c)).unwrap_or(rest.len());
        let part = &rest[..jamo.max(first.len_utf8())];
        at += part.len();
        Some((at - part.len(), part))
    })
}

fn is_jamo(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x11FF | 0x3131..=0x318E | 0xFFA1..=0xFFDC)
}

fn reading(written: &str) -> Option<(Change, String)> {
    let first = written.chars().next()?;
    if is_jamo(first) {
        let read: String = written.nfkc().collect();
        return read.contains(is_syllable).then_some((Change::Folded, read));
    }
    let look = look(first);
    if look.kind == Kind::Ignorable {
        return Some((Change::Dropped, String::new()));
    }
    if is_syllable(first) {
        return None;
    }
    let (mut read, mut alike) = (String::new(), String::new());
    look.letters(|letter, like| {
        read.push(letter);
        alike.extend(like.filter(|like| *like != letter));
    });
    if look.kind == Kind::Letter && !alike.is_empty() {
        return Some((Change::LookAlike, alike));
    }
    (read != written).then_some((Change::Folded, read))
}

/// How the letters of a word were read in a part of a text; `None` where they cannot be told one by one.
pub fn laid_over(text: &str, range: &Range<usize>, term: &str) -> Option<Vec<Step>> {
    let mut units = Units::default();
    units.fill(term);
    let (mut wanted, mut words): (Vec<Unit>, Vec<usize>) = Default::default();
    for unit in &units.all {
        match unit.letter.is_whitespace() {
            true => words.push(wanted.len()),
            false => wanted.push(*unit),
        }
    }
    units.fill(text);
    let units = &units.all[units.at(range.start as u32)..units.at(range.end as u32)];
    let mut steps = steps(text, range);
    let mut walk = Walk { wanted: &wanted, words: &words, at: 0 };
    for (index, unit) in units.iter().enumerate() {
        let Some((change, read)) = walk.take(unit, units.get(index + 1)) else { continue };
        let at = unit.start as usize;
        let written = unit.written.to_string();
        match steps.binary_search_by_key(&at, |step| step.at) {
            Ok(same) if matches!(change, Change::Between | Change::Again) => {
                steps[same] = Step { at, written, change, read };
            }
            Ok(_) => {}
            // A syllable is several letters: it is told of once.
            Err(_)
                if steps.iter().any(|step| step.at < at && at < step.at + step.written.len()) => {}
            Err(place) => steps.insert(place, Step { at, written, change, read }),
        }
    }
    (walk.at == wanted.len()).then_some(steps)
}

/// The letters of a word, taken one after the other.
struct Walk<'w> {
    wanted: &'w [Unit],
    /// Before which letters the word itself has a space.
    words: &'w [usize],
    at: usize,
}

impl Walk<'_> {
    /// What a unit of the text is to the word, where that is more than its letter.
    fn take(&mut self, unit: &Unit, next: Option<&Unit>) -> Option<(Change, String)> {
        let wanted = self.wanted.get(self.at);
        let last = self.at.checked_sub(1).map(|at| &self.wanted[at]);
        if wanted.is_some_and(|wanted| same(wanted, unit)) {
            self.at += 1;
            return None;
        }
        if let Some(wanted) = wanted.filter(|wanted| stands(wanted, unit)) {
            self.at += 1;
            return Some((Change::Stands, wanted.letter.to_string()));
        }
        if last.is_some_and(|last| same(last, unit) || unit.is_letter && stands(last, unit)) {
            return Some((Change::Again, String::new()));
        }
        if let Some(wanted) = wanted.filter(|_| hides(unit.letter)) {
            let block = self.wanted[self.at + 1..].iter().take_while(|unit| !unit.opens).count();
            let after = self.wanted.get(self.at + 1 + block);
            let goes_on = next.zip(after).is_some_and(|(next, after)| same(after, next));
            if goes_on {
                self.at += 1 + block;
                return Some((Change::Hides, wanted.written.to_string()));
            }
        }
        let own = unit.letter.is_whitespace() && self.words.contains(&self.at);
        (!own).then_some((Change::Between, String::new()))
    }
}

fn same(wanted: &Unit, unit: &Unit) -> bool {
    let alike =
        unit.like.is_some() && (unit.like == Some(wanted.letter) || unit.like == wanted.like);
    wanted.letter == unit.letter || alike || wanted.like == Some(unit.letter)
}

fn stands(wanted: &Unit, unit: &Unit) -> bool {
    mark_letters(unit.letter).contains(&wanted.letter)
        || matches!((wanted.letter, unit.written), ('l', 'I') | ('i', 'l'))
}
