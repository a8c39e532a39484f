//! Sixteen dense characters in a step, on processors with AVX-512 and VBMI2.
//!
//! The same reading as [`Stream::dense`](super::super::Stream::dense). Each piece of unsafe code says why it is sound.

use super::super::quick::{Entry, Quick};
use super::super::stream;
use super::super::{Fold, JAMO};
use super::Dense;
use std::arch::x86_64::*;

const LANES: usize = 16;
/// No character of the dense scripts takes more bytes, nor fewer.
const BYTES: usize = 3;

/// Whether the processor has what [`read`] is compiled for.
pub fn is_there() -> bool {
    std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512vl")
        && std::is_x86_feature_detected!("avx512vbmi")
}

/// Where the bytes of sixteen characters go: each character in a lane, its last byte lowest.
const CHARACTERS: [u8; 64] = {
    let (mut to, mut lane) = ([63; 64], 0);
    while lane < LANES {
        let mut byte = 0;
        while byte < BYTES {
            to[4 * lane + byte] = (BYTES * lane + BYTES - 1 - byte) as u8;
            byte += 1;
        }
        lane += 1;
    }
    to
};

/// Where sixteen characters begin.
const BEGINNINGS: [u32; LANES] = {
    let (mut places, mut lane) = ([0; LANES], 0);
    while lane < LANES {
        places[lane] = (BYTES * lane) as u32;
        lane += 1;
    }
    places
};

/// Adds the symbols of plain dense characters from byte `at` on. Where it ended, and what was there.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
pub fn read(fold: &mut Fold, bytes: &[u8], mut at: usize, quick: &Quick) -> Dense {
    fold.dense.reserve((bytes.len() - at) / BYTES + LANES);
    let mut jamo = false;
    // SAFETY: so many bytes are read as there are.
    let (characters, beginnings) = unsafe {
        (
            _mm512_loadu_si512(CHARACTERS.as_ptr().cast()),
            _mm512_loadu_si512(BEGINNINGS.as_ptr().cast()),
        )
    };
    let number = |number: u32| _mm512_set1_epi32(number as i32);
    loop {
        let rest = &bytes[at..];
        let there = (1_u64 << (BYTES * LANES).min(rest.len())) - 1;
        // SAFETY: so many bytes are read as there are; what is masked is not touched.
        let block = unsafe { _mm512_maskz_loadu_epi8(there, rest.as_ptr().cast()) };
        let block = _mm512_permutexvar_epi8(characters, block);
        let bits = |bits| _mm512_and_si512(block, number(bits));
        let whole = _mm512_cmpeq_epi32_mask(bits(0x00F0_0000), number(0x00E0_0000));
        let code = _mm512_or_si512(
            _mm512_srli_epi32::<4>(bits(0x000F_0000)),
            _mm512_srli_epi32::<2>(bits(0x3F00)),
        );
        let code = _mm512_or_si512(code, bits(0x3F));
        // SAFETY: a code has 16 bits; for each there is an entry, and one more behind it.
        let entries = unsafe {
            let none = _mm512_setzero_si512();
            _mm512_mask_i32gather_epi32::<2>(none, whole, code, quick.entries.as_ptr().cast())
        };
        let symbols = _mm512_and_si512(entries, number((!Entry::NOTED).into()));
        let others = number((Entry::FIRST - 1).into());
        let other = _mm512_cmplt_epu32_mask(_mm512_sub_epi32(symbols, number(1)), others);
        let left = !whole | other;
        let mut end = left.trailing_zeros() as usize;
        let within = ((1_u32 << end) - 1) as u16;
        let mut kept = _mm512_mask_test_epi32_mask(within, symbols, symbols);
        // What goes on with a run ends the stretch.
        let symbols = _mm512_add_epi32(symbols, number(Entry::LESS.into()));
        let front = _mm512_maskz_compress_epi32(kept, symbols);
        let before = _mm_cvtsi32_si128(fold.dense.last().unwrap_or(0).into());
        let behind = _mm512_alignr_epi32::<15>(front, _mm512_broadcastd_epi32(before));
        let again =
            _mm512_cmpeq_epi32_mask(front, behind) & ((1_u32 << kept.count_ones()) - 1) as u16;
        let places = _mm512_add_epi32(beginnings, number(at as u32));
        if again != 0 {
            // The kept ones before the first that is again.
            let mut first = kept;
            for _ in 0..again.trailing_zeros() {
                first &= first - 1;
            }
            end = first.trailing_zeros() as usize;
            kept &= (1 << end) - 1;
        }
        let within = ((1_u32 << end) - 1) as u16;
        if kept != 0 {
            let Some((to, starts)) = fold.dense.room::<LANES>() else {
                return Dense { end: at, jamo };
            };
            // SAFETY: so many bytes are written as there is room for, and any bytes are numbers.
            unsafe {
                _mm256_storeu_si256(to.as_mut_ptr().cast(), _mm512_cvtepi32_epi16(front));
                let starts = starts.as_mut_ptr().cast();
                _mm512_storeu_si512(starts, _mm512_maskz_compress_epi32(kept, places));
            }
            let count = kept.count_ones() as usize;
            let last = to[count - 1];
            fold.dense.block(stream::Block {
                count,
                marks: 0,
                mark_last: false,
                last,
                latest: at + BYTES * kept.ilog2() as usize,
            });
            let from_first = _mm512_sub_epi32(symbols, number((*JAMO.start()).into()));
            let others = number((JAMO.end() - JAMO.start()).into());
            jamo |= _mm512_mask_cmple_epu32_mask(kept, from_first, others) != 0;
        }
        let mut noted = _mm512_mask_test_epi32_mask(within, entries, number(Entry::NOTED.into()));
        while noted != 0 {
            fold.notes.push(at + BYTES * noted.trailing_zeros() as usize);
            noted &= noted - 1;
        }
        at += BYTES * end;
        if end < LANES {
            return Dense { end: at, jamo };
        }
    }
}
