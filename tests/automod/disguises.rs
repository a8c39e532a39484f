//! How many disguises are seen through, where, and what innocent texts are hit.

#[path = "../corpus/mod.rs"]
pub mod corpus;

use chat_automod::engine::Ruling;
use corpus::innocents::Group;
use corpus::measure::goal;
use corpus::table::{FalseHits, Offered, Recall, false_hits, innocents, offered, recall};
use corpus::{Class, Level, Probe, Tongue, independent, ruleset};
use std::fmt::Write;

fn levels() -> Vec<Offered> {
    offered().unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn the_corpus_is_as_rich_as_it_claims_and_repeats_itself() {
    let classes = corpus::classes();
    let of = |tongue| classes.iter().filter(|class| class.tongue == tongue).count();
    assert!(of(Tongue::English) >= 45 && of(Tongue::Chinese) >= 23 && of(Tongue::Korean) >= 14);
    let probes = corpus::probes(&classes, 1, 7);
    for (number, class) in classes.iter().enumerate() {
        assert!(probes.iter().any(|p| p.class == number), "{} writes nothing", class.name);
    }
    for (a, b) in probes.iter().zip(corpus::probes(&classes, 1, 7)) {
        assert_eq!((&a.text, &a.offence), (&b.text, &b.offence));
        assert!(a.text.get(a.offence.clone()).is_some_and(|offence| !offence.is_empty()));
    }
}

#[test]
fn every_level_sees_through_what_it_names() {
    let classes = corpus::classes();
    reaches_its_goals(&classes, &corpus::probes(&classes, 2, 7), &levels());
}

#[test]
fn every_level_sees_through_what_another_hand_wrote() {
    let classes = independent::classes();
    assert!(
        classes.iter().any(|class| !class.promised),
        "what is not promised is left out by name"
    );
    reaches_its_goals(&classes, &independent::probes(&classes, 1, 7), &independent_levels());
}

fn independent_levels() -> Vec<Offered> {
    let words: Vec<&str> = independent::vocabulary::all().collect();
    corpus::table::levels(&words).unwrap_or_else(|fault| panic!("{fault}"))
}

/// What the levels promise is found as often as must be, and where it stands.
fn reaches_its_goals(classes: &[Class], probes: &[Probe], offered: &[Offered]) {
    let recall = recall(classes, probes, offered);
    let mut short = String::new();
    for level in offered.iter().map(|offered| offered.level) {
        for tongue in Tongue::ALL {
            let (tally, goal) = (recall.of(classes, offered, level, tongue), goal(level, tongue));
            let figures = [
                ("found", tally.recall(), goal.recall),
                ("spans equal", tally.exactness(), goal.exactness),
            ];
            for (what, is, must) in figures.into_iter().filter(|(_, is, must)| is < must) {
                _ = writeln!(short, "{level} {tongue:?}: {what} {is:.2}, must {must:.2}");
            }
        }
    }
    assert!(short.is_empty(), "{short}{}", shown(&recall, classes));
}

fn shown(recall: &Recall, classes: &[Class]) -> String {
    recall.misses.iter().take(40).fold(String::new(), |mut out, miss| {
        _ = writeln!(
            out,
            "[{}] {}: {:?} hits {:?}",
            miss.level, classes[miss.class].name, miss.text, miss.hits
        );
        out
    })
}

#[test]
fn innocents_are_left_alone() {
    leave_alone(&innocents(250, 7), &levels());
}

#[test]
fn innocents_of_another_hand_are_left_alone() {
    leave_alone(&independent::innocents::groups(150, 7), &independent_levels());
}

fn leave_alone(groups: &[Group], offered: &[Offered]) {
    let found = false_hits(groups, offered);
    for (column, Offered { level, .. }) in offered.iter().enumerate() {
        let most = goal(*level, Tongue::English).innocents;
        let share = found.share(column);
        assert!(share <= most, "{level}: {share:.3} % hit\n{}", told(&found));
    }
}

fn told(found: &FalseHits) -> String {
    found.texts.iter().take(40).fold(String::new(), |mut out, (level, group, text, hits)| {
        _ = writeln!(out, "[{level}] {group}: {text:?} {hits:?}");
        out
    })
}

#[test]
fn no_common_word_is_taken_for_a_term() {
    for Offered { level, rules } in levels().iter().filter(|o| !matches!(o.level, Level::AddOn(..)))
    {
        for word in ["en", "zh", "ko"].into_iter().flat_map(corpus::innocents::words) {
            let verdict = rules.judge(&corpus::ruleset::message(word), 0);
            assert_eq!(verdict.ruling, Ruling::Pass, "{level}: {word}");
        }
    }
}

/// Short words that stand inside many others.
const SHORT: [&str; 24] = [
    "ass", "sex", "tit", "cum", "hoe", "fag", "nude", "porn", "anal", "slut", "rape", "crap",
    "damn", "hell", "kill", "drug", "bet", "spam", "scam", "vape", "weed", "meth", "beer", "slot",
];

#[test]
fn short_terms_do_not_hit_common_words() {
    for level in [Level::Simple, Level::Heavy] {
        let rules = corpus::ruleset::of(&SHORT, level).unwrap_or_else(|fault| panic!("{fault}"));
        let words = corpus::innocents::words("en").into_iter();
        let hit: Vec<&str> = words
            .filter(|word| !SHORT.contains(&word.to_lowercase().as_str()))
            .filter(|word| !corpus::ruleset::hits(&rules, word).is_empty())
            .collect();
        assert!(hit.is_empty(), "{level}: {hit:?}");
    }
}

/// Only a part of a long text is looked at closely: that must not change what is found in it.
#[test]
fn what_stands_far_away_changes_nothing() {
    let clean = "We met at the station and walked home. 我们在车站见面，然后一起走回家。 우리는 역에서 만났다. ".repeat(6);
    for offered in levels().iter().filter(|offered| !matches!(offered.level, Level::AddOn(..))) {
        let mut shifted = 0;
        for probe in corpus::probes(&corpus::classes(), 1, 3) {
            let alone = format!("\n\n{}\n\n", probe.text);
            let among = format!("{clean}{alone}{clean}");
            let moved =
                |hit: std::ops::Range<usize>| hit.start + clean.len()..hit.end + clean.len();
            let wanted: Vec<_> =
                ruleset::hits(&offered.rules, &alone).into_iter().map(moved).collect();
            assert_eq!(ruleset::hits(&offered.rules, &among), wanted, "{}", probe.text);
            shifted += wanted.len();
        }
        assert!(shifted > 100, "{shifted} hits at {}", offered.level);
    }
}
