//! What must hold for every text.

use super::{judge, masked, message, words};
use chat_automod::engine::{Ruleset, Ruling, Sources, compile};
use chat_automod::message::{Content, apply};
use proptest::prelude::*;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

const WORDS: [&str; 6] = ["casino", "百家乐", "카지노", "시발", "бет", "18禁"];

static RULES: LazyLock<Ruleset> = LazyLock::new(|| words(&WORDS, ""));

static HEAVY: LazyLock<Ruleset> = LazyLock::new(|| {
    let yaml = "rules:\n  - id: heavy\n    mode: enforce\n    match: { words: [casino, 百家乐, 카지노, 시발, бет, 18禁, bad word, 'c++', ass], disguises: heavy }\n    action: { mask: stars }\n";
    super::ruleset(yaml)
});

fn sets() -> [&'static Ruleset; 2] {
    [&RULES, &HEAVY]
}

/// Texts in which the words are likely, whole, in parts and disguised, among all kinds of characters.
fn text() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        3 => proptest::sample::select(WORDS.to_vec()).prop_map(str::to_owned),
        1 => proptest::sample::select(vec![
            "cas", "ino", "ＣＡＳＩＮＯ", "саsino", "百家樂", "ㅋㅏㅈㅣㄴㅗ", "카\u{1109}", "🇨🇦", "👨‍👩‍👧", "\r\n", "x",
            "Casino Royale", "casino.com", "c4s!n0", "c a s i n o", "c*sino", "百*乐", "[TUIEmoji_Casino]", "@casino", "1", "_", "бе", "т",
        ]).prop_map(str::to_owned),
        2 => "[ -~]{0,3}",
        2 => "\\PC{0,3}",
        1 => any::<char>().prop_map(String::from),
        1 => "[\u{300}-\u{310}\u{200B}-\u{200F}\u{FE0F}\u{E0020}-\u{E0030}]{1,2}",
    ];
    proptest::collection::vec(parts, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn hits_lie_on_grapheme_borders(text in text()) {
        let borders: Vec<usize> =
            text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
        for hit in sets().into_iter().flat_map(|set| judge(set, &text).hits) {
            prop_assert!(borders.contains(&hit.range.start) && borders.contains(&hit.range.end));
        }
    }

    #[test]
    fn nothing_outside_a_hit_changes(text in text()) {
      for set in sets() {
        let verdict = judge(set, &text);
        if verdict.ruling == Ruling::Pass {
            prop_assert!(verdict.edits.is_empty());
            continue;
        }
        let edits = &verdict.edits[0].1;
        let shown = apply(&text, edits);
        prop_assert!(shown.len() <= text.len());
        // Cut out what was edited on both sides: what is left must be the same bytes.
        let (mut before, mut after, mut at, mut moved) = (String::new(), String::new(), 0, 0);
        for edit in edits {
            before.push_str(&text[at..edit.range.start]);
            after.push_str(&shown[moved..moved + edit.range.start - at]);
            moved += edit.range.start - at + edit.with.len();
            at = edit.range.end;
        }
        before.push_str(&text[at..]);
        after.push_str(&shown[moved..]);
        prop_assert_eq!(before, after);
      }
    }

    #[test]
    fn masked_text_scans_clean(text in text()) {
        for set in sets() {
            let shown = masked(set, &text);
            prop_assert_eq!(judge(set, &shown).ruling, Ruling::Pass, "{:?} became {:?}", text, shown);
        }
    }

    #[test]
    fn a_message_of_any_json_is_judged(body in "\\PC{0,40}", custom in "\\PC{0,20}") {
        let raw = format!(r#"[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":{}}}}}]"#, serde_json::Value::from(body));
        let custom = serde_json::Value::from(custom).to_string();
        let content = Content::new(&raw, Some(&custom), &Default::default()).expect("JSON");
        HEAVY.judge(&message(content), 0);
    }

    #[test]
    fn a_rule_file_of_any_bytes_is_told_about(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let sources = Sources::of([("a.yaml", bytes)]);
        if let Err(faults) = compile(&sources) {
            prop_assert!(!faults.render(&sources, false).is_empty());
        }
    }

    #[test]
    fn a_broken_rule_file_is_told_about(cut in 0_usize..700, with in "[\\PC\n]{0,6}") {
        let whole = "version: 1\ndefaults: { severity: low }\nrules:\n  - id: ads\n    match:\n      any:\n        - words: [casino, '百家乐']\n        - regex: '\\bbet\\d+'\n    except: { phrases: [casino royale] }\n    scope: { groups: ['@TGS#*'] }\n    active: { from: 2026-12-01 }\n    action: { mask: { keep_first: 1 }, tag: ads }\n    tests:\n      catch: [casino, { text: bet1, masked: 'b***' }]\n      pass: ['Casino Royale']\n";
        let at = (0..=cut.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
        let broken = format!("{}{with}{}", &whole[..at], &whole[at..]);
        let cut = format!("{}{with}", &whole[..at]);
        for yaml in [broken, cut] {
            let sources = Sources::of([("a.yaml", yaml)]);
            if let Err(faults) = compile(&sources) {
                prop_assert!(!faults.render(&sources, false).is_empty());
            }
        }
    }
}
