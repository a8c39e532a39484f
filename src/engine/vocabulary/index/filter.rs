//! Which grams are surely those of no term: a blocked Bloom filter of two bits in one word, that stays in the cache.
//!
//! Every place of a text costs a multiplication and one look; eight places in a step where the processor can.
//! Promise: a gram that was put in is never passed over, and both ways tell the same.

#[cfg(target_arch = "x86_64")]
mod wide;

use super::gram::{LONGEST_HEAD, hash};
use crate::engine::fold::{Stream, Symbol};

/// Bits for each gram, at least.
const BITS_A_GRAM: usize = 16;

#[derive(Debug)]
pub struct Filter {
    /// As many as numbers are left of a hash by `shift`.
    words: Vec<u64>,
    shift: u32,
    /// The lengths of gram there are.
    lengths: Vec<usize>,
    /// Whether the processor can look at several grams in a step.
    wide: bool,
}

impl Filter {
    /// Of grams by hash and length.
    pub fn of(grams: impl ExactSizeIterator<Item = (u64, usize)>) -> Self {
        let words = (grams.len() * BITS_A_GRAM / 64).next_power_of_two().max(16);
        let mut filter = Self { shift: 64 - words.trailing_zeros(), ..Self::default() };
        filter.words = vec![0; words];
        for (hash, length) in grams {
            let word = (hash >> filter.shift) as usize;
            filter.words[word] |= filter.bits(hash);
            if !filter.lengths.contains(&length) {
                filter.lengths.push(length);
            }
        }
        filter.lengths.sort_unstable();
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

    /// Calls `each(hash, place of its last symbol)` for every gram that may be held.
    pub fn sift(&self, stream: &Stream, mut each: impl FnMut(u64, usize)) {
        for length in &self.lengths {
            match length {
                1 => self.grams::<1>(stream, &mut each),
                2 => self.grams::<2>(stream, &mut each),
                3 => self.grams::<3>(stream, &mut each),
                4 => self.grams::<4>(stream, &mut each),
                _ => self.grams::<LONGEST_HEAD>(stream, &mut each),
            }
        }
    }

    fn grams<const N: usize>(&self, stream: &Stream, each: &mut impl FnMut(u64, usize)) {
        #[cfg(target_arch = "x86_64")]
        if self.wide
            && let Some(symbols) = stream.symbols_and_spare()
        {
            // SAFETY: the processor has what the function is compiled for.
            return unsafe { wide::grams::<N>(self, symbols, each) };
        }
        for (at, gram) in stream.symbols().array_windows::<N>().enumerate() {
            let hash = hash(gram);
            if self.may_hold(hash) {
                each(hash, at + N - 1);
            }
        }
    }

    /// The same only for grams that begin with a marked symbol of the stream.
    pub fn sift_marked(&self, stream: &Stream, mut each: impl FnMut(u64, usize)) {
        if self.lengths.is_empty() {
            return;
        }
        #[cfg(target_arch = "x86_64")]
        if self.wide
            && let Some(symbols) = stream.symbols_and_spare()
        {
            // SAFETY: the processor has what the function is compiled for.
            return unsafe { wide::marked(self, stream, symbols, &mut each) };
        }
        for length in &self.lengths {
            match length {
                1 => self.marked::<1>(stream, &mut each),
                2 => self.marked::<2>(stream, &mut each),
                3 => self.marked::<3>(stream, &mut each),
                4 => self.marked::<4>(stream, &mut each),
                _ => self.marked::<LONGEST_HEAD>(stream, &mut each),
            }
        }
    }

    fn marked<const N: usize>(&self, stream: &Stream, each: &mut impl FnMut(u64, usize)) {
        let symbols = stream.symbols();
        stream.each_marked(|at| {
            if let Some(gram) = symbols.get(at..at + N).and_then(<[Symbol]>::first_chunk::<N>) {
                let hash = hash(gram);
                if self.may_hold(hash) {
                    each(hash, at + N - 1);
                }
            }
        });
    }
}

#[cfg(target_arch = "x86_64")]
use wide::is_there as is_wide;

#[cfg(not(target_arch = "x86_64"))]
fn is_wide() -> bool {
    false
}

impl Default for Filter {
    fn default() -> Self {
        Self { words: Vec::new(), shift: 63, lengths: Vec::new(), wide: is_wide() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stream(symbols: &[Symbol], marks: &[bool]) -> Stream {
        let mut stream = Stream::default();
        for (at, (symbol, mark)) in symbols.iter().zip(marks).enumerate() {
            stream.letter(*symbol, at, *mark);
        }
        stream
    }

    fn told(sift: impl FnOnce(&mut dyn FnMut(u64, usize))) -> Vec<(u64, usize)> {
        let mut told = Vec::new();
        sift(&mut |hash, at| told.push((hash, at)));
        told.sort_unstable();
        told
    }

    proptest! {
        #[test]
        fn a_gram_is_never_passed_over_and_both_ways_tell_the_same(
            symbols in prop::collection::vec(1..40_u16, 0..100),
            marks in prop::collection::vec(any::<bool>(), 100),
            grams in prop::collection::vec((0..100_usize, 1..=LONGEST_HEAD), 1..30),
        ) {
            let stream = stream(&symbols, &marks);
            let symbols = stream.symbols();
            let there = grams.iter().filter_map(|(at, length)| symbols.get(*at..at + length));
            let grams: Vec<(u64, usize)> = there.map(|gram| (hash(gram), gram.len())).collect();
            let quick = Filter::of(grams.iter().copied());
            let slow = Filter { wide: false, ..Filter::of(grams.iter().copied()) };
            let all = told(|each| quick.sift(&stream, each));
            prop_assert_eq!(&all, &told(|each| slow.sift(&stream, each)));
            let marked = told(|each| quick.sift_marked(&stream, each));
            prop_assert_eq!(&marked, &told(|each| slow.sift_marked(&stream, each)));
            for (hash, length) in grams {
                let at = symbols.windows(length).position(|gram| super::hash(gram) == hash);
                prop_assert!(at.is_some_and(|at| all.contains(&(hash, at + length - 1))));
            }
        }
    }
}
