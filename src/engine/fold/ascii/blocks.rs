//! Sixteen bytes of ASCII in a step: what they are, which of them are kept, and where they go.
//!
//! Byte by byte no processor is quick: which byte is a space it cannot guess, and each letter waits for the last.
//! Each piece of unsafe code says why it is sound.

use super::super::quick::SLOW;
use super::super::stream::{self, WIDEST_RUN};
use super::{Ascii, Fold, Symbol, after_letter, glance};
use std::arch::x86_64::*;

const BLOCK: usize = 16;
const HALF: usize = 8;

/// Sixteen values by the lower half of a byte.
type Row = [u8; BLOCK];

pub struct Tables {
    /// Symbols of 0x30, 0x60 and 0x70 and what follows; capitals are read as small letters.
    digits: Row,
    letters: Row,
    more_letters: Row,
    /// By the lower half of a byte, a bit for each upper half with which it is slow or noted.
    slow: Row,
    noted: Row,
}

/// The bit of each upper half.
const UPPER: Row = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];

/// Eight bytes of nothing, for a shuffle.
const NOTHING: u64 = u64::from_ne_bytes([0x80; 8]);

/// For each set of eight bytes, its members moved to the front, and nothing behind them.
static FRONT: [u64; 256] = {
    let (mut table, mut set) = ([NOTHING; 256], 0);
    while set < 256 {
        let (mut to, mut from) = (0, 0);
        while from < 8 {
            if set >> from & 1 == 1 {
                table[set] = table[set] & !(0xFF << to) | from << to;
                to += 8;
            }
            from += 1;
        }
        set += 1;
    }
    table
};

/// Whether the processor has what [`Tables::read`] is compiled for.
pub fn is_there() -> bool {
    std::is_x86_feature_detected!("ssse3") && std::is_x86_feature_detected!("popcnt")
}

fn load(part: &[u8; BLOCK]) -> __m128i {
    // SAFETY: so many bytes are read as there are.
    unsafe { _mm_loadu_si128(part.as_ptr().cast()) }
}

fn store<T: Copy, const N: usize>(to: &mut [T; N], value: __m128i) {
    const { assert!(size_of::<[T; N]>() == BLOCK) };
    // SAFETY: so many bytes are written as there is room for, and any bytes are numbers.
    unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), value) }
}

/// What a block is: a value or a bit for each byte.
struct Block {
    symbols: __m128i,
    letters: __m128i,
    slow: i32,
    noted: i32,
}

impl Tables {
    pub fn new(symbols: &[Symbol; 256], noted: &[bool; 256]) -> Self {
        let row = |first: usize| {
            std::array::from_fn(|low| match symbols[first + low] {
                SLOW => 0,
                symbol => symbol as u8,
            })
        };
        let bits = |is: &dyn Fn(usize) -> bool| {
            std::array::from_fn(|low| {
                (0..8).fold(0, |bits, up| bits | u8::from(is(up << 4 | low)) << up)
            })
        };
        Self {
            digits: row(0x30),
            letters: row(0x60),
            more_letters: row(0x70),
            slow: bits(&|byte| symbols[byte] == SLOW),
            noted: bits(&|byte| noted[byte]),
        }
    }

    #[target_feature(enable = "ssse3,popcnt")]
    fn look(&self, block: __m128i) -> Block {
        let low_half = _mm_set1_epi8(15);
        let small = _mm_or_si128(block, _mm_set1_epi8(0x20));
        let upper = _mm_and_si128(_mm_srli_epi16::<4>(block), low_half);
        let upper_small = _mm_and_si128(_mm_srli_epi16::<4>(small), low_half);
        let row = |row: &Row, of, is: i8| {
            let here = _mm_cmpeq_epi8(of, _mm_set1_epi8(is));
            _mm_and_si128(_mm_shuffle_epi8(load(row), block), here)
        };
        let digits = row(&self.digits, upper, 3);
        let first = row(&self.letters, upper_small, 6);
        let letters = _mm_or_si128(first, row(&self.more_letters, upper_small, 7));
        let symbols = _mm_or_si128(digits, letters);
        let bit = _mm_shuffle_epi8(load(&UPPER), upper);
        let none = |of| _mm_movemask_epi8(_mm_cmpeq_epi8(of, _mm_setzero_si128()));
        let is = |row: &Row| !none(_mm_and_si128(_mm_shuffle_epi8(load(row), block), bit)) & 0xFFFF;
        let beyond = _mm_movemask_epi8(block);
        let is_byte =
            |byte: u8| _mm_movemask_epi8(_mm_cmpeq_epi8(small, _mm_set1_epi8(byte as i8)));
        let [d, o] = glance::DOT.map(is_byte);
        // What the last byte stands before is seen by whoever looks: it is noted.
        let dots = d & ((o | beyond) >> 1 | 1 << (BLOCK - 1));
        Block { symbols, letters, slow: is(&self.slow) | beyond, noted: is(&self.noted) | dots }
    }

