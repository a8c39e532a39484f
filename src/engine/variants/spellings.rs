//! Terms in Han whose characters are written in another way: pinyin, initials, homophones, pieces.
//!
//! Every term is filed under what its first two characters may show: the characters, their syllables,
//! their initials. A text is walked once, and only where two such follow each other is the term laid over
//! it. The index grows with the readings of two characters, never with their combinations over a term.

#[cfg(test)]
mod ungated;

use super::super::fold::{Unit, Units};
use super::super::rule::{Disguises, Term};
use super::place::{Key, Place, Step, ends_clause, heard, initial_key, latin, split, syllable_key};
use super::trace::{Piece, Trace, is_word};
use super::{Ways, parts, readings};
use std::collections::HashMap;
use std::ops::Range;

/// Steps that one candidate may cost: `a` may be a syllable or the beginning of one, and so on.
const MOST_STEPS: usize = 512;
/// So much may stand between two characters of a term.
const WIDEST: usize = 3;
/// Stands where a term of one character has no second.
const NOTHING: Key = 0x13_0000;

#[derive(Debug)]
struct Entry {
    target: u32,
    until: i64,
    places: Range<usize>,
    open_start: bool,
    open_end: bool,
    heavy: bool,
    /// See [`Ways::LAX`].
    lax: bool,
}

/// A character of a term, and the pieces it is taken apart in.
type Apart = (char, Box<[char]>);

#[derive(Debug, Default)]
pub struct Spellings {
    entries: Vec<Entry>,
    places: Vec<Place>,
    ways: Ways,
    /// By the first piece.
    parts: HashMap<char, Vec<Apart>>,
    /// A bit for each character, by its last 16 bits, that may be a first piece.
    heads: Vec<u64>,
    /// Whether any term may begin inside a word.
    open: bool,
    rows: Vec<(u64, u32)>,
    /// A bit for each row: most pairs of a text are in none.
    filter: Vec<u64>,
}

/// What a text shows at each of its units: keys, and the unit behind each.
#[derive(Debug, Default)]
pub struct Shown {
    keys: Vec<(Key, u32)>,
    from: Vec<u32>,
}

impl Shown {
    fn at(&self, unit: usize) -> &[(Key, u32)] {
        match (self.from.get(unit), self.from.get(unit + 1)) {
            (Some(from), Some(to)) => &self.keys[*from as usize..*to as usize],
            _ => &[],
        }
    }
}

impl Spellings {
    /// Files a term, if it has a Han character; [`Spellings::finish`] makes it findable.
    pub fn file(&mut self, target: u32, term: &Term, disguises: Disguises, ways: Ways) {
        let mut units = Units::default();
        units.fill(&term.text);
        let letters = units.all.iter().filter(|unit| unit.is_letter);
        let places: Vec<Place> = letters.map(|unit| Place::new(unit.letter, ways)).collect();
        let spoken = |place: &Place| readings::of(place.letter)[0] != 0 || !place.parts.is_empty();
        if disguises == Disguises::None || !places.iter().any(spoken) {
            return;
        }
        let entry = self.entries.len() as u32;
        let first = places[0].keys();
        let second = places.get(1).map_or(vec![NOTHING], Place::keys);
        let own = |a: Key, b: Key| a < syllable_key(0) && b < syllable_key(0);
        for (a, b) in first.iter().flat_map(|a| second.iter().map(|b| (*a, *b))) {
            if places.len() != 2 || ways.any(Ways::SPLIT) || !own(a, b) {
                self.rows.push((pair(a, b), entry));
            }
        }
        self.open |= term.open_start;
        self.heads.resize(1 << 10, 0);
        for place in &places {
            for head in place.parts.iter().flat_map(|pieces| parts::forms(pieces[0])) {
                let bit = head as usize & 0xFFFF;
                self.heads[bit / 64] |= 1 << (bit % 64);
            }
            for pieces in &place.parts {
                let known = self.parts.entry(pieces[0]).or_default();
                if !known.iter().any(|(c, all)| *c == place.letter && all == pieces) {
                    known.push((place.letter, pieces.clone()));
                }
            }
        }
        self.ways = self.ways.and(ways);
        self.entries.push(Entry {
            target,
            until: term.until.unwrap_or(i64::MAX),
            places: self.places.len()..self.places.len() + places.len(),
            open_start: term.open_start,
            open_end: term.open_end,
            heavy: disguises == Disguises::Heavy,
            lax: ways.any(Ways::LAX),
        });
        self.places.extend(places);
    }

