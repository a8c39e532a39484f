//! Detectors: phone numbers, e-mail addresses, cards, resident numbers, contact ids.
//!
//! Shapes are found by regexes over the text as it is written; where a number carries a check digit, it
//! decides. What has no check digit needs a shape that plain numbers do not have.

use regex::Regex;
use serde::Serialize;
use std::ops::Range;
use std::sync::LazyLock;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Detector {
    /// Korean and Chinese mobile numbers, and numbers with a country code.
    Phone,
    Email,
    /// 13 to 19 digits with a Luhn check digit.
    Card,
    /// Korean and Chinese resident numbers with a right date and check digit.
    ResidentNumber,
    /// An id behind a word for a messenger: WeChat, KakaoTalk, Telegram, Line, QQ.
    ContactHandle,
}

/// The names that moderators write.
pub const DETECTORS: [(&str, Detector); 5] = [
    ("phone", Detector::Phone),
    ("email", Detector::Email),
    ("card", Detector::Card),
    ("resident_number", Detector::ResidentNumber),
    ("contact_handle", Detector::ContactHandle),
];

type Pattern = LazyLock<Option<Regex>>;

static PHONE: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x) \+ [1-9][0-9]{0,2} [\ .-]? \(?[0-9]{1,4}\)? (?: [\ .-]? [0-9]{2,4} ){2,4}
        | 01[016789] [\ .-]? [0-9]{3,4} [\ .-]? [0-9]{4}
        | 1[3-9][0-9] [\ -]? [0-9]{4} [\ -]? [0-9]{4}",
    )
    .ok()
});
static EMAIL: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_+-])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,18}").ok()
});
static CARD: Pattern = LazyLock::new(|| {
    Regex::new(
        r"[2-6][0-9]{3}(?:[ -]?[0-9]{4}){2}[ -]?[0-9]{1,7}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}",
    )
    .ok()
});
static RESIDENT: Pattern =
    LazyLock::new(|| Regex::new(r"[0-9]{17}[0-9Xx]|[0-9]{6}[ -]?[1-8][0-9]{6}").ok());
static HANDLE: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?xi) (?: we\s?chat | 微\s?信 | 薇\s?信 | 威\s?信 | 卫\s?星 | vx | v信 | wx | kakao(?:\s?talk)? | 카카오톡? | 카톡 | 톡\s?아이디
            | telegram | 텔레그램 | 텔레 | 电报 | 飞机 | line | 라인 | qq | 扣扣 | 企鹅 )
          \s* (?: id | 号 | 號 | 아이디 | no\.? )? \s* [:：=@＠>\-_→~是]{0,2} \s*
          (?P<id> [a-z][a-z0-9_.-]{3,31} | [0-9]{5,12} )",
    )
    .ok()
});

impl Detector {
    /// Calls `each` with the bytes of everything of this kind.
    pub fn find(self, text: &str, mut each: impl FnMut(Range<usize>)) {
        let pattern = match self {
            Self::Phone => &PHONE,
            Self::Email => &EMAIL,
            Self::Card => &CARD,
            Self::ResidentNumber => &RESIDENT,
            Self::ContactHandle => &HANDLE,
        };
        let Some(pattern) = pattern.as_ref() else { return };
        for captures in pattern.captures_iter(text) {
            let Some(whole) = captures.get(0) else { continue };
            let digits: Vec<u8> =
                whole.as_str().bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
            let holds = match self {
                Self::Phone => {
                    apart(text, &whole.range()) && (10..=15).contains(&digits.len())
                        || whole.as_str().starts_with('+') && apart(text, &whole.range())
                }
                Self::Email => true,
                Self::Card => apart(text, &whole.range()) && luhn(&digits),
                Self::ResidentNumber => {
                    apart(text, &whole.range()) && resident(whole.as_str(), &digits)
                }
                Self::ContactHandle => captures
                    .name("id")
                    .is_some_and(|id| is_handle(id.as_str(), &text[whole.start()..id.start()])),
            };
            if holds {
                each(whole.range());
            }
        }
    }

    /// Whether a text can hold any of it, told by one look at its bytes.
    pub fn may_be_in(self, digits: usize, text: &str) -> bool {
        match self {
            Self::Phone => digits >= 9,
            Self::Card | Self::ResidentNumber => digits >= 13,
            Self::Email => text.contains('@'),
            Self::ContactHandle => true,
        }
    }
}

/// Whether the digits are not a part of a longer number or word.
fn apart(text: &str, range: &Range<usize>) -> bool {
    let joined = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let before = text[..range.start].chars().next_back();
    let mut after = text[range.end..].chars();
    let decimal = |c: Option<char>, next: Option<char>| {
        c == Some('.') && next.is_some_and(|c| c.is_ascii_digit())
    };
    let (next, then) = (after.next(), after.next());
    !before.is_some_and(|c| joined(c) || matches!(c, '.' | '=' | '/'))
        && !next.is_some_and(joined)
        && !decimal(next, then)
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match (at % 2, u32::from(*digit)) {
            (0, d) => d,
            (_, d) if d > 4 => 2 * d - 9,
            (_, d) => 2 * d,
        })
        .sum();
    (13..=19).contains(&digits.len())
        && sum.is_multiple_of(10)
        && digits.iter().any(|d| *d != digits[0])
}

fn resident(text: &str, digits: &[u8]) -> bool {
    match text.len() - text.bytes().filter(|b| matches!(b, b' ' | b'-')).count() {
        18 => chinese_resident(text, digits),
        13 => korean_resident(digits),
        _ => false,
    }
}

fn date(month: &[u8], day: &[u8]) -> bool {
    let two = |d: &[u8]| d[0] * 10 + d[1];
    (1..=12).contains(&two(month)) && (1..=31).contains(&two(day))
}

/// GB 11643: weights modulo 11, X for ten.
fn chinese_resident(text: &str, digits: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let check = b"10X98765432"[(sum % 11) as usize];
    let century = digits[6] * 10 + digits[7];
    matches!(century, 18..=20)
        && date(&digits[10..12], &digits[12..14])
        && text.bytes().next_back().is_some_and(|last| last.to_ascii_uppercase() == check)
}

/// Weights 2 to 9 and again from 2; the check digit is 11 less the remainder, its last figure.
fn korean_resident(digits: &[u8]) -> bool {
    const WEIGHTS: [u32; 12] = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
    let sum: u32 =
        digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    date(&digits[2..4], &digits[4..6]) && (11 - sum % 11) % 10 == u32::from(digits[12])
}

/// An id, not the next word: it holds a digit or `_`, or a mark such as `:` points to it.
fn is_handle(id: &str, cue: &str) -> bool {
    let pointed = cue.trim_end().ends_with([':', '：', '=', '@', '＠', '>', '→']);
    pointed || id.bytes().any(|b| b.is_ascii_digit() || b == b'_')
}
