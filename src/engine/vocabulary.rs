//! All terms of a rule set, filed so that a text that holds none of them is passed over quickly.
//!
//! Each term is filed under one gram of its symbols. A text's symbols are walked once; where a gram is
//! known, the whole term is compared, first by symbol, then letter by letter on the original text.

use super::edge;
use super::fold::{Fold, Stream, Symbol, Unit, Units, symbol_of};
use super::rule::{Disguises, Term};
use std::ops::Range;

/// What a term was searched for; the caller's number.
pub type Target = u32;

/// A term that stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub target: Target,
    /// Bytes of the original text, on character borders.
    pub range: Range<usize>,
}

#[derive(Debug)]
struct Entry {
    target: Target,
    /// The first moment at which the term is out.
    until: i64,
    /// Its letters in [`Vocabulary::units`], and which of them the compared symbols begin with.
    units: u32,
    units_len: u16,
    anchor: u16,
    /// How many letters of the same symbol the anchor begins.
    anchor_run: u16,
    /// Its symbols in [`Vocabulary::symbols`].
    symbols: u32,
    symbols_len: u16,
    syllables: u16,
    open_start: bool,
    open_end: bool,
}

/// A letter or separator of a term.
#[derive(Debug, Clone, Copy)]
struct Letter {
    letter: char,
    like: Option<char>,
    is_letter: bool,
    opens: bool,
    closes: bool,
}

#[derive(Debug, Default)]
pub struct Vocabulary {
    entries: Vec<Entry>,
    letters: Vec<Letter>,
    symbols: Vec<Symbol>,
    spaced: Index,
    dense: Index,
}

impl Vocabulary {
    /// Files every term under its target. Terms without a letter are not for this search: see
    /// [`has_letters`].
    pub fn new<'t>(terms: impl IntoIterator<Item = (Target, &'t Term, Disguises)>) -> Self {
        let mut filing = Filing::default();
        for (target, term, disguises) in terms {
            debug_assert!(disguises != Disguises::None);
            filing.file(target, term);
        }
        let Filing { mut vocabulary, spaced, dense, .. } = filing;
        vocabulary.spaced = Index::new(spaced);
        vocabulary.dense = Index::new(dense);
        vocabulary
    }

    /// Calls `each` for every term found. `units` is filled when the first candidate needs it.
    pub fn search(
        &self,
        text: &str,
        fold: &Fold,
        units: &mut Units,
        at_ms: i64,
        mut each: impl FnMut(Sighting),
    ) {
        let mut filled = false;
        for (index, stream) in [(&self.spaced, &fold.spaced), (&self.dense, &fold.dense)] {
            index.candidates(stream, |number, position| {
                let entry = &self.entries[number as usize];
                if !self.same_symbols(entry, stream, position) || entry.until <= at_ms {
                    return;
                }
                if !filled {
                    units.fill(text);
                    filled = true;
                }
                let dense = std::ptr::eq(stream, &fold.dense);
                if let Some(range) =
                    self.verify(entry, &units.all, units.at(stream.starts[position]), dense)
                {
                    each(Sighting { target: entry.target, range });
                }
            });
        }
    }

    fn same_symbols(&self, entry: &Entry, stream: &Stream, position: usize) -> bool {
        let from = entry.symbols as usize;
        let wanted = &self.symbols[from..from + usize::from(entry.symbols_len)];
        stream.symbols.get(position..position + wanted.len()) == Some(wanted)
    }

    /// Compares the term letter by letter around the unit where its anchor may stand.
    fn verify(
        &self,
        entry: &Entry,
        units: &[Unit],
        from: usize,
        dense: bool,
    ) -> Option<Range<usize>> {
        let first = entry.units as usize;
        let letters = &self.letters[first..first + usize::from(entry.units_len)];
        let symbol = self.symbols[entry.symbols as usize];
        // A run of one symbol is one symbol of the stream: the anchor is among the last of the run.
        let mut run = [0_usize; 8];
        let mut seen = 0;
        for (at, unit) in units.iter().enumerate().skip(from) {
            let same = unit.symbol == symbol && unit.is_letter;
            if same {
                run[seen % run.len()] = at;
                seen += 1;
            } else if seen > 0 && unit.is_letter && symbol_of(unit.letter, unit.like).1 == dense {
                break;
            } else if seen == 0 && unit.start != units[from].start {
                return None;
            }
        }
        let tries = usize::from(entry.anchor_run).clamp(1, run.len()).min(seen);
        (0..tries).rev().find_map(|back| {
            let at = run[(seen - 1 - back) % run.len()];
            let found = align(letters, usize::from(entry.anchor), units, at)?;
            self.accept(entry, letters, units, found)
        })
    }

    fn accept(
        &self,
        entry: &Entry,
        letters: &[Letter],
        units: &[Unit],
        found: Found,
    ) -> Option<Range<usize>> {
        let (first, last) = (&units[found.units.start], &units[found.units.end - 1]);
        if !first.opens || !last.closes || !found.is_honest(letters) {
            return None;
        }
        let before = found.units.start.checked_sub(1).map(|at| units[at].written);
        let after = units.get(found.units.end).map(|unit| unit.written);
        let starts = entry.open_start
            || edge::may_start(before, letters[0].letter, usize::from(entry.syllables));
        let ends = entry.open_end || edge::may_end(letters[letters.len() - 1].letter, after);
        (starts && ends).then_some(first.start as usize..last.end as usize)
    }
}

