//! One look at a text: whether it may hold a link, how many digits, and what the detectors may find.
//!
//! Clean text is read no further, so most of it is only passed over: letters, Han and Hangul cost next to
//! nothing. Promise: what a text holds is never missed; what it does not hold may be suspected.

use super::detect::{Facts, digit_value};
use super::fold::{Fold, Kind, Reading, look};
use super::link::Dots;
use std::sync::LazyLock;

/// What a text may hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Glance {
    pub link: bool,
    /// Digits of any script, at most so many.
    pub digits: usize,
    pub facts: Facts,
}

/// ASCII that is worth a look: digits, and marks that facts and dots are made of.
pub const TELLING: &[u8] = b"0123456789@_-/[({.,";
/// So the word for a dot begins.
pub const DOT: [u8; 2] = *b"do";

/// Whether a byte of ASCII may begin the word for a dot; letters beyond ASCII may be disguised.
pub fn may_be_dot(byte: u8, next: u8) -> bool {
    byte | 0x20 == DOT[0] && (next | 0x20 == DOT[1] || next >= 0x80)
}

/// Whether a character of the basic plane is worth a look.
pub fn is_telling(c: char) -> bool {
    match c.is_ascii() {
        true => TELLING.contains(&(c as u8)),
        false => KINDS[c as usize % KINDS.len()] != PLAIN_DENSE,
    }
}

/// A text while it is looked at.
struct Look<'t> {
    text: &'t str,
    dots: Dots,
    facts: Facts,
    /// What is a digit, or may be one.
    counted: usize,
    /// Digits since the last letter.
    digits: u32,
    token: Token,
    /// Han or Hangul stands before, and no word between.
    dense: bool,
}

/// A word of Latin letters and digits.
#[derive(Debug, Default)]
struct Token {
    length: usize,
    digit: bool,
    mark: bool,
}

impl Glance {
    pub fn of(text: &str) -> Self {
        let mut fold = Fold::default();
        fold.fill(text, Reading::Plain);
        Self::at(text, fold.notes())
    }

    /// The same where it is known what is worth a look: see `Fold::notes`.
    pub fn at(text: &str, notes: &[u32]) -> Self {
        let mut look = Look {
            text,
            dots: Dots::default(),
            facts: Facts::default(),
            counted: 0,
            digits: 0,
            token: Token::default(),
            dense: false,
        };
        look.all(notes);
        let mut facts = look.facts;
        facts.at |= look.dots.written_out;
        facts.handle |= facts.at || facts.digits >= 5;
        Self { link: look.dots.lead_on, digits: look.counted, facts }
    }
}

