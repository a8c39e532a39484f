//! Telephone numbers: Korean and Chinese ones as they are dialled at home, all others with `+`.

use super::digits::{self, Window, value};
use super::flaw::{Flaw, Judged, unless};
use crate::engine::plain::Cell;
use std::ops::Range;

/// Calls of the world by the first digits; of three-digit codes the first two.
const COUNTRIES: &[&str] = &[
    "1", "7", "20", "21", "22", "23", "24", "25", "26", "27", "29", "30", "31", "32", "33", "34",
    "35", "36", "37", "38", "39", "40", "41", "42", "43", "44", "45", "46", "47", "48", "49", "50",
    "51", "52", "53", "54", "55", "56", "57", "58", "59", "60", "61", "62", "63", "64", "65", "66",
    "67", "68", "69", "81", "82", "84", "85", "86", "88", "90", "91", "92", "93", "94", "95", "96",
    "97", "98", "99",
];

/// Calls `each` for every stretch of digits that is a number or looks like one.
pub fn find(cells: &[Cell], each: &mut impl FnMut(Range<usize>, Judged)) {
    for run in digits::runs(cells, 8) {
        let mut done = 0;
        for window in run.windows(cells, 8, 15) {
            let mut span = window.cells();
            if span.start < done {
                continue;
            }
            let plus = plus_before(cells, span.start);
            span.start = plus.unwrap_or(span.start);
            // The opening bracket of an area code belongs to the number.
            let closes = cells[span.clone()].iter().any(|cell| cell.c == ')');
            if plus.is_none() && closes && span.start > 0 && cells[span.start - 1].c == '(' {
                span.start -= 1;
            }
            let judged = judge(cells, &window, plus.is_some(), &span);
            done = if judged.is_ok() { span.end } else { done };
            each(span, judged);
        }
        if done == 0 {
            spelled(cells, &run.digits, each);
        }
    }
}

fn judge(cells: &[Cell], window: &Window<'_>, plus: bool, span: &Range<usize>) -> Judged {
    let fits = if plus { is_international(window) } else { is_national(cells, window) };
    if !fits {
        return Err(miscounted(window).filter(|_| digits::stands_alone(cells, span)));
    }
    unless(digits::stands_alone(cells, span), Flaw::Around)
}

/// A mobile number with a digit too few or too many.
fn miscounted(window: &Window<'_>) -> Option<Flaw> {
    let number = text(window);
    let wanted = 11;
    let whole = match number.len() {
        10 => format!("{number}1"),
        12 => number[..wanted].to_owned(),
        _ => return None,
    };
    is_mobile(&whole).then_some(Flaw::Digits { found: number.len(), wanted })
}

/// The `+` right before a number, unless it is a sum.
fn plus_before(cells: &[Cell], at: usize) -> Option<usize> {
    let mut plus = at.checked_sub(1)?;
    if matches!(cells[plus].c, ' ' | '(') {
        plus = plus.checked_sub(1)?;
    }
    let sum =
        plus.checked_sub(1).is_some_and(|i| value(cells[i].c).is_some() || cells[i].is_spaced());
    (matches!(cells[plus].c, '+' | '➕') && !sum).then_some(plus)
}

fn is_international(window: &Window<'_>) -> bool {
    let number = text(window);
    let known = COUNTRIES.iter().any(|code| number.starts_with(code));
    let home = |rest: &str| rest.strip_prefix('0').unwrap_or(rest).len();
    let length = match number.as_bytes() {
        [b'1', area, ..] => number.len() == 11 && *area > b'1',
        [b'8', b'2', ..] => (8..=10).contains(&home(&number[2..])),
        [b'8', b'6', ..] => (9..=11).contains(&home(&number[2..])),
        _ => (10..=15).contains(&number.len()),
    };
    known && length && !number.ends_with("00000")
}

fn is_national(cells: &[Cell], window: &Window<'_>) -> bool {
    let number = text(window);
    if let Some(home) = ["0082", "0086"].iter().find_map(|code| number.strip_prefix(code)) {
        return is_mobile(&format!("0{home}")) || is_mobile(home);
    }
    if window.layout.len() > 1
        && window.layout[0] == 2
        && is_mobile(number.strip_prefix("86").unwrap_or(""))
    {
        return true;
    }
    let grouped = window.layout.len() > 1 && window.layout.iter().any(|digits| *digits > 1);
    let mobile = is_mobile(&number)
        && window.is_laid_out(&[
            &[3, 4, 4],
            &[3, 8],
            &[7, 4],
            &[3, 3, 4],
            &[3, 7],
            &[4, 7],
            &[5, 6],
            &[4, 4, 3],
            &[3, 3, 5],
            &[3, 2, 2, 2, 2],
        ]);
    mobile || grouped && is_landline(cells, window, &number)
}

fn is_mobile(number: &str) -> bool {
    match number.as_bytes() {
        [b'0', b'1', b'0', first, ..] => number.len() == 11 && *first > b'0',
        [b'0', b'1', b'1' | b'6'..=b'9', first, ..] => {
            matches!(number.len(), 10 | 11) && *first > b'1'
        }
        [b'1', b'3'..=b'9', ..] => number.len() == 11 && !number.ends_with("000000"),
        _ => false,
    }
}

/// The area code is its own group, so that an id that begins with 0 is none.
fn is_landline(cells: &[Cell], window: &Window<'_>, number: &str) -> bool {
    let area = window.layout[0];
    let rest = number.len() - area;
    let spaced_dots = window
        .digits
        .windows(2)
        .any(|pair| cells[pair[0].cell + 1..pair[1].cell].iter().any(|cell| cell.c == '.'));
    let groups = matches!(window.layout[1..], [7 | 8] | [3 | 4, 4]);
    let known = match &number[..area] {
        "02" => (7..=8).contains(&rest),
        "031" | "032" | "033" | "041" | "042" | "043" | "044" | "051" | "052" | "053" | "054"
        | "055" | "061" | "062" | "063" | "064" | "070" | "080" => (7..=8).contains(&rest),
        "010" | "020" | "021" | "022" | "023" | "024" | "025" | "027" | "028" | "029" => rest == 8,
        "400" | "800" => window.layout == [3, 3, 4] || window.layout == [3, 4, 3],
        code if area == 4 && code.starts_with('0') => {
            code.as_bytes()[1] > b'2' && (7..=8).contains(&rest)
        }
        _ => false,
    };
    let groups = groups || window.layout == [3, 4, 3];
    known && groups && !(spaced_dots && area == 2)
}

/// `공일공일이삼사오육칠팔` inside a longer run of syllables that are digits too.
fn spelled(cells: &[Cell], digits: &[digits::Digit], each: &mut impl FnMut(Range<usize>, Judged)) {
    let hangul = |digit: &digits::Digit| matches!(cells[digit.cell].c, '가'..='힣');
    let mut at = 0;
    while at + 11 <= digits.len() {
        let part = &digits[at..at + 11];
        let number: String = part.iter().map(|digit| char::from(b'0' + digit.value)).collect();
        let all = part.iter().all(hangul) && part[0].cell + 11 + 6 > part[10].cell;
        if all && number.starts_with("010") && is_mobile(&number) {
            each(part[0].cell..part[10].cell + 1, Ok(()));
            at += 11;
        } else {
            at += 1;
        }
    }
}

fn text(window: &Window<'_>) -> String {
    window.digits.iter().map(|digit| char::from(b'0' + digit.value)).collect()
}
