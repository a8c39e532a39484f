//! Sixty-four bytes of ASCII in a step, on processors that move bytes together by a mask (AVX-512 with VBMI2).
//!
//! The same reading as `blocks`, in fewer steps: one look-up says what every byte is, and sets of bytes are numbers.
//! Each piece of unsafe code says why it is sound.

use super::super::quick::SLOW;
use super::super::stream::{self, WIDEST_RUN};
use super::{Ascii, Fold, Symbol, after_letter, glance};
use std::arch::x86_64::*;

const BLOCK: usize = 64;

/// A value for each byte of ASCII.
type Table = [[u8; BLOCK]; 2];

pub struct Tables {
    symbols: Table,
    /// The bits below.
    kinds: Table,
}

const IS_SLOW: i8 = 1;
const IS_NOTED: i8 = 2;
const IS_LETTER: i8 = 4;
const IS_D: i8 = 8;
const IS_O: i8 = 16;

/// Whether the processor has what [`Tables::read`] is compiled for.
pub fn is_there() -> bool {
    std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512vbmi")
        && std::is_x86_feature_detected!("avx512vbmi2")
        && std::is_x86_feature_detected!("bmi2")
        && std::is_x86_feature_detected!("popcnt")
}

/// The bytes of which `there` has a bit, and nothing in the place of the others.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn load(bytes: &[u8]) -> __m512i {
    let there = u64::MAX >> (BLOCK - bytes.len().clamp(1, BLOCK));
    match bytes.is_empty() {
        true => _mm512_setzero_si512(),
        // SAFETY: so many bytes are read as there are; what is masked is not touched.
        false => unsafe { _mm512_maskz_loadu_epi8(there, bytes.as_ptr().cast()) },
    }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn store<T: Copy, const N: usize>(to: &mut [T; N], value: __m512i) {
    const { assert!(size_of::<[T; N]>() == BLOCK) };
    // SAFETY: so many bytes are written as there is room for, and any bytes are numbers.
    unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), value) }
}

/// Sixty-four bytes: a value, or a bit in a set, for each.
struct Bytes {
    symbols: __m512i,
    kept: u64,
    /// A word may begin with it.
    heads: u64,
}

impl Tables {
    pub fn new(symbols: &[Symbol; 256], noted: &[bool; 256]) -> Self {
        let symbol = |byte: usize| if symbols[byte] == SLOW { 0 } else { symbols[byte] as u8 };
        let kind = |byte: usize| {
            let small = (byte as u8).to_ascii_lowercase();
            let is = |is: bool, bit: i8| if is { bit as u8 } else { 0 };
            is(symbols[byte] == SLOW, IS_SLOW)
                | is(noted[byte], IS_NOTED)
                | is(small.is_ascii_lowercase(), IS_LETTER)
                | is(small == glance::DOT[0], IS_D)
                | is(small == glance::DOT[1], IS_O)
        };
        let table = |of: &dyn Fn(usize) -> u8| {
            [0, BLOCK].map(|first| std::array::from_fn(|byte| of(first + byte)))
        };
        Self { symbols: table(&symbol), kinds: table(&kind) }
    }

    /// See [`Ascii::read`].
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi2,popcnt")]
    pub fn read(&self, ascii: &Ascii, fold: &mut Fold, bytes: &[u8], from: usize) -> usize {
        fold.spaced.reserve(bytes.len() - from + BLOCK);
        let [symbols, kinds] =
            [&self.symbols, &self.kinds].map(|[low, high]| (load(low), load(high)));
        let mut at = from;
        let mut after_letter = u64::from(after_letter(bytes, at));
        while at < bytes.len() {
            let rest = &bytes[at..];
            let block = load(rest);
            let kinds = _mm512_permutex2var_epi8(kinds.0, block, kinds.1);
            let is = |kind| _mm512_test_epi8_mask(kinds, _mm512_set1_epi8(kind));
            let beyond = _mm512_movepi8_mask(block) as u64;
            let end = rest.len().min(BLOCK).min((is(IS_SLOW) | beyond).trailing_zeros() as usize);
            if end == 0 {
                return at;
            }
            let within = u64::MAX >> (BLOCK - end);
            let symbols = _mm512_permutex2var_epi8(symbols.0, block, symbols.1);
            let kept = _mm512_test_epi8_mask(symbols, symbols) & within;
            let letters = is(IS_LETTER);
            let heads = !(letters & (letters << 1 | after_letter));
            after_letter = letters >> (BLOCK - 1);
            if has_gap(kept) {
                // How far a run goes is better seen byte by byte.
                ascii.one_by_one(fold, bytes, at, at + end);
            } else {
                // What the last byte stands before is seen by whoever looks: it is noted.
                let dots = is(IS_D) & ((is(IS_O) | beyond) >> 1 | 1 << (BLOCK - 1));
                let mut noted = (is(IS_NOTED) | dots) & within;
                while noted != 0 {
                    fold.notes.push(at + noted.trailing_zeros() as usize);
                    noted &= noted - 1;
                }
                if kept != 0 {
                    let last = ascii.symbol(rest[kept.ilog2() as usize]);
                    add(fold, at, &Bytes { symbols, kept, heads }, last);
                }
            }
            at += end;
            if end < BLOCK {
                break;
            }
        }
        at
    }
}

