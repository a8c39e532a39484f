//! E-mail addresses: `@` in any width, `[at]`, `골뱅이`, and a domain however its dots are written. Written out in words
//! alone (`john at gmail dot com`) one counts where it can hardly be a sentence.

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

/// Of these, the ones whose name means mail and nothing else.
const ONLY_MAIL: &[&str] =
    &["gmail", "hanmail", "hotmail", "foxmail", "protonmail", "icloud", "outlook"];

/// What stands before `at gmail dot com` where a sentence speaks of the site.
#[rustfmt::skip]
const BEFORE_AT: &[&str] = &[
    "look", "sign", "log", "in", "up", "me", "us", "him", "her", "them", "you", "it", "is", "are", "was", "were", "be",
    "here", "there", "out", "now", "only", "available", "site", "page", "online", "someone", "account", "mail", "email",
    "address", "work", "works", "worked", "inbox", "support", "team", "people", "folks", "engineers", "stuff", "not",
    "or", "and", "also", "mailbox", "login", "down", "working",
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
        if cells[sign.start].seen() == 'a' {
            if local >= done && is_written_out(cells, sign.end + after..end) {
                done = end;
                each(local..end, Ok(()));
            }
            continue;
        }
        let bracketed = sign.len() > 1;
        let known = PROVIDERS.iter().any(|name| reads(cells, sign.end + after, name));
        let tool = sign.start - local == 3 && reads(cells, local, "git");
        if local >= done && (before + after == 0 || bracketed || known) && !tool {
            done = end;
            each(local..end, Ok(()));
        }
    }
}

/// Whether a host behind the word ` at ` is that of an address (`john at gmail dot com`): the word for the dot stands in
/// it, and before it a name that no sentence would have there.
pub fn is_written_out(cells: &[Cell], mut host: Range<usize>) -> bool {
    let sign = host.start.checked_sub(4).filter(|at| reads(cells, *at, " at "));
    let Some((sign, start)) = sign.and_then(|at| Some((at, local(cells, at)?))) else {
        return false;
    };
    let mail = ONLY_MAIL.iter().any(|name| reads(cells, host.start, name));
    let spelled = host.any(|at| reads(cells, at, " dot "));
    let name: String = cells[start..sign].iter().map(Cell::seen).collect();
    let telling = name.contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_'));
    spelled && (telling || mail && !BEFORE_AT.contains(&name.as_str()))
}

fn is_name(cell: &Cell) -> bool {
    cell.seen().is_ascii_alphanumeric() || matches!(cell.c, '.' | '-')
}

/// The cells of an `@` that begins at `at`.
fn sign(cells: &[Cell], at: usize) -> Option<Range<usize>> {
    let end = match cells[at].seen() {
        '@' => at + 1,
        'a' if at > 0 && reads(cells, at - 1, " at ") => at + 2,
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
