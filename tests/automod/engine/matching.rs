//! Words, disguises and edges.

use super::{judge, masked, ruleset, words};
use chat_automod::engine::Ruling;

#[test]
fn simple_sees_through_how_a_word_is_written() {
    let rules = words(&["casino", "百家乐", "카지노", "车牌", "bad word"], "");
    for (text, shown) in [
        ("play casino now", "play ****** now"),
        ("CaSiNo", "******"),
        ("ｃａｓｉｎｏ", "******"),
        ("ⓒⓐⓢⓘⓝⓞ", "******"),
        ("𝓬𝓪𝓼𝓲𝓷𝓸", "******"),
        ("🅲🅰🆂🅸🅽🅾", "******"),
        ("ᴄᴀꜱɪɴᴏ", "******"),
        ("ᶜᵃˢⁱⁿᵒ", "******"),
        ("ƈɑʂɨɳᴑ", "******"),
        ("ȼⱥꞩɨꞥø", "******"),
        ("càsïñö", "******"),
        ("c̷a̷s̷i̷n̷o̷", "******"),
        ("cas\u{200B}ino", "******"),
        ("cas\u{AD}i\u{2060}no", "******"),
        ("c\u{FE0F}asino", "******"),
        ("саsinо", "******"),
        ("a bad   word.", "a ********** "),
        ("来玩百家樂!", "来玩***!"),
        ("來玩百家樂", "來玩***"),
        ("카지노 가자", "*** 가자"),
        ("\u{110F}\u{1161}\u{110C}\u{1175}\u{1102}\u{1169}", "***"),
        ("ㅋㅏㅈㅣㄴㅗ", "******"),
        ("㉸지노", "***"),
        ("오늘 ㈘지노!", "오늘 ***!"),
        ("ￆ", "ￆ"),
        ("車牌", "**"),
    ] {
        let shown = shown.replace("********** ", "**********.");
        assert_eq!(masked(&rules, text), shown, "{text}");
    }
}

#[test]
fn innocent_words_are_left_alone() {
    let rules = words(&["cat", "시발", "сор", "ass", "bet"], "");
    for text in [
        "education",
        "concatenate",
        "cat_1",
        "cat2",
        "다시 발표",
        "다시발표",
        "3시발차",
        "cop",
        "pass",
        "class",
        "assess",
        "better",
        "alphabet",
        "c a t",
        "b.e.t",
        "",
    ] {
        assert_eq!(judge(&rules, text).ruling, Ruling::Pass, "{text}");
    }
    for text in ["cat", "cat's", "the cat.", "玩cat了", "시발", "시발놈아", "ㅋㅋ시발", "(bet)"]
    {
        assert_eq!(judge(&rules, text).ruling, Ruling::Rewrite, "{text}");
    }
}

#[test]
fn none_takes_words_as_they_are_written() {
    let rules = ruleset(
        "rules:\n  - id: a\n    match: { words: [Casino], disguises: none }\n    action: { tag: x }\n",
    );
    assert_eq!(judge(&rules, "Casino").hits.len(), 1);
    for text in ["casino", "CASINO", "Ｃasino", "Casinos"] {
        assert_eq!(judge(&rules, text).hits.len(), 0, "{text}");
    }
}

#[test]
fn of_words_of_one_letter_said_again_every_one_is_found() {
    let rules = ruleset(
        "rules:\n  - id: a\n    match: { words: [妈妈, 赌, kkk, ㅋㅋ] }\n    action: { tag: x }\n",
    );
    for (text, count) in [
        ("妈妈妈妈", 2),
        ("妈妈, 妈妈", 2),
        ("赌b赌博", 2),
        ("赌。赌", 2),
        ("kkk kkk", 2),
        ("ㅋㅋ ㅋㅋ", 2),
        ("kkkk", 0),
    ] {
        assert_eq!(judge(&rules, text).hits.len(), count, "{text}");
    }
}

#[test]
fn words_of_one_letter_may_stand_plainly_and_in_disguise() {
    let rules = ruleset(
        "rules:\n  - id: a\n    match: { words: [妈妈], disguises: heavy }\n    action: { tag: x }\n",
    );
    assert_eq!(judge(&rules, "妈 妈bet妈妈").hits.len(), 2);
}

#[test]
fn a_word_of_latin_letters_and_one_character_ends_where_it_ends() {
    let rules = words(&["qq群"], "");
    for (text, shown) in
        [("他说：“qq羣”", "他说：“***”"), ("ＱＱ群 专区", "*** 专区"), ("qq群", "***")]
    {
        assert_eq!(masked(&rules, text), shown, "{text}");
    }
}