    #[target_feature(enable = "ssse3,popcnt")]
    pub fn read(&self, ascii: &Ascii, fold: &mut Fold, bytes: &[u8], from: usize) -> usize {
        fold.spaced.reserve(bytes.len() - from + BLOCK);
        let nothing = _mm_setzero_si128();
        let mut at = from;
        // Of the byte before: whether it is a letter.
        let mut before = _mm_cvtsi32_si128(i32::from(after_letter(bytes, at)));
        while at < bytes.len() {
            let mut last = [b' '; BLOCK];
            let part = match bytes[at..].first_chunk() {
                Some(part) => part,
                None => {
                    last[..bytes.len() - at].copy_from_slice(&bytes[at..]);
                    &last
                }
            };
            let block = self.look(load(part));
            let end = BLOCK.min(bytes.len() - at).min(block.slow.trailing_zeros() as usize);
            let within = (1 << end) - 1;
            let letters = _mm_cmpgt_epi8(block.letters, nothing);
            let inner = _mm_and_si128(letters, _mm_or_si128(_mm_slli_si128::<1>(letters), before));
            before = _mm_srli_si128::<15>(letters);
            let kept = _mm_movemask_epi8(_mm_cmpgt_epi8(block.symbols, nothing)) & within;
            if fold.spaced.latest() + WIDEST_RUN < at + BLOCK {
                // How far the last run goes is better seen byte by byte.
                ascii.one_by_one(fold, bytes, at, at + end);
            } else {
                let heads = _mm_cmpeq_epi8(inner, nothing);
                add(fold, at, block.symbols, heads, kept as usize & 0xFF);
                let [symbols, heads] =
                    [_mm_srli_si128::<8>(block.symbols), _mm_srli_si128::<8>(heads)];
                add(fold, at + HALF, symbols, heads, kept as usize >> HALF);
                let mut noted = block.noted & within;
                while noted != 0 {
                    fold.notes.push(at + noted.trailing_zeros() as usize);
                    noted &= noted - 1;
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

/// Adds eight bytes from byte `at` on, of which those in `kept` have symbols.
#[target_feature(enable = "ssse3,popcnt")]
#[inline]
fn add(fold: &mut Fold, at: usize, symbols: __m128i, heads: __m128i, kept: usize) {
    if kept == 0 {
        return;
    }
    let front = _mm_set_epi64x(NOTHING as i64, FRONT[kept] as i64);
    let count = kept.count_ones();
    let (symbols, heads) = (_mm_shuffle_epi8(symbols, front), _mm_shuffle_epi8(heads, front));
    // A run is one symbol, which may begin a word where one of the run does.
    let last = fold.spaced.last().and_then(|last| u8::try_from(last).ok()).unwrap_or(0);
    let before = _mm_or_si128(_mm_slli_si128::<1>(symbols), _mm_cvtsi32_si128(last.into()));
    let again = _mm_cmpeq_epi8(symbols, before);
    let mut parted = _mm_and_si128(heads, again);
    if _mm_movemask_epi8(_mm_and_si128(parted, _mm_slli_si128::<1>(again))) != 0 {
        // Three letters and more of a run, a space among them: too rare to see which begins it.
        parted = _mm_cmpeq_epi8(parted, parted);
    }
    let heads = _mm_or_si128(heads, _mm_srli_si128::<1>(parted));
    let single = !_mm_movemask_epi8(again) as usize & ((1 << count) - 1);
    let front_single = _mm_set_epi64x(NOTHING as i64, FRONT[single] as i64);
    let none = _mm_setzero_si128();
    let places = _mm_unpacklo_epi8(_mm_shuffle_epi8(front, front_single), none);
    let base = _mm_set1_epi32(at as i32);
    let block = stream::Block {
        count: single.count_ones() as usize,
        marks: u64::from(_mm_movemask_epi8(_mm_shuffle_epi8(heads, front_single)) as u8),
        mark_last: _mm_movemask_epi8(parted) & 1 == 1,
        // Taken before runs are: the next eight do not wait for them.
        last: (_mm_cvtsi128_si64(symbols) as u64 >> (8 * (count - 1)) & 0xFF) as Symbol,
        latest: at + kept.ilog2() as usize,
    };
    if let Some((to, starts)) = fold.spaced.room::<HALF>()
        && let ([first, second], []) = starts.as_chunks_mut::<4>()
    {
        store(to, _mm_unpacklo_epi8(_mm_shuffle_epi8(symbols, front_single), none));
        store(first, _mm_add_epi32(_mm_unpacklo_epi16(places, none), base));
        store(second, _mm_add_epi32(_mm_unpackhi_epi16(places, none), base));
        fold.spaced.block(block);
    }
}

const _: () = assert!(WIDEST_RUN > BLOCK);
