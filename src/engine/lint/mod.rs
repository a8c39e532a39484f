//! What is legal but unwise: warned of, and refused only where an enforced word is sure to hit clean text.

mod adversarial;
mod common;
mod costly;
mod hidden;
mod slow;

pub use slow::{Cost, Trial};

use super::compile::Ruleset;
use super::diagnostic::{Code, Diagnostic, Diagnostics};
use super::fold::{Kind, look};
use super::rule::{Matcher, MatcherKind, Place, Rule, Term};
use super::trial::ANY_TIME;

/// Everything that can be said of rules that are in order one by one.
pub fn rules(rules: &[Rule], faults: &mut Diagnostics) {
    hidden::hidden(rules, faults);
    for rule in rules {
        if rule.cases.is_empty() {
            warn(
                faults,
                Code::NoTests,
                &rule.place,
                format!("the rule `{}` has no tests", rule.id),
                "write below `tests:` what it must catch and what it must pass",
            );
        }
        let passes = rule.cases.iter().any(|case| !case.catch);
        let add_ons =
            |matcher: &Matcher| matches!(matcher.kind, MatcherKind::Words { add_ons: true, .. });
        if rule.matchers.iter().any(add_ons) && !passes {
            warn(
                faults,
                Code::AddOnUntested,
                &rule.place,
                format!("the rule `{}` uses add-ons and has no `pass` tests", rule.id),
                "write clean texts below `pass:` that come near to the words",
            );
        }
        for matcher in &rule.matchers {
            match &matcher.kind {
                MatcherKind::Words { terms, .. } => one_letter(terms, faults),
                MatcherKind::Regex { pattern, .. } => costly::costly(rule, pattern, faults),
                _ => {}
            }
        }
    }
}

fn warn(faults: &mut Diagnostics, code: Code, place: &Place, title: String, help: &str) {
    faults.push(Diagnostic::new(code, &place.file, place.span.clone(), title).help(help));
}

fn one_letter(terms: &[Term], faults: &mut Diagnostics) {
    for term in terms {
        let letters = term.text.chars().filter(|c| look(*c).kind == Kind::Letter).count();
        if letters == 1 {
            let title =
                format!("`{}` is one letter: it will hit much that is meant well", term.text);
            warn(
                faults,
                Code::OneLetter,
                &term.place,
                title,
                "write the words in which it offends",
            );
        }
    }
}

/// What only the compiled set can tell: the same search that judges messages says what would be hit.
pub fn set(ruleset: &Ruleset, faults: &mut Diagnostics) {
    common::words(&ruleset.rules, faults);
    marks(ruleset, faults);
}

/// Regexes that match nothing, or what a mask leaves behind.
fn marks(ruleset: &Ruleset, faults: &mut Diagnostics) {
    let mut hit: Vec<u32> = Vec::new();
    ruleset.searcher.scan("***", ANY_TIME, |sighting| hit.push(sighting.target));
    for (number, rule) in ruleset.rules.iter().enumerate() {
        for (matcher, target) in rule.matchers.iter().zip(ruleset.first_matcher(number)..) {
            let MatcherKind::Regex { pattern, .. } = &matcher.kind else { continue };
            let (what, help) = if costly::may_be_empty(pattern) {
                ("the empty text", "such matches are left out; ask for at least one character")
            } else if hit.contains(&target) {
                (
                    "a text of marks only",
                    "what is masked would be caught again; ask for a letter or digit",
                )
            } else {
                continue;
            };
            let title = format!("a regex of `{}` matches {what}", rule.id);
            warn(faults, Code::MatchesEmpty, &rule.place, title, help);
        }
    }
}