/// Where a term's letters were found, and how many of them were look-alikes of another script.
struct Found {
    units: Range<usize>,
    foreign: usize,
}

impl Found {
    /// A short word in which every letter is of another alphabet is a word of that alphabet.
    fn is_honest(&self, letters: &[Letter]) -> bool {
        let all = letters.iter().filter(|letter| letter.is_letter).count();
        self.foreign < all || all >= 5
    }
}

/// Lays the term over the text so that `letters[anchor]` falls on `units[at]`.
fn align(letters: &[Letter], anchor: usize, units: &[Unit], at: usize) -> Option<Found> {
    let mut foreign = 0;
    let mut end = at;
    for letter in &letters[anchor..] {
        end += step(letter, units[end..].iter(), &mut foreign)?;
    }
    let mut start = at;
    for letter in letters[..anchor].iter().rev() {
        start -= step(letter, units[..start].iter().rev(), &mut foreign)?;
    }
    Some(Found { units: start..end, foreign })
}

/// How many units one letter of the term takes: one, or all of a stretch of white space.
fn step<'u>(
    letter: &Letter,
    mut units: impl Iterator<Item = &'u Unit>,
    foreign: &mut usize,
) -> Option<usize> {
    if letter.letter == ' ' {
        let spaces = units.take_while(|unit| unit.letter.is_whitespace()).count();
        return (spaces > 0).then_some(spaces);
    }
    let unit = units.next()?;
    let borders = !unit.block || letter.opens == unit.opens && letter.closes == unit.closes;
    if unit.letter == letter.letter && unit.is_letter == letter.is_letter {
        return borders.then_some(1);
    }
    let own = |c: char, like: Option<char>| like.or_else(|| c.is_ascii_lowercase().then_some(c));
    let (a, b) = (own(letter.letter, letter.like)?, own(unit.letter, unit.like)?);
    let alike = a == b || matches!((a, b), ('i', 'l') | ('l', 'i'));
    if !alike {
        return None;
    }
    // ø for o is an accent; р for p is a letter of another script.
    match edge::same_alphabet(letter.letter, unit.letter) {
        true => (a == b && letter.letter.is_ascii() != unit.letter.is_ascii()).then_some(1),
        false => {
            *foreign += 1;
            Some(1)
        }
    }
}

/// Whether a term has a letter or digit to search by.
pub fn has_letters(text: &str) -> bool {
    let mut units = Units::default();
    units.fill(text);
    units.all.iter().any(|unit| unit.is_letter)
}

/// A vocabulary while it is being filled.
#[derive(Default)]
struct Filing {
    vocabulary: Vocabulary,
    spaced: Vec<Slot>,
    dense: Vec<Slot>,
    units: Units,
}

