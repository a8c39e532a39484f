//! The common case of folding: stretches of plain letters and separators, a whole one at a time.
//!
//! Holds how they are gone over, by script. What has to do with marks, and any character of several letters but
//! Hangul, ends a stretch and is not for here.

#[cfg(target_arch = "x86_64")]
mod wide;

use super::quick::{PLAIN, Quick, SLOW, is_dense_symbol};
use super::{BREAK, Before, Fold, Reading, is_jamo, mark};

/// The code point of a character of three bytes.
fn code(bytes: [u8; 3]) -> u32 {
    let [a, b, c] = bytes.map(u32::from);
    (a & 0xF) << 12 | (b & 0x3F) << 6 | c & 0x3F
}

/// A stretch of plain dense characters: where it ended, and whether letters of Hangul by themselves are in it.
pub struct Dense {
    pub end: usize,
    pub jamo: bool,
}

/// The quickest way to read such a stretch that the processor can take.
pub fn dense() -> fn(&mut Fold, &[u8], usize, &Quick) -> Dense {
    #[cfg(target_arch = "x86_64")]
    if wide::is_there() {
        // SAFETY: the processor has what the function is compiled for.
        return |fold, bytes, from, quick| unsafe { wide::read(fold, bytes, from, quick) };
    }
    one_by_one
}

fn one_by_one(fold: &mut Fold, bytes: &[u8], from: usize, quick: &Quick) -> Dense {
    let (notes, mut noted, mut jamo) = (fold.notes.room(), 0, false);
    let end = fold.dense.dense(bytes, from, &quick.entries, |at, entry| {
        notes[noted] = at as u32;
        noted += usize::from(entry.is_noted());
        jamo |= entry.dense().is_some_and(is_jamo);
    });
    fold.notes.took(noted);
    Dense { end, jamo }
}

impl Fold {
    /// The common case: stretches of letters, Han, syllables and separators. What stands at their end.
    pub(super) fn quickly(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        mut before: Before,
        reading: Reading,
        quick: &Quick,
    ) -> Before {
        loop {
            let from = *at;
            let (code, length) = match bytes[from..] {
                [byte, ..] if byte < 0x80 => {
                    self.notes.push(from);
                    *at = quick.ascii.read(self, bytes, from);
                    if *at == from && !self.idle_mark(bytes, at, reading, quick) {
                        return before;
                    }
                    let end = char::from(bytes[*at - 1]);
                    before = match end.is_ascii_alphanumeric() {
                        true => Before::Letter(end),
                        false => Before::Other,
                    };
                    continue;
                }
                [a @ 0xC2..=0xDF, b, ..] => (u32::from(a & 0x1F) << 6 | u32::from(b & 0x3F), 2),
                [a @ 0xE0..=0xEF, b, c, ..] => {
                    let last = self.dense_stretch(bytes, at, quick);
                    if let Some(last) =
                        last.or_else(|| self.syllables(bytes, at, before, reading, quick))
                    {
                        before = last;
                        continue;
                    }
                    (code([a, b, c]), 3)
                }
                _ => return before,
            };
            let symbol = quick.basic(code);
            let letter = || char::from_u32(code).map_or(Before::Other, Before::Letter);
            if symbol == SLOW {
                return before;
            }
            self.notes.push(from);
            before = if is_dense_symbol(symbol) {
                self.dense(symbol, from);
                letter()
            } else if symbol == PLAIN {
                Before::Other
            } else {
                self.spaced.letter(symbol, from, true);
                letter()
            };
            *at += length;
        }
    }

    /// Passes over a mark before a separator or the end: in the plain reading no letter comes of it (`What? Why!`).
    fn idle_mark(&mut self, bytes: &[u8], at: &mut usize, reading: Reading, quick: &Quick) -> bool {
        let behind = match bytes[*at + 1..] {
            [] => PLAIN,
            [byte, ..] if byte < 0x80 => quick.ascii.symbol(byte),
            [a @ 0xE0..=0xEF, b, c, ..] => quick.basic(code([a, b, c])),
            _ => SLOW,
        };
        let mark = char::from(bytes[*at]);
        let is_mark = !mark::letters(mark).is_empty() || mark::hides(mark);
        let idle =
            behind == PLAIN && reading == Reading::Plain && is_mark && !mark::is_strong(mark);
        if idle {
            // It may be the letter that a word begins with, and goes on with the run before it.
            self.spaced.mark_last();
            *at += 1;
        }
        idle
    }

