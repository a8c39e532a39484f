//! All terms of a rule set, filed so that a text that holds none of them is passed over quickly.
//!
//! Each term is filed under one gram of its symbols. A text's symbols are walked once; where a gram is
//! known, the whole term is compared, first by symbol, then letter by letter on the original text:
//! `simple` and `heavy` say what a letter may have become there.

mod filing;
mod heavy;
mod index;
mod simple;
#[cfg(test)]
mod ungated;

pub use filing::is_telling;

use super::fold::{Fold, Reading, Stream, Symbol, Unit, Units, look, mark_letters, symbol_of};
use super::needs::Literal;
use super::rule::{Disguises, Term};
use filing::{Filing, pieces};

use index::{Index, Slot};
use std::ops::Range;

/// What a term was searched for; the caller's number.
pub type Target = u32;

/// What the search tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Term(Sighting),
    /// What a regex needs is there, perhaps.
    Literal(Target),
}

/// A term that stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub target: Target,
    /// Bytes of the original text, on character borders.
    pub range: Range<usize>,
}

#[derive(Debug, Clone)]
struct Entry {
    target: Target,
    /// The first moment at which the term is out.
    until: i64,
    /// Its letters in [`Vocabulary::letters`], and which of them the compared symbols begin with.
    letters: u32,
    letters_len: u16,
    anchor: u16,
    /// How many letters of the same symbol the anchor begins.
    anchor_run: u16,
    /// Its symbols in [`Vocabulary::symbols`].
    symbols: u32,
    symbols_len: u16,
    syllables: u16,
    open_start: bool,
    open_end: bool,
    heavy: bool,
    /// The compared symbols begin and end the term, at an edge that is not open.
    head: bool,
    tail: bool,
    /// What a regex needs, and no term: its symbols decide.
    literal: bool,
}

/// A letter or separator of a term.
#[derive(Debug, Clone, Copy)]
struct Letter {
    letter: char,
    like: Option<char>,
    is_letter: bool,
    opens: bool,
    closes: bool,
    /// The Hangul syllable it belongs to.
    block: Option<char>,
}

#[derive(Debug, Default)]
pub struct Vocabulary {
    entries: Vec<Entry>,
    letters: Vec<Letter>,
    symbols: Vec<Symbol>,
    /// Terms that begin where words do, and those that may begin anywhere.
    words: Index,
    spaced: Index,
    /// Terms of Hangul alone, and all others of dense scripts.
    hangul: Index,
    han: Index,
    /// Terms of one character said again and again.
    runs: Index,
    /// Terms by what stands around a hidden character.
    hidden: Index,
    /// Whether any term sees through marks: only then is a text read a second time.
    heavy: bool,
}

/// Letters that a mark may hide.
const ALPHABET: &[u8] = b"abcdefghijkmnopqrstuvwxyz";
/// So much may stand between two letters of a run.
const WIDEST_RUN: usize = 32;
/// A run of which every place is tried.
const ALL: usize = usize::MAX;
/// Places of one run that are tried before marks.
const MOST_ENDS: usize = 4;
/// Places of a run of one symbol that are tried for a disguise, each as long as the run.
const MOST_TRIES: usize = 8;
/// No character of Han or Kana takes fewer bytes.
const HAN_BYTES: usize = 3;
/// Letters around a candidate that its verification may look at.
const LOOK_AROUND: usize = 64;
/// After so many looks at parts the whole text is read.
const MOST_FILLS: u32 = 4;
/// Marks of one text that are tried for hidden letters.
const MOST_STARS: usize = 64;
/// Letters around a mark that may belong to its word.
const AROUND: usize = 16;

/// One text while it is searched.
struct Search<'s> {
    vocabulary: &'s Vocabulary,
    text: &'s str,
    units: &'s mut Units,
    /// The part of the text that the units are of, and how often they were made.
    filled: Range<usize>,
    fills: u32,
    at_ms: i64,
}

