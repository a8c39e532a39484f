//! Add-ons: other ways to write a term.
//!
//! Some make words of their own, each searched for beside the term: [`of`]. Those for Han characters would
//! make too many, so [`Spellings`] looks for the term with each of its characters written in any [`Ways`].

mod common;
mod parts;
mod place;
mod readings;
mod spellings;
mod trace;

pub use spellings::{Shown, Spellings};

use super::fold::is_syllable;
use super::rule::Term;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddOn {
    /// The first letter of each Korean syllable: ㅋㅈㄴ.
    Choseong,
    /// Korean typed on a Latin keyboard: zkwlsh.
    Dubeolsik,
    /// Two letters beside each other exchanged.
    Swapped,
    /// One letter left out.
    Dropped,
    /// The last letter first.
    Reversed,
    /// Chinese in other ways, character by character.
    Written(Ways),
}

/// The add-ons by the keys and names under which a rule asks for them.
pub const KEYS: [(&str, &[(&str, AddOn)]); 4] = [
    (
        "sounds",
        &[
            ("choseong", AddOn::Choseong),
            ("pinyin", AddOn::Written(Ways::PINYIN)),
            ("pinyin_initials", AddOn::Written(Ways::INITIALS)),
            ("homophones", AddOn::Written(Ways::HOMOPHONES)),
        ],
    ),
    ("shapes", &[("split", AddOn::Written(Ways::SPLIT))]),
    ("keyboard", &[("dubeolsik", AddOn::Dubeolsik)]),
    (
        "typos",
        &[("swapped", AddOn::Swapped), ("dropped", AddOn::Dropped), ("reversed", AddOn::Reversed)],
    ),
];

/// Ways to write one Han character.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ways(u8);

impl Ways {
    /// In Latin letters: du, dǔ, du3.
    pub const PINYIN: Self = Self(1);
    /// By its first letter.
    pub const INITIALS: Self = Self(2);
    /// As another character of the same sound.
    pub const HOMOPHONES: Self = Self(4);
    /// In pieces: 贝者 for 赌.
    pub const SPLIT: Self = Self(8);
    /// No way of its own: however little speaks for it. For explanations only.
    pub const LAX: Self = Self(16);

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of `other` is among these.
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The ways that add-ons ask for.
    pub fn of(add_ons: &[AddOn]) -> Self {
        add_ons.iter().fold(Self::default(), |ways, add_on| match add_on {
            AddOn::Written(more) => ways.and(*more),
            _ => ways,
        })
    }
}

/// Initial consonants, vowels and final consonants in the order of Unicode, as the keys of the two-set
/// keyboard; two keys where two letters are typed.
const INITIAL_KEYS: [&str; 19] =
    ["r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"];
const VOWEL_KEYS: [&str; 21] = [
    "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b",
    "m", "ml", "l",
];
const FINAL_KEYS: [&str; 28] = [
    "", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a",
    "q", "qt", "t", "T", "d", "w", "c", "z", "x", "v", "g",
];
const INITIALS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ',
    'ㅌ', 'ㅍ', 'ㅎ',
];

/// The terms that the add-ons make of one, the term itself left out.
pub fn of(term: &Term, add_ons: &[AddOn], heavy: bool) -> Vec<Term> {
    let letters: Vec<char> = term.text.nfc().collect();
    let mut texts = BTreeSet::new();
    for add_on in add_ons {
        add_on.texts(&letters, &mut texts);
    }
    // A slip that makes another common word is no sign of this one.
    texts.retain(|text| !common::is_word(text));
    // Letters parted, repeated or hidden are the business of `heavy`, in pinyin as in every word.
    if heavy && Ways::of(add_ons).any(Ways::PINYIN) {
        texts.extend(place::spelled_out(&letters));
    }
    texts.remove(&term.text);
    texts.into_iter().map(|text| Term { text, ..term.clone() }).collect()
}

impl AddOn {
    fn texts(self, letters: &[char], texts: &mut BTreeSet<String>) {
        let dense = letters.iter().any(|c| !c.is_ascii() && !c.is_lowercase() && !c.is_uppercase());
        let long =
            |spaced: usize, tight: usize| letters.len() >= if dense { tight } else { spaced };
        match self {
            Self::Choseong => {
                texts.extend(syllables(letters, 2, |i, _, _| INITIALS[i].to_string()))
            }
            Self::Dubeolsik => texts.extend(syllables(letters, 2, |i, v, f| {
                format!("{}{}{}", INITIAL_KEYS[i], VOWEL_KEYS[v], FINAL_KEYS[f])
            })),
            Self::Swapped if long(4, 3) => {
                for at in 1..letters.len() {
                    let mut swapped = letters.to_vec();
                    swapped.swap(at - 1, at);
                    texts.insert(swapped.into_iter().collect());
                }
            }
            Self::Dropped if long(5, 4) => {
                for at in 0..letters.len() {
                    let rest = letters.iter().enumerate().filter(|(i, _)| *i != at);
                    texts.insert(rest.map(|(_, c)| *c).collect());
                }
            }
            Self::Reversed if long(4, 2) => {
                texts.insert(letters.iter().rev().collect());
            }
            Self::Swapped | Self::Dropped | Self::Reversed | Self::Written(_) => {}
        }
    }
}

/// The word with each syllable written anew; `None` unless it is Hangul throughout and long enough.
fn syllables(
    letters: &[char],
    least: usize,
    each: impl Fn(usize, usize, usize) -> String,
) -> Option<String> {
    let word: Vec<char> = letters.iter().copied().filter(|c| !c.is_whitespace()).collect();
    let all = word.len() >= least && word.iter().all(|c| is_syllable(*c));
    let parts = |c: &char| {
        let index = (*c as usize).saturating_sub('가' as usize);
        each(index / 588, index / 28 % 21, index % 28)
    };
    all.then(|| word.iter().map(parts).collect())
}
