//! Disguises that only an add-on promises to see through.

use super::chinese::TRADITIONAL;
use super::dice::Dice;
use super::korean::jamo;
use super::spelled::{Spelled, alphabet, by_table, each, whole};
use super::terms::Term;
use super::{Class, Level, Tongue};

/// The keys of the Korean two-set layout, `r` for ㄱ.
const KEYS: &str = "ㄱr ㄲR ㄴs ㄷe ㄸE ㄹf ㅁa ㅂq ㅃQ ㅅt ㅆT ㅇd ㅈw ㅉW ㅊc ㅋz ㅌx ㅍv ㅎg ㅏk ㅐo ㅑi ㅒO ㅓj ㅔp ㅕu ㅖP ㅗh ㅛy ㅜn ㅠb ㅡm ㅣl";
const COMPOUNDS: &str = "ㅘㅗㅏ ㅙㅗㅐ ㅚㅗㅣ ㅝㅜㅓ ㅞㅜㅔ ㅟㅜㅣ ㅢㅡㅣ ㄳㄱㅅ ㄵㄴㅈ ㄶㄴㅎ ㄺㄹㄱ ㄻㄹㅁ ㄼㄹㅂ ㄽㄹㅅ ㄾㄹㅌ ㄿㄹㅍ ㅀㄹㅎ ㅄㅂㅅ";

fn class(
    name: &'static str,
    tongue: Tongue,
    add_on: (&'static str, &'static str),
    write: fn(&Term, &mut Dice) -> Option<Spelled>,
) -> Class {
    Class { name, tongue, level: Level::AddOn(add_on.0, add_on.1), promised: true, write }
}

fn syllables(term: &Term) -> Option<Vec<String>> {
    let plain = |s: &str| s.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    (!term.pinyin.is_empty()).then(|| term.pinyin.split(' ').map(plain).collect())
}

/// The tone written over the vowel that carries it.
fn toned(syllable: &str) -> String {
    let (letters, tone) = syllable.split_at(syllable.len() - 1);
    let mark = match tone {
        "1" => '\u{304}',
        "2" => '\u{301}',
        "3" => '\u{30C}',
        _ => '\u{300}',
    };
    let vowels = || letters.char_indices().filter(|(_, c)| "aeiou".contains(*c));
    let at = vowels()
        .find(|(_, c)| "ae".contains(*c))
        .or_else(|| {
            if letters.contains("ou") {
                letters.char_indices().find(|(_, c)| *c == 'o')
            } else {
                vowels().next_back()
            }
        })
        .map_or(letters.len(), |(at, _)| at + 1);
    let marked = format!("{}{mark}{}", &letters[..at], &letters[at..]);
    unicode_normalization::UnicodeNormalization::nfc(marked.as_str()).collect()
}

fn one_spelled(term: &Term, dice: &mut Dice) -> Option<Spelled> {
    let sounds = syllables(term)?;
    let at = dice.below(sounds.len());
    let part = |(i, c): (usize, char)| if i == at { sounds[i].clone() } else { c.into() };
    whole(term.text.chars().enumerate().map(part).collect())
}

/// Every syllable by `each`, put together with `between`.
fn spelled(term: &Term, between: &str, each: fn(&str) -> String) -> Option<Spelled> {
    if term.pinyin.is_empty() {
        return None;
    }
    whole(term.pinyin.split(' ').map(each).collect::<Vec<_>>().join(between))
}

fn plain(syllable: &str) -> String {
    syllable.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned()
}

fn initial(syllable: &str) -> String {
    let two = syllable.get(..2).filter(|two| ["zh", "ch", "sh"].contains(two));
    two.or(syllable.get(..1)).unwrap_or_default().to_owned()
}

fn first(syllable: &str) -> String {
    syllable.chars().take(1).collect()
}

