//! Text to folded text, and the way back to the original bytes. The only owner of both.
//!
//! Two views of one text. [`Fold`] is the coarse one, made for every message in one pass into reused
//! buffers: symbols that every disguise of a letter shares, in which the search looks for candidates.
//! [`Units`] is the exact one, made only where a candidate was found: every letter with what it was
//! written as, on which the decision is taken. A candidate may be wrong; a unit may not.

mod hangul;
mod letter;
#[rustfmt::skip]
mod tables;
mod units;

pub use letter::{Kind, look};
pub use units::{Unit, Units};

use letter::{class, is_dense};

/// A letter as the search sees it. 0 is a break that no term reaches across.
pub type Symbol = u16;

pub const BREAK: Symbol = 0;

/// Symbols, and for each the byte of the original text at which its character begins. A run of one
/// symbol is one symbol.
#[derive(Debug, Default, Clone)]
pub struct Stream {
    pub symbols: Vec<Symbol>,
    pub starts: Vec<u32>,
}

impl Stream {
    fn clear(&mut self) {
        self.symbols.clear();
        self.starts.clear();
    }

    #[inline]
    fn push(&mut self, symbol: Symbol, start: usize) {
        if self.symbols.last() != Some(&symbol) {
            self.symbols.push(symbol);
            self.starts.push(start as u32);
        }
    }
}

/// The coarse view. Dense scripts (Han, Kana, Hangul) have a stream of their own, so that what is put
/// between their characters does not part them.
#[derive(Debug, Default, Clone)]
pub struct Fold {
    pub spaced: Stream,
    pub dense: Stream,
}

impl Fold {
    /// Folds `text` into the buffers, forgetting what they held.
    pub fn fill(&mut self, text: &str) {
        self.spaced.clear();
        self.dense.clear();
        for (start, c) in text.char_indices() {
            letter::symbols(c, |symbol, dense| {
                if dense {
                    self.spaced.push(BREAK, start);
                    self.dense.push(symbol, start);
                } else {
                    self.spaced.push(symbol, start);
                }
            });
        }
    }
}

/// The symbol of one folded letter, and whether it belongs to the dense stream.
pub fn symbol_of(letter: char, like: Option<char>) -> (Symbol, bool) {
    (class(letter, like), is_dense(letter))
}
