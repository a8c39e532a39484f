//! A rule that never says anything another one does not say.

use super::super::diagnostic::{Code, Diagnostics};
use super::super::rule::{Condition, Disguises, MatcherKind, Mode, Rule, Term};
use super::warn;
use std::collections::{HashMap, HashSet};

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
pub fn hidden(rules: &[Rule], faults: &mut Diagnostics) {
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