impl Vocabulary {
    /// Files every term under its target. Terms without a letter are not for this search: see
    /// [`has_letters`].
    pub fn new<'t>(
        terms: impl IntoIterator<Item = (Target, &'t Term, Disguises)>,
        literals: impl IntoIterator<Item = (Target, &'t Literal)>,
    ) -> Self {
        let mut filing = Filing::default();
        for (target, term, disguises) in terms {
            filing.file(target, term, disguises);
        }
        for (target, literal) in literals {
            filing.file_literal(target, literal);
        }
        let mut vocabulary = filing.finish();
        vocabulary.heavy = vocabulary.entries.iter().any(|entry| entry.heavy);
        vocabulary
    }

    /// Calls `each` for every term found, some perhaps twice. `fold` is the text's plain reading; the other buffer
    /// is filled here.
    pub fn search(
        &self,
        text: &str,
        fold: &mut Fold,
        units: &mut Units,
        at_ms: i64,
        mut each: impl FnMut(Found),
    ) {
        if self.entries.is_empty() {
            return;
        }
        let mut search = Search { vocabulary: self, text, units, filled: 0..0, fills: 0, at_ms };
        search.streams(fold, &mut each);
        if self.heavy {
            search.stars(fold, &mut each);
            let rings = heavy::with_rings_read(text, fold.notes());
            if fold.marked {
                fold.fill(text, Reading::Marked);
                search.streams(fold, &mut each);
            }
            if let Some(rings) = rings {
                fold.fill(&rings, Reading::Marked);
                search.streams(fold, &mut each);
            }
        }
    }

    fn letters(&self, entry: &Entry) -> &[Letter] {
        let first = entry.letters as usize;
        &self.letters[first..first + usize::from(entry.letters_len)]
    }

    fn same_symbols(&self, entry: &Entry, stream: &Stream, position: usize) -> bool {
        let from = entry.symbols as usize;
        let wanted = &self.symbols[from..from + usize::from(entry.symbols_len)];
        stream.symbols().get(position..position + wanted.len()) == Some(wanted)
    }
}

impl Search<'_> {
    fn streams(&mut self, fold: &Fold, each: &mut impl FnMut(Found)) {
        let Vocabulary { words, spaced, hangul, han, runs, hidden, .. } = self.vocabulary;
        let mut at_spaced = |slot: &Slot, at| self.candidate(&fold.spaced, slot, at, false, each);
        words.candidates_at_marks(&fold.spaced, &mut at_spaced);
        spaced.candidates(&fold.spaced, &mut at_spaced);
        let mut at_dense = |slot: &Slot, at| self.candidate(&fold.dense, slot, at, true, each);
        if fold.has_hangul {
            hangul.candidates(&fold.dense, &mut at_dense);
        }
        if fold.has_han {
            han.candidates(&fold.dense, &mut at_dense);
        }
        runs.candidates_at_marks(&fold.dense, &mut at_dense);
        // Only the second reading has hidden characters.
        if fold.hides {
            hidden.candidates(&fold.dense, at_dense);
        }
    }

    /// Tries every letter in the place of every mark that may hide one.
    fn stars(&mut self, fold: &Fold, each: &mut impl FnMut(Found)) {
        let mut tried = Stream::default();
        for &(at, byte) in fold.stars.iter().take(MOST_STARS) {
            let from = at.saturating_sub(AROUND);
            let to = (at + AROUND).min(fold.spaced.symbols().len());
            let again = self.again(fold, at, byte as usize);
            for letter in ALPHABET {
                tried.clear();
                tried.copy(&fold.spaced, from..at);
                tried.set(symbol_of(char::from(*letter), None).0, byte);
                if let Some((symbol, start)) = again {
                    tried.set(symbol, start);
                }
                tried.copy(&fold.spaced, at..to);
                let vocabulary = self.vocabulary;
                let mut try_at = |slot: &Slot, position| {
                    let length = usize::from(vocabulary.entries[slot.entry as usize].symbols_len);
                    let over_mark = (position..position + length).contains(&(at - from))
                        && position != at - from;
                    if over_mark {
                        self.candidate(&tried, slot, position, false, each);
                    }
                };
                vocabulary.words.candidates(&tried, &mut try_at);
                vocabulary.spaced.candidates(&tried, &mut try_at);
            }
        }
    }

