//! What stands between two letters of a term in the text, and the place up to which it was walked.

use super::super::super::fold::{Unit, closes, hides};
use super::super::Letter;
use super::{Stand, is_dense, is_drawn, stands};

const WIDEST_GAP: usize = 8;

/// A place between units, walked forward or backward.
#[derive(Clone)]
pub struct Cursor<'u> {
    pub units: &'u [Unit],
    pub at: usize,
    pub forward: bool,
}

impl<'u> Cursor<'u> {
    pub fn peek(&self) -> Option<&'u Unit> {
        match self.forward {
            true => self.units.get(self.at),
            false => self.units.get(self.at.checked_sub(1)?),
        }
    }

    pub fn advance(&mut self) {
        self.at = if self.forward { self.at + 1 } else { self.at - 1 };
    }

    /// The next two units in the order of the text.
    pub fn pair(&self) -> &'u [Unit] {
        let start = if self.forward { Some(self.at) } else { self.at.checked_sub(2) };
        start.and_then(|start| self.units.get(start..start + 2)).unwrap_or_default()
    }

    /// Whether a unit stands between letters: it is no `letter`, or a mark with the true one behind a space,
    /// or a bracket with the true one in it.
    fn is_parted(&self, letter: &Letter, unit: &Unit) -> bool {
        if stands(letter, unit).is_none() && !is_drawn(letter, self.pair()) {
            return true;
        }
        let mut ahead = self.clone();
        ahead.advance();
        let spaces = std::iter::from_fn(|| {
            ahead.peek().filter(|unit| unit.letter.is_whitespace())?;
            ahead.advance();
            Some(())
        });
        !unit.is_letter
            && (spaces.count() > 0 || closes(unit.letter).is_some())
            && ahead.peek().is_some_and(|unit| stands(letter, unit) == Some(Stand::True))
    }
}

/// What stands between two letters.
#[derive(Debug, Default, Clone, Copy)]
pub struct Gap {
    pub width: usize,
    pub spaces: usize,
    pub lines: usize,
    pub sentence: usize,
    pub clauses: usize,
    pub apostrophes: usize,
    pub inserted: usize,
    /// Full stops.
    pub stops: usize,
    pub hides: bool,
}

impl Gap {
    /// Walks over what does not stand for `letter`.
    pub fn before(letter: &Letter, dense: bool, cursor: &mut Cursor<'_>) -> Self {
        let mut gap = Self::default();
        while let Some(unit) =
            cursor.peek().filter(|unit| gap.width < WIDEST_GAP && cursor.is_parted(letter, unit))
        {
            if unit.is_letter {
                let between = dense && !is_dense(unit.letter) && gap.inserted < 3;
                if !between {
                    break;
                }
                gap.inserted += 1;
            }
            gap.width += 1;
            gap.hides = gap.width == 1 && hides(unit.letter);
            match unit.written {
                '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => gap.lines += 1,
                c if c.is_whitespace() => gap.spaces += 1,
                c if is_apostrophe(c) => gap.apostrophes += 1,
                ',' | '!' | '?' | ';' | ':' => gap.sentence += 1,
                '.' => gap.stops += 1,
                '…' if gap.width == 1 => gap.sentence += 1,
                '，' | '。' | '！' | '？' | '；' | '：' | '…' => {
                    (gap.sentence, gap.clauses) = (gap.sentence + 1, gap.clauses + 1);
                }
                _ => {}
            }
            cursor.advance();
        }
        gap
    }
}

pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '`' | '‘')
}
