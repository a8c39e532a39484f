//! A stretch of ASCII to symbols, 64 or 16 bytes at a time where the processor can.
//!
//! Holds what each byte is and the plain way of reading; `wide` and `blocks` hold the quick ones. Promise: all give
//! the same.

#[cfg(target_arch = "x86_64")]
mod blocks;
#[cfg(target_arch = "x86_64")]
mod wide;

use super::Fold;
use super::Symbol;
use super::quick::SLOW;
use crate::engine::glance;

/// What each byte is.
pub struct Ascii {
    /// By byte; those that begin a longer character are [`SLOW`].
    symbols: [Symbol; 256],
    /// Worth a look of whoever glances at the text.
    noted: [bool; 256],
    quickest: Quickest,
}

/// The quickest way that the processor can take.
enum Quickest {
    #[cfg(target_arch = "x86_64")]
    Wide(wide::Tables),
    #[cfg(target_arch = "x86_64")]
    Blocks(blocks::Tables),
    None,
}

impl Quickest {
    #[cfg(target_arch = "x86_64")]
    fn of(symbols: &[Symbol; 256], noted: &[bool; 256]) -> Self {
        match (wide::is_there(), blocks::is_there()) {
            (true, _) => Self::Wide(wide::Tables::new(symbols, noted)),
            (_, true) => Self::Blocks(blocks::Tables::new(symbols, noted)),
            _ => Self::None,
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn of(_: &[Symbol; 256], _: &[bool; 256]) -> Self {
        Self::None
    }
}

impl Ascii {
    pub fn new(symbol: impl Fn(u8) -> Symbol) -> Self {
        let symbols =
            std::array::from_fn(|byte| if byte < 0x80 { symbol(byte as u8) } else { SLOW });
        let noted = std::array::from_fn(|byte| glance::TELLING.contains(&(byte as u8)));
        Self { symbols, noted, quickest: Quickest::of(&symbols, &noted) }
    }

    #[inline]
    pub fn symbol(&self, byte: u8) -> Symbol {
        self.symbols[usize::from(byte)]
    }

    /// Adds the symbols of the stretch of ASCII that begins at byte `from`, up to what goes the long way or is not
    /// ASCII. Where that is.
    pub fn read(&self, fold: &mut Fold, bytes: &[u8], from: usize) -> usize {
        match &self.quickest {
            // SAFETY: the processor has what the functions are compiled for.
            #[cfg(target_arch = "x86_64")]
            Quickest::Wide(tables) => unsafe { tables.read(self, fold, bytes, from) },
            // SAFETY: the same.
            #[cfg(target_arch = "x86_64")]
            Quickest::Blocks(tables) => unsafe { tables.read(self, fold, bytes, from) },
            Quickest::None => self.one_by_one(fold, bytes, from, bytes.len()),
        }
    }

    /// The same byte by byte, up to byte `to` at most.
    fn one_by_one(&self, fold: &mut Fold, bytes: &[u8], from: usize, to: usize) -> usize {
        let to = to.min(bytes.len());
        let mut after_letter = after_letter(bytes, from);
        for at in from..to {
            let byte = bytes[at];
            let symbol = self.symbol(byte);
            if symbol == SLOW {
                return at;
            }
            let next = bytes.get(at + 1).copied().unwrap_or(0);
            if self.noted[usize::from(byte)] || glance::may_be_dot(byte, next) {
                fold.notes.push(at);
            }
            let is_letter = byte.is_ascii_alphabetic();
            if symbol != 0 {
                fold.spaced.letter(symbol, at, !(is_letter && after_letter));
            }
            after_letter = is_letter;
        }
        to
    }
}

fn after_letter(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::super::Reading;
    use super::super::quick::Quick;
    use super::*;
    use proptest::prelude::*;

    /// Every way this processor can take.
    fn ways() -> Vec<Ascii> {
        let noted = Quick::get().ascii.noted;
        let symbols = std::array::from_fn(|byte| Quick::get().ascii.symbol(byte as u8));
        let mut ways = vec![Quickest::None];
        #[cfg(target_arch = "x86_64")]
        {
            ways.extend(
                blocks::is_there().then(|| Quickest::Blocks(blocks::Tables::new(&symbols, &noted))),
            );
            ways.extend(
                wide::is_there().then(|| Quickest::Wide(wide::Tables::new(&symbols, &noted))),
            );
        }
        ways.into_iter().map(|quickest| Ascii { symbols, noted, quickest }).collect()
    }

    proptest! {
        #[test]
        fn all_ways_read_the_same(
            before in "[a가!.s ]{0,3}| {20,40}",
            text in "[a-dlosSO01 .@!,x-]{0,150}|([ab .]|                                  ){0,9}|[a가s .]{0,80}",
        ) {
            for ascii in ways() {
                let mut one = Fold::default();
                one.fill(&before, Reading::Plain);
                let mut other = one.clone();
                let text = format!("{before}{text}");
                let (bytes, from) = (text.as_bytes(), before.len());
                let end = ascii.read(&mut one, bytes, from);
                prop_assert_eq!(end, ascii.one_by_one(&mut other, bytes, from, bytes.len()));
                prop_assert_eq!(one.spaced.symbols(), other.spaced.symbols());
                prop_assert_eq!(one.spaced.starts(), other.spaced.starts());
                prop_assert_eq!(one.spaced.latest(), other.spaced.latest());
                prop_assert_eq!(one.spaced.last(), other.spaced.last());
                let mut marked = Vec::new();
                one.spaced.each_marked(|at| marked.push(at));
                other.spaced.each_marked(|at| assert!(marked.contains(&at)));
                // Runs apart, what may begin a word is seen alike.
                let mut runs = text.as_bytes().windows(2).map(|pair| [0, 1].map(|at| ascii.symbol(pair[at])));
                if !text.contains(' ') && runs.all(|[a, b]| a != b) {
                    other.spaced.each_marked(|at| marked.retain(|one| *one != at));
                    prop_assert!(marked.is_empty());
                }
                for note in other.notes.all() {
                    prop_assert!(one.notes.all().contains(note));
                }
            }
        }
    }
}
