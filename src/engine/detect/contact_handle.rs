//! Ids of other messengers behind the word that names the messenger: 加微信 abc123, 카톡 아이디 kim_88.
//!
//! The span is the cue and the id. A cue without an id is nothing, and the plainer the cue as a word of
//! everyday language (`line`, 飞机), the more the id must show: `@`, a digit, or the word "id" before it.

use super::digits::value;
use crate::engine::plain::{Cell, reads};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    /// Asks to be added: what follows is an id even if it is all letters.
    Add,
    /// Names a messenger.
    Name,
    /// Is also an everyday word.
    Word,
    /// Only a number may follow.
    Number,
}

/// Longer cues first where one begins another.
const CUES: &[(&str, Cue)] = &[
    ("加我微信", Cue::Add),
    ("加微信", Cue::Add),
    ("加薇信", Cue::Add),
    ("加威信", Cue::Add),
    ("加维信", Cue::Add),
    ("加个微信", Cue::Add),
    ("加v信", Cue::Add),
    ("加vx", Cue::Add),
    ("加wx", Cue::Add),
    ("加微", Cue::Add),
    ("加薇", Cue::Add),
    ("加威", Cue::Add),
    ("加v", Cue::Add),
    ("加我v", Cue::Add),
    ("+vx", Cue::Add),
    ("+wx", Cue::Add),
    ("+v信", Cue::Add),
    ("+微信", Cue::Add),
    ("+微", Cue::Add),
    ("+薇", Cue::Add),
    ("+v", Cue::Add),
    ("➕v", Cue::Add),
    ("➕微", Cue::Add),
    ("加电报", Cue::Add),
    ("加飞机", Cue::Add),
    ("加tg", Cue::Add),
    ("加line", Cue::Add),
    ("加赖", Cue::Add),
    ("微信", Cue::Name),
    ("薇信", Cue::Name),
    ("威信", Cue::Name),
    ("维信", Cue::Name),
    ("v信", Cue::Name),
    ("微❤", Cue::Name),
    ("weixin", Cue::Name),
    ("wechat", Cue::Name),
    ("vx", Cue::Name),
    ("wx", Cue::Name),
    ("카카오톡", Cue::Name),
    ("카톡", Cue::Name),
    ("카카오", Cue::Name),
    ("ㅋㅌ", Cue::Name),
    ("오픈채팅", Cue::Name),
    ("오픈톡", Cue::Name),
    ("갠톡", Cue::Name),
    ("kakaotalk", Cue::Name),
    ("kakao", Cue::Name),
    ("katalk", Cue::Name),
    ("텔레그램", Cue::Name),
    ("텔레", Cue::Name),
    ("텔그", Cue::Name),
    ("telegram", Cue::Name),
    ("tg", Cue::Name),
    ("whatsapp", Cue::Name),
    ("skype", Cue::Name),
    ("snapchat", Cue::Name),
    ("discord", Cue::Word),
    ("纸飞机", Cue::Name),
    ("电报", Cue::Word),
    ("飞机", Cue::Word),
    ("line", Cue::Word),
    ("라인", Cue::Word),
    ("insta", Cue::Word),
    ("加qq", Cue::Number),
    ("扣扣", Cue::Number),
    ("企鹅", Cue::Number),
    ("q群", Cue::Number),
    ("qq群", Cue::Number),
    ("加群", Cue::Number),
    ("加裙", Cue::Number),
    ("群号", Cue::Number),
    ("qq", Cue::Number),
    ("群", Cue::Number),
];

/// The cues by their first character.
static BY_FIRST: LazyLock<ByFirst> = LazyLock::new(|| {
    let mut by_first = ByFirst { cues: HashMap::new(), some: [false; 1024] };
    let first = |word: &str| word.chars().next().unwrap_or_default();
    for (word, cue) in CUES {
        by_first.cues.entry(first(word)).or_default().push((*word, *cue));
    }
    let firsts = CUES.iter().map(|(word, _)| first(word)).chain(HOSTS.iter().map(|h| first(h)));
    firsts.for_each(|c| by_first.some[c as usize % 1024] = true);
    by_first
});

struct ByFirst {
    cues: HashMap<char, Vec<(&'static str, Cue)>>,
    /// Whether a cue or a host begins with a character of this number, modulo the length.
    some: [bool; 1024],
}

/// Hosts whose path is a contact.
const HOSTS: &[&str] =
    &["t.me/", "telegram.me/", "wa.me/", "line.me/", "discord.gg/", "open.kakao.com/"];

pub fn find(cells: &[Cell], each: &mut impl FnMut(Range<usize>)) {
    let mut at = 0;
    let by_first = &*BY_FIRST;
    while at < cells.len() {
        let first = cells[at].seen();
        if !by_first.some[first as usize % 1024] {
            at += 1;
            continue;
        }
        let end = invitation(cells, at).or_else(|| {
            let cues = by_first.cues.get(&first).into_iter().flatten();
            cues.filter(|(word, _)| reads(cells, at, word))
                .find_map(|(word, cue)| handle(cells, at, word, *cue))
        });
        match end {
            Some(end) => {
                each(at..end);
                at = end;
            }
            None => at += 1,
        }
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

/// The end of the id that follows the cue `word` at `at`.
fn handle(cells: &[Cell], at: usize, word: &str, cue: Cue) -> Option<usize> {
    let latin_start = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '+');
    if latin_start && at.checked_sub(1).is_some_and(|i| cells[i].is_spaced() || cells[i].c == '_') {
        return None;
    }
    if word.starts_with('群')
        && at.checked_sub(1).is_some_and(|i| matches!(cells[i].c, '人' | '一'))
    {
        return None;
    }
    let cue_end = at + word.chars().count();
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
        let word = ["아이디", "id", "账号", "帐号", "号码", "친추", "추가", "搜索", "搜"]
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
