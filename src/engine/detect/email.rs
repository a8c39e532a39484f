//! E-mail addresses: `@` in any width, `[at]`, `골뱅이`, and a domain however its dots are written.

use super::flaw::{Flaw, Judged};
use crate::engine::link::domain_at;
use crate::engine::plain::{Cell, reads};
use std::ops::Range;

/// Where people have their mail: with these a space around the `@` is no doubt.
const PROVIDERS: &[&str] = &[
    "gmail",
    "naver",
    "qq",
    "163",
    "126",
    "hanmail",
    "daum",
    "outlook",
    "hotmail",
    "yahoo",
    "icloud",
    "kakao",
    "nate",
    "foxmail",
    "sina",
    "proton",
    "protonmail",
];

/// Calls `each` for every sign that makes an address, or almost.
pub fn find(cells: &[Cell], each: &mut impl FnMut(Range<usize>, Judged)) {
    let mut done = 0;
    for at in 0..cells.len() {
        let Some(sign) = sign(cells, at) else { continue };
        let spaces = |cells: &mut dyn Iterator<Item = &Cell>| {
            cells.take(2).take_while(|c| c.c == ' ').count()
        };
        let before = spaces(&mut cells[..sign.start].iter().rev());
        let after = spaces(&mut cells[sign.end..].iter());
        let Some(local) = local(cells, sign.start - before) else { continue };
        let Some(end) = domain_at(cells, sign.end + after) else {
            // `@` and a word is a mention: only a dot behind it makes it a name.
            let end =
                sign.end + cells[sign.end..].iter().take(64).take_while(|c| is_name(c)).count();
            let named = before + after == 0 && cells[sign.end..end].iter().any(|c| c.c == '.');
            if named {
                each(local..end, Err(Some(Flaw::Suffix)));
            }
            continue;
        };
        let bracketed = sign.len() > 1;
        let known = PROVIDERS.iter().any(|name| reads(cells, sign.end + after, name));
        let tool = sign.start - local == 3 && reads(cells, local, "git");
        if local >= done && (before + after == 0 || bracketed || known) && !tool {
            done = end;
            each(local..end, Ok(()));
        }
    }
}

fn is_name(cell: &Cell) -> bool {
    cell.seen().is_ascii_alphanumeric() || matches!(cell.c, '.' | '-')
}

/// The cells of an `@` that begins at `at`.
fn sign(cells: &[Cell], at: usize) -> Option<Range<usize>> {
    let end = match cells[at].c {
        '@' => at + 1,
        '골' if reads(cells, at, "골뱅이") => at + 3,
        '[' if is_bracketed(cells, at, ']') => at + bracket(cells, at)?,
        '(' if is_bracketed(cells, at, ')') => at + bracket(cells, at)?,
        '{' if is_bracketed(cells, at, '}') => at + bracket(cells, at)?,
        _ => return None,
    };
    Some(at..end)
}

fn is_bracketed(cells: &[Cell], at: usize, close: char) -> bool {
    bracket(cells, at).is_some_and(|length| cells[at + length - 1].c == close)
}

/// The length of `[at]`, `( at )` or `[@]`.
fn bracket(cells: &[Cell], at: usize) -> Option<usize> {
    let inside = |from: usize| match cells.get(from)?.c {
        '@' => Some(from + 1),
        _ => reads(cells, from, "at").then_some(from + 2),
    };
    let space = |at: usize| usize::from(cells.get(at).is_some_and(|c| c.c == ' '));
    let word = at + 1 + space(at + 1);
    let close = inside(word)?;
    let close = close + space(close);
    cells.get(close).map(|_| close + 1 - at)
}

/// Where the part before the `@` that ends at `end` begins.
fn local(cells: &[Cell], end: usize) -> Option<usize> {
    let inside =
        |c: &&Cell| c.seen().is_ascii_alphanumeric() || matches!(c.c, '.' | '_' | '-' | '+' | '%');
    let mut start = end - cells[..end].iter().rev().take(64).take_while(inside).count();
    while start < end && !cells[start].is_letter {
        start += 1;
    }
    (start < end && cells[end - 1].c != '.').then_some(start)
}
