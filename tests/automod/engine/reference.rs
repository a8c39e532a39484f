//! Slow matchers that are obviously right, beside the fast one on random texts.
//!
//! `simple` is agreed with exactly, over Latin and Han. `heavy` weighs what was done to a word, which a slow
//! matcher would only repeat; so it stands between two of them: what the strict one accepts must be found,
//! and what is found must be what the lenient one accepts.

use super::{judge, ruleset, words};
use chat_automod::engine::Ruleset;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;
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
        out.extend(shown.map(|c| match c {
            '場' => (at, '场'),
            '賭' => (at, '赌'),
            c => (at, c),
        }));
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Where a word that begins at `at` ends. Its space may be any stretch of spaces.
fn end_of(word: &str, folded: &[(usize, char)], at: usize) -> Option<usize> {
    let mut end = at;
    for letter in word.chars() {
        let same = folded[end..].iter().take_while(|(_, c)| *c == letter).count();
        end += if letter == ' ' { same } else { same.min(1) };
        if same == 0 {
            return None;
        }
    }
    Some(end)
}

/// Where any of the words begins, by bytes.
fn reference(text: &str) -> BTreeSet<usize> {
    let folded = fold(text);
    let mut found = BTreeSet::new();
    for word in WORDS {
        for at in 0..folded.len() {
            let Some(end) = end_of(word, &folded, at) else { continue };
            let joined = |a: usize, b: Option<usize>| {
                let (a, b) = (folded.get(a), b.and_then(|b| folded.get(b)));
                a.zip(b).is_some_and(|((_, a), (_, b))| is_word(*a) && is_word(*b))
            };
            if !joined(at, at.checked_sub(1)) && !joined(end - 1, Some(end)) {
                found.insert(folded[at].0);
            }
        }
    }
    found
}

fn starts(text: &str) -> BTreeSet<usize> {
    judge(&RULES, text).hits.iter().map(|hit| hit.range.start).collect()
}

