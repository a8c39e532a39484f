//! A slow matcher that is obviously right, for `simple` over Latin and Han: normalise both, then compare
//! at every place.

use super::{judge, words};
use chat_automod::engine::Ruleset;
use proptest::prelude::*;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

const WORDS: [&str; 5] = ["bet", "abba", "bad ab", "赌场", "a1"];

static RULES: LazyLock<Ruleset> = LazyLock::new(|| words(&WORDS, ""));

/// Folded characters, each with the byte it comes from.
fn fold(text: &str) -> Vec<(usize, char)> {
    let mut out = Vec::new();
    for (at, c) in text.char_indices() {
        let folded: String = std::iter::once(c).nfkd().flat_map(char::to_lowercase).collect();
        let shown = folded
            .chars()
            .filter(|c| !is_combining_mark(*c) && !matches!(c, '\u{200B}' | '\u{AD}'));
        out.extend(shown.map(|c| {
            (
                at,
                if c == '場' {
                    '场'
                } else if c == '賭' {
                    '赌'
                } else {
                    c
                },
            )
        }));
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Where any of the words begins, by bytes.
fn reference(text: &str) -> Vec<usize> {
    let folded = fold(text);
    let mut found = Vec::new();
    for word in WORDS {
        let word: Vec<char> = word.chars().collect();
        for at in 0..folded.len() {
            let Some(part) = folded.get(at..at + word.len()) else { continue };
            let same = part.iter().map(|(_, c)| *c).eq(word.iter().copied());
            let before = at.checked_sub(1).map(|i| folded[i].1);
            let after = folded.get(at + word.len()).map(|(_, c)| *c);
            let joined = |a: char, b: Option<char>| is_word(a) && b.is_some_and(is_word);
            if same && !joined(word[0], before) && !joined(word[word.len() - 1], after) {
                found.push(folded[at].0);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_fast_search_agrees_with_the_slow_one(
        text in "([ab1betd_ ,.]|BET|ｂ|ｅ|ｔ|é|á|\u{301}|\u{200B}|\u{AD}|赌|賭|场|場|bad|abba|bet|                 |sphinx of black quartz){0,12}"
    ) {
        let mut found: Vec<usize> = judge(&RULES, &text).hits.iter().map(|hit| hit.range.start).collect();
        found.sort_unstable();
        found.dedup();
        // The search reports the longest of hits inside each other; the words here never nest.
        let expected: Vec<usize> = reference(&text);
        // A hit is widened to whole clusters, which moves no start here.
        prop_assert_eq!(found, expected, "{:?}", text);
    }
}
