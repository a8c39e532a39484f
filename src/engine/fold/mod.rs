//! Text to folded text, and the way back to the original bytes. The only owner of both.
//!
//! Two views of one text. [`Fold`] is the coarse one, made for every message in one pass into reused
//! buffers: symbols that every disguise of a letter shares, in which the search looks for candidates.
//! [`Units`] is the exact one, made only where a candidate was found: every letter with what it was
//! written as, on which the decision is taken. A candidate may be wrong; a unit may not.

mod hangul;
mod letter;
mod mark;
#[rustfmt::skip]
mod tables;
mod units;

pub use hangul::is_syllable;
pub use letter::{Kind, Look, look};
pub use mark::{hides, letters as mark_letters};
pub use units::{Unit, Units};

use letter::{Quick, Quickly, class, is_dense};

/// A letter as the search sees it. 0 is a break that no term reaches across.
pub type Symbol = u16;

pub const BREAK: Symbol = 0;

/// Symbols, and for each the byte of the original text at which its character begins. A run of one
/// symbol is one symbol, unless more stands between two of it than whoever looks back would cross.
#[derive(Debug, Default, Clone)]
pub struct Stream {
    pub symbols: Vec<Symbol>,
    pub starts: Vec<u32>,
    /// Where the last character of the last run begins.
    latest: usize,
}

/// Bytes between two characters of one run at most: an emoji of several parts may part a double letter.
const WIDEST_RUN: usize = 32;

impl Stream {
    fn clear(&mut self) {
        self.symbols.clear();
        self.starts.clear();
        self.latest = 0;
    }

    fn reserve(&mut self, count: usize) {
        self.symbols.reserve(count);
        self.starts.reserve(count);
    }

    #[inline]
    fn push(&mut self, symbol: Symbol, start: usize) {
        if self.symbols.last() != Some(&symbol) || start - self.latest > WIDEST_RUN {
            self.symbols.push(symbol);
            self.starts.push(start as u32);
        }
        self.latest = start;
    }
}

/// Stands in the dense stream where a mark hides a character.
pub const HIDDEN: Symbol = 0xFFFE;

/// How a text's marks are read: `@` and `!` part words, and they stand for letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    Plain,
    /// Marks as letters, marks that hide a character between dense letters, a syllable repeated as one.
    Marked,
}

/// The coarse view. Dense scripts (Han, Kana, Hangul) have a stream of their own, so that what is put
/// between their characters does not part them.
#[derive(Debug, Default, Clone)]
pub struct Fold {
    pub spaced: Stream,
    pub dense: Stream,
    /// A mark stands where it may be a letter: the text is to be read a second time.
    pub marked: bool,
    /// Marks that may hide a letter: how many symbols of `spaced` stand before, and the mark's byte.
    pub stars: Vec<(usize, u32)>,
}

/// What stood directly before a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Other,
    Letter(char),
    /// A mark, its byte, and whether a letter stands directly before it.
    Mark(char, usize, bool),
}

impl Fold {
    /// Folds `text` into the buffers, forgetting what they held.
    pub fn fill(&mut self, text: &str, reading: Reading) {
        self.spaced.clear();
        self.dense.clear();
        self.stars.clear();
        self.marked = false;
        self.spaced.reserve(text.len());
        self.dense.reserve(text.len());
        let quickly = Quickly::new();
        let mut before = Before::Other;
        let mut at = 0;
        loop {
            if !matches!(before, Before::Mark(..)) {
                before = self.ascii(text.as_bytes(), &mut at, quickly).unwrap_or(before);
            }
            let Some(c) = text[at..].chars().next() else { return };
            before = match quickly.character(c) {
                Quick::Dense(symbol) if !matches!(before, Before::Mark(..)) => {
                    self.spaced.push(BREAK, at);
                    self.dense.push(symbol, at);
                    Before::Letter(c)
                }
                Quick::Plain => Before::Other,
                // Two flag letters by themselves are a flag.
                Quick::Other if letter::is_flag(text, at) => {
                    at += c.len_utf8();
                    Before::Other
                }
                // Whatever has to do with marks goes the long way.
                _ => self.character(c, at, before, reading),
            };
            at += c.len_utf8();
        }
    }

