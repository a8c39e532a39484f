//! Words that name a messenger, and how they are met in a text.

use crate::engine::plain::{Cell, reads};
use std::collections::HashMap;
use std::sync::LazyLock;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue {
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
    ("薇❤", Cue::Name),
    ("徽信", Cue::Name),
    ("嶶信", Cue::Name),
    ("微亻言", Cue::Name),
    ("卫星", Cue::Word),
    ("v x", Cue::Name),
    ("v-x", Cue::Name),
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
    ("tele", Cue::Word),
    ("텔", Cue::Word),
    ("톡", Cue::Word),
    ("tg", Cue::Name),
    ("whatsapp", Cue::Name),
    ("whats app", Cue::Name),
    ("wa", Cue::Word),
    ("skype", Cue::Name),
    ("snapchat", Cue::Name),
    ("discord", Cue::Word),
    ("纸飞机", Cue::Name),
    ("电报", Cue::Word),
    ("飞机", Cue::Word),
    ("line", Cue::Word),
    ("라인", Cue::Word),
    ("instagram", Cue::Word),
    ("insta", Cue::Word),
    ("인스타그램", Cue::Word),
    ("인스타", Cue::Word),
    ("加qq", Cue::Number),
    ("扣扣", Cue::Number),
    ("企鹅", Cue::Number),
    ("秋秋", Cue::Number),
    ("q q", Cue::Number),
    ("q群", Cue::Number),
    ("qq群", Cue::Number),
    ("加群", Cue::Number),
    ("加裙", Cue::Number),
    ("群号", Cue::Number),
    ("裙号", Cue::Number),
    ("qq", Cue::Number),
    ("群", Cue::Number),
];

/// The cues by their first character.
pub static BY_FIRST: LazyLock<ByFirst> = LazyLock::new(|| {
    let mut by_first = ByFirst { cues: HashMap::new(), some: [false; 1024] };
    let first = |word: &str| word.chars().next().unwrap_or_default();
    for (word, cue) in CUES {
        by_first.cues.entry(first(word)).or_default().push((*word, *cue));
    }
    let firsts =
        CUES.iter().map(|(word, _)| first(word)).chain(super::HOSTS.iter().map(|h| first(h)));
    firsts.for_each(|c| by_first.some[c as usize % 1024] = true);
    by_first
});

pub struct ByFirst {
    pub cues: HashMap<char, Vec<(&'static str, Cue)>>,
    /// Whether a cue or a host begins with a character of this number, modulo the length.
    pub some: [bool; 1024],
}

/// How many cells of `cells` from `at` are this cue. Han and Hangul may be parted by one mark or space each:
/// 微 信, 카.톡.
pub fn length(cells: &[Cell], at: usize, word: &str) -> Option<usize> {
    if reads(cells, at, word) {
        return Some(word.chars().count());
    }
    let mut end = at;
    for (number, c) in word.chars().enumerate() {
        let between = |cell: &Cell| !cell.is_letter && !matches!(cell.c, '\n' | '\r' | '。' | '，');
        if number > 0 && cells.get(end).is_some_and(between) {
            end += 1;
        }
        cells.get(end).filter(|cell| cell.is_dense() && cell.seen() == c)?;
        end += 1;
    }
    Some(end - at)
}
