//! Terms by one gram of their symbols: a bit filter that stays in the cache, then buckets.
//!
//! A text is walked once for each length of gram there is, or only where a term may begin; every place costs a
//! multiplication and a look into the filter, a blocked Bloom filter of two bits in one word.

use super::super::fold::{HIDDEN, Stream, Symbol, is_jamo};

/// The longest gram a term is filed under that may begin anywhere: four letters, or two characters of Han or Kana.
const LONGEST: usize = 4;
/// The longest where so few terms are filed that shorter ones are rare too: one walk less.
const LONGEST_OF_FEW: usize = 3;
/// So few.
const FEW: usize = 1_000;
/// The longest gram of a term that begins where words do.
const LONGEST_HEAD: usize = 5;

/// One term under one gram.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    hash: u64,
    pub entry: u32,
    /// The term's symbols beside the gram; 0 where it ends.
    before: Symbol,
    after: Symbol,
    /// Where the anchor is: the term's first symbol, or with `hidden` the one before the hidden one.
    back: u16,
    length: u8,
    /// The number of the anchor among the term's symbols.
    pub anchor: u8,
    /// Filed under a gram whose middle is hidden: its symbols cannot be compared.
    pub hidden: bool,
}

/// How often each gram of the terms was seen: terms are filed where few others are.
#[derive(Debug)]
pub struct Census(Vec<u16>);

impl Default for Census {
    fn default() -> Self {
        Self(vec![0; 1 << 16])
    }
}

impl Census {
    fn place(gram: &[Symbol]) -> usize {
        (hash(gram) >> 48) as usize
    }

    /// Counts the grams of a term.
    pub fn count(&mut self, symbols: &[Symbol], dense: bool) {
        for gram in symbols.windows(gram_length(symbols, dense, LONGEST)) {
            let count = &mut self.0[Self::place(gram)];
            *count = count.saturating_add(1);
        }
    }
}

fn gram_length(symbols: &[Symbol], dense: bool, longest: usize) -> usize {
    let jamo = symbols.iter().all(|symbol| is_jamo(*symbol));
    if dense && !jamo { 2 } else { longest }.min(symbols.len())
}

impl Slot {
    /// Files one of so many terms under its rarest gram.
    pub fn new(symbols: &[Symbol], entry: u32, dense: bool, census: &Census, of: usize) -> Self {
        let longest = if of < FEW { LONGEST_OF_FEW } else { LONGEST };
        let length = gram_length(symbols, dense, longest);
        let grams = symbols.windows(length).enumerate();
        let cost = |gram: &[Symbol]| {
            let common: u32 = gram.iter().map(|s| commonness(*s)).sum();
            common + 8 * u32::from(census.0[Census::place(gram)])
        };
        let (at, gram) = grams.min_by_key(|(_, gram)| cost(gram)).unwrap_or((0, symbols));
        Self {
            hash: hash(gram),
            entry,
            before: at.checked_sub(1).map_or(0, |at| symbols[at]),
            after: symbols.get(at + length).copied().unwrap_or(0),
            back: (at + length - 1) as u16,
            length: length as u8,
            anchor: 0,
            hidden: false,
        }
    }

    /// Files a term under its first gram.
    pub fn head(symbols: &[Symbol], entry: u32) -> Self {
        let length = symbols.len().min(LONGEST_HEAD);
        Self {
            hash: hash(&symbols[..length]),
            entry,
            before: 0,
            after: symbols.get(length).copied().unwrap_or(0),
            back: (length - 1) as u16,
            length: length as u8,
            anchor: 0,
            hidden: false,
        }
    }

    /// Files a term under what is left around a hidden part: the symbols before and after it.
    pub fn hidden(before: Symbol, after: Symbol, entry: u32, anchor: usize) -> Self {
        let hash = hash(&[before, HIDDEN, after]);
        Self {
            hash,
            entry,
            before: 0,
            after: 0,
            back: 2,
            length: 3,
            anchor: anchor as u8,
            hidden: true,
        }
    }