    /// The common case: a stretch of ASCII letters and separators. What stands at its end, if it is not
    /// empty.
    #[inline]
    fn ascii(&mut self, bytes: &[u8], at: &mut usize, quickly: Quickly) -> Option<Before> {
        let Stream { symbols, starts, latest } = &mut self.spaced;
        let from = *at;
        let mut last = symbols.last().copied().unwrap_or(BREAK);
        for byte in &bytes[from..] {
            match quickly.ascii(*byte) {
                Quick::Spaced(symbol) => {
                    if symbol != last || *at - *latest > WIDEST_RUN {
                        symbols.push(symbol);
                        starts.push(*at as u32);
                        last = symbol;
                    }
                    *latest = *at;
                }
                Quick::Plain => {}
                _ => break,
            }
            *at += 1;
        }
        let end = char::from(*bytes[from..*at].last()?);
        Some(if end.is_ascii_alphanumeric() { Before::Letter(end) } else { Before::Other })
    }

    fn character(&mut self, c: char, start: usize, before: Before, reading: Reading) -> Before {
        let look = look(c);
        match look.kind {
            Kind::Ignorable => {
                // However many marks are heaped on a letter, the next one is beside it.
                self.spaced.latest += c.len_utf8();
                self.dense.latest += c.len_utf8();
                before
            }
            Kind::Letter => {
                if let Before::Mark(mark, at, joined) = before {
                    self.after_mark(mark, at, joined, is_dense(look.letter), reading);
                }
                // The same syllable again may be one stretched: it is left out in the second reading.
                let again =
                    before == Before::Letter(c) && (is_syllable(c) || hangul::is_compound(c));
                self.marked |= again;
                if !again || reading == Reading::Plain {
                    self.push(look, start);
                }
                Before::Letter(c)
            }
            Kind::Separator => self.separator(look.letter, start, before, reading),
        }
    }

    #[inline]
    fn push(&mut self, look: Look, start: usize) {
        look.letters(|letter, like| {
            let symbol = class(letter, like);
            if is_dense(letter) {
                self.spaced.push(BREAK, start);
                self.dense.push(symbol, start);
            } else {
                self.spaced.push(symbol, start);
            }
        });
    }

    fn separator(&mut self, mark: char, start: usize, before: Before, reading: Reading) -> Before {
        let joined = matches!(before, Before::Letter(_) | Before::Mark(_, _, true));
        let letter = mark::letters(mark).first();
        if letter.is_none() && !mark::hides(mark) {
            return Before::Other;
        }
        if let Some(letter) = letter {
            let beside_letter = matches!(before, Before::Letter(c) if !c.is_numeric());
            self.marked |= beside_letter && mark::is_strong(mark);
            if reading == Reading::Marked {
                self.spaced.push(class(*letter, None), start);
            }
        }
        Before::Mark(mark, start, joined)
    }

    /// A letter follows a mark directly.
    fn after_mark(&mut self, mark: char, at: usize, joined: bool, dense: bool, reading: Reading) {
        self.marked |= !mark::letters(mark).is_empty() && (joined || mark::leads(mark));
        if !joined || !mark::hides(mark) {
            return;
        }
        if !dense {
            self.stars.push((self.spaced.symbols.len(), at as u32));
        } else if reading == Reading::Marked {
            self.dense.push(HIDDEN, at);
        } else {
            self.marked = true;
        }
    }
}

/// The symbol of one folded letter, and whether it belongs to the dense stream.
pub fn symbol_of(letter: char, like: Option<char>) -> (Symbol, bool) {
    (class(letter, like), is_dense(letter))
}
