//! A text in plain characters: what links and detectors read.
//!
//! Width, case, drawn letters and marks are gone, zero-width characters are left out, and every
//! character knows its bytes in the original. Made only for a text that may hold something. No judgement.

use super::fold::{Kind, look};

/// One character as it reads. `①` and the like may be several with the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// A letter or digit as folded, or a separator in its plain form.
    pub c: char,
    /// The ASCII letter it looks like, if it is a letter of its own.
    pub like: Option<char>,
    pub is_letter: bool,
    /// Written as a capital.
    pub is_capital: bool,
    pub start: usize,
    pub end: usize,
}

impl Cell {
    /// The character as the eye reads it.
    pub fn seen(&self) -> char {
        self.like.unwrap_or(self.c)
    }

    /// A letter of a script that writes no spaces between words and others, or Hangul.
    pub fn is_dense(&self) -> bool {
        self.is_letter
            && matches!(self.c as u32, 0x1100..=0x11FF | 0x2E80..=0x9FFF | 0xA960..=0xA97F
                | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
    }

    /// A letter or digit of a script that writes spaces.
    pub fn is_spaced(&self) -> bool {
        self.is_letter && !self.is_dense()
    }
}

/// All cells of `text`.
pub fn read(text: &str) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::with_capacity(text.len());
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        if c.is_ascii() && !c.is_ascii_control() {
            let is_letter = c.is_ascii_alphanumeric();
            let is_capital = c.is_ascii_uppercase();
            let c = c.to_ascii_lowercase();
            cells.push(Cell { c, like: None, is_letter, is_capital, start, end });
            continue;
        }
        let look = look(c);
        let is_capital = c.is_uppercase();
        match look.kind {
            Kind::Ignorable => {}
            Kind::Separator => {
                let c = look.letter;
                cells.push(Cell { c, like: None, is_letter: false, is_capital, start, end });
            }
            // A Hangul syllable stays whole here.
            Kind::Letter if matches!(c, '가'..='힣') => {
                cells.push(Cell { c, like: None, is_letter: true, is_capital, start, end });
            }
            Kind::Letter => look.letters(|c, like| {
                cells.push(Cell { c, like, is_letter: true, is_capital, start, end });
            }),
        }
    }
    cells
}

/// Whether the cells from `at` read `word`.
pub fn reads(cells: &[Cell], at: usize, word: &str) -> bool {
    let mut rest = cells.get(at..).unwrap_or_default().iter();
    word.chars().all(|c| rest.next().is_some_and(|cell| cell.seen() == c))
}