    /// The letter behind a mark, where it shares the symbol of the one before: the stream has them as one.
    fn again(&self, fold: &Fold, at: usize, mark: usize) -> Option<(Symbol, u32)> {
        let mut behind = self.text.get(mark..)?.char_indices().skip(1);
        let (more, c) = behind.next()?;
        let look = look(c);
        let symbol = symbol_of(look.letter, look.like).0;
        let same = at.checked_sub(1).map(|at| fold.spaced.symbols()[at]) == Some(symbol);
        same.then_some((symbol, (mark + more) as u32))
    }

    /// Whether one character said again and again (妈妈) may stand where its only symbol does.
    fn has_room(&self, entry: &Entry, stream: &Stream, at: usize) -> bool {
        let letters = self.vocabulary.letters(entry);
        let again =
            entry.symbols_len == 1 && letters.iter().all(|l| l.is_letter && l.block.is_none());
        let next = stream.starts().get(at + 1).map_or(self.text.len(), |next| *next as usize);
        // Letters of other scripts (qq群) stand beside it.
        let wanted = usize::from(entry.anchor_run) * HAN_BYTES;
        !again || next - stream.starts()[at] as usize >= wanted
    }

    /// Whether the symbols are surely a part of a longer word: most candidates in clean text are.
    fn is_embedded(&self, entry: &Entry, stream: &Stream, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let start = stream.starts()[at] as usize;
        let end = at + usize::from(entry.symbols_len);
        // Only where a symbol is one stretch of letters: a run may reach over a space.
        let solid = |at: usize| {
            let next = stream.starts().get(at + 1).map_or(bytes.len(), |next| *next as usize);
            bytes[stream.starts()[at] as usize..next].iter().all(u8::is_ascii_alphabetic)
        };
        let letter = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphabetic)
        };
        entry.head && letter(start.checked_sub(1)) && solid(at)
            || entry.tail
                && letter(stream.starts().get(end).map(|next| *next as usize))
                && solid(end - 1)
    }

    /// Makes the units of a candidate and of what stands around it: nothing looks further than so many letters, and
    /// a letter repeated is one. Where candidates are many, the whole text is read at once.
    fn look_around(&mut self, stream: &Stream, candidate: Range<usize>) {
        let starts = stream.starts();
        let start = match candidate.start.checked_sub(LOOK_AROUND) {
            Some(at) => starts[at] as usize,
            None => 0,
        };
        let end = starts.get(candidate.end + LOOK_AROUND);
        let end = end.map_or(self.text.len(), |end| *end as usize);
        if self.fills > 0 && self.filled.start <= start && end <= self.filled.end {
            return;
        }
        self.fills += 1;
        self.filled = if self.fills > MOST_FILLS { 0..self.text.len() } else { start..end };
        self.units.fill_part(self.text, self.filled.clone());
    }

    fn candidate(
        &mut self,
        stream: &Stream,
        slot: &Slot,
        at: usize,
        dense: bool,
        each: &mut impl FnMut(Found),
    ) {
        let vocabulary = self.vocabulary;
        let entry = &vocabulary.entries[slot.entry as usize];
        if entry.until <= self.at_ms || !slot.hidden && !vocabulary.same_symbols(entry, stream, at)
        {
            return;
        }
        if entry.literal {
            return each(Found::Literal(entry.target));
        }
        let out_of_place = match dense {
            true => !self.has_room(entry, stream, at),
            false => self.is_embedded(entry, stream, at),
        };
        if !slot.hidden && out_of_place {
            return;
        }
        self.look_around(stream, at..at + usize::from(entry.symbols_len));
        let letters = vocabulary.letters(entry);
        // Of a run of its only symbol, a term may be any part.
        let lone = entry.symbols_len == 1 && !slot.hidden;
        let (anchor, run) = match slot.hidden {
            false => (usize::from(entry.anchor), usize::from(entry.anchor_run)),
            // The symbol before a hidden one may stand behind it, or in its own syllable, as well.
            true => (pieces(letters).1[usize::from(slot.anchor)].1, ALL),
        };
        let symbol = symbol_of(letters[anchor].letter, letters[anchor].like).0;
        let from = self.units.at(stream.starts()[at]);
        let units = &self.units.all;
        let places = places(units, from, symbol, dense, if lone { ALL } else { run });
        let plain = |place: &usize| {
            let range = simple::find(entry, letters, anchor, units, *place)?;
            let stretch = entry.heavy && dense;
            Some(if stretch { heavy::stretched(self.units, range) } else { range })
        };
        let disguised = |place: &usize| {
            entry.heavy.then(|| heavy::find(entry, letters, anchor, units, *place)).flatten()
        };
        let mut tell = |range| each(Found::Term(Sighting { target: entry.target, range }));
        if lone {
            let (mut told, mut tries) = (0, MOST_TRIES);
            for place in &places {
                if (units[*place].start as usize) < told {
                    continue;
                }
                let found = plain(place).or_else(|| {
                    tries = usize::checked_sub(tries, 1)?;
                    disguised(place)
                });
                if let Some(range) = found {
                    told = range.end;
                    tell(range);
                }
            }
            return;
        }
        let found = places.iter().find_map(plain).or_else(|| places.iter().find_map(disguised));
        found.into_iter().for_each(tell);
    }
}

