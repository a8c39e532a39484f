//! Rules and texts drawn by chance: what the gates look at, and everything that they may overlook.

use proptest::prelude::*;

#[rustfmt::skip]
const WORDS: &[&str] = &[
    "bet", "casino", "cas*", "*ino", "free spins", "vip", "telegram", "a1", "wow", "abba", "kkk", "c++", "x", "online", "good", "coke",
    "бет", "казино", "赌博", "百家乐", "开发票", "赌", "妈妈", "加vip群", "18禁", "qq群", "ぱちんこ",
    "도박", "카지노", "바카라", "시발", "토토사이트", "ㅋㅋ",
];
const DISGUISES: &[&str] =
    &["", ", disguises: none", ", disguises: simple", ", disguises: heavy", ", disguises: heavy"];
#[rustfmt::skip]
const ADD_ONS: &[&str] = &[
    "", "", "", "", ", typos: [swapped, dropped, reversed]", ", sounds: [choseong], keyboard: [dubeolsik]",
    ", sounds: [pinyin, homophones]", ", sounds: [pinyin_initials], shapes: [split]",
    ", sounds: [pinyin, pinyin_initials, homophones], shapes: [split]",
];
#[rustfmt::skip]
const REGEXES: &[&str] = &[
    r"\b(?:x+(?:bet|vip))", r"\bбет\b", r"\bbet\d{3,}\b", r"telegram|t\.me/\w+", r"(?:earn|make)\s+\$?\d{3,}",
    r"加.{0,3}微信", r"무료(?:증정|쿠폰)", r"\d{7,}", r"(?-i)VIP\d", r"s+k", r"(?:aab|bba)c?", r"ｆree",
    r"kiss(?:es)?", r"赌|博", r"[0-9]{4}", r"^bet$", r"(?m)^vip", r"\bv\.?i\.?p\b", r"x*vip", r"\w+bet\w+",
    r"(?:bet|b3t)(?:ting)?\s*(?:app|vip)", r"[赌博]{2}", r"(?:카지|바카).", r"bet|\d{5}", r"(?i:CASINO)\W+now",
    r"\Bbet", r"\b\d+ ?vip", r"(?:\bbet|vip\b)\s", r"(?:x|\b)casino", r"\b{start}free", r"[^a-z]bet", r"\b.bet",
    r"\b(?:\W?casino)", r"(?:(?:bet){2})+", r"(?s)bet.vip", r"\p{Han}{2}博", r"K\b", r"\b(?:é|e)?xbet", r"\s*\bvip",
];
const LINKS: &[&str] =
    &["any", "bet365.com", "'*.casino'", "'bet*.com'", "t.me", "例子.com", "main.rs", "'*.vip'"];
const DETECTORS: &[&str] = &["phone", "email", "card", "resident_number", "contact_handle"];
#[rustfmt::skip]
const COUNTS: &[&str] = &[
    "{ links: '>0' }", "{ links: '>1' }", "{ mentions: '>1' }", "{ repeat: '>=4', links: '>0' }", "{ emoji: '>1' }",
    "{ lines: '>2' }",
];
const PHRASES: &[&str] = &["casino royale", "bet now", "路口交通", "카지노 로얄", "百家乐器"];

