//! What is legal but unwise: warned of, never refused.

use super::diagnostic::{Code, Diagnostic, Diagnostics};
use super::fold::{Kind, look};
use super::pattern;
use super::rule::{MatcherKind, Place, Rule, Term};

pub fn rules(rules: &[Rule], faults: &mut Diagnostics) {
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
        for matcher in &rule.matchers {
            match &matcher.kind {
                MatcherKind::Words { terms, .. } => one_letter(terms, faults),
                MatcherKind::Regex(pattern) => matches_empty(rule, pattern, faults),
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

fn matches_empty(rule: &Rule, text: &str, faults: &mut Diagnostics) {
    if pattern::compile(text).is_ok_and(|regex| regex.is_match("")) {
        let title = format!("a regex of `{}` matches the empty text", rule.id);
        warn(
            faults,
            Code::MatchesEmpty,
            &rule.place,
            title,
            "such matches are left out; ask for at least one character",
        );
    }
}