    /// Plain Han and Kana, and separators of three bytes between them. What stands at the end; `None` where nothing of
    /// it stands at byte `at`.
    fn dense_stretch(&mut self, bytes: &[u8], at: &mut usize, quick: &Quick) -> Option<Before> {
        let from = *at;
        let first = self.dense.symbols().len();
        self.notes.reserve((bytes.len() - from) / 3 + 2);
        self.notes.put(from, true);
        let Dense { end, jamo } = (quick.dense)(self, bytes, from, quick);
        *at = end;
        if let Some(letter) = self.dense.starts().get(first) {
            self.spaced.push(BREAK, *letter as usize);
            // Letters of Hangul by themselves are rare enough to be looked for in both ways.
            (self.has_han, self.has_hangul) = (true, self.has_hangul || jamo);
        }
        let end = bytes[from..*at].last_chunk::<3>()?;
        let code = code(*end);
        let is_letter = quick.basic(code) != PLAIN;
        Some(char::from_u32(code).filter(|_| is_letter).map_or(Before::Other, Before::Letter))
    }

    /// Hangul, and spaces between it. The last character; `None` where nothing of it stands at byte `at`. The same
    /// syllable again may be one stretched: it is left out in the second reading.
    fn syllables(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        before: Before,
        reading: Reading,
        quick: &Quick,
    ) -> Option<Before> {
        let (from, mut previous) = (*at, None);
        let most = (bytes.len() - from) / 3 + 1;
        self.dense.reserve(5 * most);
        self.notes.reserve(most);
        self.notes.put(from, true);
        if let Before::Letter(c) = before {
            previous = Some(u32::from(c));
        }
        loop {
            match bytes[*at..] {
                [a @ 0xEA..=0xED, b, c, ..] => {
                    let code = code([a, b, c]);
                    let Some(syllable) = quick.syllable(code) else { break };
                    let again = previous == Some(code);
                    self.marked |= again;
                    if !again || reading == Reading::Plain {
                        self.dense.syllable(syllable, *at);
                    }
                    self.notes.put(*at, syllable.is_noted());
                    previous = Some(code);
                    *at += 3;
                }
                [b' ', ..] if *at > from => {
                    previous = None;
                    *at += 1;
                }
                _ => break,
            }
        }
        if *at == from {
            return None;
        }
        self.spaced.push(BREAK, from);
        self.has_hangul = true;
        let last = previous.and_then(char::from_u32);
        Some(last.map_or(Before::Other, Before::Letter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn dense_characters_are_read_alike_in_both_ways(
            before in "[a天 ]{0,2}",
            text in "([天地人玄黄宇宙洪荒一点カーㄱㅏ。、，]{1,20}[a가а!ไ🙂 ]?){0,4}",
        ) {
            let quick = Quick::get();
            let mut one = Fold::default();
            one.fill(&before, Reading::Plain);
            one.notes.reserve(before.len() + text.len());
            let mut other = one.clone();
            let text = format!("{before}{text}");
            let Dense { end, jamo } = (quick.dense)(&mut one, text.as_bytes(), before.len(), quick);
            let slow = one_by_one(&mut other, text.as_bytes(), before.len(), quick);
            prop_assert_eq!((end, jamo), (slow.end, slow.jamo));
            prop_assert_eq!(one.dense.symbols(), other.dense.symbols());
            prop_assert_eq!(one.dense.starts(), other.dense.starts());
            prop_assert_eq!(one.dense.latest(), other.dense.latest());
            prop_assert_eq!(one.dense.last(), other.dense.last());
            prop_assert_eq!(one.notes.all(), other.notes.all());
        }
    }
}
