//! The set with nothing in the way: every term, link and detector of a rule set by itself, in any disguise
//! and with open edges, and every exception by itself.

use super::super::compile::Ruleset;
use super::super::diagnostic::Diagnostics;
use super::super::rule::{Disguises, Matcher, MatcherKind, Rule, Term};
use super::super::scope::Except;
use super::super::variants::Ways;
use super::super::vocabulary::Sighting;
use super::exceptions::ExceptionKind;
use super::relaxed::{bare, extras, parts, words};
use std::ops::Range;

/// In larger sets it is not looked for what add-ons would find: they make many words of one.
const MOST_WITH_EXTRAS: usize = 5_000;
/// Terms do not expire here.
const ANY_TIME: i64 = i64::MIN;

#[derive(Debug)]
pub struct Probes {
    set: Ruleset,
    /// What each matcher of the set stands for.
    matchers: Vec<Origin>,
    /// What each rule of the set that only excepts stands for, and how many rules stand before them.
    exceptions: Vec<(usize, ExceptionKind, usize)>,
    rules: usize,
}

/// A part of a matcher of the live set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Origin {
    rule: usize,
    matcher: usize,
    item: usize,
    /// Written in a way that the matcher does not ask for, or that speaks too little for it.
    extra: bool,
}

/// A part of a matcher that stands in the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    pub rule: usize,
    pub matcher: usize,
    item: usize,
    pub leaf: usize,
    pub range: Range<usize>,
    /// Whether the live set found it too, exceptions aside.
    pub live: bool,
    /// Whether it is there only in a way to write that the matcher does not ask for, or that is too little.
    pub extra: bool,
}

/// An exception that stands in the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exempted {
    pub rule: usize,
    pub kind: ExceptionKind,
    pub item: usize,
    pub leaf: usize,
    pub range: Range<usize>,
}

/// Everything that stands in one message, by rule, matcher and place.
#[derive(Debug, Default)]
pub struct Seen {
    pub sights: Vec<Sight>,
    pub exempted: Vec<Exempted>,
    /// What the live set found, exceptions not yet taken away.
    pub found: Vec<(usize, Sighting)>,
}

impl Probes {
    pub fn of(rules: &[Rule]) -> Self {
        let (mut relaxed, mut matchers, mut exceptions) = (Vec::new(), Vec::new(), Vec::new());
        let words = rules.iter().flat_map(|rule| &rule.matchers).map(|it| words(&it.kind).len());
        let few = words.sum::<usize>() <= MOST_WITH_EXTRAS;
        for (number, rule) in rules.iter().enumerate() {
            let mut bare = bare(rule);
            for (index, matcher) in rule.matchers.iter().enumerate() {
                for (item, kind) in parts(&matcher.kind).into_iter().enumerate() {
                    bare.matchers.push(Matcher { kind, context: false });
                    matchers.push(Origin { rule: number, matcher: index, item, extra: false });
                }
                for (item, kind) in extras(&matcher.kind).into_iter().filter(|_| few) {
                    bare.matchers.push(Matcher { kind, context: false });
                    matchers.push(Origin { rule: number, matcher: index, item, extra: true });
                }
            }
            relaxed.push(bare);
        }
        for (number, rule) in rules.iter().enumerate() {
            let mut only = |except: Except, kind, item| {
                relaxed.push(Rule { except, ..super::relaxed::bare(rule) });
                exceptions.push((number, kind, item));
            };
            for (item, phrase) in rule.except.phrases.iter().enumerate() {
                let except = Except { phrases: vec![phrase.clone()], ..Except::default() };
                only(except, ExceptionKind::Phrase, item);
            }
            for (item, link) in rule.except.links.iter().enumerate() {
                let except = Except { links: vec![link.clone()], ..Except::default() };
                only(except, ExceptionKind::Link, item);
            }
        }
        // What cannot be compiled was told of when the live set was.
        let set = Ruleset::new(String::new(), relaxed, &mut Diagnostics::default());
        Self { set, matchers, exceptions, rules: rules.len() }
    }