#[test]
fn a_space_of_a_word_may_be_many() {
    for text in ["bad                 áｂ,", "bad ab", "bad  ab"] {
        assert_eq!(starts(text), BTreeSet::from([0]), "{text}");
        assert_eq!(reference(text), BTreeSet::from([0]), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_fast_search_agrees_with_the_slow_one(
        text in "([ab1betd_ ,.]|BET|ｂ|ｅ|ｔ|é|á|\u{301}|\u{200B}|\u{AD}|赌|賭|场|場|bad|abba|bet|                 |sphinx of black quartz){0,12}"
    ) {
        // The search reports the longest of hits inside each other; the words here never nest. A hit is
        // widened to whole clusters, which moves no start here.
        prop_assert_eq!(starts(&text), reference(&text), "{:?}", text);
    }
}

/// Words for `heavy`; no two of them share a disguise.
const HEAVY: [&str; 4] = ["bet", "taboo", "gossip", "gambler"];

static HEAVY_RULES: LazyLock<Ruleset> = LazyLock::new(|| {
    let words = HEAVY.join(", ");
    ruleset(&format!(
        "rules:\n  - id: heavy\n    match: {{ words: [{words}], disguises: heavy }}\n    action: {{ tag: x }}\n"
    ))
});

/// Digits that every reader takes for the letter.
fn digits(letter: char) -> &'static str {
    match letter {
        'a' => "4",
        'b' => "8",
        'e' => "3",
        'g' => "96",
        'i' | 'l' => "1",
        'o' => "0",
        's' => "5",
        't' => "7",
        _ => "",
    }
}

/// Everything that may stand for a letter.
fn stands_for(c: char, letter: char) -> bool {
    let marks = match letter {
        'a' => "@",
        'i' => "!|l",
        'l' => "!|i",
        's' => "$",
        't' => "+",
        _ => "",
    };
    c.eq_ignore_ascii_case(&letter)
        || digits(letter).contains(c)
        || marks.contains(c.to_ascii_lowercase())
}

/// One kind of disguise, carried out in full, in a token between spaces: any reader sees the word.
fn strict(word: &str, token: &str) -> bool {
    let (letters, token): (Vec<char>, Vec<char>) =
        (word.chars().collect(), token.chars().collect());
    let same = |at: usize, c: char| c.eq_ignore_ascii_case(&letters[at]);
    let inner = 1..letters.len() - 1;
    let changed: Vec<usize> = if token.len() == letters.len() {
        (0..letters.len()).filter(|at| !same(*at, token[*at])).collect()
    } else {
        Vec::new()
    };
    let one_inside = changed.len() == 1 && inner.contains(&changed[0]);
    let digit = one_inside && digits(letters[changed[0]]).contains(token[changed[0]]);
    let starred = one_inside && matches!(token[changed[0]], '*' | '#');
    digit || starred || is_spelled(&letters, &token) || is_stretched(&letters, &token)
}

/// The same one separator between all letters.
fn is_spelled(letters: &[char], token: &[char]) -> bool {
    token.len() == 2 * letters.len() - 1
        && token.iter().step_by(2).zip(letters).all(|(a, b)| a.eq_ignore_ascii_case(b))
        && matches!(token[1], '.' | '-' | '*' | '_')
        && token.iter().skip(1).step_by(2).all(|c| *c == token[1])
}

/// Letters repeated, one of them three times or more.
fn is_stretched(letters: &[char], token: &[char]) -> bool {
    let runs = |of: &[char]| -> Vec<(char, usize)> {
        of.chunk_by(|a, b| a.eq_ignore_ascii_case(b))
            .map(|run| (run[0].to_ascii_lowercase(), run.len()))
            .collect()
    };
    let (wanted, found) = (runs(letters), runs(token));
    wanted.len() == found.len()
        && wanted.iter().zip(&found).all(|(a, b)| a.0 == b.0 && a.1 <= b.1)
        && wanted.iter().zip(&found).any(|(a, b)| b.1 >= a.1 + 2)
}

/// Every letter in its place in some form, or one of them (in a long word two) under a star; between them
/// nothing that is a letter of something else.
fn lenient(word: &str, span: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let stars = if letters.len() >= 7 { 2 } else { 1 };
    // How many letters were read, how many of them under a star.
    let mut states = BTreeSet::from([(0, 0)]);
    for c in span.chars() {
        let mut next = BTreeSet::new();
        for (read, hidden) in states {
            if letters.get(read).is_some_and(|letter| stands_for(c, *letter)) {
                next.insert((read + 1, hidden));
            }
            if matches!(c, '*' | '#') && (1..letters.len()).contains(&read) && hidden < stars {
                next.insert((read + 1, hidden + 1));
            }
            let again = read > 0 && stands_for(c, letters[read - 1]);
            if again || read > 0 && !c.is_ascii_alphanumeric() {
                next.insert((read, hidden));
            }
        }
        states = next;
    }
    states.iter().any(|(read, _)| *read == letters.len())
}

fn found(text: &str) -> Vec<Range<usize>> {
    judge(&HEAVY_RULES, text).hits.iter().map(|hit| hit.range.clone()).collect()
}

/// Tokens of a text, by bytes.
fn tokens(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split(' ').map(move |token| {
        let start = token.as_ptr() as usize - text.as_ptr() as usize;
        start..start + token.len()
    })
}

/// A word as `way` has it, which most often the strict matcher accepts.
fn disguised(word: &str, way: u8, at: usize, mark: char) -> String {
    let at = 1 + at % (word.len() - 2);
    let changed = |by: String| format!("{}{by}{}", &word[..at], &word[at + 1..]);
    let letter = &word[at..=at];
    match way % 5 {
        0 => word.split("").filter(|c| !c.is_empty()).collect::<Vec<_>>().join(&mark.to_string()),
        1 => changed(mark.to_string()),
        2 => changed(letter.repeat(3)),
        3 => changed(letter.chars().flat_map(|c| digits(c).chars().next().or(Some(c))).collect()),
        _ => word.to_uppercase(),
    }
}

fn texts() -> impl Strategy<Value = String> {
    let word = (
        prop::sample::select(&HEAVY[..]),
        any::<u8>(),
        any::<u8>(),
        prop::sample::select(vec!['.', '-', '*', '_', '#', '@']),
    )
        .prop_map(|(word, way, at, mark)| disguised(word, way, at.into(), mark));
    let noise = "([abegilmoprst1-57890@!$*#.,_-]|be|ta|gam| ){1,6}";
    prop::collection::vec(prop_oneof![2 => word, 2 => noise, 1 => Just(" ".to_owned())], 0..6)
        .prop_flat_map(|parts| (Just(parts), any::<bool>()))
        .prop_map(|(parts, apart)| parts.join(if apart { " " } else { "" }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn heavy_finds_what_the_strict_matcher_accepts(text in texts()) {
        let hits = found(&text);
        for token in tokens(&text) {
            let accepted = HEAVY.iter().any(|word| strict(word, &text[token.clone()]));
            let hit = hits.iter().any(|hit| hit.start < token.end && token.start < hit.end);
            prop_assert!(hit || !accepted, "{:?} in {:?}", &text[token], text);
        }
    }

    #[test]
    fn heavy_finds_nothing_that_the_lenient_matcher_refuses(text in texts()) {
        for hit in found(&text) {
            let span = &text[hit.clone()];
            prop_assert!(HEAVY.iter().any(|word| lenient(word, span)), "{span:?} in {text:?}");
            // A letter beside it would make it a part of another word.
            let beside = [text[..hit.start].chars().next_back(), text[hit.end..].chars().next()];
            prop_assert!(!beside.into_iter().flatten().any(|c| c.is_ascii_alphabetic()), "{span:?} in {text:?}");
        }
    }
}

#[test]
fn the_two_matchers_accept_what_they_say() {
    for (word, token) in
        [("bet", "b.e.t"), ("taboo", "TAB*O"), ("gossip", "gosssssip"), ("gambler", "g4mbler")]
    {
        assert!(strict(word, token) && lenient(word, token), "{token}");
    }
    for (word, token) in
        [("bet", "beet"), ("taboo", "t.a.b.oo"), ("gossip", "9o5sip"), ("bet", "belt")]
    {
        assert!(!strict(word, token), "{token}");
    }
    for (word, token) in
        [("bet", "b et s"), ("taboo", "t**oo"), ("bet", "belt"), ("gossip", "g0ss!")]
    {
        assert!(!lenient(word, token), "{token}");
    }
}
