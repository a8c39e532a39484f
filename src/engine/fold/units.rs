//! The exact view: every letter and separator with what it was written as.

use super::Symbol;
use super::hangul::{self, Position};
use super::letter::{Kind, Look, class, is_flag, look};
use super::quick::{PLAIN, Quick, SLOW};
use std::ops::Range;
use unicode_normalization::char::compose;

/// One letter, digit or separator. A character may be several (`㎏`, 카), never a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Folded as `simple` folds.
    pub letter: char,
    /// The ASCII letter it looks like, if it is a letter of its own.
    pub like: Option<char>,
    /// As it is written.
    pub written: char,
    pub is_letter: bool,
    /// Whether the unit begins and ends a character, or for Hangul a syllable.
    pub opens: bool,
    pub closes: bool,
    /// A letter of a Hangul syllable written as one block.
    pub block: bool,
    /// Bytes of the character in the original text.
    pub start: u32,
    pub end: u32,
    pub symbol: Symbol,
}

impl Unit {
    #[inline]
    fn of_ascii(c: char, start: usize, symbol: Symbol) -> Self {
        Self {
            letter: c.to_ascii_lowercase(),
            like: None,
            written: c,
            is_letter: true,
            opens: true,
            closes: true,
            block: false,
            start: start as u32,
            end: start as u32 + 1,
            symbol,
        }
    }
}

/// All units of a text in order, ignorable characters left out.
#[derive(Debug, Default, Clone)]
pub struct Units {
    pub all: Vec<Unit>,
}

impl Units {
    pub fn fill(&mut self, text: &str) {
        self.fill_part(text, 0..text.len());
    }

    /// Only the units of `part`, which lies on character borders.
    pub fn fill_part(&mut self, text: &str, part: Range<usize>) {
        self.all.clear();
        self.all.reserve(part.len());
        let quick = Quick::get();
        let mut flag_end = 0;
        let chars = text.get(part.clone()).unwrap_or_default().char_indices();
        for (start, c) in chars.map(|(at, c)| (part.start + at, c)) {
            let symbol = if c.is_ascii() { quick.ascii.symbol(c as u8) } else { SLOW };
            if symbol != PLAIN && symbol != SLOW {
                self.all.push(Unit::of_ascii(c, start, symbol));
                continue;
            }
            let mut end = start + c.len_utf8();
            if start < flag_end {
                continue;
            }
            let mut look = look(c);
            if is_flag(text, start) {
                end += c.len_utf8();
                flag_end = end;
                look = Look::separator(c);
            }
            if look.kind == Kind::Ignorable {
                self.voice(c, end);
                continue;
            }
            let first = self.all.len();
            let position = hangul::conjoining(c);
            look.letters(|letter, like| {
                self.all.push(Unit {
                    letter,
                    like,
                    written: c,
                    is_letter: look.kind == Kind::Letter,
                    opens: false,
                    closes: false,
                    block: position.is_some() || hangul::is_syllable(look.letter),
                    start: start as u32,
                    end: end as u32,
                    symbol: class(letter, like),
                });
            });
            self.close(first, position);
        }
    }

    /// Marks where the character that began at unit `first` opens and closes. NFD writes a syllable as
    /// up to three characters, which are one block here too.
    fn close(&mut self, first: usize, position: Option<Position>) {
        let joins = match position {
            Some(Position::Vowel | Position::Final) => first
                .checked_sub(1)
                .is_some_and(|i| hangul::conjoining(self.all[i].written).is_some()),
            _ => false,
        };
        if joins {
            self.all[first - 1].closes = false;
        } else if let Some(unit) = self.all.get_mut(first) {
            unit.opens = true;
        }
        if let Some(unit) = self.all.last_mut() {
            unit.closes = true;
        }
    }

    /// A voicing mark that stands by itself makes the Kana before it the voiced one.
    fn voice(&mut self, mark: char, end: usize) {
        let mark = match mark {
            '\u{3099}' | '\u{FF9E}' => '\u{3099}',
            '\u{309A}' | '\u{FF9F}' => '\u{309A}',
            _ => return,
        };
        let Some(kana) = self.all.last_mut() else { return };
        if let Some(voiced) = compose(kana.letter, mark) {
            kana.letter = voiced;
            kana.end = end as u32;
        }
    }

    /// The first unit whose character begins at or after byte `start`.
    pub fn at(&self, start: u32) -> usize {
        self.all.partition_point(|unit| unit.start < start)
    }
}