impl Look<'_> {
    fn all(&mut self, notes: &[u32]) {
        let bytes = self.text.as_bytes();
        let kinds = &**KINDS;
        let mut from = 0;
        for note in notes.iter().map(|note| *note as usize) {
            self.plain(bytes, from, note);
            from = from.max(note);
            match bytes.get(note) {
                _ if from > note => {}
                Some(byte) if byte.is_ascii() => {
                    if TELLS[usize::from(*byte)] {
                        self.ascii(*byte, note);
                        from += 1;
                    }
                }
                _ => {
                    let c = self.text.get(note..).and_then(|rest| rest.chars().next());
                    let telling = |c: &char| kinds.get(*c as usize) != Some(&PLAIN_DENSE);
                    if let Some(c) = c.filter(telling) {
                        self.character(c, note, kinds);
                        from += c.len_utf8();
                    }
                }
            }
        }
        self.plain(bytes, from, bytes.len());
        self.end_token();
    }

    /// Nothing but plain letters and marks from one byte to another: all of ASCII, or Han and Hangul.
    fn plain(&mut self, bytes: &[u8], from: usize, to: usize) {
        match bytes.get(from..to) {
            None | Some([]) => {}
            Some(part) if part.is_ascii() => self.passed(part),
            Some(_) => self.dense(),
        }
    }

    /// Letters and plain marks.
    fn passed(&mut self, part: &[u8]) {
        let Some(last) = part.last() else { return };
        let is_letter = u8::is_ascii_alphabetic;
        if self.digits > 0 && part.iter().any(is_letter) {
            self.digits = 0;
        }
        if self.token.length > 0 || self.dense {
            let mut rest = part;
            // After Han or Hangul the first word counts.
            while let Some(mark) = rest.iter().position(|b| !is_letter(b)) {
                self.token.length += mark;
                self.dense &= !self.end_token();
                rest = &rest[mark + 1..];
                if !self.dense {
                    break;
                }
            }
            if self.dense || rest.len() == part.len() {
                self.token.length += rest.len();
                return;
            }
        }
        if is_letter(last) {
            self.token.length = part.iter().rev().take_while(|b| is_letter(b)).count();
        }
    }

    fn ascii(&mut self, byte: u8, at: usize) {
        match byte {
            b'0'..=b'9' => {
                self.counted += 1;
                self.digit(true);
            }
            b'_' | b'-' => self.token.mark |= self.token.length > 0,
            b'd' | b'D' => {
                self.dots.word(self.text, at);
                self.digits = 0;
                self.token.length += 1;
            }
            b'.' | b',' => {
                self.dots.plain(self.text, at);
                self.mark();
            }
            _ => self.drawn_mark(char::from(byte), at),
        }
    }

    fn character(&mut self, c: char, at: usize, kinds: &[u8]) {
        let kind = kinds.get(c as usize).copied().unwrap_or_else(|| kind(c));
        // Scripts have digits that are none to the detectors.
        let is_digit = match kind & !DOTTED {
            DIGIT | LATIN_DIGIT => true,
            MARK => false,
            _ => c.is_numeric(),
        };
        self.counted += usize::from(is_digit);
        if kind & DOTTED != 0 {
            self.dots.other(self.text, at);
        }
        match kind & !DOTTED {
            DIGIT => self.digit(false),
            LATIN_DIGIT => self.digit(true),
            LATIN => {
                self.digits = 0;
                self.token.length += 1;
            }
            DENSE => {
                self.dense();
                self.facts.at |= c == '골' && self.text[at..].starts_with("골뱅이");
            }
            MARK => self.drawn_mark(c, at),
            _ => {}
        }
    }

    fn digit(&mut self, is_latin: bool) {
        self.digits += 1;
        self.facts.digits = self.facts.digits.max(self.digits);
        self.token.digit |= is_latin;
        self.token.length += 1;
    }

    fn dense(&mut self) {
        self.digits = 0;
        self.end_token();
        self.dense = true;
    }

    /// A mark that says something, or any that is not ASCII.
    fn drawn_mark(&mut self, c: char, at: usize) {
        match c {
            '@' | '＠' | '﹫' => self.facts.at = true,
            // `[at]`
            '[' | '(' | '{' | '［' | '（' | '｛' => {
                let mut rest = self.text[at + c.len_utf8()..].trim_start().chars();
                let may_be_at = |c: char| matches!(c, 'a' | 'A') || !c.is_ascii();
                self.facts.at |= rest.next().is_some_and(may_be_at);
            }
            // `t.me/x`
            '/' | '／' => self.facts.handle = true,
            _ => {}
        }
        self.mark();
    }

    fn mark(&mut self) {
        self.dense &= !self.end_token();
    }

    /// Whether there was one.
    fn end_token(&mut self) -> bool {
        let token = std::mem::take(&mut self.token);
        self.facts.handle |= token.length >= 4 && (token.digit || token.mark || self.dense);
        token.length > 0
    }
}

/// [`TELLING`], or a letter that may begin the word for a dot, by byte.
static TELLS: LazyLock<[bool; 256]> = LazyLock::new(|| {
    std::array::from_fn(|b| TELLING.contains(&(b as u8)) || b as u8 | 0x20 == DOT[0])
});

/// A letter of Han, Kana or Hangul that is nothing else.
const PLAIN_DENSE: u8 = 0;
const DIGIT: u8 = 1;
/// Reads as an ASCII digit.
const LATIN_DIGIT: u8 = 2;
const LATIN: u8 = 3;
/// To be looked at.
const DENSE: u8 = 4;
const MARK: u8 = 5;
const NOTHING: u8 = 6;
/// May be a dot, or begin one, beside what it is.
const DOTTED: u8 = 0x80;

/// What each character of the basic plane is, made when it is first needed.
static KINDS: LazyLock<Box<[u8]>> = LazyLock::new(|| {
    let kind = |code| match char::from_u32(code) {
        Some(c) => match kind(c) {
            DENSE if c != '골' && !c.is_numeric() => PLAIN_DENSE,
            kind => kind,
        },
        None => NOTHING,
    };
    (0..=0xFFFF).map(kind).collect()
});

fn kind(c: char) -> u8 {
    let dot = if Dots::may_begin_with(c) { DOTTED } else { 0 };
    dot | match c {
        '\u{3400}'..='\u{9FFF}' | '가'..='힣' | '〇' => match digit_value(c) {
            Some(_) => DIGIT,
            None => DENSE,
        },
        '\u{3001}'..='\u{303F}' => MARK,
        _ => drawn(c),
    }
}

/// A character of no plain script: full-width, circled, a symbol, a mark.
fn drawn(c: char) -> u8 {
    let look = look(c);
    match look.kind {
        Kind::Ignorable => NOTHING,
        Kind::Separator => MARK,
        Kind::Letter => {
            let mut kind = DENSE;
            look.letters(|letter, like| {
                kind = match digit_value(letter) {
                    Some(_) => LATIN_DIGIT,
                    None if like.unwrap_or(letter).is_ascii_alphabetic() => LATIN,
                    None => DENSE,
                };
            });
            kind
        }
    }
}