    /// Whether the symbols beside the gram, which ends at `at`, are the term's.
    #[inline]
    fn fits(&self, symbols: &[Symbol], at: usize) -> bool {
        let beside = |at: Option<usize>| at.and_then(|at| symbols.get(at)).copied();
        (self.after == 0 || beside(Some(at + 1)) == Some(self.after))
            && (self.before == 0
                || beside(at.checked_sub(usize::from(self.length))) == Some(self.before))
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

/// Of the symbols side by side, the first lowest, as they lie in memory; a fifth is mixed in.
#[inline(always)]
fn hash(gram: &[Symbol]) -> u64 {
    let (first, more) = gram.split_at(gram.len().min(LONGEST));
    let packed = first.iter().rev().fold(0, |packed, symbol| packed << 16 | u64::from(*symbol));
    let more = more.first().map_or(0, |symbol| u64::from(*symbol).wrapping_mul(MORE));
    (packed ^ more ^ (gram.len() as u64) << 61).wrapping_mul(SPREAD)
}

const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
const MORE: u64 = 0xC2B2_AE3D_27D4_EB4F;

/// Bits of the filter for each slot, at least.
const BITS_A_SLOT: usize = 16;

#[derive(Debug)]
struct Filter {
    words: Vec<u64>,
    shift: u32,
}

impl Filter {
    fn of(slots: &[Slot]) -> Self {
        let words = (slots.len() * BITS_A_SLOT / 64).next_power_of_two().max(16);
        let mut filter = Self { words: vec![0; words], shift: 64 - words.trailing_zeros() };
        for slot in slots {
            let word = (slot.hash >> filter.shift) as usize;
            filter.words[word] |= filter.bits(slot.hash);
        }
        filter
    }

    /// Two bits of a word, told by the part of the hash below the word's number.
    #[inline]
    fn bits(&self, hash: u64) -> u64 {
        1 << (hash >> (self.shift - 6) & 63) | 1 << (hash >> (self.shift - 12) & 63)
    }

    #[inline]
    fn may_hold(&self, hash: u64) -> bool {
        let bits = self.bits(hash);
        self.words.get((hash >> self.shift) as usize).is_some_and(|word| word & bits == bits)
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self { words: Vec::new(), shift: 63 }
    }
}

#[derive(Debug, Default)]
pub struct Index {
    /// The lengths of gram there are.
    lengths: Vec<usize>,
    filter: Filter,
    /// Where each bucket's slots begin; one more than there are buckets.
    buckets: Vec<u32>,
    bucket_shift: u32,
    slots: Vec<Slot>,
}

impl Index {
    pub fn new(mut slots: Vec<Slot>) -> Self {
        if slots.is_empty() {
            return Self::default();
        }
        let lengths =
            (1..=LONGEST_HEAD).filter(|l| slots.iter().any(|s| usize::from(s.length) == *l));
        let lengths = lengths.collect();
        let count = slots.len().next_power_of_two().max(16);
        let bucket_shift = 64 - count.trailing_zeros();
        slots.sort_unstable_by_key(|slot| (slot.hash, slot.entry));
        let mut buckets = vec![0_u32; count + 1];
        for slot in &slots {
            buckets[(slot.hash >> bucket_shift) as usize + 1] += 1;
        }
        for bucket in 1..buckets.len() {
            buckets[bucket] += buckets[bucket - 1];
        }
        Self { lengths, filter: Filter::of(&slots), buckets, bucket_shift, slots }
    }

    /// Calls `each(slot, position of its anchor)` wherever a gram is known.
    pub fn candidates(&self, symbols: &[Symbol], mut each: impl FnMut(&Slot, usize)) {
        for length in &self.lengths {
            match length {
                1 => self.grams::<1>(symbols, &mut each),
                2 => self.grams::<2>(symbols, &mut each),
                3 => self.grams::<3>(symbols, &mut each),
                4 => self.grams::<4>(symbols, &mut each),
                _ => self.grams::<LONGEST_HEAD>(symbols, &mut each),
            }
        }
    }

    fn grams<const N: usize>(&self, symbols: &[Symbol], each: &mut impl FnMut(&Slot, usize)) {
        for (at, gram) in symbols.array_windows::<N>().enumerate() {
            let hash = hash(gram);
            if self.filter.may_hold(hash) {
                self.bucket(hash, symbols, at + N - 1, each);
            }
        }
    }

    /// The same only for grams that begin with a marked symbol of the stream.
    pub fn candidates_at_marks(&self, stream: &Stream, mut each: impl FnMut(&Slot, usize)) {
        for length in &self.lengths {
            match length {
                1 => self.grams_at_marks::<1>(stream, &mut each),
                2 => self.grams_at_marks::<2>(stream, &mut each),
                3 => self.grams_at_marks::<3>(stream, &mut each),
                4 => self.grams_at_marks::<4>(stream, &mut each),
                _ => self.grams_at_marks::<LONGEST_HEAD>(stream, &mut each),
            }
        }
    }

    fn grams_at_marks<const N: usize>(&self, stream: &Stream, each: &mut impl FnMut(&Slot, usize)) {
        let symbols = stream.symbols();
        stream.each_marked(|at| {
            if let Some(gram) = symbols.get(at..at + N).and_then(|gram| gram.first_chunk::<N>()) {
                let hash = hash(gram);
                if self.filter.may_hold(hash) {
                    self.bucket(hash, symbols, at + N - 1, each);
                }
            }
        });
    }

    #[cold]
    #[inline(never)]
    fn bucket(
        &self,
        hash: u64,
        symbols: &[Symbol],
        at: usize,
        each: &mut impl FnMut(&Slot, usize),
    ) {
        let bucket = (hash >> self.bucket_shift) as usize;
        let slots = &self.slots[self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize];
        for slot in slots.iter().filter(|slot| slot.hash == hash && slot.fits(symbols, at)) {
            if let Some(position) = at.checked_sub(usize::from(slot.back)) {
                each(slot, position);
            }
        }
    }
}