/// The symbols of a term in one stream, each with the letter it comes from.
type Piece = Vec<(Symbol, usize)>;

impl Filing {
    fn file(&mut self, target: Target, term: &Term) {
        self.units.fill(&term.text);
        let letters = letters(&self.units.all);
        if letters.iter().any(|letter| letter.is_letter) {
            self.file_letters(target, term, &letters);
        }
    }

    fn file_letters(&mut self, target: Target, term: &Term, letters: &[Letter]) {
        let (spaced, dense) = pieces(letters);
        let use_dense = dense.len() >= 2 || spaced.len() < 2 && !dense.is_empty();
        let piece = if use_dense { dense } else { spaced };
        let Some(&(symbol, anchor)) = piece.first() else { return };
        let number = self.vocabulary.entries.len() as u32;
        let run = letters[anchor..].iter().take_while(|l| symbol_of(l.letter, l.like).0 == symbol);
        let blocks = letters.iter().filter(|l| l.opens && ('가'..='힣').contains(&l.letter));
        let entry = Entry {
            target,
            until: term.until.unwrap_or(i64::MAX),
            units: self.vocabulary.letters.len() as u32,
            units_len: letters.len() as u16,
            anchor: anchor as u16,
            anchor_run: run.count() as u16,
            symbols: self.vocabulary.symbols.len() as u32,
            symbols_len: piece.len() as u16,
            syllables: blocks.count().max(syllables(&self.units.all)) as u16,
            open_start: term.open_start,
            open_end: term.open_end,
        };
        let symbols: Vec<Symbol> = piece.iter().map(|(symbol, _)| *symbol).collect();
        let slot = Slot::new(&symbols, number, use_dense);
        self.vocabulary.letters.extend_from_slice(letters);
        self.vocabulary.symbols.extend(symbols);
        self.vocabulary.entries.push(entry);
        if use_dense { self.dense.push(slot) } else { self.spaced.push(slot) }
    }
}

/// Syllable blocks, each letter that stands alone counted as its block.
fn syllables(units: &[Unit]) -> usize {
    units.iter().filter(|unit| unit.opens && unit.is_letter).count()
}

/// The term's letters; white space inside is one space, white space around is gone.
fn letters(units: &[Unit]) -> Vec<Letter> {
    let mut out: Vec<Letter> = Vec::with_capacity(units.len());
    for unit in units {
        let letter = if unit.letter.is_whitespace() { ' ' } else { unit.letter };
        if letter == ' ' && out.last().is_none_or(|last| last.letter == ' ') {
            continue;
        }
        let Unit { like, is_letter, opens, closes, .. } = *unit;
        out.push(Letter { letter, like, is_letter, opens, closes });
    }
    if out.last().is_some_and(|last| last.letter == ' ') {
        out.pop();
    }
    out
}

/// The longest stretch of the spaced stream, and all of the dense one.
fn pieces(letters: &[Letter]) -> (Piece, Piece) {
    let (mut longest, mut current, mut dense) = (Piece::new(), Piece::new(), Piece::new());
    let push = |piece: &mut Piece, symbol, at| {
        if piece.last().is_none_or(|(last, _)| *last != symbol) {
            piece.push((symbol, at));
        }
    };
    for (at, letter) in letters.iter().enumerate().filter(|(_, letter)| letter.is_letter) {
        let (symbol, is_dense) = symbol_of(letter.letter, letter.like);
        if is_dense {
            push(&mut dense, symbol, at);
            current.clear();
        } else {
            push(&mut current, symbol, at);
            if current.len() > longest.len() {
                longest.clone_from(&current);
            }
        }
    }
    (longest, dense)
}

/// The longest gram a term is filed under: four letters, or two characters of Han or Kana.
const LONGEST: usize = 4;

/// One term under one gram.
#[derive(Debug, Clone, Copy)]
struct Slot {
    hash: u64,
    entry: u32,
    /// From the term's first symbol to the gram's last.
    offset: u16,
    length: u8,
}

