//! What most characters are to the search, in one look: a flat table over the basic plane.
//!
//! Made from the full table ([`super::letter`]) when it is first needed, so that the two cannot disagree.
//! Whatever takes more than one symbol or has to do with marks is [`SLOW`] and goes the long way.

use super::letter::{Kind, class, is_dense, look};
use super::{Symbol, hangul, mark};
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

pub struct Quick {
    /// By byte; those that begin a longer character are slow.
    pub ascii: [Symbol; 256],
    /// By code point.
    basic: Box<[Symbol]>,
    vowels: [[Symbol; 2]; 21],
    finals: [[Symbol; 2]; 28],
    initials: [Symbol; 19],
}

static QUICK: LazyLock<Quick> = LazyLock::new(Quick::build);

impl Quick {
    /// The table, taken once for a whole text.
    pub fn get() -> &'static Self {
        &QUICK
    }

    /// The symbol of a character of up to three bytes.
    #[inline]
    pub fn basic(&self, code: u32) -> Symbol {
        self.basic.get(code as usize).copied().unwrap_or(SLOW)
    }

    /// The letters of a precomposed syllable, in order; 0 where there is none.
    #[inline]
    pub fn syllable(&self, code: u32) -> Option<[Symbol; 5]> {
        let index = code.wrapping_sub(0xAC00);
        if index >= 11_172 {
            return None;
        }
        let vowel = self.vowels[(index / 28 % 21) as usize];
        let last = self.finals[(index % 28) as usize];
        Some([self.initials[(index / 588) as usize], vowel[0], vowel[1], last[0], last[1]])
    }

    fn build() -> Self {
        let basic: Box<[Symbol]> =
            (0..=0xFFFF).map(|code| char::from_u32(code).map_or(SLOW, symbol)).collect();
        let ascii = std::array::from_fn(|byte| if byte < 0x80 { basic[byte] } else { SLOW });
        let parts = |c: Option<char>| {
            let (mut parts, mut count) = ([0; 2], 0);
            let mut each = |jamo| {
                parts[count % 2] = class(jamo, None);
                count += 1;
            };
            c.map(|c| hangul::jamo(c, &mut each));
            parts
        };
        let jamo = |first: u32, index: usize| parts(char::from_u32(first + index as u32));
        Self {
            ascii,
            basic,
            initials: std::array::from_fn(|index| jamo(0x1100, index)[0]),
            vowels: std::array::from_fn(|index| jamo(0x1161, index)),
            finals: std::array::from_fn(
                |index| if index == 0 { [0; 2] } else { jamo(0x11A7, index) },
            ),
        }
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
                (_, Some(parts)) => {
                    let parts: Vec<Symbol> = parts.into_iter().filter(|part| *part != 0).collect();
                    assert_eq!(parts, symbols, "{c}");
                }
                (SLOW, _) => {}
                (PLAIN, _) => assert_eq!(look.kind, Kind::Separator, "{c:?}"),
                (symbol, _) => assert_eq!(vec![symbol], symbols, "{c:?}"),
            }
        }
    }
}
