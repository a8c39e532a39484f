//! One character of a term, and what may stand in its place.

use super::super::fold::{Unit, look, symbol_of};
use super::readings::{self, Sound};
use super::{Ways, common, parts};

/// Readings by which another character may take the place of this one; rarer ones are only spelled.
const HOMOPHONES: usize = 3;

/// Spellings of a whole term at most, and letters of one at least.
const SPELLINGS: usize = 4;
const LEAST_SPELLED: usize = 5;

/// A character of a term with all that its matcher's ways of writing make of it.
#[derive(Debug, Clone)]
pub struct Place {
    pub letter: char,
    /// Sounds that another character may have in common with it.
    sounds: Vec<Sound>,
    /// Syllables that it is spelled with, alike ones too (`lu` for 绿).
    spelt: Vec<Sound>,
    /// First letters: `z`, `zh`.
    initials: Vec<&'static str>,
    pub parts: Vec<Box<[char]>>,
}

/// How a place was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrote {
    Own,
    /// Another character of the same sound.
    Homophone,
    /// So many letters of pinyin, with a tone or without.
    Spelled {
        letters: usize,
        tone: bool,
    },
    Initial,
    /// In pieces; whether that can be no accident.
    Split {
        telling: bool,
    },
}

impl Wrote {
    pub fn is_latin(self) -> bool {
        matches!(self, Self::Spelled { .. } | Self::Initial)
    }
}

/// A way to write a place, and the unit behind it.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    pub wrote: Wrote,
    pub end: usize,
}

/// What terms are filed under: a character, a syllable, an initial.
pub type Key = u32;

const SYLLABLES: Key = 0x11_0000;
const INITIALS: Key = 0x12_0000;

pub fn syllable_key(sound: Sound) -> Key {
    SYLLABLES + Key::from(sound)
}

pub fn initial_key(letter: u8) -> Key {
    INITIALS + Key::from(letter)
}

impl Place {
    pub fn new(letter: char, ways: Ways) -> Self {
        let sounds = readings::of(letter).into_iter().filter(|sound| *sound != 0);
        let sounds: Vec<Sound> = sounds.collect();
        let mut spelt = sounds.clone();
        let alike = |sound: &Sound| {
            let name = readings::name(*sound);
            let other = match name.as_bytes() {
                [b'l' | b'n', b'v', ..] => name.replacen('v', "u", 1),
                _ => return None,
            };
            readings::named(other.trim_end_matches('e')).or_else(|| readings::named(&other))
        };
        spelt.extend(sounds.iter().filter_map(alike));
        let initials = sounds.iter().flat_map(|sound| {
            let name = readings::name(*sound);
            let two = name.get(..2).filter(|two| matches!(*two, "zh" | "ch" | "sh"));
            name.get(..1).into_iter().chain(two)
        });
        let mut initials: Vec<&'static str> = initials.collect();
        initials.sort_unstable_by_key(|letters| std::cmp::Reverse(*letters));
        initials.dedup();
        let kept =
            |asked: Ways, found: Vec<Sound>| if ways.any(asked) { found } else { Vec::new() };
        Self {
            letter,
            sounds: kept(Ways::HOMOPHONES, sounds.into_iter().take(HOMOPHONES).collect()),
            spelt: kept(Ways::PINYIN, spelt),
            initials: if ways.any(Ways::INITIALS) { initials } else { Vec::new() },
            parts: if ways.any(Ways::SPLIT) { parts::of(letter) } else { Vec::new() },
        }
    }