/// The units where an anchor may stand. A run of one symbol is one symbol of the stream: the term begins
/// among the last of the run. A repeated syllable is one as well: the term begins with its first or last.
fn places(units: &[Unit], from: usize, symbol: Symbol, dense: bool, run: usize) -> Vec<usize> {
    let (mut places, mut since, mut kept) = (Vec::new(), 0, 0);
    // The bracket of a ring that is no c may begin the run that a true c goes on with.
    let ring = |at: usize| {
        let pair = units.get(at).zip(units.get(at + 1));
        pair.is_some_and(|(unit, next)| heavy::is_ring(unit, next))
    };
    let first = if ring(from) { units.get(from + 2) } else { units.get(from) };
    let furthest = first.map_or(u32::MAX, |unit| unit.start);
    for (at, unit) in units.iter().enumerate().skip(from) {
        let marks = || mark_letters(unit.letter).first().map(|letter| symbol_of(*letter, None).0);
        // A ring is an o, and its bracket then no c.
        let is_place = match unit.is_letter {
            true => unit.symbol == symbol,
            false if ring(at) => symbol == symbol_of('o', None).0,
            false => marks() == Some(symbol),
        };
        if is_place {
            places.push(at);
            since = 0;
            continue;
        }
        // Before a mark that may be a letter a run may end.
        let ends = !unit.is_letter && marks().is_some() && places.len() > kept;
        if ends && kept < MOST_ENDS {
            let last = places.len().saturating_sub(run.max(1)).max(kept);
            places.drain(kept..last);
            kept = places.len();
        }
        since += 1;
        let other = unit.is_letter && (!dense || symbol_of(unit.letter, unit.like).1);
        let within = run == ALL && unit.start == units[from].start;
        if !places.is_empty() && other && !within
            || places.is_empty() && unit.start > furthest
            || since > WIDEST_RUN
        {
            break;
        }
    }
    let unused = places.len().saturating_sub(run.max(1)).max(kept);
    places.drain(kept..unused);
    let last = units[from..]
        .chunk_by(|a, b| a.start == b.start)
        .take_while(|c| c[0].written == units[from].written);
    let last = from + last.map(<[Unit]>::len).sum::<usize>();
    let latest = units[..last].iter().rposition(|unit| unit.opens).unwrap_or(last);
    let again = (latest.max(from + 1)..last)
        .filter(|at| units[*at].block && units[latest].block && units[*at].symbol == symbol);
    places.extend(again);
    places
}

/// Whether a term has a letter or digit to search by.
pub fn has_letters(text: &str) -> bool {
    let mut units = Units::default();
    units.fill(text);
    units.all.iter().any(|unit| unit.is_letter)
}
