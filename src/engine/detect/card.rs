//! Payment cards: a known issuer range, its length, and the Luhn check.

use super::digits::{self, Window};
use super::flaw::{Flaw, Judged, unless};
use crate::engine::plain::Cell;
use std::ops::Range;

const LAYOUTS: &[&[usize]] = &[
    &[4, 4, 4, 4],
    &[4, 6, 5],
    &[4, 6, 4],
    &[4, 4, 4, 4, 3],
    &[6, 13],
    &[4, 3, 3, 3],
    &[8, 8],
    &[4, 4, 4, 4, 2],
    &[4, 4, 4, 4, 1],
    &[6, 10],
    &[4, 4, 8],
    &[6, 4, 4, 5],
];

/// Calls `each` for every stretch of digits that is a card or looks like one.
pub fn find(cells: &[Cell], each: &mut impl FnMut(Range<usize>, Judged)) {
    for run in digits::runs(cells, 13) {
        let mut done = 0;
        for window in run.windows(cells, 13, 19) {
            let span = window.cells();
            if span.start >= done {
                let judged = judge(cells, &window);
                done = if judged.is_ok() { span.end } else { done };
                each(span, judged);
            }
        }
    }
}

fn judge(cells: &[Cell], window: &Window<'_>) -> Judged {
    let number = window.number();
    if !window.is_laid_out(LAYOUTS) || !is_issued(&number, window.layout.len() > 1) {
        return Err(None);
    }
    unless(luhn(&number), Flaw::CheckDigit)?;
    unless(digits::stands_alone(cells, &window.cells()), Flaw::Around)
}

/// Issuer ranges of ISO/IEC 7812 that people carry. Visa's old 13 digits look like a time in
/// milliseconds, so they count in groups only.
fn is_issued(number: &[u8], grouped: bool) -> bool {
    let head = |digits: usize| number[..digits].iter().fold(0_u32, |n, d| n * 10 + u32::from(*d));
    match number.len() {
        13 => grouped && head(1) == 4,
        14 => matches!(head(2), 30 | 36 | 38 | 39),
        15 => matches!(head(2), 34 | 37),
        16 => {
            head(1) == 4
                || matches!(head(2), 35 | 51..=55 | 62 | 64 | 65)
                || matches!(head(4), 2221..=2720 | 6011)
        }
        17..=19 => head(2) == 62,
        _ => false,
    }
}

fn luhn(number: &[u8]) -> bool {
    let sum: u32 = number
        .iter()
        .rev()
        .enumerate()
        .map(|(i, digit)| match (i % 2, u32::from(*digit) * 2) {
            (0, double) => double / 2,
            (_, double) => double / 10 + double % 10,
        })
        .sum();
    sum.is_multiple_of(10) && number.iter().any(|digit| *digit != number[0])
}
