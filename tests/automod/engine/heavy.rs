//! `heavy` finds the word whatever was put into it, and leaves clean text alone.

use super::{judge, masked, ruleset};
use chat_automod::engine::Ruleset;
use std::sync::LazyLock;

static RULES: LazyLock<Ruleset> = LazyLock::new(|| {
    ruleset(
        "rules:\n  - id: heavy\n    mode: enforce\n    match: { words: [casino, shit, ass, bet, hell, later, betting, roulette, bad word, 'c++', 百家乐, 赌博, 카지노, 시발, 토토사이트, 슬롯머신, skelbit, 곽뚫힐, 加v信, crack, weed, 도박, 대마], disguises: heavy }\n    action: { mask: stars }\n",
    )
});

#[test]
fn the_whole_disguise_is_covered() {
    let texts = [
        "c4s1n0",
        "cas!no",
        "c@sino",
        "ca$ino",
        "C@$!N0",
        "c.a.s.i.n.o",
        "c-a-s-i-n-o",
        "c a s i n o",
        "c\na\ns\ni\nn\no",
        "c*a*s*i*n*o",
        "c😀a😀s😀i😀n😀o",
        "c!a!s!i!n!o",
        "cas-ino",
        "ca.sino",
        "cas_ino",
        "cas*ino",
        "caaasino",
        "ccaassiinnoo",
        "casinoooo",
        "cccasino",
        "c*sino",
        "cas#no",
        "cas●no",
        "s h i t",
        "sh1t",
        "$hit",
        "sh*t",
        "shiiit",
        "s.h.i.t",
        "b-e-t",
        "be*ting",
        "ḃetting",
        "b3tt1ng",
        "bet.ting",
        "be-t-t-ing",
        "bad-word",
        "b a d w o r d",
        "badword",
        "百 家 乐",
        "百家 乐",
        "百*家*乐",
        "百1家2乐",
        "百a家b乐",
        "百*乐",
        "百百家家乐乐",
        "百-家-乐",
        "赌 博",
        "赌*博",
        "赌1博",
        "赌.博",
        "카 지 노",
        "카.지.노",
        "카1지1노",
        "카*노",
        "카카지지노노",
        "시 발",
        "시1발",
        "시*발",
        "ㅅㅣ발",
        "加 v 信",
        "加V❤信",
        "с-a-s-i-n-o",
        "ｃ＊ｓｉｎｏ",
        "c\u{200B}-a-s-i-n-o",
        "cc444sinooo",
        "skel*it",
        "SKEL#IT",
        "토토토토토사사사이이이트트트",
        "곽*힐",
        "赌赌赌博博",
        "赌博博博",
        "c451n0",
        "rou'lette",
        "be++ing",
        "bettin9",
        "슬롯*신",
        "토토*이트",
        "百丶家乐",
        "ㅅㅅㅅㅡㄹㄹㄹㄹㄹㅗㅅㅅㅁㅓㅓㅓㅅㅅㅣㅣㅣㄴㄴㄴ",
        "ccaaa5111nnn0",
        "888etting",
        "l4teerr",
        "ㅋㅏㅏㅈㅣㅣㅣㄴㄴㅗㅗㅗ",
        "토토사.이트",
        "토 토 사 이 트",
        "(asino",
        "<asino",
        "(RACK",
        "cra(k",
        "vveed",
        "VV3ED",
        "vv.e.e.d",
        "w.w.w.e.e.d",
        "b.e.e.e.t",
        "b-b-e-t-t-t",
    ];
    let wrong: Vec<_> = texts
        .iter()
        .map(|text| (text, masked(&RULES, text)))
        .filter(|(_, shown)| shown.chars().any(|c| c != '*' && c != '\n'))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_disguise_is_covered() {
    for (text, shown) in [
        ("play c a s i n o now", "play *********** now"),
        ("casino99 ok", "******99 ok"),
        ("99casino_x", "99******_x"),
        ("bet365", "***365"),
        ("the c-a-s-i-n-o.", "the ***********."),
        ("我想去百 家 乐玩", "我想去*****玩"),
        ("오늘 카.지.노 가자", "오늘 ***** 가자"),
        ("a c a s i n o", "a ***********"),
        ("大家来玩 c a s i n o 吧", "大家来玩 *********** 吧"),
        ("카 지 노에서", "*****에서"),
        ("도 박에서", "***에서"),
        ("buy (rack now", "buy ***** now"),
        ("( asino )", "( asino )"),
        ("ㅋㅋㅋ카지노", "ㅋㅋㅋ***"),
        ("一赌博博物馆", "一**博物馆"),
        ("casino000", "******000"),
    ] {
        assert_eq!(masked(&RULES, text), shown, "{text}");
    }
}

#[test]
fn clean_text_stays() {
    let texts = [
        "push it",
        "pass it",
        "she'll be here",
        "he'll come",
        "a class",
        "c l a s s",
        "as Sue said",
        "alphabet",
        "better",
        "Samsung A55",
        "assess",
        "grass",
        "bass",
        "latter",
        "good",
        "beet",
        "sooo",
        "A B C",
        "a (rack)",
        "(rack, or two of them)",
        "a <rack>",
        "f(rack",
        "(asino)",
        "대 마을 회관",
        "savvy",
        "a revved engine",
        "as s",
        "hello",
        "Scunthorpe",
        "assessment",
        "shell",
        "Michelle",
        "ash it",
        "his hit",
        "#ashit",
        "too bad. Word spread",
        "so bad, word it better",
        "渊赌，博物馆",
        "他赌。博物馆",
        "百货 家具 乐器",
        "다시 발표",
        "다시.발표",
        "시작 발표",
        "카드 지갑 노트",
        "역시 발이 빠르다",
        "3시 발차",
        "1b3t2",
        "d41d8cd98f00b204e9800998ecf8427e",
        "550e8400-e29b-41d4-a716-446655440000",
        "http://ex.com/a/s/d",
        "12:30 / 45",
        "5417",
        "U.S.A. and E.U.",
        "e.g. this, i.e. that",
        "$100 or 50%",
        "c_a",
        "b e",
    ];
    let wrong: Vec<_> = texts
        .iter()
        .map(|text| (text, masked(&RULES, text)))
        .filter(|(text, shown)| *text != shown)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// `🅏` reads as w and c.
#[test]
fn a_character_of_two_letters_says_neither_of_them_twice() {
    let rules = ruleset(
        "rules:\n  - id: a\n    mode: enforce\n    match: { words: [casino], disguises: heavy }\n    action: { mask: stars }\n",
    );
    for text in ["🅏asino", "🅏c4s!n0"] {
        assert_eq!(masked(&rules, text), text);
    }
    assert_eq!(masked(&rules, "ccc4s!n0"), "********");
}

#[test]
fn a_first_letter_may_be_said_again_in_another_script() {
    let rules = ruleset(
        "rules:\n  - id: a\n    mode: enforce\n    match: { words: [казино], disguises: heavy }\n    action: { mask: stars }\n",
    );
    assert_eq!(masked(&rules, "kказино"), "*******");
}

#[test]
fn marks_alone_are_no_word() {
    let rules = ruleset(
        "rules:\n  - id: a\n    match: { words: [x, ai, ass], disguises: heavy }\n    action: { tag: x }\n",
    );
    for text in ["×", "2 × 3", "@!", "b @! c", "b@$$c", "@$$"] {
        assert!(judge(&rules, text).hits.is_empty(), "{text}");
    }
    for text in ["x", "a$$", "@ss"] {
        assert_eq!(judge(&rules, text).hits.len(), 1, "{text}");
    }
}

#[test]
fn a_mark_at_the_end_of_a_word_hides_no_letter() {
    let rules = ruleset(
        "rules:\n  - id: a\n    match: { words: [abab, casino, taboo, 百家乐, 사설토토], disguises: heavy }\n    action: { tag: x }\n",
    );
    for text in ["abbaa^", "casin*", "tabo#", "*asino", "百家*", "*家乐"] {
        assert!(judge(&rules, text).hits.is_empty(), "{text}");
    }
    for text in ["cas^no", "cas*no", "tab#o", "百*乐", "사설*토", "사*토토"] {
        assert_eq!(judge(&rules, text).hits.len(), 1, "{text}");
    }
}

#[test]
fn brackets_with_nothing_in_them_draw_an_o() {
    let rules = ruleset(
        "rules:\n  - id: a\n    mode: enforce\n    match: { words: [casino, online slots, poker, good luck, go, hello, tattoo, coke], disguises: heavy }\n    action: { mask: stars }\n",
    );
    for (text, shown) in [
        ("my casin() here", "my ******* here"),
        ("p()ker", "******"),
        ("()nline slots", "*************"),
        ("g()()d luck!", "***********!"),
        ("c4sin()", "*******"),
        ("a c()ke", "a *****"),
    ] {
        assert_eq!(masked(&rules, text), shown, "{text}");
    }
    for text in ["g()", "hell()", "tatt()", "f()()", "()"] {
        assert!(judge(&rules, text).hits.is_empty(), "{text}");
    }
}
