//! Text to folded text, and the way back to the original bytes. The only owner of both.
//!
//! Two views of one text. [`Fold`] is the coarse one, made for every message in one pass into reused
//! buffers: symbols that every disguise of a letter shares, in which the search looks for candidates.
//! [`Units`] is the exact one, made only where a candidate was found: every letter with what it was
//! written as, on which the decision is taken. A candidate may be wrong; a unit may not.

mod ascii;
mod hangul;
mod letter;
mod mark;
mod places;
mod quick;
mod stream;
mod stretch;
#[rustfmt::skip]
mod tables;
mod units;

pub use hangul::is_syllable;
pub use letter::{Kind, Look, look};
pub use mark::{closes, hides, letters as mark_letters};
pub use stream::{SPARE, Stream};
pub use units::{Unit, Units};

use letter::{class, is_dense};
use places::Places;
use quick::Quick;

/// A letter as the search sees it. 0 is a break that no term reaches across.
pub type Symbol = u16;

pub const BREAK: Symbol = 0;

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
    /// Bytes at which something stands that is more than a letter, or a stretch of letters of other scripts begins.
    notes: Places,
    /// The dense stream has Hangul, and has other symbols.
    pub has_hangul: bool,
    pub has_han: bool,
    /// A mark stands where it may be a letter: the text is to be read a second time.
    pub marked: bool,
    /// [`HIDDEN`] stands in the dense stream.
    pub hides: bool,
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
        self.notes.clear();
        self.stars.clear();
        (self.has_hangul, self.has_han, self.marked, self.hides) = (false, false, false, false);
        let quick = Quick::get();
        let mut before = Before::Other;
        let mut at = 0;
        loop {
            if !matches!(before, Before::Mark(..)) {
                before = self.quickly(text.as_bytes(), &mut at, before, reading, quick);
            }
            // Whatever has to do with marks goes the long way.
            let Some(c) = text[at..].chars().next() else { return };
            self.notes.push(at);
            before = match letter::may_be_flag(c) && letter::is_flag(text, at) {
                // Two flag letters by themselves are a flag.
                true => {
                    at += c.len_utf8();
                    self.notes.push(at);
                    Before::Other
                }
                false => self.character(c, at, before, reading),
            };
            at += c.len_utf8();
        }
    }

    /// What is worth a look of whoever glances at the text, in order, as bytes: what goes the long way, what
    /// [`glance`](super::glance) calls telling, and wherever ASCII or other letters begin.
    pub fn notes(&self) -> &[u32] {
        self.notes.all()
    }

    fn dense(&mut self, symbol: Symbol, start: usize) {
        self.spaced.push(BREAK, start);
        if !self.dense.push(symbol, start) {
            self.dense.mark_last();
        }
        match is_jamo(symbol) {
            true => self.has_hangul = true,
            false => self.has_han = true,
        }
    }

    fn character(&mut self, c: char, start: usize, before: Before, reading: Reading) -> Before {
        let look = look(c);
        match look.kind {
            Kind::Ignorable => {
                // However many marks are heaped on a letter, the next one is beside it.
                self.spaced.pass_over(c.len_utf8());
                self.dense.pass_over(c.len_utf8());
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
                self.dense(symbol, start);
            } else {
                self.spaced.letter(symbol, start, true);
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
            let beside_letter = || matches!(before, Before::Letter(c) if !is_number(c));
            self.marked |= mark::is_strong(mark) && beside_letter();
            if reading == Reading::Marked {
                self.spaced.letter(class(*letter, None), start, true);
            }
        }
        // The mark may be the letter that a word begins with, and goes on with the run before it.
        self.spaced.mark_last();
        Before::Mark(mark, start, joined)
    }

    /// A letter follows a mark directly.
    fn after_mark(&mut self, mark: char, at: usize, joined: bool, dense: bool, reading: Reading) {
        self.marked |= !mark::letters(mark).is_empty() && (joined || mark::leads(mark));
        if !joined || !mark::hides(mark) {
            return;
        }
        if !dense {
            self.stars.push((self.spaced.symbols().len(), at as u32));
        } else if reading == Reading::Marked {
            self.dense.push(HIDDEN, at);
            self.hides = true;
        } else {
            self.marked = true;
        }
    }
}

/// Most of what stands before a mark is plain, and no number.
fn is_number(c: char) -> bool {
    !c.is_ascii_alphabetic()
        && !is_syllable(c)
        && !matches!(c, '\u{3400}'..='\u{9FFF}')
        && c.is_numeric()
}

/// The symbols of letters of Hangul.
const JAMO: std::ops::RangeInclusive<Symbol> = 0x3131..=0x3163;

/// Whether a symbol is a letter of Hangul.
pub fn is_jamo(symbol: Symbol) -> bool {
    JAMO.contains(&symbol)
}

/// The symbol of one folded letter, and whether it belongs to the dense stream.
pub fn symbol_of(letter: char, like: Option<char>) -> (Symbol, bool) {
    (class(letter, like), is_dense(letter))
}
