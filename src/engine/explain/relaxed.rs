//! Matchers and rules with nothing in the way: what the set of an explanation is made of.

use super::super::rule::{Condition, Disguises, MatcherKind, Place, Rule, Term};
use super::super::scope::{Except, Scope};
use super::super::variants::{AddOn, KEYS, Ways};
use std::sync::Arc;

/// A matcher as many, each with one thing to look for and nothing that keeps it from being found.
pub fn parts(kind: &MatcherKind) -> Vec<MatcherKind> {
    match kind {
        MatcherKind::Words { add_ons, terms, as_written, ways, .. } => {
            let open = |term: &Term| Term {
                open_start: true,
                open_end: true,
                until: None,
                ..term.clone()
            };
            // Ways to write belong to the words themselves, not to what add-ons made of them.
            let part = |(number, term): (usize, &Term)| MatcherKind::Words {
                disguises: Disguises::Heavy,
                add_ons: *add_ons,
                terms: vec![open(term)],
                as_written: usize::from(number < *as_written),
                ways: *ways,
            };
            terms.iter().enumerate().map(part).collect()
        }
        MatcherKind::Links(patterns) => {
            patterns.iter().map(|pattern| MatcherKind::Links(vec![pattern.clone()])).collect()
        }
        MatcherKind::Detect(detectors) => {
            detectors.iter().map(|detector| MatcherKind::Detect(vec![*detector])).collect()
        }
        kind => vec![kind.clone()],
    }
}

/// The words of a matcher, without what add-ons made of them.
pub fn words(kind: &MatcherKind) -> &[Term] {
    match kind {
        MatcherKind::Words { terms, as_written, .. } => &terms[..*as_written],
        _ => &[],
    }
}

/// The words of a matcher, each in all the ways that only add-ons see through, and in its own ways where too
/// little speaks for it.
pub fn extras(kind: &MatcherKind) -> Vec<(usize, MatcherKind)> {
    let MatcherKind::Words { disguises, ways, .. } = kind else { return Vec::new() };
    if *disguises == Disguises::None {
        return Vec::new();
    }
    let all: Vec<AddOn> = KEYS.iter().flat_map(|(_, names)| names.iter().map(|it| it.1)).collect();
    let mut extras = Vec::new();
    for (item, term) in words(kind).iter().enumerate() {
        let term = Term { until: None, ..term.clone() };
        if *ways != Ways::default() {
            let lax = AddOn::Written(ways.and(Ways::LAX));
            extras.push((item, MatcherKind::word_with(term.clone(), *disguises, &[lax])));
        }
        extras.push((item, MatcherKind::word_with(term, *disguises, &all)));
    }
    extras
}

/// A rule without matchers and without exceptions.
pub fn bare(rule: &Rule) -> Rule {
    Rule {
        id: rule.id.clone(),
        description: None,
        category: None,
        policy: None,
        severity: rule.severity,
        mode: rule.mode,
        condition: Condition::Any(Vec::new()),
        matchers: Vec::new(),
        except: Except::default(),
        scope: Scope::default(),
        active: Default::default(),
        action: Default::default(),
        keep_original: rule.keep_original,
        cases: Vec::new(),
        place: Place { file: Arc::clone(&rule.place.file), span: 0..0 },
        span: 0..0,
    }
}
