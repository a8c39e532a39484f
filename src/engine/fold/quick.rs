//! What most characters are to the search, in one look: a flat table over the basic plane.
//!
//! Made from the full table ([`super::letter`]) when it is first needed, so that the two cannot disagree.
//! Whatever takes more than one symbol or has to do with marks is [`SLOW`] and goes the long way.

use super::ascii::Ascii;
use super::letter::{Kind, class, is_dense, look};
use super::{Symbol, hangul, mark};
use crate::engine::glance;
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

/// Of an entry beside its symbol: worth a look of whoever glances at the text.
pub const NOTED: u32 = 1 << 16;
/// Anything but a plain letter of the dense stream or a plain separator.
pub const APART: u32 = 1 << 17;

pub struct Quick {
    pub ascii: Ascii,
    /// By code point: the symbol, [`NOTED`] and [`APART`].
    pub entries: Box<[u32; 1 << 16]>,
    /// By syllable, in the order of Unicode: its letters, each in six bits, the first lowest; 0 where there is none.
    syllables: Box<[u32; SYLLABLES]>,
}

const SYLLABLES: usize = 11_172;
/// Before the first letter of Hangul.
const BEFORE_JAMO: Symbol = 0x3130;
const JAMO_BITS: u32 = 6;
const MOST_JAMO: usize = 5;

static QUICK: LazyLock<Quick> = LazyLock::new(Quick::build);

impl Quick {
    /// The table, taken once for a whole text.
    pub fn get() -> &'static Self {
        &QUICK
    }

    /// The symbol of a character of up to three bytes.
    #[inline]
    pub fn basic(&self, code: u32) -> Symbol {
        self.entries.get(code as usize).map_or(SLOW, |entry| *entry as Symbol)
    }

    /// The letters of a precomposed syllable.
    #[inline]
    pub fn syllable(&self, code: u32) -> Option<Syllable> {
        self.syllables.get(code.wrapping_sub(0xAC00) as usize).copied().map(Syllable)
    }

    fn build() -> Self {
        let entry = |code: usize| match char::from_u32(code as u32) {
            Some(c) => entry(c),
            None => u32::from(SLOW) | APART,
        };
        let mut entries = Box::new([0; 1 << 16]);
        entries.iter_mut().enumerate().for_each(|(code, to)| *to = entry(code));
        let mut syllables = Box::new([0; SYLLABLES]);
        for (c, packed) in ('가'..='힣').zip(syllables.iter_mut()) {
            let mut shift = 0;
            hangul::jamo(c, |jamo| {
                let bits = u32::from(class(jamo, None).wrapping_sub(BEFORE_JAMO));
                *packed |= bits << shift;
                shift += JAMO_BITS;
            });
        }
        Self { ascii: Ascii::new(|byte| entries[usize::from(byte)] as Symbol), entries, syllables }
    }
}

/// The letters of a syllable.
#[derive(Clone, Copy)]
pub struct Syllable(u32);

impl Syllable {
    /// In order; 0 where there is none.
    #[inline]
    pub fn letters(self) -> [Symbol; MOST_JAMO] {
        std::array::from_fn(|at| match self.0 >> (JAMO_BITS * at as u32) & ((1 << JAMO_BITS) - 1) {
            0 => 0,
            jamo => jamo as Symbol + BEFORE_JAMO,
        })
    }
}

fn entry(c: char) -> u32 {
    let symbol = symbol(c);
    let noted = if glance::is_telling(c) { NOTED } else { 0 };
    let apart = if symbol == PLAIN || is_dense_symbol(symbol) { 0 } else { APART };
    u32::from(symbol) | noted | apart
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
                    let parts: Vec<Symbol> =
                        syllable.letters().into_iter().filter(|part| *part != 0).collect();
                    assert_eq!(parts, symbols, "{c}");
                }
                (SLOW, _) => {}
                (PLAIN, _) => assert_eq!(look.kind, Kind::Separator, "{c:?}"),
                (symbol, _) => assert_eq!(vec![symbol], symbols, "{c:?}"),
            }
        }
    }
}
