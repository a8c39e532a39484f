//! All gates against none: the search must find what it finds without filters, literals, glance and facts.
//!
//! The slow side lays every term over every place, runs every regex, and reads every text for links and
//! detectors. What a term or a link *is* it shares with the search; where one may be, it does not ask.

mod material;

use super::{Count, Folded, LinkPattern, On, Searcher, Sighting, link, widen};
use crate::engine::compile::Ruleset;
use crate::engine::count::Counted;
use crate::engine::decide::RuleHit;
use crate::engine::detect::Facts;
use crate::engine::diagnostic::Diagnostics;
use crate::engine::parse;
use crate::engine::plain;
use crate::engine::scope::Subject;
use crate::engine::sources::Sources;
use proptest::prelude::*;
use std::ops::Range;

/// Facts that hold nothing back.
const ANYTHING: Facts = Facts { digits: u32::MAX, at: true, handle: true };

impl Searcher {
    /// What [`Searcher::scan`] must find, most of it several times.
    fn scan_everywhere(&self, text: &str, at_ms: i64, mut each: impl FnMut(Sighting)) {
        let mut each = |target, range| each(Sighting { target, range: widen(text, range) });
        self.vocabulary.search_everywhere(text, at_ms, |found| each(found.target, found.range));
        self.spellings.search_everywhere(text, at_ms, &mut each);
        let folded = Folded::of(text);
        for pattern in &self.regexes {
            let on = if pattern.on == On::Folded { folded.text.as_str() } else { text };
            for found in pattern.regex.find_iter(on).filter(|found| !found.is_empty()) {
                each(
                    pattern.target,
                    match pattern.on {
                        On::Folded => folded.original(found.range()),
                        On::Original => found.range(),
                    },
                );
            }
        }
        let links = link::search(text);
        for link in &links {
            let meant = |patterns: &[LinkPattern]| patterns.iter().any(|it| it.matches(link));
            let caught = self.links.iter().filter(|(_, patterns)| meant(patterns));
            caught.for_each(|(target, _)| each(*target, link.range.clone()));
            let led = |patterns: &[LinkPattern]| patterns.iter().any(|it| it.excuses(link));
            let lifted = self.excused.iter().filter(|(_, patterns)| led(patterns));
            lifted.for_each(|(target, _)| each(*target, link.range.clone()));
        }
        for (target, detector) in &self.detectors {
            let mut found = Vec::new();
            detector.find_with(text, ANYTHING, &mut Some(plain::read(text)), &mut found);
            found.into_iter().for_each(|range| each(*target, range));
        }
        for (target, count) in &self.counts {
            let sure = links.iter().filter(|link| link.sure);
            let sure: Vec<Range<usize>> = sure.map(|link| link.range.clone()).collect();
            count_everywhere(count, text, &sure, |range| each(*target, range));
        }
        self.scan_literals(text, at_ms, &mut each);
    }
}

/// A count whose links were looked for without a glance.
fn count_everywhere(
    count: &Count,
    text: &str,
    links: &[Range<usize>],
    mut each: impl FnMut(Range<usize>),
) {
    let (of_links, others): (Vec<_>, Vec<_>) =
        count.0.iter().copied().partition(|(counted, _)| *counted == Counted::Links);
    let (mut found, others) = (Vec::new(), Count(others));
    others.find(text, |range| found.push(range));
    let passed = others.0.is_empty() || !found.is_empty();
    if passed && of_links.iter().all(|(_, bound)| links.len() > *bound) {
        let links = if of_links.is_empty() { &[] } else { links };
        found.into_iter().chain(links.iter().cloned()).for_each(&mut each);
    }
}

fn ruleset(yaml: &str) -> Ruleset {
    let (sources, mut faults) = (Sources::of([("a.yaml", yaml)]), Diagnostics::default());
    // Without the lint, which takes longer than a thousand texts.
    let parsed = parse::rules(&sources, &mut faults);
    let set = Ruleset::new(String::new(), parsed, &mut faults);
    assert!(!faults.has_errors(), "{}", faults.render(&sources, false));
    set
}

/// Whether every hit of one side shares a byte with a hit of the same rule on the other. Where a disguise may
/// be read in two ways (`@abba` for abba, with the mark or without), the sides may begin or end otherwise.
fn meet(one: &[RuleHit], other: &[RuleHit]) -> bool {
    let shared = |a: &RuleHit, b: &RuleHit| {
        (a.rule, a.context) == (b.rule, b.context)
            && a.range.start < b.range.end
            && b.range.start < a.range.end
    };
    one.iter().all(|hit| other.iter().any(|it| shared(hit, it)))
}

fn agree(set: &Ruleset, text: &str) -> Result<(), TestCaseError> {
    let (mut gated, mut ungated) = (Vec::new(), Vec::new());
    set.searcher.scan(text, 0, |sighting| gated.push((0, sighting)));
    set.searcher.scan_everywhere(text, 0, |sighting| ungated.push((0, sighting)));
    let hits = |found| set.hits_of(found, &[text], &Subject::default(), |_| true);
    let (gated, ungated) = (hits(gated), hits(ungated));
    let same = meet(&gated, &ungated) && meet(&ungated, &gated);
    prop_assert!(same, "{:?}: gated {:?}, ungated {:?}", text, gated, ungated);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn all_gates_find_what_none_does(
        yaml in material::rules(),
        texts in prop::collection::vec(material::text(), 1..12),
    ) {
        let set = ruleset(&yaml);
        for text in &texts {
            agree(&set, text)?;
        }
    }
}
