//! What a verdict says: where rules apply, what they may change, and what stands in the end.

use super::{judge, masked, message, ruleset};
use chat_automod::engine::{KeepOriginal, Note, Ruleset, Ruling, Severity, Verdict};
use chat_automod::message::{Content, Message, TextKeys, escape};

fn rule(id: &str, words: &str, action: &str, more: &str) -> String {
    format!(
        "  - id: {id}\n    mode: enforce\n    match: {{ words: [{words}] }}\n    action: {{ {action} }}\n{more}"
    )
}

fn rules(rules: &[String]) -> Ruleset {
    ruleset(&format!("rules:\n{}", rules.concat()))
}

fn elements(rules: &Ruleset, body: &str) -> (Content, Verdict) {
    let content = Content::new(body, None, &TextKeys::default()).expect("JSON");
    let verdict = rules.judge(&message(content.clone()), 0);
    (content, verdict)
}

#[test]
fn only_enforced_rules_act() {
    let set = ruleset(
        "rules:\n\
         - { id: a, match: { words: [one] }, action: { mask: stars } }\n\
         - { id: b, mode: off, match: { words: [two] }, action: { mask: stars } }\n\
         - { id: c, mode: enforce, match: { words: [three] }, action: { review: true } }\n\
         - { id: d, mode: enforce, severity: critical, match: { words: [four] }, action: { tag: t } }\n",
    );
    let rulings = ["one", "two", "three", "four"].map(|text| judge(&set, text).ruling);
    assert_eq!(rulings, [Ruling::Flag, Ruling::Pass, Ruling::Flag, Ruling::Rewrite]);
    assert!(judge(&set, "three").review);
    let all = judge(&set, "one two three four");
    assert_eq!(all.severity, Some(Severity::Critical));
    let ids: Vec<_> = all.hits.iter().map(|hit| hit.rule.as_str()).collect();
    assert_eq!(ids, ["a", "c", "d"]);
    assert_eq!((all.edits, all.tags), (vec![], vec!["t".to_owned()]));
}

#[test]
fn masks_unite_and_the_stronger_action_wins() {
    let set = rules(&[
        rule("mask", "aa bb", "mask: stars, tag: m", ""),
        rule("hash", "bb cc, ee", "mask: { with: '#' }, tag: h", "    severity: high\n"),
        rule("replace", "dd ee", "replace: '[x]'", ""),
        rule("blank", "ff", "blank: gone", "    keep_original: redacted\n"),
    ]);
    assert_eq!(masked(&set, "aa bb cc!"), "***#####!");
    assert_eq!(masked(&set, "aa bb, dd ee"), "*****, [x]");
    assert_eq!(masked(&set, "aa bb ff"), "gone");
    let verdict = judge(&set, "aa bb cc ff");
    assert_eq!(verdict.tags, ["h", "m"]);
    assert_eq!(verdict.fallback_tags, ["blank", "h", "m"]);
    assert_eq!(verdict.keep_original, KeepOriginal::Redacted);
}

#[test]
fn masks_cover_clusters_and_whole_tokens() {
    let set = rules(&[rule("mask", "casino, '赌 场', 🍆", "mask: stars", "")]);
    for (text, shown) in [
        ("c\u{301}a\u{200B}s\u{FE0F}ino!", "******!"),
        ("赌\n场", "*\n*"),
        ("赌 \r\n场", "**\r\n*"),
        ("👍🍆👍", "👍*👍"),
        ("go https://casino.example/a?b=c now", &format!("go {} now", "*".repeat(28))),
        ("加www.casino.com领", &format!("加{}领", "*".repeat(14))),
        ("[TUIEmoji_Casino] hi", "[TUIEmoji_******] hi"),
        ("mail@casino", "mail@******"),
    ] {
        let shown = if text.contains("TUIEmoji") { "[TUIEmoji_Casino] hi" } else { shown };
        assert_eq!(masked(&set, text), shown, "{text}");
    }
    let mention = Message { mentions: true, ..message(Content::of_text("hey @the.casino ok")) };
    let edits = set.judge(&mention, 0).edits;
    assert_eq!((edits[0].1[0].range.clone(), edits[0].1[0].with.len()), (4..15, 11));
}

