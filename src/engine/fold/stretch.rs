//! The common case of folding: stretches of plain letters and separators, a whole one at a time.
//!
//! Holds how they are gone over, by script. What has to do with marks, and any character of several letters but
//! Hangul, ends a stretch and is not for here.

use super::quick::{APART, NOTED, PLAIN, Quick, SLOW, is_dense_symbol};
use super::{BREAK, Before, Fold, Reading, Symbol, is_jamo};

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
                    if *at == from {
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
                    let (a, b, c) = (u32::from(a & 0xF), u32::from(b & 0x3F), u32::from(c & 0x3F));
                    (a << 12 | b << 6 | c, 3)
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

    /// Plain Han and Kana, and separators of three bytes between them. What stands at the end; `None` where nothing of
    /// it stands at byte `at`.
    fn dense_stretch(&mut self, bytes: &[u8], at: &mut usize, quick: &Quick) -> Option<Before> {
        let (from, mut last, mut jamo) = (*at, 0, false);
        let first = self.dense.symbols().len();
        self.notes.reserve((bytes.len() - from) / 3 + 2);
        self.notes.put(from, true);
        let (notes, mut noted) = (self.notes.room(), 0);
        *at = self.dense.dense(bytes, from, &quick.entries, APART, |at, entry| {
            notes[noted] = at as u32;
            noted += usize::from(entry & NOTED != 0);
            jamo |= is_jamo(entry as Symbol);
            last = entry;
        });
        self.notes.took(noted);
        if let Some(letter) = self.dense.starts().get(first) {
            self.spaced.push(BREAK, *letter as usize);
            // Letters of Hangul by themselves are rare enough to be looked for in both ways.
            (self.has_han, self.has_hangul) = (true, self.has_hangul || jamo);
        }
        let end = bytes[from..*at].last_chunk::<3>()?;
        let [a, b, c] = end.map(u32::from);
        let code = (a & 0xF) << 12 | (b & 0x3F) << 6 | c & 0x3F;
        let is_letter = last as Symbol != PLAIN;
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
                    let code =
                        u32::from(a & 0xF) << 12 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F);
                    let Some(syllable) = quick.syllable(code) else { break };
                    let again = previous == Some(code);
                    self.marked |= again;
                    if !again || reading == Reading::Plain {
                        self.dense.syllable(syllable.letters(), *at);
                    }
                    self.notes.put(*at, quick.entries[code as usize] & NOTED != 0);
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
