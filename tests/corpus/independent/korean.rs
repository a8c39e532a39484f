//! Korean words in disguise.

use super::super::dice::Dice;
use super::super::spelled::{Spelled, whole};
use super::super::terms::Term;
use super::super::{Class, Level, Tongue};
use super::alphabets as abc;
use super::chinese::starred;
use super::class;
use super::english::{EMOJI, inner, laid, parted, pick, times};
use unicode_normalization::UnicodeNormalization;

type Write = fn(&Term, &mut Dice) -> Option<Spelled>;

pub fn classes() -> Vec<Class> {
    let simple: [(&'static str, Write); 10] = [
        ("decomposed", |t, _| whole(t.text.nfd().collect())),
        ("half decomposed", |t, d| {
            whole(
                t.text
                    .chars()
                    .map(|c| if d.chance(50) { c.nfd().collect::<String>() } else { c.to_string() })
                    .collect(),
            )
        }),
        ("jamo", |t, _| whole(jamo(t.text))),
        ("one syllable in jamo", |t, d| {
            let at = d.below(t.text.chars().count());
            whole(
                t.text
                    .chars()
                    .enumerate()
                    .map(|(i, c)| if i == at { jamo(&c.to_string()) } else { c.to_string() })
                    .collect(),
            )
        }),
        ("half-width jamo", |t, _| whole(jamo(t.text).chars().map(half).collect())),
        ("final written after", |t, _| whole(final_after(t.text)?)),
        ("circled syllables", |t, d| whole(abc::dressed(t.text, CIRCLED, d, |_| true)?)),
        ("unseen in Hangul", |t, d| whole(inner(t.text, &abc::UNSEEN, d))),
        ("marks on Hangul", |t, d| whole(laid(t.text, &abc::MARKS, 0..3, d))),
        ("particle after", |t, d| {
            Some(Spelled::glued(
                "",
                t.text,
                pick(&["은", "을", "에서", "으로", "만", "도", "이랑", "한테"], d),
            ))
        }),
    ];
    let heavy: [(&'static str, Write); 22] = [
        ("spaces in Hangul", |t, _| parted(t.text, || " ".into())),
        ("wide spaces in Hangul", |t, d| {
            let s = pick(&["\u{3000}", "  ", "\u{A0}", "\t"], d);
            parted(t.text, || s.into())
        }),
        ("a syllable a line", |t, _| parted(t.text, || "\n".into())),
        ("one sign of many in Hangul", |t, d| {
            let s = sign(d);
            parted(t.text, || s.into())
        }),
        ("mixed signs in Hangul", |t, d| parted(t.text, || sign(d).into())),
        ("sign and space in Hangul", |t, d| {
            let s = pick(&[" - ", " . ", " * ", " / ", " | ", " · "], d);
            parted(t.text, || s.into())
        }),
        ("emoji in Hangul", |t, d| {
            let s = pick(EMOJI, d);
            parted(t.text, || s.into())
        }),
        ("brackets in Hangul", |t, d| {
            let (a, b) = pick(&[("[", "]"), ("(", ")"), ("<", ">"), ("【", "】")], d);
            let all: Vec<String> = t.text.chars().map(|c| c.to_string()).collect();
            Some(Spelled::glued(a, &all.join(&format!("{b}{a}")), b))
        }),
        ("one sign once in Hangul", |t, d| {
            let s = sign(d);
            once(t.text, s, d)
        }),
        ("one emoji once in Hangul", |t, d| {
            let s = pick(EMOJI, d);
            once(t.text, s, d)
        }),
        ("a digit between syllables", |t, d| parted(t.text, || d.below(10).to_string())),
        ("a digit once in Hangul", |t, d| {
            let s = d.below(10).to_string();
            once(t.text, &s, d)
        }),
        ("letters once in Hangul", |t, d| {
            let s: String =
                (0..d.between(1, 3)).map(|_| d.char("abcdefghijklmnopqrstuvwxyz")).collect();
            once(t.text, &s, d)
        }),
        ("jamo and spaces", |t, _| parted(&jamo(t.text), || " ".into())),
        ("jamo and signs", |t, d| {
            let s = sign(d);
            parted(&jamo(t.text), || s.into())
        }),
        ("stretched jamo", |t, d| {
            let all = jamo(t.text);
            let count = all.chars().count();
            let (at, n) = (d.below(count), d.between(3, 5));
            whole(times(&all, |i| if i == at { n } else { 1 }))
        }),
        ("stretched vowel", |t, d| whole(stretched(t.text, d.between(2, 5))?)),
        ("syllables again", |t, d| {
            let n = d.between(2, 3);
            whole(times(t.text, |_| n))
        }),
        ("one syllable again", |t, d| {
            let count = t.text.chars().count();
            let (at, n) = (d.below(count), d.between(3, 5));
            whole(times(t.text, |i| if i == at { n } else { 1 }))
        }),
        ("one starred in Hangul", |t, d| {
            starred(t.text, pick(&["*", "#", "○", "●", "×", "?"], d), d)
        }),
        ("signs, particle after", |t, d| {
            let s = sign(d);
            let mut spelled = parted(t.text, || s.into())?;
            spelled.after = (pick(&["을", "에서", "으로", "도"], d)).into();
            Some(spelled)
        }),
        ("spaces, particle after", |t, d| {
            let mut spelled = parted(t.text, || " ".into())?;
            spelled.after = (pick(&["을", "에서", "으로", "만"], d)).into();
            Some(spelled)
        }),
    ];
    let of = |level, all: &[(&'static str, Write)]| -> Vec<Class> {
        all.iter().map(|(name, write)| class(Tongue::Korean, level, name, *write)).collect()
    };
    of(Level::Simple, &simple).into_iter().chain(of(Level::Heavy, &heavy)).collect()
}

const CIRCLED: &str = "가㉮ 나㉯ 다㉰ 라㉱ 마㉲ 바㉳ 사㉴ 아㉵ 자㉶ 차㉷ 카㉸ 타㉹ 파㉺ 하㉻ 주㈜";

fn sign(dice: &mut Dice) -> &'static str {
    pick(
        &[
            ".", "-", "_", "*", "/", "|", "·", "~", "+", "=", "^", "•", "#", "'", "ㆍ", "…", "★",
            ",",
        ],
        dice,
    )
}

/// Every syllable as the letters that are typed for it.
fn jamo(word: &str) -> String {
    const INITIAL: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
    const FINAL: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
    let mut out = String::new();
    for c in word.chars() {
        let Some(index) = (c as u32).checked_sub(0xAC00).filter(|index| *index < 11_172) else {
            out.push(c);
            continue;
        };
        out.extend(INITIAL.chars().nth((index / 588) as usize));
        out.extend(char::from_u32(0x314F + index / 28 % 21));
        out.extend((index % 28).checked_sub(1).and_then(|at| FINAL.chars().nth(at as usize)));
    }
    out
}

fn half(c: char) -> char {
    ('\u{FFA1}'..='\u{FFDC}')
        .find(|half| half.nfkc().next().is_some_and(|wide| wide.nfkc().eq(c.nfkc())))
        .unwrap_or(c)
}

/// `박` as `바ㄱ`: the last syllable that has a final.
fn final_after(word: &str) -> Option<String> {
    let closed = |c: char| {
        (c as u32).checked_sub(0xAC00).is_some_and(|index| index < 11_172 && index % 28 > 0)
    };
    let last = word.char_indices().rfind(|(_, c)| closed(*c))?;
    let letters = jamo(&last.1.to_string());
    let index = last.1 as u32 - 0xAC00;
    let open = char::from_u32(0xAC00 + index - index % 28)?;
    let rest = &word[last.0 + last.1.len_utf8()..];
    Some(format!("{}{open}{}{rest}", &word[..last.0], letters.chars().last()?))
}

/// `카` as `카ㅏㅏ`: an open syllable drawn out.
fn stretched(word: &str, more: usize) -> Option<String> {
    let open = |c: char| {
        (c as u32).checked_sub(0xAC00).is_some_and(|index| index < 11_172 && index % 28 == 0)
    };
    let at = word.char_indices().find(|(_, c)| open(*c))?;
    let vowel = jamo(&at.1.to_string()).chars().nth(1)?;
    let end = at.0 + at.1.len_utf8();
    Some(format!("{}{}{}", &word[..end], vowel.to_string().repeat(more), &word[end..]))
}

fn once(word: &str, what: &str, dice: &mut Dice) -> Option<Spelled> {
    let letters: Vec<char> = word.chars().collect();
    let (head, tail) = letters.split_at(dice.between(1, letters.len() - 1));
    whole(head.iter().collect::<String>() + what + &tail.iter().collect::<String>())
}