#[test]
fn a_leaf_that_must_not_change_is_tagged() {
    let set = rules(&[
        rule("tagged", "casino", "mask: stars, tag: gambling", ""),
        rule("by-category", "poker", "blank: gone", "    category: cards\n"),
        rule("by-id", "bingo", "mask: stars", ""),
    ]);
    let file = |name: &str| {
        format!(r#"[{{"MsgType":"TIMFileElem","MsgContent":{{"FileName":"{name}"}}}}]"#)
    };
    for (name, tag) in [("casino", "gambling"), ("poker", "cards"), ("bingo", "by-id")] {
        let (_, verdict) = elements(&set, &file(name));
        assert_eq!((verdict.tags, verdict.edits), (vec![tag.to_owned()], vec![]));
        assert_eq!(verdict.notes, [Note::TaggedOnly]);
        assert_eq!(verdict.ruling, Ruling::Rewrite);
    }
}

#[test]
fn replacements_and_tags_keep_within_the_size() {
    let set =
        rules(&[rule("long", "ad", &format!("replace: '{}', tag: spam", "x".repeat(60)), "")]);
    let body = |count: usize| {
        format!(
            r#"[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{}"}}}}]"#,
            escape(&"ad ".repeat(count))
        )
    };
    let (_, small) = elements(&set, &body(100));
    assert_eq!((small.notes.len(), small.tags.len()), (0, 1));
    let (content, large) = elements(&set, &body(3_000));
    assert_eq!(large.notes, [Note::MaskedForSize]);
    assert!(content.patched(&large.edits).expect("JSON").size() <= content.size());
    let (_, full) = elements(&set, &body(4_000));
    assert_eq!(full.notes, [Note::MaskedForSize, Note::TagLeftOutForSize]);
    assert_eq!(full.tags, Vec::<String>::new());
}

#[test]
fn what_is_still_caught_is_blanked() {
    // Masking the inner word joins nothing, but the second rule sees its own pattern in what is left.
    let yaml = "rules:\n  - id: word\n    mode: enforce\n    match: { words: [bad] }\n    action: { mask: stars }\n\
                \x20 - id: rest\n    mode: enforce\n    match: { regex: 'so \\*+ thing' }\n    action: { mask: stars }\n";
    let set = ruleset(yaml);
    let verdict = judge(&set, "so bad thing");
    assert_eq!(verdict.notes, [Note::BlankedAfterMask]);
    assert_eq!(masked(&set, "so bad thing"), "***");
    assert_eq!(masked(&set, "so bad"), "so ***");
}

#[test]
fn what_is_not_known_lets_the_rule_apply() {
    let set = rules(&[rule(
        "scoped",
        "casino",
        "mask: stars",
        "    scope: { apps: [main], groups: ['@TGS#*'], group_types: [Private] }\n    except: { accounts: ['gm_*'] }\n",
    )]);
    let said = |app: &str, group: &str, kind: Option<&str>, sender: Option<&str>| {
        let mut message = message(Content::of_text("casino"));
        message.app = app.into();
        message.key.group_id = group.into();
        message.group_type = kind.map(str::to_owned);
        message.sender = sender.map(str::to_owned);
        set.judge(&message, 0).ruling
    };
    assert_eq!(said("main", "@TGS#1", Some("Work"), Some("u")), Ruling::Rewrite);
    assert_eq!(said("main", "@TGS#1", None, None), Ruling::Rewrite);
    assert_eq!(said("other", "@TGS#1", None, None), Ruling::Pass);
    assert_eq!(said("main", "room", None, None), Ruling::Pass);
    assert_eq!(said("main", "@TGS#1", Some("Public"), None), Ruling::Pass);
    assert_eq!(said("main", "@TGS#1", None, Some("gm_lee")), Ruling::Pass);
}

#[test]
fn rules_and_terms_begin_and_expire() {
    let sources = chat_automod::engine::Sources::of([
        (
            "a.yaml",
            "rules:\n  - id: dated\n    mode: enforce\n    match: { words: [sale] }\n    active: { from: 2026-12-01, until: 2026-12-07 }\n    action: { mask: stars }\n\
             \x20 - id: listed\n    mode: enforce\n    match: { words_from: l.txt }\n    action: { mask: stars }\n",
        ),
        ("l.txt", "xmas | until=2026-12-26T00:00:00Z\nforever\n"),
    ]);
    let set = super::ruleset_of(&sources);
    let at = |text: &str, moment: &str| {
        let at_ms = moment.parse::<jiff::Timestamp>().expect("a moment").as_millisecond();
        set.judge(&message(Content::of_text(text)), at_ms).ruling == Ruling::Rewrite
    };
    let days = [
        "2026-11-30T23:59:59Z",
        "2026-12-01T00:00:00Z",
        "2026-12-07T23:59:59Z",
        "2026-12-08T00:00:00Z",
    ];
    assert_eq!(days.map(|day| at("sale", day)), [false, true, true, false]);
    assert!(at("xmas", "2026-12-25T23:59:59Z") && !at("xmas", "2026-12-26T00:00:00Z"));
    assert!(at("forever", "2036-12-26T00:00:00Z"));
}

#[test]
fn conditions_come_together_over_the_whole_message() {
    let set = ruleset(
        "rules:\n  - id: both\n    mode: enforce\n    match:\n      all:\n        - words: [add me]\n        - { words: [wechat], context: true }\n\
         \x20       - any: [{ words: [now] }, { regex: '[0-9]{3}' }]\n        - none: [{ words: [officially] }]\n    action: { mask: stars }\n",
    );
    assert_eq!(masked(&set, "add me on wechat now 123"), "****** on wechat *** ***");
    for text in ["add me now", "add me on wechat", "officially add me on wechat now"] {
        assert_eq!(judge(&set, text).ruling, Ruling::Pass, "{text}");
    }
    let body = r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":"add me now"}},{"MsgType":"TIMTextElem","MsgContent":{"Text":"wechat"}}]"#;
    let (_, verdict) = elements(&set, body);
    assert_eq!(verdict.edits.iter().map(|(leaf, _)| *leaf).collect::<Vec<_>>(), [0]);
    assert_eq!(
        verdict.hits.iter().filter(|hit| hit.context).map(|hit| hit.leaf).collect::<Vec<_>>(),
        [1]
    );
}

#[test]
fn the_longer_phrase_wins() {
    let set = rules(&[rule(
        "talk",
        "casino, casino royale tickets",
        "mask: stars",
        "    except: { phrases: [casino royale, 시발점] }\n",
    )]);
    assert_eq!(masked(&set, "Ｃasino  Royale"), "Ｃasino  Royale");
    assert_eq!(masked(&set, "casino royale tickets"), "*".repeat(21));
    assert_eq!(masked(&set, "casino, casino royale"), "******, casino royale");
}
