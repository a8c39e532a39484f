//! How many disguises are seen through, where, and what innocent texts are hit.

#[path = "../corpus/mod.rs"]
mod corpus;

use chat_automod::engine::Ruling;
use corpus::measure::goal;
use corpus::table::{FalseHits, Offered, Recall, false_hits, innocents, offered, recall};
use corpus::{Class, Level, Tongue};
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
    let (classes, offered) = (corpus::classes(), levels());
    let recall = recall(&classes, &corpus::probes(&classes, 2, 7), &offered);
    let mut short = String::new();
    for level in offered.iter().map(|offered| offered.level) {
        for tongue in Tongue::ALL {
            let (tally, goal) = (recall.of(&classes, &offered, level, tongue), goal(level, tongue));
            if tally.recall() < goal.recall {
                _ = writeln!(
                    short,
                    "{level} {tongue:?}: found {:.2}, must {:.2}",
                    tally.recall(),
                    goal.recall
                );
            }
            if tally.exactness() < goal.exactness {
                let (is, must) = (tally.exactness(), goal.exactness);
                _ = writeln!(short, "{level} {tongue:?}: spans equal {is:.2}, must {must:.2}");
            }
        }
    }
    assert!(short.is_empty(), "{short}{}", shown(&recall, &classes));
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
    let offered = levels();
    let found = false_hits(&innocents(250, 7), &offered);
    for (column, Offered { level, .. }) in offered.iter().enumerate() {
        let most = goal(*level, Tongue::English).innocents;
        assert!(
            found.share(column) <= most,
            "{level}: {:.3} % hit\n{}",
            found.share(column),
            told(&found)
        );
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
