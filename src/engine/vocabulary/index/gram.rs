//! A few symbols side by side as one number.

use crate::engine::fold::Symbol;

/// The longest gram a term is filed under that may begin anywhere: four letters, or two characters of Han or Kana.
pub const LONGEST: usize = 4;
/// The longest gram of a term that begins where words do.
pub const LONGEST_HEAD: usize = 5;

/// Of the symbols side by side, the first lowest, as they lie in memory; a fifth is mixed in.
#[inline(always)]
pub fn hash(gram: &[Symbol]) -> u64 {
    let (first, more) = gram.split_at(gram.len().min(LONGEST));
    let packed = first.iter().rev().fold(0, |packed, symbol| packed << 16 | u64::from(*symbol));
    let more = more.first().map_or(0, |symbol| u64::from(*symbol).wrapping_mul(MORE));
    (packed ^ more ^ (gram.len() as u64) << 61).wrapping_mul(SPREAD)
}

pub const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
pub const MORE: u64 = 0xC2B2_AE3D_27D4_EB4F;
