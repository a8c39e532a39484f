//! `on: folded`: the pattern runs on the text as the eye reads it, and hits lie in the original.

use super::{judge, masked, ruleset};
use chat_automod::engine::Ruleset;
use proptest::prelude::*;
use regex::{Regex, RegexBuilder};
use std::sync::LazyLock;

fn folded(pattern: &str) -> Ruleset {
    ruleset(&format!(
        "rules:\n  - id: r\n    mode: enforce\n    match: {{ regex: '{pattern}', on: folded }}\n    action: {{ mask: stars }}\n"
    ))
}

#[test]
fn a_folded_regex_sees_through_how_letters_are_written() {
    for (pattern, text, shown) in [
        (r"\bvip\d{3}\b", "join ＶＩＰ８８８ now", "join ****** now"),
        (r"\bvip\d{3}\b", "join v\u{200B}ïp888", "join ******"),
        (r"赌.{0,2}场", "去賭大場玩", "去***玩"),
        (r"\bcasino\b", "саsino!", "******!"),
        (r"\d{5}", "call ①②③④⑤", "call *****"),
        (r"카지노", "\u{110F}\u{1161}\u{110C}\u{1175}\u{1102}\u{1169} 가자", "*** 가자"),
        (r"^buy!$", "ＢＵＹ！", "****"),
    ] {
        assert_eq!(masked(&folded(pattern), text), shown, "{pattern} on {text}");
    }
}

#[test]
fn a_folded_regex_takes_no_disguise_for_a_letter() {
    for text in ["v.i.p888", "vjp888", "vip 888", "сон"] {
        assert!(judge(&folded(r"\bvip\d{3}\b|coh"), text).hits.is_empty(), "{text}");
    }
}

#[test]
fn a_regex_runs_on_the_original_where_nothing_else_is_said() {
    for on in ["", ", on: original"] {
        let rules = ruleset(&format!(
            "rules:\n  - id: r\n    match: {{ regex: 'vip'{on} }}\n    action: {{ tag: x }}\n"
        ));
        assert_eq!(judge(&rules, "VIP").hits.len(), 1);
        assert_eq!(judge(&rules, "ｖｉｐ").hits.len(), 0);
    }
}

const PATTERNS: [&str; 5] =
    [r"\bbet\d{3,}\b", r"赌.{0,3}场", r"(?:free|win)\s+\$?\d{2,}", r"x+y", r"\d{4}"];

static RULES: LazyLock<Vec<(Ruleset, Regex)>> = LazyLock::new(|| {
    let regex = |p: &str| RegexBuilder::new(p).case_insensitive(true).build().expect("a regex");
    PATTERNS.iter().map(|pattern| (folded(pattern), regex(pattern))).collect()
});

/// What is written, and what it reads as.
const PIECES: [(&str, &str); 22] = [
    ("bet", "bet"),
    ("ＢＥＴ", "bet"),
    ("b\u{200B}ét", "bet"),
    ("365", "365"),
    ("３６５", "365"),
    ("⑩", "10"),
    ("٣", "٣"),
    ("赌", "赌"),
    ("賭", "赌"),
    ("場", "场"),
    ("场", "场"),
    ("中", "中"),
    ("free ", "free "),
    ("ｆｒｅｅ\u{3000}", "free "),
    ("win  ", "win  "),
    ("$", "$"),
    ("＄", "$"),
    ("xX", "xx"),
    ("𝕩", "x"),
    ("y\u{301}\u{AD}", "y"),
    (" ", " "),
    ("!", "!"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn hits_are_those_of_the_pattern_on_what_is_read(
        chosen in prop::collection::vec(0..PIECES.len(), 0..10)
    ) {
        let written: String = chosen.iter().map(|i| PIECES[*i].0).collect();
        let read: String = chosen.iter().map(|i| PIECES[*i].1).collect();
        for (rules, regex) in RULES.iter() {
            let expected = regex.find_iter(&read).count();
            let found = judge(rules, &written).hits.len();
            prop_assert_eq!(found, expected, "{} in {:?} read as {:?}", regex, written, read);
        }
    }
}