    /// What a text may show in this place.
    pub fn keys(&self) -> Vec<Key> {
        let mut keys = vec![Key::from(self.letter)];
        keys.extend(self.sounds.iter().chain(&self.spelt).map(|sound| syllable_key(*sound)));
        keys.extend(self.initials.iter().map(|letters| initial_key(letters.as_bytes()[0])));
        // 儿 behind another syllable is its r.
        if self.letter == '儿' && !self.spelt.is_empty() {
            keys.push(initial_key(b'r'));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The ways in which the units from `at` stand for this place, the longest first.
    pub fn steps(&self, units: &[Unit], at: usize, widest: usize) -> Vec<Step> {
        let Some(unit) = units.get(at) else { return Vec::new() };
        let mut steps = Vec::new();
        if unit.is_letter && unit.letter == self.letter {
            steps.push(Step { wrote: Wrote::Own, end: at + 1 });
        } else if !self.sounds.is_empty() && unit.is_letter && is_dense(unit) {
            let shared = |sound: &Sound| *sound != 0 && self.sounds.contains(sound);
            if heard(unit.letter).iter().any(shared) {
                steps.push(Step { wrote: Wrote::Homophone, end: at + 1 });
            }
        }
        if latin(unit).is_some() {
            self.spelled(units, at, &mut steps);
        }
        for pieces in &self.parts {
            if let Some((end, telling)) = split(pieces, units, at, widest) {
                steps.push(Step { wrote: Wrote::Split { telling }, end });
            }
        }
        steps.sort_by_key(|step| std::cmp::Reverse(step.end));
        steps.dedup_by_key(|step| step.end);
        steps
    }

    fn spelled(&self, units: &[Unit], at: usize, steps: &mut Vec<Step>) {
        let letters = || units[at..].iter().map_while(latin);
        readings::spelled(letters(), |sound, length| {
            if self.spelt.contains(&sound) {
                let written = &units[at..at + length];
                let digit = units.get(at + length).is_some_and(|unit| is_tone(unit.written))
                    && !units.get(at + length + 1).is_some_and(|unit| unit.written.is_numeric());
                let tone = digit || written.iter().any(|unit| has_tone(unit.written));
                let wrote = Wrote::Spelled { letters: length, tone };
                steps.push(Step { wrote, end: at + length + usize::from(digit) });
            }
        });
        let tail = self.letter == '儿' && !self.spelt.is_empty() && letters().next() == Some(b'r');
        if tail {
            let wrote = Wrote::Spelled { letters: 1, tone: false };
            steps.push(Step { wrote, end: at + 1 });
        }
        for initial in &self.initials {
            let begins = initial.len() <= letters().take(2).count()
                && initial.bytes().zip(letters()).all(|(a, b)| a == b);
            if begins {
                steps.push(Step { wrote: Wrote::Initial, end: at + initial.len() });
            }
        }
    }
}

/// The term in pinyin, without spaces: as few spellings as its readings allow, and no English word.
pub fn spelled_out(letters: &[char]) -> Vec<String> {
    let mut spellings = vec![String::new()];
    for letter in letters.iter().map(|c| look(*c).letter).filter(|c| !c.is_whitespace()) {
        let spelt = Place::new(letter, Ways::PINYIN).spelt;
        let more = |head: &String| {
            spelt
                .iter()
                .map(|sound| format!("{head}{}", readings::name(*sound)))
                .collect::<Vec<_>>()
        };
        // By readings first: what is cut off is the rarest.
        let by_head: Vec<Vec<String>> = spellings.iter().map(more).collect();
        let ranks = 0..spelt.len();
        spellings = ranks
            .flat_map(|rank| by_head.iter().filter_map(move |all| all.get(rank)))
            .cloned()
            .collect();
        spellings.truncate(SPELLINGS);
    }
    spellings.retain(|text| text.len() >= LEAST_SPELLED && !common::is_english(text));
    spellings
}

/// The readings by which a character of a text is heard: its usual ones.
pub fn heard(c: char) -> [Sound; 2] {
    let [first, second, ..] = readings::of(c);
    [first, second]
}

/// The unit behind the pieces, if they stand from `at` on, and whether it can be no accident: one of them is
/// no word, or marks stand between.
pub fn split(pieces: &[char], units: &[Unit], at: usize, widest: usize) -> Option<(usize, bool)> {
    let (mut at, mut telling) = (at, false);
    for (number, piece) in pieces.iter().enumerate() {
        let mut gap = 0;
        while number > 0 && gap < widest && units.get(at).is_some_and(|unit| !is_piece(unit)) {
            if units[at].is_letter || ends_clause(units[at].written) {
                return None;
            }
            telling |= !units[at].written.is_whitespace();
            (at, gap) = (at + 1, gap + 1);
        }
        let unit = units.get(at).filter(|unit| parts::radical(unit.letter) == *piece)?;
        telling |= parts::is_only_piece(unit.letter);
        at += 1;
    }
    Some((at, telling))
}

fn is_piece(unit: &Unit) -> bool {
    unit.is_letter || parts::is_only_piece(unit.letter)
}

/// The Latin letter that a unit reads as.
pub fn latin(unit: &Unit) -> Option<u8> {
    let letter = unit.like.unwrap_or(unit.letter);
    let letter = match letter {
        '0' => 'o',
        '@' => 'a',
        '!' | '|' => 'i',
        letter => letter,
    };
    letter.is_ascii_lowercase().then_some(letter as u8)
}

/// A mark or digit that only `heavy` takes for a letter.
pub fn is_drawn(unit: &Unit) -> bool {
    matches!(unit.letter, '0' | '@' | '!' | '|')
}

pub fn is_dense(unit: &Unit) -> bool {
    symbol_of(unit.letter, None).1
}

fn is_tone(c: char) -> bool {
    matches!(c, '1'..='5' | '¹' | '²' | '³' | '⁴' | '⁵')
}

/// A vowel with one of the four marks of tone.
fn has_tone(c: char) -> bool {
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜĀÁǍÀĒÉĚÈĪÍǏÌŌÓǑÒŪÚǓÙǕǗǙǛ".contains(c)
}

/// A mark at which a sentence or a clause is over.
pub fn ends_clause(c: char) -> bool {
    matches!(
        c,
        '，' | '。' | '！' | '？' | '；' | '：' | '…' | '\n' | '\r' | ',' | '!' | '?' | ';' | ':'
    )
}
