//! Ids of other messengers behind the word that names the messenger: 加微信 abc123, 카톡 아이디 kim_88.
//!
//! The span is the cue and the id. A cue without an id is nothing, and the plainer the cue as a word of
//! everyday language (`line`, 飞机), the more the id must show: `@`, a digit, or the word "id" before it.

mod cue;

use super::digits::value;
use super::flaw::{Flaw, Judged};
use crate::engine::plain::{Cell, reads};
use cue::{BY_FIRST, Cue};
use std::ops::Range;

/// Hosts whose path is a contact.
const HOSTS: &[&str] =
    &["t.me/", "telegram.me/", "wa.me/", "line.me/", "discord.gg/", "open.kakao.com/"];

/// Calls `each` for every cue with its id, every cue that has none, and every id without a cue.
pub fn find(cells: &[Cell], each: &mut impl FnMut(Range<usize>, Judged)) {
    let mut at = 0;
    let by_first = &*BY_FIRST;
    while at < cells.len() {
        let first = cells[at].seen();
        if !by_first.some[first as usize % 1024] {
            at += 1;
            continue;
        }
        let mut bare = None;
        let end = invitation(cells, at).or_else(|| {
            let cues = by_first.cues.get(&first).into_iter().flatten();
            let met = |(word, cue): &(&'static str, Cue)| {
                Some((*word, *cue, cue::length(cells, at, word)?))
            };
            cues.filter_map(met).find_map(|(word, cue, length)| {
                let end = handle(cells, at, word, cue, at + length);
                let plain = matches!(cue, Cue::Add | Cue::Name) && !is_inside(cells, at, word);
                bare = bare.or((plain && end.is_none()).then_some(at + length));
                end
            })
        });
        match (end, bare) {
            (Some(end), _) => {
                each(at..end, Ok(()));
                at = end;
            }
            (None, Some(end)) => {
                each(at..end, Err(Some(Flaw::NoId)));
                at += 1;
            }
            (None, None) => at += 1,
        }
    }
}

/// Whether a Latin cue is a part of a longer word.
fn is_inside(cells: &[Cell], at: usize, word: &str) -> bool {
    let latin = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '+');
    let joins = |cell: &Cell| cell.is_spaced() || cell.c == '_';
    latin && at.checked_sub(1).is_some_and(|before| joins(&cells[before]))
}

/// Calls `each` for every word that would be an id behind a cue: letters with digits.
pub fn ids(cells: &[Cell], each: &mut impl FnMut(Range<usize>, Judged)) {
    let mut at = 0;
    while at < cells.len() {
        if !cells[at].seen().is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let id = token(cells, at);
        let digits = cells[id.clone()].iter().filter(|cell| value(cell.c).is_some()).count();
        let letters =
            cells[id.clone()].iter().filter(|cell| cell.seen().is_ascii_alphabetic()).count();
        // A part of an address is no id.
        let joins = |cell: Option<&Cell>| cell.is_some_and(|c| matches!(c.c, '.' | '/' | '@'));
        let inside =
            joins(cells.get(id.end)) || joins(id.start.checked_sub(1).map(|before| &cells[before]));
        if id.len() >= 5 && digits > 0 && letters > 0 && !inside {
            each(id.clone(), Err(Some(Flaw::NoCue)));
        }
        at = id.end;
    }
}

/// The end of `t.me/name` at `at`.
fn invitation(cells: &[Cell], at: usize) -> Option<usize> {
    let host = HOSTS.iter().find(|host| reads(cells, at, host))?;
    let word_before =
        at.checked_sub(1).is_some_and(|i| cells[i].is_spaced() || matches!(cells[i].c, '-' | '.'));
    let from = at + host.len();
    let inside = |c: &&Cell| {
        c.seen().is_ascii_alphanumeric() || matches!(c.c, '_' | '-' | '/' | '+' | '@' | '~')
    };
    let length = cells[from..].iter().take(64).take_while(inside).count();
    (!word_before && length >= 3).then_some(from + length)
}