impl Slot {
    fn new(symbols: &[Symbol], entry: u32, dense: bool) -> Self {
        let jamo = symbols.iter().all(|symbol| (0x3131..=0x3163).contains(symbol));
        let length = if dense && !jamo { 2 } else { LONGEST }.min(symbols.len());
        let grams = symbols.windows(length).enumerate();
        let rarest = grams.min_by_key(|(_, gram)| gram.iter().map(|s| commonness(*s)).sum::<u32>());
        let (at, gram) = rarest.unwrap_or((0, symbols));
        let packed = gram.iter().fold(0_u64, |packed, symbol| packed << 16 | u64::from(*symbol));
        Self {
            hash: hash(packed, length),
            entry,
            offset: (at + length - 1) as u16,
            length: length as u8,
        }
    }
}

/// How common a letter is in clean text, roughly, out of 100.
fn commonness(symbol: Symbol) -> u32 {
    match u8::try_from(symbol) {
        Ok(b'i' | b'e') => 12,
        Ok(b't' | b'a' | b'o' | b's') => 9,
        Ok(b'n' | b'r' | b'h') => 7,
        Ok(b'd' | b'c' | b'u' | b'm' | b'g' | b'b') => 4,
        Ok(b'a'..=b'z') => 2,
        _ => 5,
    }
}

#[inline]
fn hash(packed: u64, length: usize) -> u64 {
    (packed ^ (length as u64) << 61).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Slots by the hash of their gram: a bit filter that stays in the cache, then buckets.
#[derive(Debug, Default)]
struct Index {
    lengths: Vec<usize>,
    filter: Vec<u64>,
    filter_shift: u32,
    /// Where each bucket's slots begin; one more than there are buckets.
    buckets: Vec<u32>,
    bucket_shift: u32,
    slots: Vec<Slot>,
}

impl Index {
    fn new(mut slots: Vec<Slot>) -> Self {
        if slots.is_empty() {
            return Self::default();
        }
        let lengths = (1..=LONGEST).filter(|l| slots.iter().any(|s| usize::from(s.length) == *l));
        let lengths = lengths.collect();
        let bits = (slots.len() * 16).next_power_of_two().clamp(1 << 10, 1 << 24);
        let filter_shift = 64 - bits.trailing_zeros();
        let mut filter = vec![0_u64; bits / 64];
        let count = slots.len().next_power_of_two().max(16);
        let bucket_shift = 64 - count.trailing_zeros();
        slots.sort_unstable_by_key(|slot| (slot.hash, slot.entry));
        let mut buckets = vec![0_u32; count + 1];
        for slot in &slots {
            let bit = (slot.hash >> filter_shift) as usize;
            filter[bit / 64] |= 1 << (bit % 64);
            buckets[(slot.hash >> bucket_shift) as usize + 1] += 1;
        }
        for bucket in 1..buckets.len() {
            buckets[bucket] += buckets[bucket - 1];
        }
        Self { lengths, filter, filter_shift, buckets, bucket_shift, slots }
    }

    /// Calls `each(entry, position of the term's first symbol)` wherever a gram is known.
    fn candidates(&self, stream: &Stream, mut each: impl FnMut(u32, usize)) {
        if self.slots.is_empty() {
            return;
        }
        let mut window = 0_u64;
        for (at, symbol) in stream.symbols.iter().enumerate() {
            window = window << 16 | u64::from(*symbol);
            for &length in &self.lengths {
                let packed =
                    if length == LONGEST { window } else { window & ((1 << (16 * length)) - 1) };
                let hash = hash(packed, length);
                let bit = (hash >> self.filter_shift) as usize;
                if self.filter[bit / 64] >> (bit % 64) & 1 == 1 {
                    self.bucket(hash, at, &mut each);
                }
            }
        }
    }

    #[cold]
    fn bucket(&self, hash: u64, at: usize, each: &mut impl FnMut(u32, usize)) {
        let bucket = (hash >> self.bucket_shift) as usize;
        let slots = &self.slots[self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize];
        for slot in slots.iter().filter(|slot| slot.hash == hash) {
            if let Some(position) = at.checked_sub(usize::from(slot.offset)) {
                each(slot.entry, position);
            }
        }
    }
}
