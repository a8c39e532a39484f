//! Terms by one gram of their symbols: a filter that passes over nearly every place of a text, then buckets.

mod filter;
mod gram;
mod slot;

pub use slot::{Census, Slot};

use super::super::fold::{Stream, Symbol};
use filter::Filter;

#[derive(Debug, Default)]
pub struct Index {
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
        let filter = Filter::of(slots.iter().map(|slot| (slot.hash, usize::from(slot.length))));
        Self { filter, buckets, bucket_shift, slots }
    }

    /// Calls `each(slot, position of its anchor)` wherever a gram is known.
    pub fn candidates(&self, stream: &Stream, mut each: impl FnMut(&Slot, usize)) {
        let symbols = stream.symbols();
        self.filter.sift(stream, |hash, at| self.bucket(hash, symbols, at, &mut each));
    }

    /// The same only for grams that begin with a marked symbol of the stream.
    pub fn candidates_at_marks(&self, stream: &Stream, mut each: impl FnMut(&Slot, usize)) {
        let symbols = stream.symbols();
        self.filter.sift_marked(stream, |hash, at| self.bucket(hash, symbols, at, &mut each));
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
