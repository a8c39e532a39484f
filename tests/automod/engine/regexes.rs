//! A regex is passed over only where it cannot match: hits are those of the pattern as written.

use super::{judge, ruleset};
use chat_automod::engine::Ruleset;
use proptest::prelude::*;
use regex::{Regex, RegexBuilder};
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

const PATTERNS: [&str; 14] = [
    r"\bbet\d{3,}\b",
    r"telegram|t\.me/\w+",
    r"(?:earn|make)\s+\$?\d{3,}",
    r"加.{0,3}微信",
    r"무료(?:증정|쿠폰)",
    r"\bбет\b",
    r"\d{7,}",
    r"(?-i)VIP\d",
    r"s+k",
    r"(?:aab|bba)c?",
    r"[a-z]{12,}",
    r"ｆree",
    r"kiss(?:es)?",
    r"赌|博",
];

static RULES: LazyLock<Ruleset> = LazyLock::new(|| {
    let rules: String = PATTERNS
        .iter()
        .enumerate()
        .map(|(n, pattern)| {
            format!("  - {{ id: r{n}, match: {{ regex: '{pattern}' }}, action: {{ tag: x }} }}\n")
        })
        .collect();
    ruleset(&format!("rules:\n{rules}"))
});

static REGEXES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let regex = |p: &&str| RegexBuilder::new(p).case_insensitive(true).build().expect("a regex");
    PATTERNS.iter().map(regex).collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_filter_misses_nothing(
        text in "(bet|BET|ſ|ss|K|k|i|telegram|T\\.me/a|earn |make|\\$|[0-9]{1,4}|加|加我|微信|무료|무료증정|бет|БЕТ|VIP|vip|aab|bba|c|ｆREE|free|赌|博|é|\u{301}|\u{200B}| |-|x{1,6}){0,9}"
    ) {
        let verdict = judge(&RULES, &text);
        let borders: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
        for (number, regex) in REGEXES.iter().enumerate() {
            let widen = |start: usize, end: usize| {
                let start = borders.iter().rev().find(|at| **at <= start).copied().unwrap_or(0);
                start..borders.iter().find(|at| **at >= end).copied().unwrap_or(text.len())
            };
            let mut expected: Vec<_> =
                regex.find_iter(&text).filter(|m| !m.is_empty()).map(|m| widen(m.start(), m.end())).collect();
            expected.dedup();
            let id = format!("r{number}");
            let found: Vec<_> =
                verdict.hits.iter().filter(|hit| hit.rule.as_str() == id).map(|hit| hit.range.clone()).collect();
            // Matches that widen to the same clusters are one hit.
            let covered = |ranges: &[std::ops::Range<usize>]| -> Vec<usize> {
                let mut bytes: Vec<usize> = ranges.iter().cloned().flatten().collect();
                bytes.sort_unstable();
                bytes.dedup();
                bytes
            };
            prop_assert_eq!(covered(&found), covered(&expected), "{} in {:?}", PATTERNS[number], text);
        }
    }
}
