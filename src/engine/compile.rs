//! Rules → a rule set that can judge, with every fault of all files told in one go.

use super::diagnostic::{Code, Diagnostic, Diagnostics};
use super::rule::{Disguises, MatcherKind, Place, Rule, Term};
use super::scan::{Searcher, Wanted};
use super::sources::Sources;
use super::variants::Ways;
use super::{lint, parse, pattern, trial};
use std::collections::HashMap;
use std::sync::Arc;

const MOST_TERMS: usize = 1_000_000;
const MOST_REGEXES: usize = 10_000;

/// Rules that can judge; nothing in it changes any more.
#[derive(Debug)]
pub struct Ruleset {
    hash: String,
    pub(super) rules: Vec<Rule>,
    by_id: HashMap<Arc<str>, usize>,
    /// The rule of every matcher, and the first matcher of every rule: matchers are numbered through,
    /// and behind them come the phrases of each rule's exceptions.
    rule_of: Vec<u32>,
    first_matcher: Vec<u32>,
    pub(super) searcher: Searcher,
}

/// A rule set, and what is legal in it but unwise.
#[derive(Debug)]
pub struct Compiled {
    pub ruleset: Ruleset,
    pub warnings: Diagnostics,
}

/// Compiles the files of a rules folder. Tests inside rules and `never.txt` are part of it.
///
/// # Errors
/// Every fault of all files, warnings among them.
pub fn compile(sources: &Sources) -> Result<Compiled, Diagnostics> {
    let mut faults = Diagnostics::default();
    let rules = parse::rules(sources, &mut faults);
    limits(&rules, &mut faults);
    lint::rules(&rules, &mut faults);
    let over_limit =
        |fault: &Diagnostic| matches!(fault.code, Code::TooManyTerms | Code::TooManyRegexes);
    let over_limit = faults.iter().any(over_limit);
    let ruleset =
        Ruleset::new(sources.hash(), if over_limit { Vec::new() } else { rules }, &mut faults);
    lint::set(&ruleset, &mut faults);
    trial::rules(&ruleset, &mut faults);
    trial::own_texts(&ruleset, &mut faults);
    trial::never(&ruleset, sources, &mut faults);
    faults.sort();
    match faults.has_errors() {
        true => Err(faults),
        false => Ok(Compiled { ruleset, warnings: faults }),
    }
}

fn limits(rules: &[Rule], faults: &mut Diagnostics) {
    let (mut terms, mut regexes) = (0, 0);
    for rule in rules {
        let (terms_before, regexes_before) = (terms, regexes);
        for matcher in &rule.matchers {
            match &matcher.kind {
                MatcherKind::Words { terms: words, .. } => terms += words.len(),
                MatcherKind::Regex { .. } => regexes += 1,
                _ => {}
            }
        }
        terms += rule.except.phrases.len();
        let mut over = |code, title: String| {
            let help = "take out what never hits: fewer, shorter lists also load faster";
            faults.push(
                Diagnostic::new(code, &rule.place.file, rule.place.span.clone(), title).help(help),
            );
        };
        if terms_before <= MOST_TERMS && terms > MOST_TERMS {
            over(
                Code::TooManyTerms,
                format!(
                    "with this rule the set has {terms} terms; the limit is 1,000,000 terms a rule set"
                ),
            );
        }
        if regexes_before <= MOST_REGEXES && regexes > MOST_REGEXES {
            over(
                Code::TooManyRegexes,
                format!(
                    "with this rule the set has {regexes} regexes; the limit is 10,000 regexes a rule set"
                ),
            );
        }
    }
}

impl Ruleset {
    pub(super) fn new(hash: String, rules: Vec<Rule>, faults: &mut Diagnostics) -> Self {
        let mut rule_of = Vec::new();
        let mut first_matcher = Vec::new();
        for (number, rule) in rules.iter().enumerate() {
            first_matcher.push(rule_of.len() as u32);
            rule_of.extend(rule.matchers.iter().map(|_| number as u32));
        }
        let by_id =
            rules.iter().enumerate().map(|(number, rule)| (rule.id.0.clone(), number)).collect();
        let searcher = searcher(&rules, rule_of.len() as u32, faults);
        Self { hash, rules, by_id, rule_of, first_matcher, searcher }
    }

    /// What names this set in the audit: [`Sources::hash`] of the files it was made of.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// All rules, those that are off included, in the order of the files.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).map(|number| &self.rules[*number])
    }

    /// The rule that a matcher belongs to.
    pub(super) fn rule_of(&self, target: u32) -> usize {
        self.rule_of[target as usize] as usize
    }

    /// The rule whose exceptions a phrase belongs to; `None` for a matcher.
    pub(super) fn phrase_of(&self, target: u32) -> Option<usize> {
        (target as usize).checked_sub(self.rule_of.len())
    }

    pub(super) fn first_matcher(&self, rule: usize) -> u32 {
        self.first_matcher[rule]
    }
}

fn searcher(rules: &[Rule], matchers: u32, faults: &mut Diagnostics) -> Searcher {
    let phrases: Vec<(u32, Vec<Term>)> = rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| !rule.except.phrases.is_empty())
        .map(|(number, rule)| {
            let phrase = |text: &String| phrase(text, &rule.place);
            (matchers + number as u32, rule.except.phrases.iter().map(phrase).collect())
        })
        .collect();
    let mut terms = Vec::new();
    let mut wanted = Wanted::default();
    let all = rules.iter().flat_map(|rule| &rule.matchers);
    for (target, matcher) in (0_u32..).zip(all) {
        match &matcher.kind {
            MatcherKind::Words { disguises, terms: words, as_written, ways, .. } => {
                for term in words.iter().take(*as_written).filter(|_| *ways != Ways::default()) {
                    wanted.spellings.file(target, term, *disguises, *ways);
                }
                terms.extend(words.iter().map(|term| (target, term, *disguises)));
            }
            // What does not compile was told of where it was read.
            MatcherKind::Regex { pattern: text, on } => {
                wanted
                    .regexes
                    .extend(pattern::compile(text).ok().map(|regex| (target, regex, *on)));
            }
            MatcherKind::Links(patterns) => wanted.links.push((target, patterns.clone())),
            MatcherKind::Detect(detectors) => {
                wanted.detectors.extend(detectors.iter().map(|detector| (target, *detector)));
            }
            MatcherKind::Count(count) => wanted.counts.push((target, count.clone())),
        }
    }
    for (number, rule) in (matchers..).zip(rules) {
        if !rule.except.links.is_empty() {
            wanted.excused.push((number, rule.except.links.clone()));
        }
    }
    for (target, phrases) in &phrases {
        terms.extend(phrases.iter().map(|phrase| (*target, phrase, Disguises::Simple)));
    }
    Searcher::new(&terms, wanted).unwrap_or_else(|_| {
        let title = "the terms with `disguises: none` are too large for one search";
        faults.push(Diagnostic::new(Code::TooManyTerms, ".", 0..0, title));
        Searcher::default()
    })
}

/// A phrase is a term that opens its edges with `*` like any other.
fn phrase(text: &str, place: &Place) -> Term {
    parse::term(text, place.clone()).unwrap_or(Term {
        text: text.to_owned(),
        open_start: false,
        open_end: false,
        until: None,
        place: place.clone(),
    })
}