fn one_initial(term: &Term, dice: &mut Dice) -> Option<Spelled> {
    let sounds = syllables(term)?;
    let at = dice.below(sounds.len());
    let part = |(i, c): (usize, char)| if i == at { first(&sounds[i]) } else { c.into() };
    whole(term.text.chars().enumerate().map(part).collect())
}

/// One of these spellings of the term, its characters in their traditional form.
fn traditional(from: &[&str], dice: &mut Dice) -> Option<Spelled> {
    let fit: Vec<String> = from.iter().filter_map(|text| by_table(text, TRADITIONAL)).collect();
    let at = dice.below(fit.len().max(1));
    whole(fit.get(at)?.clone())
}

fn some(from: &[&str], dice: &mut Dice, between: &str) -> Option<Spelled> {
    if from.is_empty() {
        None
    } else {
        whole(super::spelled::between(dice.pick(from), || between.into()))
    }
}

fn keys(text: &str) -> String {
    let single = |c: char| match COMPOUNDS.split(' ').find(|entry| entry.starts_with(c)) {
        Some(parts) => parts.chars().skip(1).collect::<String>(),
        None => c.to_string(),
    };
    let key = |c: char| {
        KEYS.split(' ')
            .find(|entry| entry.starts_with(c))
            .and_then(|e| e.chars().nth(1))
            .unwrap_or(c)
    };
    text.chars()
        .flat_map(|c| jamo(c).chars().collect::<Vec<_>>())
        .map(single)
        .collect::<String>()
        .chars()
        .map(key)
        .collect()
}

fn swapped(term: &Term, dice: &mut Dice) -> Option<Spelled> {
    let mut letters: Vec<char> = term.text.chars().collect();
    if letters.len() < 5 || term.text.contains(' ') {
        return None;
    }
    // The first letter stays, as it does where people mistype.
    let at = dice.between(1, letters.len() - 2);
    letters.swap(at, at + 1);
    whole(letters.into_iter().collect())
}

fn dropped(term: &Term, dice: &mut Dice) -> Option<Spelled> {
    let mut letters: Vec<char> = term.text.chars().collect();
    if letters.len() < 5 || term.text.contains(' ') {
        return None;
    }
    letters.remove(dice.between(1, letters.len() - 2));
    whole(letters.into_iter().collect())
}

/// As [`swapped`], for scripts whose words are shorter.
fn typed_over(term: &Term, dice: &mut Dice) -> Option<Spelled> {
    let mut letters: Vec<char> = term.text.chars().collect();
    let at = dice.between(1, letters.len() - 1);
    letters.swap(at - 1, at);
    if letters.len() < 3 { None } else { whole(letters.into_iter().collect()) }
}

/// As [`dropped`], for scripts whose words are shorter.
fn left_out(term: &Term, dice: &mut Dice) -> Option<Spelled> {
    let mut letters: Vec<char> = term.text.chars().collect();
    letters.remove(dice.between(0, letters.len() - 1));
    if letters.len() < 3 { None } else { whole(letters.into_iter().collect()) }
}

fn reversed(term: &Term, _: &mut Dice) -> Option<Spelled> {
    whole(term.text.chars().rev().collect())
}

