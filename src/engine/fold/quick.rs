//! What most characters are to the search, in one look: a flat table over the basic plane.
//!
//! Made from the full table ([`super::letter`]) when it is first needed, so that the two cannot disagree.
//! Whatever takes more than one symbol or has to do with marks is [`SLOW`] and goes the long way.

use super::ascii::Ascii;
use super::letter::{Kind, class, is_dense, look};
use super::stretch::{self, Dense};
use super::{Fold, Symbol, hangul, mark};
use crate::engine::glance;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A space or punctuation that is never a letter: no symbol.
pub const PLAIN: Symbol = 0;
/// Not for a quick look.
pub const SLOW: Symbol = Symbol::MAX;

/// Symbols of Han, Kana and jamo, and no others, lie between these.
const DENSE: std::ops::Range<Symbol> = 0x2E80..0xA000;

pub fn is_dense_symbol(symbol: Symbol) -> bool {
    DENSE.contains(&symbol)
}

/// What a character is, in so few bytes that those of a language stay in the nearest cache: a symbol of the dense
/// scripts less [`Entry::LESS`], or the number of another one, and whether it is worth a look of whoever glances at
/// the text.
#[derive(Debug, Clone, Copy)]
pub struct Entry(u16);

impl Entry {
    /// The bit that says it is worth a look.
    pub const NOTED: u16 = 1 << 15;
    /// A symbol of the dense scripts is so much more than its entry.
    pub const LESS: Symbol = 0x2000;
    /// The entry of the first symbol of the dense scripts. Those before are numbers of others, but for [`PLAIN`].
    pub const FIRST: u16 = DENSE.start - Self::LESS;

    pub fn is_noted(self) -> bool {
        self.0 & Self::NOTED != 0
    }

    /// A letter of the dense stream, or [`PLAIN`]; `None` for all others.
    #[inline]
    pub fn dense(self) -> Option<Symbol> {
        match self.0 & !Self::NOTED {
            0 => Some(PLAIN),
            dense @ Self::FIRST.. => Some(dense + Self::LESS),
            _ => None,
        }
    }
}

const _: () = assert!(DENSE.end - Entry::LESS == Entry::NOTED);

/// One for each character of the basic plane; one more, for whoever reads two in a step.
pub type Entries = [Entry; (1 << 16) + 1];

pub struct Quick {
    pub ascii: Ascii,
    /// How dense characters are read.
    pub dense: fn(&mut Fold, &[u8], usize, &Quick) -> Dense,
    /// By code point.
    pub entries: Box<Entries>,
    /// By the entry: symbols that are not dense.
    others: Vec<Symbol>,
    /// By syllable, in the order of Unicode.
    syllables: Box<[Syllable; SYLLABLES]>,
}

const SYLLABLES: usize = 11_172;

static QUICK: LazyLock<Quick> = LazyLock::new(Quick::build);

impl Quick {
    /// The table, taken once for a whole text.
    pub fn get() -> &'static Self {
        &QUICK
    }

    #[inline]
    pub fn entry(&self, code: u32) -> Entry {
        self.entries.get(code as usize).copied().unwrap_or(Entry(0))
    }

    /// The symbol of a character of up to three bytes.
    #[inline]
    pub fn basic(&self, code: u32) -> Symbol {
        let entry = self.entry(code);
        let other = || self.others.get(usize::from(entry.0 & !Entry::NOTED)).copied();
        entry.dense().or_else(other).unwrap_or(SLOW)
    }

    /// The letters of a precomposed syllable.
    #[inline]
    pub fn syllable(&self, code: u32) -> Option<Syllable> {
        self.syllables.get(code.wrapping_sub(0xAC00) as usize).copied()
    }

    fn build() -> Self {
        let mut others = vec![PLAIN, SLOW];
        let mut numbers: HashMap<Symbol, u16> = HashMap::from([(PLAIN, 0), (SLOW, 1)]);
        let mut entries = Box::new([Entry(1); (1 << 16) + 1]);
        for (code, to) in (0..1 << 16).zip(entries.iter_mut()) {
            let Some(c) = char::from_u32(code) else { continue };
            let symbol = symbol(c);
            let number = if is_dense_symbol(symbol) {
                symbol - Entry::LESS
            } else if others.len() < usize::from(Entry::FIRST) {
                *numbers.entry(symbol).or_insert_with(|| {
                    others.push(symbol);
                    others.len() as u16 - 1
                })
            } else {
                // Scripts for which there are no more numbers are read the long way.
                numbers.get(&symbol).copied().unwrap_or(1)
            };
            *to = Entry(number | if glance::is_telling(c) { Entry::NOTED } else { 0 });
        }
        let syllable = |at| match char::from_u32(0xAC00 + at as u32) {
            Some(c) => Syllable::new(c, entries[c as usize].is_noted()),
            None => Syllable(0),
        };
        let mut syllables = Box::new([Syllable(0); SYLLABLES]);
        syllables.iter_mut().enumerate().for_each(|(at, to)| *to = syllable(at));
        let symbol = |byte| others.get(usize::from(entries[usize::from(byte)].0 & !Entry::NOTED));
        let ascii = Ascii::new(|byte| symbol(byte).copied().unwrap_or(SLOW));
        Self { ascii, dense: stretch::dense(), entries, others, syllables }
    }
}

