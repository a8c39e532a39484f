//! `rules lint`: regexes that are far dearer than a plain one. Only the decision is told by figures; of
//! measured times there is one test, between patterns that are thousands of times apart.

use super::ruleset;
use chat_automod::cli::lint::slow;
use chat_automod::engine::{Cost, Ruleset};

fn regex(pattern: &str) -> Ruleset {
    ruleset(&format!(
        "rules:\n  - id: r\n    match: {{ regex: '{pattern}' }}\n    action: {{ tag: x }}\n"
    ))
}

fn texts(pattern: &str) -> Vec<String> {
    regex(pattern).regex_trials().flat_map(|trial| trial.texts.clone()).collect()
}

#[test]
fn a_cost_is_told_of_only_far_beyond_that_of_a_plain_pattern() {
    for (regex, plain, told) in [
        (1_000, 1_000, false),
        (50_000, 1_000, false),
        (199_999, 1_000, false),
        (200_000, 1_000, true),
        (u64::MAX, 1, true),
        (0, 0, false),
        (500, 0, true),
    ] {
        let cost = Cost { regex, plain };
        assert_eq!(cost.is_far_beyond(), told, "{cost:?}");
        let rules = self::regex("bet[0-9]+");
        let trial = rules.regex_trials().next().expect("a regex");
        assert_eq!(trial.warning("text", cost).is_some(), told, "{cost:?}");
    }
}

#[test]
fn each_regex_meets_what_almost_matches_it() {
    for (pattern, near) in [
        (r"\bbet\d{3}vip", "bet000vi"),
        ("(?:earn|make) money", "make mone"),
        ("加.{0,3}微信", "加aaa微"),
        ("x+y", "xxxxxxxxxxxxxxxxxxxxxxxx"),
    ] {
        let texts = texts(pattern);
        assert!(texts.iter().any(|text| text.contains(near)), "{pattern}: {near}");
        assert!(texts.iter().any(|text| text.contains("车站车站") || text.contains("见面我们")));
        assert!(texts.iter().all(|text| (12_000..14_000).contains(&text.len())), "{pattern}");
        assert_eq!(texts, self::texts(pattern), "the same texts each time");
    }
}

#[test]
fn a_terrible_regex_is_told_of_and_a_plain_one_is_not() {
    let told = |pattern: &str| regex(pattern).regex_trials().find_map(|trial| slow(&trial));
    assert!(told("(?:.{1,300}x){3}y").is_some());
    assert!(told(r"casino\d+").is_none());
}