/// Words, disguises of them and parts, and what regexes, links and detectors are made of.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "bet", "BET", "ｂｅｔ", "b.e.t", "b e t", "b3t", "beet", "beeet", "b*t", "bet365", "bеt", "xxbet", "casino", "casinos",
    "саsino", "c4s!n0", "casin()", "()nline", "g()()d", "c()ke", "()", "(", "CAS-INO", "c*sino", "ca\u{200B}sino", "🅲🅰🆂🅸🅽🅾", "csaino", "onisac", "free spins",
    "free  spins", "fr33 sp1ns", "vip", "ＶＩＰ８", "VIP8", "v.i.p", "telegram", "t.me/abc", "T．me/x1", "a1", "kkk",
    "k.k.k", "wow", "vvovv", "w0w", "abba", "c++", "C＋＋", "🅏", "㎅", "бет", "БЕТ", "казино", "赌博", "賭博", "赌1博",
    "赌 博", "赌*博", "赌", "dubo", "du3bo2", "db", "d.b", "赌b", "堵搏", "贝者博", "贝+者", "百家乐", "百 家 乐", "百*乐",
    "百百家家乐乐", "白家勒", "baijiale", "bjl", "开發票", "开-发-票", "kfp", "妈妈", "妈 妈", "妈", "加vip群", "18禁", "qq羣", "QQ群”",
    "도박", "도 박", "도.박에서", "카지노", "카*노", "ㅋㅏㅈㅣㄴㅗ", "카\u{1109}",
    "\u{110F}\u{1161}\u{110C}\u{1175}\u{1102}\u{1169}", "ㅋㅈㄴ", "zkwlsh", "시발", "다시 발표", "토토1사이트", "ㅋㅋㅋ",
    "ぱちんこ", "ハ", "earn ", "make $500", "加微信", "加我微信 abc_123", "무료증정", "kiſſ", "K", "ſsk", "ｆREE", "bet365.com",
    "www.bet365.com/x", "bet365 [dot] com", "bet365点com", "ｂｅｔ３６５．ｃｏｍ", "lucky.casino", "例子.com",
    "https://a.b.vip/", "main.rs", "dot", " dot ", "·", "。", "，", "点", "점", "010-1234-5678", "13812345678",
    "①③⑧①②③④⑤⑥⑦⑧", "一三八一二三四五六七八", "+44 20 7946 0958", "a.b@example.com", "a [at] example.com",
    "kim골뱅이naver.com", "john at gmail dot com", "ｊohn at", "kim_1 at naver", " at ", "ａt", "gmail", "＠", "@", "4111 1111 1111 1111", "11010519491231002X", "카톡: seller88", "vx", "tele",
    "공일공일이삼사오육칠팔", "1", "12", "1234567", "0", "$", "!", "*", "+", ".", "-", "_", " ", "  ", "\n", "\r\n", "\u{200B}",
    "\u{301}", "\u{AD}", "\u{FE0F}", "😀", "🇨🇦", "@a ", "now", "app", "s", "x", "k", "é", "casino royale", "Bet now",
    "카지노 로얄", "路口交通", "百家乐器",
];

fn one_of(choices: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(choices)
}

fn words() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(one_of(WORDS), 1..4);
    (words, one_of(DISGUISES), one_of(ADD_ONS)).prop_map(|(words, disguises, add_ons)| {
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        format!("words: [{}]{disguises}{add_ons}", quoted.join(", "))
    })
}

fn matcher() -> impl Strategy<Value = String> {
    let regex = (one_of(REGEXES), prop::sample::select(&["", ", on: folded"][..]));
    let links = prop::collection::vec(one_of(LINKS), 1..3);
    prop_oneof![
        4 => words(),
        4 => regex.prop_map(|(regex, on)| format!("regex: '{regex}'{on}")),
        2 => links.prop_map(|links| format!("links: [{}]", links.join(", "))),
        2 => one_of(DETECTORS).prop_map(|detector| format!("detect: {detector}")),
        1 => one_of(COUNTS).prop_map(|count| format!("count: {count}")),
    ]
}

/// A rule without its id.
fn rule() -> impl Strategy<Value = String> {
    let except = (one_of(PHRASES), one_of(&LINKS[1..]), 0..4_u8);
    let except = except.prop_map(|(phrase, link, kind)| match kind {
        0 => format!(", except: {{ phrases: [{phrase}] }}"),
        1 => format!(", except: {{ links: [{link}] }}"),
        _ => String::new(),
    });
    let matchers = prop::collection::vec(matcher(), 1..4);
    (matchers, except, 0..6_u8).prop_map(|(matchers, except, shape)| {
        let items: Vec<String> = matchers.iter().map(|it| format!("{{ {it} }}")).collect();
        let (all, rest) = (items.join(", "), items[1..].join(", "));
        let condition = match shape {
            0 => format!("all: [{all}]"),
            1 => format!("all: [{all}], within: 12"),
            2 if !rest.is_empty() => format!("all: [{}, {{ none: [{rest}] }}]", items[0]),
            3 if !rest.is_empty() => {
                format!("all: [{{ {}, context: true }}, {rest}]", matchers[0])
            }
            _ => format!("any: [{all}]"),
        };
        format!("match: {{ {condition} }}{except}, action: {{ tag: x }}")
    })
}

/// A rule file.
pub fn rules() -> impl Strategy<Value = String> {
    prop::collection::vec(rule(), 1..6).prop_map(|rules| {
        let line = |(number, rule): (usize, &String)| format!("  - {{ id: r{number}, {rule} }}\n");
        let lines: String = rules.iter().enumerate().map(line).collect();
        format!("rules:\n{lines}")
    })
}

pub fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => one_of(PIECES).prop_map(str::to_owned),
        1 => "\\PC{1,3}",
        1 => any::<char>().prop_map(String::from),
        1 => "[ -~]{1,4}",
    ];
    prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}