/// The letters of a syllable, each in six bits, the first lowest; a letter that stands twice side by side is one.
#[derive(Clone, Copy)]
pub struct Syllable(u32);

/// Before the first letter of Hangul.
const BEFORE_JAMO: Symbol = 0x3130;
const JAMO_BITS: u32 = 6;
pub const MOST_JAMO: usize = 5;

impl Syllable {
    const NOTED: u32 = 1 << 31;
    const LETTERS: u32 = (1 << (JAMO_BITS * MOST_JAMO as u32)) - 1;

    fn new(c: char, noted: bool) -> Self {
        let mut letters = Vec::new();
        hangul::jamo(c, |jamo| letters.push(class(jamo, None).wrapping_sub(BEFORE_JAMO)));
        letters.dedup();
        let packed = letters.iter().rev().fold(0, |packed, l| packed << JAMO_BITS | u32::from(*l));
        Self(packed & Self::LETTERS | if noted { Self::NOTED } else { 0 })
    }

    pub fn is_noted(self) -> bool {
        self.0 & Self::NOTED != 0
    }

    /// How many there are.
    #[inline]
    pub fn count(self) -> usize {
        (u32::BITS - (self.0 & Self::LETTERS).leading_zeros()).div_ceil(JAMO_BITS) as usize
    }

    /// In order; what stands behind the last means nothing.
    #[inline]
    pub fn letters(self) -> [Symbol; MOST_JAMO] {
        let bits = |at| self.0 >> (JAMO_BITS * at as u32) & ((1 << JAMO_BITS) - 1);
        std::array::from_fn(|at| bits(at) as Symbol + BEFORE_JAMO)
    }
}

fn symbol(c: char) -> Symbol {
    let look = look(c);
    match look.kind {
        Kind::Ignorable => SLOW,
        Kind::Separator if mark::letters(look.letter).is_empty() && !mark::hides(look.letter) => {
            PLAIN
        }
        Kind::Separator => SLOW,
        Kind::Letter => {
            let mut symbols = Vec::new();
            look.letters(|letter, like| symbols.push((class(letter, like), is_dense(letter))));
            match symbols.as_slice() {
                [(symbol, dense)] if is_dense_symbol(*symbol) == *dense => *symbol,
                _ => SLOW,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_look_sees_what_a_long_one_sees() {
        let quick = Quick::get();
        for c in '\0'..='\u{FFFF}' {
            let mut symbols = Vec::new();
            let look = look(c);
            look.letters(|letter, like| symbols.push(class(letter, like)));
            match (quick.basic(c as u32), quick.syllable(c as u32)) {
                (_, Some(syllable)) => {
                    symbols.dedup();
                    assert_eq!(&syllable.letters()[..syllable.count()], symbols, "{c}");
                }
                (SLOW, _) => {}
                (PLAIN, _) => assert_eq!(look.kind, Kind::Separator, "{c:?}"),
                (symbol, _) => assert_eq!(vec![symbol], symbols, "{c:?}"),
            }
        }
    }
}