    /// Sorts what was filed.
    pub fn finish(mut self) -> Self {
        self.rows.sort_unstable();
        self.rows.dedup();
        let bits = (self.rows.len() * 16).next_power_of_two().clamp(1 << 10, 1 << 24);
        self.filter = vec![0; bits / 64];
        for (key, _) in &self.rows {
            let bit = bit(*key, bits);
            self.filter[bit / 64] |= 1 << (bit % 64);
        }
        self
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Calls `each` with target and bytes of every term found, some perhaps twice. The buffers are filled
    /// here.
    pub fn search(
        &self,
        text: &str,
        units: &mut Units,
        shown: &mut Shown,
        at_ms: i64,
        mut each: impl FnMut(u32, Range<usize>),
    ) {
        let typed = self.ways.any(Ways::PINYIN.and(Ways::INITIALS));
        if self.is_empty() || !typed && text.is_ascii() {
            return;
        }
        units.fill(text);
        let units = units.all.as_slice();
        self.show(units, shown);
        for at in 0..units.len() {
            if !self.open && latin(&units[at]).is_some() && is_word(units, at, -1, true) {
                continue;
            }
            for &(first, end) in shown.at(at) {
                let end = end as usize;
                for next in end..=end + WIDEST {
                    if next > end && units.get(next - 1).is_none_or(|unit| unit.is_letter) {
                        break;
                    }
                    for &(second, _) in shown.at(next) {
                        self.candidates(pair(first, second), units, at, at_ms, &mut each);
                    }
                }
                if first < syllable_key(0) && end > at + 1 {
                    self.candidates(pair(first, NOTHING), units, at, at_ms, &mut each);
                }
            }
        }
    }

    /// Notes the keys of every unit.
    fn show(&self, units: &[Unit], shown: &mut Shown) {
        shown.keys.clear();
        shown.from.clear();
        let spelled = self.ways.any(Ways::PINYIN);
        let initials = self.ways.any(Ways::PINYIN.and(Ways::INITIALS));
        for (at, unit) in units.iter().enumerate() {
            shown.from.push(shown.keys.len() as u32);
            let mut key = |key: Key, end: usize| shown.keys.push((key, end as u32));
            if unit.is_letter {
                key(Key::from(unit.letter), at + 1);
            }
            if let Some(letter) = latin(unit) {
                if initials {
                    key(initial_key(letter), at + 1);
                }
                let letters = || units[at..].iter().map_while(latin);
                if initials
                    && matches!(letter, b'z' | b'c' | b's')
                    && letters().nth(1) == Some(b'h')
                {
                    key(initial_key(letter), at + 2);
                }
                if spelled {
                    readings::spelled(letters(), |sound, length| {
                        let tone = units.get(at + length).is_some_and(|u| u.written.is_numeric());
                        key(syllable_key(sound), at + length + usize::from(tone));
                    });
                }
            } else {
                if self.ways.any(Ways::HOMOPHONES) && unit.is_letter {
                    let heard = heard(unit.letter).into_iter().filter(|sound| *sound != 0);
                    heard.for_each(|sound| key(syllable_key(sound), at + 1));
                }
                let bit = unit.letter as usize & 0xFFFF;
                if self.heads[bit / 64] >> (bit % 64) & 1 == 0 {
                    continue;
                }
                let head = parts::radical(unit.letter);
                for (c, pieces) in self.parts.get(&head).into_iter().flatten() {
                    if let Some((end, _)) = split(pieces, units, at, WIDEST) {
                        key(Key::from(*c), end);
                    }
                }
            }
        }
        shown.from.push(shown.keys.len() as u32);
    }

    fn candidates(
        &self,
        key: u64,
        units: &[Unit],
        at: usize,
        at_ms: i64,
        each: &mut impl FnMut(u32, Range<usize>),
    ) {
        let bit = bit(key, self.filter.len() * 64);
        if self.filter[bit / 64] >> (bit % 64) & 1 == 0 {
            return;
        }
        let from = self.rows.partition_point(|(row, _)| *row < key);
        for (_, number) in self.rows[from..].iter().take_while(|(row, _)| *row == key) {
            let entry = &self.entries[*number as usize];
            if at_ms < entry.until
                && let Some(found) = self.find(entry, units, at)
            {
                each(entry.target, found);
            }
        }
    }

    fn find(&self, entry: &Entry, units: &[Unit], at: usize) -> Option<Range<usize>> {
        let places = &self.places[entry.places.clone()];
        let starts =
            entry.open_start || latin(&units[at]).is_none() || !is_word(units, at, -1, entry.heavy);
        if !starts {
            return None;
        }
        let mut walk = Walk { places, units, entry, left: MOST_STEPS, trail: Vec::new() };
        let end = walk.on(0, at)?;
        Some(units[at].start as usize..units[end - 1].end as usize)
    }
}

/// A term being laid over a text.
struct Walk<'w> {
    places: &'w [Place],
    units: &'w [Unit],
    entry: &'w Entry,
    left: usize,
    trail: Vec<Piece>,
}

impl Walk<'_> {
    /// The unit behind the term, with its place `number` on unit `at`.
    fn on(&mut self, number: usize, at: usize) -> Option<usize> {
        let place = self.places.get(number)?;
        self.left = self.left.checked_sub(1)?;
        let widest = if self.entry.heavy { WIDEST } else { 1 };
        for Step { wrote, end } in place.steps(self.units, at, widest) {
            self.trail.push(Piece { wrote, start: at, end });
            if number + 1 == self.places.len() {
                if self.holds() {
                    return Some(end);
                }
            } else {
                for next in end..=end + widest {
                    let between = next.checked_sub(1).filter(|_| next > end);
                    let closed = |at: usize| {
                        self.units.get(at).is_none_or(|u| u.is_letter || ends_clause(u.written))
                    };
                    if between.is_some_and(closed) {
                        break;
                    }
                    if let Some(end) = self.on(number + 1, next) {
                        return Some(end);
                    }
                }
            }
            self.trail.pop();
        }
        None
    }

    fn holds(&self) -> bool {
        let Entry { heavy, open_end, lax, .. } = *self.entry;
        let last = self.trail.last().map_or(0, |piece| piece.end);
        let ends = open_end
            || self.trail.last().is_none_or(|piece| !piece.wrote.is_latin())
            || !is_word(self.units, last - 1, 1, heavy);
        let trace = Trace { units: self.units, pieces: &self.trail, heavy };
        ends && if lax { trace.is_written_otherwise() } else { trace.holds() }
    }
}

fn pair(first: Key, second: Key) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

fn bit(key: u64, bits: usize) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - bits.trailing_zeros())) as usize
}
