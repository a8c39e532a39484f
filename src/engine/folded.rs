//! A text as `on: folded` shows it to a regex, and the way back to the original bytes.
//!
//! Lower case, without width, drawn forms, accents and other marks, zero-width and invisible characters;
//! Traditional Chinese as Simplified; Hangul in whole syllables; letters of other scripts that look Latin as
//! Latin where their word has a Latin letter. Spaces and punctuation in their plain form. What `heavy` sees
//! through stays as it is. Made only for a text that a regex is to run on.

use super::plain::{Cell, read};
use std::ops::Range;
use unicode_normalization::char::compose;

#[derive(Debug, Default)]
pub struct Folded {
    pub text: String,
    /// For every character: where it begins in `text`, and its bytes in the original.
    from: Vec<(usize, Range<usize>)>,
}

impl Folded {
    pub fn of(original: &str) -> Self {
        let mut folded = Self::default();
        let cells = read(original);
        let spaced = |cell: &Cell| cell.is_letter && !cell.is_dense();
        let mut block = None;
        for word in cells.chunk_by(|a, b| spaced(a) == spaced(b)) {
            let latin = word.iter().any(|cell| cell.is_letter && cell.c.is_ascii_alphabetic());
            for cell in word {
                let written = original[cell.start..].chars().next();
                let jamo = written.filter(|c| matches!(*c as u32, 0x1100..=0x11FF));
                block = match (block, jamo) {
                    (Some((at, _)), Some(_)) if at == cell.start => continue,
                    (Some((_, head)), Some(jamo)) if compose(head, jamo).is_some() => {
                        let whole = compose(head, jamo).unwrap_or(head);
                        folded.join(whole, cell.end);
                        Some((cell.start, whole))
                    }
                    _ => {
                        folded.push(if latin { cell.seen() } else { cell.c }, cell.start..cell.end);
                        jamo.map(|jamo| (cell.start, jamo))
                    }
                };
            }
        }
        folded
    }

    fn push(&mut self, c: char, original: Range<usize>) {
        self.from.push((self.text.len(), original));
        self.text.push(c);
    }

    /// A jamo that makes one syllable with the character before it.
    fn join(&mut self, whole: char, end: usize) {
        self.text.pop();
        self.text.push(whole);
        if let Some((_, original)) = self.from.last_mut() {
            original.end = end;
        }
    }

    /// The bytes of the original that `range` of the folded text comes from.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let character =
            |at: usize| self.from.partition_point(|(start, _)| *start <= at).checked_sub(1);
        let bytes = |at: usize| character(at).and_then(|number| self.from.get(number));
        match (bytes(range.start), bytes(range.end.saturating_sub(1))) {
            (Some((_, first)), Some((_, last))) => first.start..last.end,
            _ => 0..0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_text_is_what_the_eye_reads() {
        for (written, folded) in [
            ("ＶＩＰ８８８", "vip888"),
            ("Vïp\u{200B} ①", "vip 1"),
            ("賭場！", "赌场!"),
            ("саsino сон", "casino сон"),
            ("\u{110F}\u{1161}\u{110C}\u{1175}\u{1102}\u{1169}", "카지노"),
            ("\u{1100}\u{1161}\u{11AA}", "갃"),
            ("ㅋㅋ 한국", "ㅋㅋ 한국"),
            ("c4s!no", "c4s!no"),
            ("a\nb", "a\nb"),
        ] {
            assert_eq!(Folded::of(written).text, folded, "{written}");
        }
    }

    #[test]
    fn every_part_leads_back_to_its_bytes() {
        let original = "x\u{301}ＶＩＰ賭\u{200B}場";
        let folded = Folded::of(original);
        assert_eq!(folded.text, "xvip赌场");
        let place = |part: &str| folded.text.find(part).map(|at| at..at + part.len());
        let back = place("vip").map(|range| &original[folded.original(range)]);
        assert_eq!(back, Some("ＶＩＰ"));
        let back = place("赌场").map(|range| &original[folded.original(range)]);
        assert_eq!(back, Some("賭\u{200B}場"));
        assert_eq!(folded.original(0..0), 0..1);
    }
}
