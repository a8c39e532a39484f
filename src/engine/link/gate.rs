//! Whether what stands at a place may be the dot of a link: clean text stops here.

use super::suffix::SPOKEN;
use crate::engine::fold::{Kind, is_syllable, look};

/// Bytes between the word for an `@` and the one for a dot, at most.
const LONGEST_HOST: usize = 256;

/// What was seen of dots in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dots {
    /// One of them may lead on to the next label of a host. False only for a text without a link that is
    /// beyond doubt.
    pub lead_on: bool,
    /// The word for a dot stands behind the word for an `@`.
    pub written_out: bool,
    /// Dots before a digit: an address has three.
    numbers: u32,
}

impl Dots {
    /// A full stop or a comma at byte `at`.
    pub fn plain(&mut self, text: &str, at: usize) {
        if self.lead_on {
            return;
        }
        let stop = text.as_bytes()[at] == b'.';
        self.lead_on = match text.as_bytes().get(at + 1) {
            Some(next) if stop && next.is_ascii_digit() => {
                self.numbers += 1;
                self.numbers > 2
            }
            _ => dot_leads_on(text, at + 1, stop),
        };
    }

    /// A `d` at byte `at`, which may begin the word.
    pub fn word(&mut self, text: &str, at: usize) {
        let dot = is_word_dot(text.as_bytes(), at);
        self.lead_on |= dot;
        self.written_out |= dot && is_at_before(text.as_bytes(), at);
    }

    /// A character beyond ASCII at byte `at` that [`Dots::may_begin_with`].
    pub fn other(&mut self, text: &str, at: usize) {
        self.lead_on = self.lead_on || is_other_dot(text, at);
        self.written_out = self.written_out || self.lead_on && is_at_before(text.as_bytes(), at);
    }

    /// Whether a dot may begin with this character beyond ASCII.
    pub fn may_begin_with(c: char) -> bool {
        is_dot(c) || is_dot_before_a_label(c)
    }
}

/// Whether what follows a full stop or comma may be a label of a host.
fn dot_leads_on(text: &str, after: usize, full_stop: bool) -> bool {
    let rest = &text[after..];
    let spaced = rest.trim_start_matches(' ');
    let Some(next) = spaced.chars().next() else { return false };
    let tight = spaced.len() == rest.len();
    match next {
        ']' | ')' | '}' | '>' => full_stop,
        'a'..='z' | 'A'..='Z' if tight && full_stop => true,
        'a'..='z' | 'A'..='Z' => may_be_spoken(spaced) || is_www(text, after - 1),
        c if c.is_ascii() => false,
        c => tight && full_stop || may_begin_label(c),
    }
}

/// Whether the word that `rest` begins with may be a suffix that people write behind a space or a comma: it
/// is one, a character of it is disguised, or one more dot may follow.
fn may_be_spoken(rest: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let (word, behind) = rest.split_at(rest.find(|c| !inside(c)).unwrap_or(rest.len()));
    let more = behind.trim_start_matches(' ').chars().next();
    more.is_some_and(|c| matches!(c, '.' | ',' | '[' | '(' | '{' | '<'))
        || more.is_some_and(|c| !c.is_ascii() || c.is_control())
        || matches!(behind.trim_start_matches(' ').as_bytes(), [b'd' | b'D', o, t, ..]
            if *o >= 0x80 || o.eq_ignore_ascii_case(&b'o') && (*t >= 0x80 || t.eq_ignore_ascii_case(&b't')))
        || SPOKEN.iter().any(|suffix| word.eq_ignore_ascii_case(suffix))
}

/// `www .abc. com`: the label before a dot.
fn is_www(text: &str, dot: usize) -> bool {
    let before = text[..dot].trim_end_matches(' ').as_bytes();
    before.last_chunk::<3>().is_some_and(|end| end.eq_ignore_ascii_case(b"www"))
}

/// Whether a character that is not ASCII may be, or hide, an ASCII letter.
fn may_begin_label(c: char) -> bool {
    if is_syllable(c) || matches!(c, '\u{3400}'..='\u{9FFF}') {
        return false;
    }
    let look = look(c);
    match look.kind {
        Kind::Ignorable => true,
        Kind::Letter => {
            let mut latin = false;
            look.letters(|letter, like| latin |= like.unwrap_or(letter).is_ascii());
            latin
        }
        Kind::Separator => false,
    }
}

/// `dot` between spaces or brackets.
fn is_word_dot(bytes: &[u8], at: usize) -> bool {
    let edge = |b: Option<&u8>| b.is_some_and(|b| !b.is_ascii_alphanumeric());
    let odd = bytes.get(at + 1..at + 3).is_none_or(|rest| !rest.eq_ignore_ascii_case(b"ot"));
    if odd {
        // A letter of the word may be disguised.
        return bytes.get(at + 1).is_some_and(|b| *b >= 0xC2)
            && edge(at.checked_sub(1).and_then(|i| bytes.get(i)));
    }
    edge(at.checked_sub(1).and_then(|i| bytes.get(i))) && edge(bytes.get(at + 3))
}

/// Whether the word for an `@`, or what may be it, stands before the word for a dot.
fn is_at_before(bytes: &[u8], dot: usize) -> bool {
    let near = &bytes[dot.saturating_sub(LONGEST_HOST)..dot];
    let edge = |b: u8| !b.is_ascii_alphanumeric();
    let is_at = |at: &[u8]| {
        edge(at[0]) && at[1..3].eq_ignore_ascii_case(b"at") && edge(at[3]) || !at.is_ascii()
    };
    near.windows(4).any(is_at)
}

/// A dot that is not ASCII, or a drawn letter that may be the word.
fn is_other_dot(text: &str, at: usize) -> bool {
    let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { return false };
    let after = at + c.len_utf8();
    let leads_on = || {
        let rest = text[after..].trim_start_matches([' ', '\u{3000}', '\u{A0}']);
        rest.chars().next().is_some_and(|c| {
            matches!(c, ')' | ']' | '}' | '>' | '】' | '」' | '）' | '］')
                || c.is_ascii_alphanumeric()
                || !c.is_ascii() && may_begin_label(c)
        })
    };
    is_dot(c) || is_dot_before_a_label(c) && leads_on()
}

fn is_dot_before_a_label(c: char) -> bool {
    matches!(c, '。' | '·' | '•' | '∙' | '⋅' | '・' | '･' | '‧' | '点' | '點' | '점' | '，' | '﹐')
}

/// A dot whatever follows; or a drawn or full-width `d`, which may begin `dot`.
fn is_dot(c: char) -> bool {
    matches!(c, '．' | '｡' | '․' | '﹒' | 'ｄ' | 'Ｄ' | 'ⓓ' | 'Ⓓ')
        || matches!(c, '\u{1F130}'..='\u{1F189}' | '\u{1D400}'..='\u{1D7FF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_the_gate_shuts_out_holds_no_link(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "abc", "bet365", "com", "ｃｏｍ", ".", " ", "。", "点", "[dot]", " dot ", ",", "，", "www", "한국", "你好",
                "\u{200B}", "ⓒom", "·", "점", "1", "．", "cn", "/", "(点)", "𝐝𝐨𝐭", "{.}", "net", "\n", "http://", "@",
            ]), 0..8)) {
            let text = parts.concat();
            if !crate::engine::glance::Glance::of(&text).link {
                prop_assert!(super::super::search(&text).iter().all(|link| !link.sure), "{text:?}");
            }
        }
    }
}
