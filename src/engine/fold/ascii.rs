//! A stretch of ASCII to symbols, sixteen bytes at a time where the processor can.
//!
//! Holds what each byte is and the plain way of reading; `blocks` holds the quick one. Promise: both give the same.

#[cfg(target_arch = "x86_64")]
mod blocks;

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
    #[cfg(target_arch = "x86_64")]
    blocks: blocks::Tables,
}

impl Ascii {
    pub fn new(symbol: impl Fn(u8) -> Symbol) -> Self {
        let symbols =
            std::array::from_fn(|byte| if byte < 0x80 { symbol(byte as u8) } else { SLOW });
        let noted = std::array::from_fn(|byte| glance::TELLING.contains(&(byte as u8)));
        Self {
            symbols,
            noted,
            #[cfg(target_arch = "x86_64")]
            blocks: blocks::Tables::new(&symbols, &noted),
        }
    }

    #[inline]
    pub fn symbol(&self, byte: u8) -> Symbol {
        self.symbols[usize::from(byte)]
    }

    /// Adds the symbols of the stretch of ASCII that begins at byte `from`, up to what goes the long way or is not
    /// ASCII. Where that is.
    pub fn read(&self, fold: &mut Fold, bytes: &[u8], from: usize) -> usize {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("ssse3") && std::is_x86_feature_detected!("popcnt") {
            // SAFETY: the processor has what the function is compiled for.
            return unsafe { self.blocks.read(self, fold, bytes, from) };
        }
        self.one_by_one(fold, bytes, from, bytes.len())
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

    proptest! {
        #[test]
        fn both_ways_read_the_same(before in "[a가!.s ]{0,3}", text in "[a-dlosSO01 .@!,x-]{0,60}|([ab .]|                                  ){0,9}") {
            let ascii = &Quick::get().ascii;
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