    pub fn seen(&self, live: &Ruleset, texts: &[&str], at_ms: i64) -> Seen {
        let found = sightings(live, texts, at_ms);
        let mut seen = Seen::default();
        for (leaf, Sighting { target, range }) in sightings(&self.set, texts, ANY_TIME) {
            if let Some(number) = self.set.phrase_of(target) {
                let (rule, kind, item) = self.exceptions[number - self.rules];
                seen.exempted.push(Exempted { rule, kind, item, leaf, range });
                continue;
            }
            let Origin { rule, matcher, item, extra } = self.matchers[target as usize];
            let matched = live.first_matcher(rule) + matcher as u32;
            let overlaps =
                |other: &Range<usize>| other.start < range.end && range.start < other.end;
            let from = found.partition_point(|(_, other)| other.target < matched);
            let same = found[from..].iter().take_while(|(_, other)| other.target == matched);
            let live = same.into_iter().any(|(at, other)| *at == leaf && overlaps(&other.range));
            // What is found as it should be is not near as well.
            if !(extra && live) {
                seen.sights.push(Sight { rule, matcher, item, leaf, range, live, extra });
            }
        }
        seen.sights.sort_by_key(|sight| {
            (sight.rule, sight.matcher, sight.leaf, sight.range.start, sight.item)
        });
        seen.sights.dedup();
        seen.exempted.sort_by_key(|it| (it.rule, it.kind, it.item, it.leaf, it.range.start));
        seen.exempted.dedup();
        Seen { found, ..seen }
    }
}

/// Everything that a set finds, before exceptions and conditions, by target, text and place.
pub fn sightings(set: &Ruleset, texts: &[&str], at_ms: i64) -> Vec<(usize, Sighting)> {
    let mut found = Vec::new();
    for (leaf, text) in texts.iter().enumerate() {
        set.searcher.scan(text, at_ms, |sighting| found.push((leaf, sighting)));
    }
    found
        .sort_by_key(|(leaf, s): &(usize, Sighting)| (s.target, *leaf, s.range.start, s.range.end));
    found
}

impl Seen {
    /// What was seen of one rule.
    pub fn of(&self, rule: usize) -> &[Sight] {
        let from = self.sights.partition_point(|sight| sight.rule < rule);
        let to = self.sights.partition_point(|sight| sight.rule <= rule);
        &self.sights[from..to]
    }

    /// The exceptions of one rule that stand in the message.
    pub fn exempted(&self, rule: usize) -> &[Exempted] {
        let from = self.exempted.partition_point(|it| it.rule < rule);
        let to = self.exempted.partition_point(|it| it.rule <= rule);
        &self.exempted[from..to]
    }

    /// What lies behind a hit: what has its place exactly, else what lies inside it.
    pub fn behind(&self, rule: usize, leaf: usize, range: &Range<usize>) -> Vec<&Sight> {
        let live = || self.of(rule).iter().filter(|sight| sight.live && sight.leaf == leaf);
        let exact: Vec<&Sight> = live().filter(|sight| sight.range == *range).collect();
        if !exact.is_empty() {
            return exact;
        }
        let inside =
            |sight: &&Sight| range.start <= sight.range.start && sight.range.end <= range.end;
        live().filter(inside).collect()
    }
}

impl Exempted {
    /// Whether it lifts a match at this place.
    pub fn covers(&self, leaf: usize, range: &Range<usize>) -> bool {
        self.leaf == leaf && self.range.start <= range.start && range.end <= self.range.end
    }
}

impl Sight {
    /// The term, if it is one.
    pub fn term<'r>(&self, rules: &'r [Rule]) -> Option<&'r Term> {
        match &rules[self.rule].matchers[self.matcher].kind {
            MatcherKind::Words { terms, .. } => terms.get(self.item),
            _ => None,
        }
    }

    /// The ways to write its characters that its matcher asks for.
    pub fn ways(&self, rules: &[Rule]) -> Ways {
        match &rules[self.rule].matchers[self.matcher].kind {
            MatcherKind::Words { ways, .. } => *ways,
            _ => Ways::default(),
        }
    }

    /// How many disguises the rule sees through there.
    pub fn disguises(&self, rules: &[Rule]) -> Disguises {
        match &rules[self.rule].matchers[self.matcher].kind {
            MatcherKind::Words { disguises, .. } => *disguises,
            _ => Disguises::None,
        }
    }

    /// In a few words: ``the word `casino` ``, ``the detector `phone` ``.
    pub fn describe(&self, rules: &[Rule]) -> String {
        match &rules[self.rule].matchers[self.matcher].kind {
            MatcherKind::Words { terms, .. } => {
                terms.get(self.item).map_or(String::new(), |term| format!("the word `{term}`"))
            }
            MatcherKind::Links(patterns) => {
                patterns.get(self.item).map_or(String::new(), |link| format!("the link `{link}`"))
            }
            MatcherKind::Detect(detectors) => detectors
                .get(self.item)
                .map_or(String::new(), |detector| format!("the detector `{}`", detector.as_str())),
            kind => kind.to_string(),
        }
    }
}
