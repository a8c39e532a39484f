//! Whether a text may hold a link at all, from its bytes alone: clean text stops here.

use super::suffix::SPOKEN;
use crate::engine::fold::{Kind, look};

/// False only for a text without a link that is beyond doubt. Looks twice only at what may be a dot.
pub fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut numbers, mut at) = (0, 0);
    loop {
        if bytes.get(at).is_some_and(u8::is_ascii) {
            at = past_plain(bytes, at);
        }
        let Some(step) = bytes[at..].iter().position(|b| STARTS[usize::from(*b)]) else {
            return false;
        };
        let here = at + step;
        let next = bytes.get(here + 1).copied().unwrap_or(0);
        let leads = match bytes[here] {
            b'.' if next.is_ascii_digit() => {
                numbers += 1;
                numbers > 2
            }
            b'.' => dot_leads_on(text, here + 1, true),
            b',' => dot_leads_on(text, here + 1, false),
            b'd' | b'D' => is_word_dot(bytes, here),
            lead => may_be_dot(lead, next) && is_other_dot(text, here),
        };
        if leads {
            return true;
        }
        at = here + 1;
    }
}

/// Bytes looked at in one step.
const STEP: usize = 32;

/// Skips stretches of ASCII without a dot, a comma, or a `d` that may begin `dot`. Without branches, so that a
/// whole stretch is one step.
fn past_plain(bytes: &[u8], mut at: usize) -> usize {
    let tells = |b: u8, next: u8| {
        let word = (b | 0x20 == b'd') & ((next | 0x20 == b'o') | (next >= 0x80));
        (b == b'.') | (b == b',') | (b >= 0x80) | word
    };
    while let (Some(part), Some(behind)) =
        (bytes.get(at..at + STEP), bytes.get(at + 1..at + STEP + 1))
    {
        if part.iter().zip(behind).fold(false, |seen, (b, next)| seen | tells(*b, *next)) {
            break;
        }
        at += STEP;
    }
    at
}

/// Whether a character that begins with these bytes may be one that [`is_other_dot`] knows.
fn may_be_dot(lead: u8, second: u8) -> bool {
    match lead {
        0xC2 => second == 0xB7,
        0xE2 => true,
        0xE3 => matches!(second, 0x80 | 0x83),
        0xE7 => second == 0x82,
        0xE9 => second == 0xBB,
        0xEC => second == 0xA0,
        0xEF => matches!(second, 0xB9 | 0xBC | 0xBD),
        _ => lead == 0xF0,
    }
}

/// Bytes a dot can begin with.
static STARTS: [bool; 256] = {
    let mut starts = [false; 256];
    let bytes = [b'.', b',', b'd', b'D', 0xC2, 0xE1, 0xE2, 0xE3, 0xE7, 0xE9, 0xEC, 0xEF, 0xF0];
    let mut i = 0;
    while i < bytes.len() {
        starts[bytes[i] as usize] = true;
        i += 1;
    }
    starts
};

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
    match c {
        '．' | '｡' | '․' | '﹒' => true,
        '。' | '·' | '•' | '∙' | '⋅' | '・' | '･' | '‧' | '点' | '點' | '점' | '，' | '﹐' => {
            leads_on()
        }
        // A drawn or full-width `d` may begin `dot`.
        'ｄ' | 'Ｄ' | 'ⓓ' | 'Ⓓ' | '\u{1F130}'..='\u{1F189}' | '\u{1D400}'..='\u{1D7FF}' => {
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_the_gate_shuts_out_holds_no_link(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "abc", "bet365", "com", "ｃｏｍ", ".", " ", "。", "点", "[dot]", " dot ", ",", "，", "www", "한국", "你好",
                "\u{200B}", "ⓒom", "·", "점", "1", "．", "cn", "/", "(点)", "𝐝𝐨𝐭", "{.}", "net", "\n", "http://", "@",
            ]), 0..8)) {
            let text = parts.concat();
            if !may_hold(&text) {
                prop_assert!(super::super::search(&text).iter().all(|link| !link.sure), "{text:?}");
            }
        }
    }
}
