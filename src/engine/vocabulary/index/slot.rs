//! A term under one gram of its symbols, and which gram that is: the one that few other terms and little clean text has.

use super::gram::{LONGEST, LONGEST_HEAD, hash};
use crate::engine::fold::{HIDDEN, Symbol, is_jamo};

/// The longest where so few terms are filed that shorter ones are rare too: one walk less.
const LONGEST_OF_FEW: usize = 3;
/// So few.
const FEW: usize = 1_000;

/// One term under one gram.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    pub hash: u64,
    pub entry: u32,
    /// The term's symbols beside the gram; 0 where it ends.
    before: Symbol,
    after: Symbol,
    /// Where the anchor is: the term's first symbol, or with `hidden` the one before the hidden one.
    pub back: u16,
    pub length: u8,
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
    pub fn fits(&self, symbols: &[Symbol], at: usize) -> bool {
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