/// The end of the id that follows the cue `word` from `at` to `cue_end`.
fn handle(cells: &[Cell], at: usize, word: &str, cue: Cue, cue_end: usize) -> Option<usize> {
    if is_inside(cells, at, word) {
        return None;
    }
    if word.starts_with('群')
        && at.checked_sub(1).is_some_and(|i| matches!(cells[i].c, '人' | '一'))
    {
        return None;
    }
    let link = connector(cells, cue_end)?;
    let id = token(cells, link.end);
    let body = &cells[id.clone()];
    let glued = id.start == cue_end;
    let latin_end = word.ends_with(|c: char| c.is_ascii_alphabetic());
    let digits = body.iter().filter(|cell| value(cell.c).is_some()).count();
    let letters = body.iter().filter(|cell| cell.seen().is_ascii_alphabetic()).count();
    let marks = body.len() - digits - letters;
    if glued && latin_end && cue != Cue::Add && letters > 0 {
        return None;
    }
    let number = letters == 0 && marks == 0;
    let counts = number
        && cells.get(id.end).is_some_and(|c| {
            matches!(
                c.c,
                '人' | '个'
                    | '元'
                    | '块'
                    | '次'
                    | '年'
                    | '명'
                    | '원'
                    | '개'
                    | '条'
                    | '%'
                    | '万'
                    | '만'
                    | '번'
            )
        });
    if counts
        || number
            && cells.get(id.end).is_some_and(|c| matches!(c.c, ':' | '.' | ','))
            && cells.get(id.end + 1).is_some_and(|c| c.c.is_ascii_digit())
    {
        return None;
    }
    let named = link.at || link.id;
    let fits = match cue {
        Cue::Number => number && (5..=11).contains(&digits) && cells[id.start].c != '0',
        _ if number => {
            (5..=if link.plus { 15 } else { 12 }).contains(&digits) && (cue != Cue::Word || named)
        }
        Cue::Word => {
            body.len() >= 4
                && (named || link.colon && digits > 0 && letters > 2 && !word.eq("line"))
        }
        _ if digits > 0 || marks > 0 => {
            body.len() >= 5 && letters > 0 && !is_code(cells, &id, marks, link.colon || named)
        }
        _ if named => letters >= 4,
        Cue::Add => letters >= 6 && !followed_by_word(cells, id.end),
        Cue::Name => false,
    };
    (fits && body.len() <= 32).then_some(id.end)
}

struct Connector {
    end: usize,
    /// An `@`, the word "id", a colon stood there.
    at: bool,
    id: bool,
    colon: bool,
    plus: bool,
}

/// What stands between cue and id.
fn connector(cells: &[Cell], from: usize) -> Option<Connector> {
    let mut link = Connector { end: from, at: false, id: false, colon: false, plus: false };
    while link.end - from < 10 {
        let cell = cells.get(link.end)?;
        let word = [
            "아이디",
            "id",
            "账号",
            "帐号",
            "号码",
            "친추",
            "추가",
            "문의",
            "상담",
            "으로",
            "搜索",
            "搜",
        ]
        .iter()
        .find(|word| reads(cells, link.end, word));
        let whole = |word: &&&str| {
            !word.is_ascii()
                || !cells
                    .get(link.end + 2)
                    .is_some_and(|c| c.is_spaced() || matches!(c.c, '_' | '-'))
        };
        if let Some(word) = word.filter(whole) {
            link.id = true;
            link.end += word.chars().count();
            continue;
        }
        match cell.c {
            '@' => link.at = true,
            ':' | '=' => link.colon = true,
            '+' => link.plus = true,
            '号' | '號' => link.id = true,
            ' ' | '-' | '>' | '(' | '[' | '是' | '는' | '은' | '~' | '"' | '\'' | '、' | '【'
            | '「' => {}
            c if !cell.is_letter
                && !c.is_ascii()
                && !c.is_whitespace()
                && !matches!(c, '。' | '…' | '！' | '？' | '，' | '；') => {}
            _ => break,
        }
        link.end += 1;
    }
    cells
        .get(link.end)
        .filter(|cell| cell.seen().is_ascii_alphanumeric() || value(cell.c).is_some())
        .map(|_| link)
}

/// The id that begins at `from`: ASCII letters and digits, hyphens and underscores inside.
fn token(cells: &[Cell], from: usize) -> Range<usize> {
    let numerals = !cells[from].seen().is_ascii_alphanumeric();
    let inside = |cell: &Cell| match numerals {
        true => value(cell.c).is_some(),
        false => cell.seen().is_ascii_alphanumeric(),
    };
    let mut end = from + 1;
    while let Some(cell) = cells.get(end).filter(|_| end - from < 40) {
        let joins =
            !numerals && matches!(cell.c, '-' | '_') && cells.get(end + 1).is_some_and(inside);
        if !inside(cell) && !joins {
            break;
        }
        end += 1;
    }
    from..end
}

/// `wechat-2.0`, `telegram.send_message(`: what goes on as code or as a version is no id.
fn is_code(cells: &[Cell], id: &Range<usize>, marks: usize, linked: bool) -> bool {
    let next = cells.get(id.end).map(|cell| cell.c);
    let goes_on = cells.get(id.end + 1).is_some_and(Cell::is_spaced);
    matches!(next, Some('(' | '=' | '/' | '\\'))
        || next == Some('.') && goes_on
        || !linked
            && marks > 0
            && cells[id.clone()].iter().all(|cell| value(cell.c).is_none())
            && followed_by_word(cells, id.end)
}

/// A Latin word after the id makes it a word of a sentence.
fn followed_by_word(cells: &[Cell], at: usize) -> bool {
    cells.get(at).is_some_and(|cell| cell.c == ' ')
        && cells.get(at + 1).is_some_and(Cell::is_spaced)
}