/// Whether more stands between two members of a set than a run reaches over.
fn has_gap(set: u64) -> bool {
    // Every member, and as many places behind it as a run may reach over.
    let reached = [1, 2, 4, 8, 16].iter().fold(set, |set, by| set | set << by);
    let behind_first = u64::MAX.unbounded_shl(set.trailing_zeros());
    let up_to_last = u64::MAX.unbounded_shr(set.leading_zeros());
    !reached & behind_first & up_to_last != 0
}

const _: () = assert!(WIDEST_RUN == BLOCK / 2);

/// Adds the kept bytes from byte `at` on, the last of which has the symbol `last`.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi2,popcnt")]
#[inline]
fn add(fold: &mut Fold, at: usize, bytes: &Bytes, last: Symbol) {
    const FORWARD: [u8; BLOCK] = {
        let mut places = [0; BLOCK];
        let mut at = 0;
        while at < BLOCK {
            places[at] = at as u8;
            at += 1;
        }
        places
    };
    let Bytes { symbols, kept, heads } = *bytes;
    let (first, count) = (at + kept.trailing_zeros() as usize, kept.count_ones());
    let within = u64::MAX >> (BLOCK as u32 - count);
    let forward = load(&FORWARD);
    // A run is one symbol, which may begin a word where one of the run does.
    let goes_on = first - fold.spaced.latest().min(first) <= WIDEST_RUN;
    let before = fold.spaced.last().filter(|_| goes_on);
    let before = before.and_then(|before| u8::try_from(before).ok()).unwrap_or(0);
    let front = _mm512_maskz_compress_epi8(kept, symbols);
    let one_on = _mm512_sub_epi8(forward, _mm512_set1_epi8(1));
    let behind =
        _mm512_mask_permutexvar_epi8(_mm512_set1_epi8(before as i8), u64::MAX - 1, one_on, front);
    let again = _mm512_mask_cmpeq_epi8_mask(within, front, behind);
    let heads = _pext_u64(heads, kept);
    let mut parted = heads & again;
    if parted & again << 1 != 0 {
        // Three letters and more of a run, a space among them: too rare to see which begins it.
        parted = u64::MAX;
    }
    let single = within & !again;
    let kept_single = _pdep_u64(single, kept);
    let block = stream::Block {
        count: single.count_ones() as usize,
        marks: _pext_u64(heads | parted >> 1, single),
        mark_last: parted & 1 == 1,
        last,
        latest: at + kept.ilog2() as usize,
    };
    let symbols = _mm512_maskz_compress_epi8(kept_single, symbols);
    let places = _mm512_maskz_compress_epi8(kept_single, forward);
    if let Some((to, starts)) = fold.spaced.room::<BLOCK>()
        && let ([low, high], []) = to.as_chunks_mut::<32>()
        && let ([first, second, third, fourth], []) = starts.as_chunks_mut::<16>()
    {
        store(low, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(symbols)));
        store(high, _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64::<1>(symbols)));
        let base = _mm512_set1_epi32(at as i32);
        let start = |places| _mm512_add_epi32(_mm512_cvtepu8_epi32(places), base);
        store(first, start(_mm512_castsi512_si128(places)));
        store(second, start(_mm512_extracti32x4_epi32::<1>(places)));
        store(third, start(_mm512_extracti32x4_epi32::<2>(places)));
        store(fourth, start(_mm512_extracti32x4_epi32::<3>(places)));
        fold.spaced.block(block);
    }
}
