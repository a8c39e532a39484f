//! Links, detectors, counts and nearness.

use super::{judge, masked, ruleset};
use chat_automod::engine::{Ruleset, Ruling};

fn set(matcher: &str) -> Ruleset {
    ruleset(&format!(
        "rules:\n  - id: a\n    mode: enforce\n    match: {matcher}\n    action: {{ mask: stars }}\n"
    ))
}

fn found(rules: &Ruleset, text: &str) -> Vec<String> {
    judge(rules, text).hits.into_iter().map(|hit| text[hit.range].to_owned()).collect()
}

#[test]
fn links_are_found_as_they_are_disguised() {
    let rules = set("{ links: any }");
    for (text, link) in [
        ("see https://example.com/a?b=c.", "https://example.com/a?b=c"),
        ("加www.abc.com领", "www.abc.com"),
        ("ｗｗｗ．ａｂｃ．ｃｏｍ", "ｗｗｗ．ａｂｃ．ｃｏｍ"),
        ("abc[dot]com", "abc[dot]com"),
        ("abc (dot) com!", "abc (dot) com"),
        ("go to abc dot com", "abc dot com"),
        ("abc点com", "abc点com"),
        ("abc . com", "abc . com"),
        ("аbс.com", "аbс.com"),
        ("t.me/joinchat", "t.me/joinchat"),
        ("a.b.co.uk:8080/x", "a.b.co.uk:8080/x"),
        ("http://1xbet.xyz", "http://1xbet.xyz"),
    ] {
        assert_eq!(found(&rules, text), [link], "{text}");
    }
    for text in [
        "I came. Come too",
        "ok.so what",
        "e.g. this",
        "v1.2.3",
        "3.14",
        "main.rs",
        "polka dot dress",
        "a...b",
        "三点come",
        "Mr. Smith",
        "no.way",
        "file.txt",
    ] {
        assert_eq!(found(&rules, text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_domain_means_its_sub_domains_and_nothing_else() {
    let rules = ruleset(
        "rules:\n  - id: a\n    match: { links: [game.com, '*.casino'] }\n    except: { links: [our.game.com] }\n    action: { mask: stars }\n",
    );
    for text in ["game.com", "WWW.Game.com/x", "play.game.com", "lucky.casino"] {
        assert_eq!(judge(&rules, text).ruling, Ruling::Flag, "{text}");
    }
    for text in ["ourgame.com", "game.com.evil.io", "our.game.com/a", "x.our.game.com", "game.co"] {
        assert_eq!(judge(&rules, text).ruling, Ruling::Pass, "{text}");
    }
}

#[test]
fn words_in_a_link_that_is_excepted_are_left() {
    let rules = ruleset(
        "rules:\n  - id: a\n    mode: enforce\n    match: { words: [casino], disguises: heavy }\n    except: { links: [casino.example.com] }\n    action: { mask: stars }\n",
    );
    assert_eq!(
        masked(&rules, "https://casino.example.com/casino, casino"),
        "https://casino.example.com/casino, ******"
    );
}

#[test]
fn detectors_ask_for_check_digits_and_edges() {
    for (detector, catch, pass) in [
        (
            "phone",
            vec![
                "010-1234-5678",
                "01012345678",
                "138 1234 5678",
                "+82 10-1234-5678",
                "전화010.1234.5678요",
            ],
            vec!["20261123", "1.38123456789", "order138123456789", "12:30-14:00", "010-12"],
        ),
        ("email", vec!["a@b.co", "x.y+z@mail.example.org"], vec!["a@b", "@name hi", "a @ b.c"]),
        (
            "card",
            vec!["4111111111111111", "5500-0000-0000-0004", "3400 000000 00009"],
            vec!["4111111111111112", "1234567812345678", "0000000000000000"],
        ),
        (
            "resident_number",
            vec!["11010519491231002X", "900101-1234568"],
            vec!["110105194912310021", "900101-1234567", "991301-1234568"],
        ),
        (
            "contact_handle",
            vec![
                "加微信：seller",
                "vx abc123",
                "카톡 아이디 hello_1",
                "telegram @boss99",
                "qq 123456",
            ],
            vec!["wechat is nice", "online 12", "카톡 보내줘", "qq群"],
        ),
    ] {
        let rules = set(&format!("{{ detect: {detector} }}"));
        for text in catch {
            assert_eq!(judge(&rules, text).ruling, Ruling::Rewrite, "{detector}: {text}");
        }
        for text in pass {
            assert_eq!(judge(&rules, text).ruling, Ruling::Pass, "{detector}: {text}");
        }
    }
}

#[test]
fn counts_pass_their_bound() {
    for (count, over, under) in [
        ("mentions: '>2'", "@a @b @c", "@a @b"),
        ("emoji: '>=2'", "😀[TUIEmoji_Smile]", "😀"),
        ("lines: '>2'", "a\nb\nc", "a\nb"),
        ("repeat: '>3'", "hmmmm", "hmmm    !"),
        ("links: '>1'", "a.com b.net", "a.com"),
        ("lines: '>1', emoji: '>0'", "a\n😀", "a\nb"),
    ] {
        let rules = set(&format!("{{ count: {{ {count} }} }}"));
        assert_eq!(judge(&rules, over).ruling, Ruling::Rewrite, "{count}");
        assert_eq!(judge(&rules, under).ruling, Ruling::Pass, "{count}");
    }
}

#[test]
fn within_counts_characters_not_bytes() {
    let rules = set("{ all: [{ words: [出售] }, { words: [账号], context: true }], within: 4 }");
    assert_eq!(masked(&rules, "出售一二三四账号"), "**一二三四账号");
    assert_eq!(masked(&rules, "账号。出售"), "账号。**");
    assert_eq!(judge(&rules, "出售一二三四五账号").ruling, Ruling::Pass);
    assert_eq!(masked(&rules, "出售一二三四五六出售账号"), "出售一二三四五六**账号");
}