pub fn classes() -> Vec<Class> {
    use Tongue::{Chinese, English, Korean};
    let (full, initials) = (("sounds", "pinyin"), ("sounds", "pinyin_initials"));
    vec![
        class("pinyin", Chinese, full, |t, _| whole(syllables(t)?.concat())),
        class("pinyin, spaced", Chinese, full, |t, _| whole(syllables(t)?.join(" "))),
        class("pinyin with tones", Chinese, full, |t, _| {
            whole(t.pinyin.split(' ').map(toned).collect::<Vec<_>>().join(" "))
        }),
        class("one syllable in pinyin", Chinese, full, one_spelled),
        class("pinyin in capitals", Chinese, full, |t, _| {
            whole(syllables(t)?.concat().to_uppercase())
        }),
        class("initials", Chinese, initials, |t, _| {
            whole(syllables(t)?.iter().filter_map(|s| s.chars().next()).collect())
        }),
        class("pinyin, hyphens", Chinese, full, |t, _| spelled(t, "-", plain)),
        class("pinyin, apostrophes", Chinese, full, |t, _| spelled(t, "'", plain)),
        class("pinyin with tone digits", Chinese, full, |t, _| spelled(t, "", str::to_owned)),
        class("pinyin, full-width", Chinese, full, |t, _| {
            whole(alphabet(&syllables(t)?.concat(), 0xFF41))
        }),
        class("one syllable, traditional", Chinese, full, |t, d| {
            let spelled = one_spelled(t, d)?;
            whole(by_table(&spelled.offence, TRADITIONAL)?)
        }),
        class("one syllable with its tone", Chinese, full, |t, d| {
            let sounds: Vec<&str> = t.pinyin.split(' ').filter(|s| !s.is_empty()).collect();
            let at = d.below(sounds.len().max(1));
            let tone = toned(sounds.get(at)?);
            let part = |(i, c): (usize, char)| if i == at { tone.clone() } else { c.into() };
            whole(t.text.chars().enumerate().map(part).collect())
        }),
        class("pinyin, dots between letters", Chinese, full, |t, _| {
            whole(super::spelled::between(&syllables(t)?.concat(), || ".".into()))
        }),
        class("pinyin, letters repeated", Chinese, full, |t, _| {
            whole(super::spelled::repeated(&syllables(t)?.concat(), |_| 3))
        }),
        class("initials in capitals", Chinese, initials, |t, _| {
            spelled(t, "", |s| first(s).to_uppercase())
        }),
        class("initials spaced", Chinese, initials, |t, _| spelled(t, " ", first)),
        class("initials dotted", Chinese, initials, |t, _| spelled(t, ".", first)),
        class("initials with their h", Chinese, initials, |t, _| spelled(t, "", initial)),
        class("one initial", Chinese, initials, one_initial),
        class("homophones, traditional", Chinese, ("sounds", "homophones"), |t, d| {
            traditional(t.homophones, d)
        }),
        class("characters split, spaced", Chinese, ("shapes", "split"), |t, d| {
            some(t.split, d, " ")
        }),
        class("characters split, joined by +", Chinese, ("shapes", "split"), |t, d| {
            some(t.split, d, "+")
        }),
        class("characters split, traditional", Chinese, ("shapes", "split"), |t, d| {
            traditional(t.split, d)
        }),
        class("two characters swapped", Chinese, ("typos", "swapped"), typed_over),
        class("two syllables swapped", Korean, ("typos", "swapped"), typed_over),
        class("a character dropped", Chinese, ("typos", "dropped"), left_out),
        class("a syllable dropped", Korean, ("typos", "dropped"), left_out),
        class("homophones", Chinese, ("sounds", "homophones"), |t, d| {
            if t.homophones.is_empty() { None } else { whole(d.pick(t.homophones).into()) }
        }),
        class("characters split", Chinese, ("shapes", "split"), |t, d| {
            if t.split.is_empty() { None } else { whole(d.pick(t.split).into()) }
        }),
        class("choseong", Korean, ("sounds", "choseong"), |t, _| {
            if t.text.chars().count() < 3 {
                return None;
            }
            whole(each(t.text, |c| jamo(c).chars().take(1).collect()))
        }),
        class("two-set keys", Korean, ("keyboard", "dubeolsik"), |t, _| whole(keys(t.text))),
        class("two letters swapped", English, ("typos", "swapped"), swapped),
        class("a letter dropped", English, ("typos", "dropped"), dropped),
        class("reversed", English, ("typos", "reversed"), reversed),
        class("reversed", Chinese, ("typos", "reversed"), |t, d| {
            if t.text.chars().count() < 3 { None } else { reversed(t, d) }
        }),
        class("reversed", Korean, ("typos", "reversed"), |t, d| {
            if t.text.chars().count() < 3 { None } else { reversed(t, d) }
        }),
    ]
}
