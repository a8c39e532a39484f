//! What is legal but unwise: warned of, never refused.

use super::diagnostic::{Code, Diagnostic, Diagnostics};
use super::fold::{Kind, look};
use super::pattern;
use super::rule::{Condition, Disguises, Matcher, MatcherKind, Mode, Place, Rule, Term};
use std::collections::{HashMap, HashSet};

pub fn rules(rules: &[Rule], faults: &mut Diagnostics) {
    hidden(rules, faults);
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
                MatcherKind::Regex { pattern, .. } => matches_empty(rule, pattern, faults),
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

fn matches_empty(rule: &Rule, text: &str, faults: &mut Diagnostics) {
    let Ok(regex) = pattern::compile(text) else { return };
    let (what, help) = if regex.is_match("") {
        ("the empty text", "such matches are left out; ask for at least one character")
    } else if regex.is_match("***") {
        ("a text of marks only", "what is masked would be caught again; ask for a letter or digit")
    } else {
        return;
    };
    warn(
        faults,
        Code::MatchesEmpty,
        &rule.place,
        format!("a regex of `{}` matches {what}", rule.id),
        help,
    );
}

/// The words of a rule that consists of words and nothing else.
fn plain_words(rule: &Rule) -> Option<(Disguises, &[Term])> {
    match (&rule.condition, rule.matchers.as_slice()) {
        (Condition::Matcher(_), [matcher]) => match &matcher.kind {
            MatcherKind::Words { disguises, terms, .. } => Some((*disguises, terms)),
            _ => None,
        },
        _ => None,
    }
}

/// A rule is hidden where another one catches all of its words, in the same places, and acts.
fn hidden(rules: &[Rule], faults: &mut Diagnostics) {
    if rules.iter().filter(|rule| plain_words(rule).is_some()).count() < 2 {
        return;
    }
    let mut by_first: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, rule) in rules.iter().enumerate() {
        let terms = plain_words(rule).map(|(_, terms)| terms).unwrap_or_default();
        if rule.mode == Mode::Enforce && rule.except == Default::default() && rule.action.edits() {
            let words: HashSet<&str> = terms.iter().map(|term| term.text.as_str()).collect();
            words.into_iter().for_each(|word| by_first.entry(word).or_default().push(number));
        }
    }
    for (number, rule) in rules.iter().enumerate() {
        let Some((disguises, terms)) = plain_words(rule).filter(|_| rule.mode != Mode::Off) else {
            continue;
        };
        let others =
            terms.first().and_then(|term| by_first.get(term.text.as_str())).into_iter().flatten();
        for other in others.copied().filter(|other| *other != number) {
            let by = &rules[other];
            let Some((wider, all)) = plain_words(by).filter(|(_, all)| all.len() > terms.len())
            else {
                continue;
            };
            let same_place =
                by.scope == rule.scope && by.active == rule.active && wider >= disguises;
            let key = |term: &Term| (term.text.clone(), term.open_start, term.open_end, term.until);
            let all: HashSet<_> = all.iter().map(key).collect();
            if same_place
                && by.severity >= rule.severity
                && terms.iter().all(|term| all.contains(&key(term)))
            {
                let title = format!("every word of `{}` is caught by `{}` already", rule.id, by.id);
                warn(
                    faults,
                    Code::Hidden,
                    &rule.place,
                    title,
                    "take the rule out, or the words out of one of them",
                );
            }
        }
    }
}
