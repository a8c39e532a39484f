//! Chinese written in other ways: pinyin, initials, other characters of the same sound, characters in pieces.

use super::{judge, masked, ruleset};
use chat_automod::engine::{Ruleset, Ruling};

fn rules(words: &str, more: &str) -> Ruleset {
    ruleset(&format!(
        "rules:\n  - id: r\n    mode: enforce\n    match: {{ words: [{words}], {more} }}\n    action: {{ mask: stars }}\n"
    ))
}

fn all_shown(rules: &Ruleset, texts: &[(&str, &str)]) {
    for (text, shown) in texts {
        assert_eq!(&masked(rules, text), shown, "{text}");
    }
}

fn all_pass(rules: &Ruleset, texts: &[&str]) {
    for text in texts {
        let verdict = judge(rules, text);
        assert_eq!(verdict.ruling, Ruling::Pass, "{text}: {:?}", verdict.hits);
    }
}

#[test]
fn pinyin_is_read_however_it_is_typed() {
    let rules = rules("赌博, 百家乐, 西安, 绿色, 花儿", "sounds: [pinyin]");
    all_shown(
        &rules,
        &[
            ("来dubo吧", "来****吧"),
            ("du bo", "*****"),
            ("Du-Bo!", "*****!"),
            ("du'bo", "*****"),
            ("ＤＵＢＯ", "****"),
            ("dǔbó", "****"),
            ("dǔ bó", "*****"),
            ("du3bo2", "******"),
            ("du³ bo²", "*******"),
            ("赌bo", "***"),
            ("賭 bo", "****"),
            ("du博吗", "***吗"),
            ("baijiale", "********"),
            ("百jia乐", "*****"),
            ("bai jiayue", "**********"),
            ("xian", "****"),
            ("xi'an", "*****"),
            ("lvse", "****"),
            ("lüsè", "****"),
            ("luse", "****"),
            ("huar", "****"),
            ("huaer", "*****"),
        ],
    );
    all_pass(
        &rules,
        &[
            "dubois", "adubo", "du", "db", "堵博", "赌", "duo bo", "d.u.b.o", "dub0", "xiang",
            "赌bon",
        ],
    );
}

#[test]
fn pinyin_is_no_english_word_and_no_row_of_them() {
    let rules = rules("我们, 吃那, 很忙", "sounds: [pinyin]");
    all_pass(&rules, &["women in china", "Women", "CHINA", "women's"]);
    all_shown(
        &rules,
        &[("wǒ men", "******"), ("wo3men2", "*******"), ("我men", "****"), ("henmang", "*******")],
    );
}

#[test]
fn heavy_sees_through_what_is_done_to_pinyin() {
    let rules = rules("赌场", "disguises: heavy, sounds: [pinyin]");
    all_shown(
        &rules,
        &[
            ("d.u.c.h.a.n.g", "*************"),
            ("d u c h a n g", "*************"),
            ("duuuchang", "*********"),
            ("duch@ng", "*******"),
            ("duch*ng", "*******"),
            ("du   chang", "**********"),
            ("赌…chang", "赌…chang"),
            ("赌_chang", "*******"),
        ],
    );
}

#[test]
fn initials_are_words_of_their_own() {
    let rules = rules("赌博, 时时彩, 代开发票, 加微信", "sounds: [pinyin_initials]");
    all_shown(
        &rules,
        &[
            ("来db吧", "来**吧"),
            ("来 DB 吧", "来 ** 吧"),
            ("来d b吧", "来***吧"),
            ("来d.b吧", "来***吧"),
            ("赌b", "**"),
            ("d博", "**"),
            ("ssc", "***"),
            ("玩shshc吗", "玩*****吗"),
            ("时时c", "***"),
            ("need dkfp now", "need **** now"),
            ("加wx", "***"),
            ("加微x", "***"),
        ],
    );
    all_pass(
        &rules,
        &[
            "db",
            "use the db here",
            "数据存在mydb里",
            "db2 很快",
            "用%db格式",
            "看db.txt文件",
            "a d b c 选项",
            "/db/路径",
            "ssc or ssh",
            "dkfps",
            "它们dub了",
        ],
    );
}

#[test]
fn homophones_are_heard() {
    let rules = rules("赌博, 裸聊, 百家乐, 加微信", "sounds: [homophones]");
    all_shown(
        &rules,
        &[
            ("玩堵博吗", "玩**吗"),
            ("独播", "**"),
            ("賭搏", "**"),
            ("睹博", "**"),
            ("裸疗", "**"),
            ("白家勒", "***"),
            ("百佳樂!", "***!"),
            ("家威信", "***"),
        ],
    );
    all_pass(&rules, &["du bo", "db", "读者", "阅读博物馆的书", "不要都", "赌场博物馆", "加新"]);
}

#[test]
fn split_characters_are_put_together() {
    let rules = rules("赌博, 信不过, 明白, 漂亮", "shapes: [split]");
    all_shown(
        &rules,
        &[
            ("贝者博", "***"),
            ("赌十尃", "***"),
            ("贝者十甫寸", "*****"),
            ("贝 者 博", "*****"),
            ("贝+者博", "****"),
            ("貝者博", "***"),
            ("日月白", "***"),
            ("亻言不过", "****"),
            ("氵票亮", "***"),
            ("⺡票亮", "***"),
        ],
    );
    all_pass(&rules, &["人言可畏", "贝者", "du博", "堵博"]);
}

#[test]
fn ways_of_writing_go_together() {
    let more = "disguises: heavy, sounds: [pinyin, pinyin_initials, homophones], shapes: [split]";
    let rules = rules("百家乐", more);
    for text in ["白jia乐", "b家勒", "白-j-乐", "百宀豕le", "baij乐", "白 嘉 乐"] {
        assert_eq!(masked(&rules, text), "*".repeat(text.chars().count()), "{text}");
    }
    all_pass(&rules, &["白。嘉，乐", "百货和家乐福"]);
}

#[test]
fn an_open_edge_is_open_in_pinyin_too() {
    let rules = rules("'*赌博*'", "sounds: [pinyin]");
    all_shown(&rules, &[("xdubox", "x****x")]);
}

#[test]
fn a_long_row_of_letters_costs_no_more_than_it_is_long() {
    let rules =
        rules("阿安阿安阿安, 安安安安", "disguises: heavy, sounds: [pinyin, pinyin_initials]");
    let text = "a".repeat(12_000);
    assert_eq!(judge(&rules, &format!("{text}!")).ruling, Ruling::Pass);
    all_shown(&rules, &[("ananananx", "ananananx"), ("anananan", "********")]);
}
