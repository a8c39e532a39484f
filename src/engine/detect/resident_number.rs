//! Resident registration numbers: Korean ones of 13 digits, Chinese ones of 18 characters.
//!
//! A Korean number that was given out after October 2020 has no check digit. Whoever was born before then
//! must pass the check; of those born later, numbers in two groups (`201015-3123456`) count without it.
//! Thirteen digits without a gap that may be a time in milliseconds of 2014 to 2033 do not count.
//! The few people who had their number changed since are missed.

use super::digits;
use super::flaw::{Flaw, Judged, unless};
use crate::engine::plain::Cell;
use std::ops::Range;

/// First two digits of a Chinese number: the provinces.
const PROVINCES: &[u8] = &[
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91,
];

/// Calls `each` for every stretch of digits that is such a number or looks like one.
pub fn find(cells: &[Cell], each: &mut impl FnMut(Range<usize>, Judged)) {
    for run in digits::runs(cells, 13) {
        let mut done = 0;
        for window in run.windows(cells, 13, 18) {
            let mut span = window.cells();
            let number = window.number();
            let judged = match number.len() {
                13 if window.is_laid_out(&[&[6, 7], &[6, 1, 6]]) => {
                    is_korean(&number, window.layout == [6, 7])
                }
                17 => {
                    let mark = (span.end..span.end + 2)
                        .find(|i| cells.get(*i).is_some_and(|c| c.c != '-' && c.c != ' '));
                    let mark = mark.filter(|i| cells.get(*i).is_some_and(|c| c.c == 'x'));
                    span.end = mark.map_or(span.end, |i| i + 1);
                    let laid = window.is_laid_out(&[&[6, 8, 3], &[6, 4, 4, 3], &[3, 3, 4, 4, 3]]);
                    if mark.is_some() && laid { is_chinese(&number, 10) } else { Err(None) }
                }
                18 if window.is_laid_out(&[
                    &[6, 8, 4],
                    &[6, 4, 4, 4],
                    &[3, 3, 4, 4, 4],
                    &[6, 12],
                ]) =>
                {
                    is_chinese(&number[..17], number[17])
                }
                _ => Err(None),
            };
            if span.start >= done {
                let apart = || unless(digits::is_apart(cells, &span), Flaw::Around);
                let judged = judged.and_then(|()| apart());
                done = if judged.is_ok() { span.end } else { done };
                each(span, judged);
            }
        }
    }
}

fn join(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + u32::from(*digit))
}

fn is_korean(number: &[u8], grouped: bool) -> Judged {
    let (year, month, day) = (join(&number[..2]), join(&number[2..4]), join(&number[4..6]));
    let century = match number[6] {
        1 | 2 | 5 | 6 => 1900,
        3 | 4 | 7 | 8 if year < 40 => 2000,
        _ => return Err(None),
    };
    let date = is_date(century + year, month, day);
    if !date && !grouped {
        return Err(None);
    }
    unless(date, Flaw::Date)?;
    let weights = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
    let sum: u32 =
        weights.iter().zip(number).map(|(weight, digit)| weight * u32::from(*digit)).sum();
    let base = if matches!(number[6], 5..=8) { 13 } else { 11 };
    let check = (base - sum % 11) % 10;
    // 13 digits side by side that begin so are rather a time in milliseconds.
    if !grouped && (14..20).contains(&year) {
        return Err(None);
    }
    let unchecked = grouped && century == 2000 && join(&number[..6]) >= 20_10_01;
    unless(check == u32::from(number[12]) || unchecked, Flaw::CheckDigit)
}

/// `check` is 10 for `X`.
fn is_chinese(number: &[u8], check: u8) -> Judged {
    let (year, month, day) = (join(&number[6..10]), join(&number[10..12]), join(&number[12..14]));
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        weights.iter().zip(number).map(|(weight, digit)| weight * u32::from(*digit)).sum();
    if !PROVINCES.contains(&(number[0] * 10 + number[1])) {
        return Err(None);
    }
    unless((1900..2040).contains(&year) && is_date(year, month, day), Flaw::Date)?;
    unless((12 - sum % 11) % 11 == u32::from(check), Flaw::CheckDigit)
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}
