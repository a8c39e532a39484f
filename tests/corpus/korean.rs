//! How Korean is disguised.

use super::dice::Dice;
use super::spelled::{Spelled, between, each, hidden, inside, repeated, whole};
use super::terms::Term;
use super::{Class, Level, Tongue};
use unicode_normalization::UnicodeNormalization;

const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const VOWELS: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
const FINALS: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

/// A syllable as compatibility jamo: initial, vowel, final if there is one.
pub fn jamo(syllable: char) -> String {
    let Some(index) = (syllable as usize).checked_sub(0xAC00).filter(|index| *index < 11_172)
    else {
        return syllable.into();
    };
    let of = |letters: &str, at: usize| letters.chars().nth(at);
    let last = (index % 28).checked_sub(1).and_then(|at| of(FINALS, at));
    [of(INITIALS, index / 588), of(VOWELS, index / 28 % 21), last].into_iter().flatten().collect()
}

/// The half-width form of every jamo.
fn half_width(text: &str) -> String {
    let half = |c: char| {
        let mut codes = (0xFFA1..=0xFFDC).filter_map(char::from_u32);
        codes.find(|h| std::iter::once(*h).nfkc().eq(std::iter::once(c).nfkc())).unwrap_or(c)
    };
    text.chars().map(half).collect()
}

/// Circled and parenthesised syllables, where there are any.
fn enclosed(text: &str, first: u32, last: u32) -> String {
    let form = |c: char| {
        let mut codes = (first..=last).filter_map(char::from_u32);
        codes.find(|other| std::iter::once(*other).nfkc().filter(|c| !"()".contains(*c)).eq([c]))
    };
    each(text, |c| form(c).unwrap_or(c).into())
}

fn class(
    name: &'static str,
    level: Level,
    write: fn(&Term, &mut Dice) -> Option<Spelled>,
) -> Class {
    Class { name, tongue: Tongue::Korean, level, promised: true, write }
}

macro_rules! put_between {
    ($level:expr; $($name:literal = $what:expr,)*) => {
        vec![$(class($name, $level, |t, d| whole(between(t.text, || d.pick(&$what).to_owned()))),)*]
    };
}

pub fn classes() -> Vec<Class> {
    let (simple, heavy) = (Level::Simple, Level::Heavy);
    let mut all = vec![
        class("taken apart (NFD)", simple, |t, _| whole(t.text.nfd().collect())),
        class("one syllable taken apart", simple, |t, d| {
            let at = d.below(t.text.chars().count());
            let apart = |(i, c): (usize, char)| -> String {
                if i == at { std::iter::once(c).nfd().collect() } else { c.into() }
            };
            whole(t.text.chars().enumerate().map(apart).collect())
        }),
        class("jamo", simple, |t, _| whole(each(t.text, jamo))),
        class("jamo for one syllable", simple, |t, d| {
            let at = d.below(t.text.chars().count());
            let apart = |(i, c)| if i == at { jamo(c) } else { String::from(c) };
            whole(t.text.chars().enumerate().map(apart).collect())
        }),
        class("half-width jamo", simple, |t, _| whole(half_width(&each(t.text, jamo)))),
        class("circled syllables", simple, |t, _| whole(enclosed(t.text, 0x326E, 0x327B))),
        class("parenthesised syllables", simple, |t, _| whole(enclosed(t.text, 0x320E, 0x321B))),
        class("marks on top", simple, |t, d| {
            whole(each(t.text, |c| format!("{c}{}", d.pick(&["\u{336}", "\u{301}", "\u{20DD}"]))))
        }),
        class("tone marks", simple, |t, _| whole(each(t.text, |c| format!("{c}\u{302E}")))),
        class("NFD and zero-width", simple, |t, _| {
            whole(between(&t.text.nfd().collect::<String>(), || "\u{200B}".into()))
        }),
        class("jamo and zero-width", simple, |t, _| {
            whole(between(&each(t.text, jamo), || "\u{2060}".into()))
        }),
        class("one space inside", heavy, |t, d| {
            // Pieces of several syllables are words; only where each piece is one syllable is it a disguise.
            if t.text.chars().count() == 2 { whole(inside(t.text, d, " ")?) } else { None }
        }),
        class("one mark inside", heavy, |t, d| {
            let mark = d.pick(&["*", ".", "-", "·", "/", "~", "|"]);
            whole(inside(t.text, d, mark)?)
        }),
        class("jamo spaced", heavy, |t, _| whole(between(&each(t.text, jamo), || " ".into()))),
        class("jamo and dots", heavy, |t, _| whole(between(&each(t.text, jamo), || ".".into()))),
        class("NFD and marks", heavy, |t, d| {
            let mark = d.pick(&["-", "*", "."]);
            whole(
                t.text
                    .nfd()
                    .collect::<String>()
                    .nfc()
                    .map(|c| format!("{c}{mark}").nfd().collect::<String>())
                    .collect::<String>()
                    .trim_end_matches(mark)
                    .into(),
            )
        }),
        class("syllables repeated", heavy, |t, d| whole(repeated(t.text, |_| d.between(2, 3)))),
        class("jamo repeated", heavy, |t, d| {
            whole(each(t.text, |c| repeated(&jamo(c), |_| 1 + d.below(3))))
        }),
        class("one syllable starred", heavy, |t, d| whole(hidden(t.text, d, "*")?)),
        class("digits behind", heavy, |t, _| Some(Spelled::glued("", t.text, "88"))),
        class("jamo and digits", heavy, |t, d| {
            whole(between(&each(t.text, jamo), || d.char("123456789").into()))
        }),
        class("zero-width and stars", heavy, |t, _| whole(between(t.text, || "*\u{200B}".into()))),
    ];
    all.extend(put_between! { simple;
        "zero-width between" = ["\u{200B}", "\u{200C}", "\u{200D}", "\u{FEFF}"],
        "fillers between" = ["\u{3164}", "\u{115F}", "\u{1160}", "\u{FFA0}"],
        "soft hyphens between" = ["\u{AD}"],
        "bidi controls between" = ["\u{202E}", "\u{202C}", "\u{200F}"],
        "variation selectors between" = ["\u{FE00}", "\u{E0100}", "\u{FE0F}"],
        "tags between" = ["\u{E0041}", "\u{E0020}"],
    });
    all.extend(put_between! { heavy;
        "spaces between" = [" "],
        "two spaces between" = ["  "],
        "full-width spaces between" = ["\u{3000}"],
        "newlines between" = ["\n"],
        "dots between" = ["."],
        "punctuation between" = ["-", "_", "*", "/", "|", "~", "·"],
        "emoji between" = ["🔥", "😀", "❤️", "🎲"],
        "letters between" = ["a", "x", "Q", "v"],
        "digits between" = ["0", "1", "2", "8"],
        "spaced marks between" = [" - ", " . "],
    });
    all
}
