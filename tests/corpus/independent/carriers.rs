//! Sentences with `{}` where the offence goes.

use super::super::Tongue;
use super::super::dice::Dice;
use super::super::spelled::Spelled;

const ENGLISH: &[&str] = &[
    "{}",
    "{}.",
    "check out {} everyone",
    "I really like {}",
    "Is that {}?",
    "{}! come quick",
    "we sell {}, cheap and fast",
    "new site for {}; dm me",
    "“{}” is what he wrote",
    "'{}' they said",
    "<b>{}</b>",
    "hello @all: {}",
    "🔥{}🔥",
    "👉 {} 👈 only today",
    "the best\t{}\tin town",
    "line one\r\n{}\r\nline three",
    "price list:\n- {}\n- other stuff",
    "(see {})",
    "第一{}平台",
    "지금 {} 하세요",
    "#{} trending",
    "who needs {}…",
    "visit https://example.org then {} later",
    "at 10:30, {}, room 7",
    "NO {} HERE",
    "Привет, {} тут",
    "yes / {} / no",
    "¡{}!",
];

const CHINESE: &[&str] = &[
    "{}",
    "{}。",
    "正在寻找{}的朋友",
    "本群提供{}",
    "{}，欢迎了解",
    "兄弟们，{}来了！",
    "有没有{}？",
    "「{}」",
    "《{}》第二季",
    "hello {} world",
    "🔥{}🔥",
    "@小明 {} 看看",
    "第一行\n{}\n第三行",
    "他说：“{}”",
    "2026年{}攻略",
    "加我{}吧",
    "禁止{}",
    "（{}）",
    "想{}就来",
    "ＶＩＰ {} 专区",
    "今天天气不错 {} 明天见",
];

const KOREAN: &[&str] = &[
    "{}",
    "{}.",
    "오늘도 {} 하러 가자",
    "친구가 {} 추천했어요",
    "{}! 지금 바로",
    "진짜 {}?",
    "\"{}\" 라고 했다",
    "안전한 {}, 빠른 입금",
    "👉{}👈",
    "첫 줄\n{}\n셋째 줄",
    "try {} now",
    "({})",
    "문의는 {} 으로",
    "[{}]",
    "@철수 {} 봐",
    "대박 {} ㅋㅋㅋ",
    "하루 10분 {} 시작",
    "그런 {} 몰라요~",
];

/// A sentence in which this offence is one: nothing in it may be taken for a part of the offence.
pub fn fitting(tongue: Tongue, word: &str, spelled: &Spelled, dice: &mut Dice) -> &'static str {
    let carriers = match tongue {
        Tongue::English => ENGLISH,
        Tongue::Chinese => CHINESE,
        Tongue::Korean => KOREAN,
    };
    loop {
        let carrier = dice.pick(carriers);
        let (head, tail) = carrier.split_once("{}").unwrap_or((carrier, ""));
        let offence = &spelled.offence;
        // A word that begins or ends in Latin letters or digits needs a border there.
        let spaced = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_dense(c));
        let starts = spaced(word.chars().next()) || spaced(offence.chars().next());
        let ends = spaced(word.chars().next_back()) || spaced(offence.chars().next_back());
        let glued = |on: bool, c: Option<char>| on && spaced(c);
        // What would double the first or last letter is no fair sentence for it.
        let same = |a: Option<char>, b: Option<char>| a.is_some() && a == b;
        let unfair = glued(starts, head.chars().next_back())
            || glued(ends, tail.chars().next())
            || same(head.chars().next_back(), word.chars().next())
            || same(tail.chars().next(), word.chars().next_back());
        if !unfair {
            return carrier;
        }
    }
}

fn is_dense(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x11FF | 0x2E80..=0x9FFF | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0x20000..)
}
