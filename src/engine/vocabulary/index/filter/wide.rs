//! Eight grams in a step, on processors with AVX-512.
//!
//! The same sums as [`hash`](super::hash) and [`Filter::bits`], one in each of eight lanes. Each piece of unsafe code
//! says why it is sound.

use super::super::gram::{LONGEST, LONGEST_HEAD, MORE, SPREAD};
use super::Filter;
use crate::engine::fold::{SPARE, Stream, Symbol};
use std::arch::x86_64::*;

const LANES: usize = 8;

/// Whether the processor has what the functions are compiled for.
pub fn is_there() -> bool {
    std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512dq")
}

const _: () = assert!(SPARE >= LANES + LONGEST_HEAD);

/// The first so many lanes.
fn first(count: usize) -> u8 {
    if count >= LANES { u8::MAX } else { (1 << count) - 1 }
}

#[target_feature(enable = "avx512f,avx512dq")]
#[inline]
fn numbers(lanes: __m512i) -> [u64; LANES] {
    let mut numbers = [0_u64; LANES];
    // SAFETY: there is room for all of them.
    unsafe { _mm512_storeu_si512(numbers.as_mut_ptr().cast(), lanes) };
    numbers
}

/// Eight symbols, one in each lane.
#[target_feature(enable = "avx512f,avx512dq")]
#[inline]
fn load(symbols: &[Symbol; LANES]) -> __m512i {
    // SAFETY: so many bytes are read as there are.
    _mm512_cvtepu16_epi64(unsafe { _mm_loadu_si128(symbols.as_ptr().cast()) })
}

#[target_feature(enable = "avx512f,avx512dq")]
#[inline]
fn with_fifth(packed: __m512i, fifth: __m512i) -> __m512i {
    let more = _mm512_mullo_epi64(fifth, _mm512_set1_epi64(MORE as i64));
    _mm512_xor_si512(packed, more)
}

/// The hashes of grams of so many symbols, of which the first four are `packed`, and which of them may be held.
#[target_feature(enable = "avx512f,avx512dq")]
#[inline]
fn look(filter: &Filter, packed: __m512i, length: usize, lanes: u8) -> (__m512i, u8) {
    let length = _mm512_set1_epi64(((length as u64) << 61) as i64);
    let spread = _mm512_set1_epi64(SPREAD as i64);
    let hash = _mm512_mullo_epi64(_mm512_xor_si512(packed, length), spread);
    let above = |shift: u32| _mm512_srl_epi64(hash, _mm_cvtsi32_si128(shift as i32));
    let word = above(filter.shift);
    // SAFETY: `Filter::of` makes as many words as numbers can be left of a hash.
    let words = unsafe {
        let none = _mm512_setzero_si512();
        _mm512_mask_i64gather_epi64::<8>(none, lanes, word, filter.words.as_ptr().cast())
    };
    let bit = |shift| {
        let number = _mm512_and_si512(above(shift), _mm512_set1_epi64(63));
        _mm512_sllv_epi64(_mm512_set1_epi64(1), number)
    };
    let bits = _mm512_or_si512(bit(filter.shift - 6), bit(filter.shift - 12));
    (hash, _mm512_mask_cmpeq_epi64_mask(lanes, _mm512_and_si512(words, bits), bits))
}

/// All grams of a stream, given with what is behind it.
#[target_feature(enable = "avx512f,avx512dq")]
pub fn grams<const N: usize>(
    filter: &Filter,
    symbols: &[Symbol],
    each: &mut impl FnMut(u64, usize),
) {
    let count = symbols.len() - SPARE;
    let mut at = 0;
    while at + N <= count {
        let from = |more| symbols[at + more..].first_chunk().map(|symbols| load(symbols));
        let mut packed = _mm512_setzero_si512();
        for symbols in (0..N.min(LONGEST)).rev().filter_map(from) {
            packed = _mm512_or_si512(_mm512_slli_epi64::<16>(packed), symbols);
        }
        if N > LONGEST
            && let Some(fifth) = from(LONGEST)
        {
            packed = with_fifth(packed, fifth);
        }
        let (hash, held) = look(filter, packed, N, first(count + 1 - N - at));
        if held != 0 {
            tell(hash, held, each, |lane| at + lane + N - 1);
        }
        at += LANES;
    }
}

#[cold]
#[target_feature(enable = "avx512f,avx512dq")]
fn tell(
    hash: __m512i,
    mut held: u8,
    each: &mut impl FnMut(u64, usize),
    end: impl Fn(usize) -> usize,
) {
    let hashes = numbers(hash);
    while held != 0 {
        let lane = held.trailing_zeros() as usize;
        each(hashes[lane], end(lane));
        held &= held - 1;
    }
}

/// The grams that begin with a marked symbol of the stream, whose symbols are given with what is behind it.
#[target_feature(enable = "avx512f,avx512dq")]
pub fn marked(
    filter: &Filter,
    stream: &Stream,
    symbols: &[Symbol],
    each: &mut impl FnMut(u64, usize),
) {
    let count = symbols.len() - SPARE;
    let (mut places, mut waiting) = ([0_u64; LANES], 0);
    let mut look_at = |places: &[u64; LANES], lanes: usize| {
        // SAFETY: so many bytes are read as there are.
        let at = unsafe { _mm512_loadu_si512(places.as_ptr().cast()) };
        let lanes = first(lanes);
        let from = |more: usize| {
            // SAFETY: no place is beyond `count`, and behind it there are more symbols than are read.
            unsafe {
                let (none, symbols) = (_mm512_setzero_si512(), symbols[more..].as_ptr());
                _mm512_mask_i64gather_epi64::<2>(none, lanes, at, symbols.cast())
            }
        };
        let packed = from(0);
        for length in &filter.lengths {
            let room = _mm512_set1_epi64(count as i64 - *length as i64);
            let lanes = _mm512_mask_cmple_epi64_mask(lanes, at, room);
            let (hash, held) = if *length > LONGEST {
                let fifth = _mm512_srli_epi64::<48>(from(LONGEST_HEAD - LONGEST));
                look(filter, with_fifth(packed, fifth), *length, lanes)
            } else {
                let kept = _mm512_set1_epi64((u64::MAX >> (16 * (LONGEST - length))) as i64);
                look(filter, _mm512_and_si512(packed, kept), *length, lanes)
            };
            if held != 0 {
                tell(hash, held, each, |lane| places[lane] as usize + length - 1);
            }
        }
    };
    stream.each_marked(|at| {
        places[waiting] = at.min(count) as u64;
        waiting += 1;
        if waiting == LANES {
            look_at(&places, LANES);
            waiting = 0;
        }
    });
    if waiting > 0 {
        look_at(&places, waiting);
    }
}
