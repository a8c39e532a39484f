//! Exceptions that were considered: what each lifted, and why it lifted nothing.

use super::super::compile::Ruleset;
use super::super::glob::Glob;
use super::super::rule::RuleId;
use super::super::scope::Subject;
use super::probes::{Exempted, Seen, Sight};
use serde::Serialize;
use std::ops::Range;

/// Exceptions of one rule that stand nowhere in the message and are named all the same.
const MOST_ABSENT: usize = 8;

/// The keys below `except:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExceptionKind {
    Phrase,
    Link,
    Account,
    Group,
}

impl ExceptionKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phrase => "phrase",
            Self::Link => "link",
            Self::Account => "account",
            Self::Group => "group",
        }
    }
}

/// How far an exception reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reach", rename_all = "snake_case")]
pub enum Reach {
    /// Lifts these matches; `range` is where it stands itself.
    Lifts { leaf: usize, range: Range<usize>, matches: Vec<Range<usize>> },
    /// Lifts everything the rule finds: the sender or the group is excepted.
    LiftsAll,
    /// Stands in the message, but covers no match.
    Elsewhere { leaf: usize, range: Range<usize> },
    /// Stands nowhere in the message.
    Absent,
    /// The sender or the group is another.
    Other,
    /// The sender or the group is not known: then a rule applies.
    Unknown,
}

/// One exception of a rule whose words stand in the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Considered {
    pub rule: RuleId,
    pub kind: ExceptionKind,
    pub pattern: String,
    #[serde(flatten)]
    pub reach: Reach,
}

pub fn considered(ruleset: &Ruleset, seen: &Seen, subject: &Subject<'_>) -> Vec<Considered> {
    let mut all = Vec::new();
    for (number, rule) in ruleset.rules.iter().enumerate() {
        let sights = seen.of(number);
        if !sights.iter().any(|sight| sight.live) {
            continue;
        }
        let except = &rule.except;
        let mut put = |kind, pattern: String, reach| {
            all.push(Considered { rule: rule.id.clone(), kind, pattern, reach });
        };
        let mut absent = 0;
        let links = except.links.iter().map(ToString::to_string).collect();
        for (kind, patterns) in
            [(ExceptionKind::Phrase, except.phrases.clone()), (ExceptionKind::Link, links)]
        {
            for (item, pattern) in patterns.into_iter().enumerate() {
                let found = seen.exempted(number).iter();
                let mut found = found.filter(|it| it.kind == kind && it.item == item).peekable();
                if found.peek().is_none() {
                    absent += 1;
                    if absent <= MOST_ABSENT {
                        put(kind, pattern.clone(), Reach::Absent);
                    }
                }
                found.for_each(|it| put(kind, pattern.clone(), reach(it, sights)));
            }
        }
        for (kind, globs, id) in [
            (ExceptionKind::Account, &except.accounts, subject.account),
            (ExceptionKind::Group, &except.groups, subject.group),
        ] {
            globs.iter().for_each(|glob| put(kind, glob.to_string(), told(glob, id)));
        }
    }
    all
}

fn reach(exempted: &Exempted, sights: &[Sight]) -> Reach {
    let Exempted { leaf, range, .. } = exempted.clone();
    let mut matches: Vec<Range<usize>> = sights
        .iter()
        .filter(|sight| sight.live && exempted.covers(sight.leaf, &sight.range))
        .map(|sight| sight.range.clone())
        .collect();
    matches.dedup();
    match matches.is_empty() {
        true => Reach::Elsewhere { leaf, range },
        false => Reach::Lifts { leaf, range, matches },
    }
}

fn told(glob: &Glob, id: Option<&str>) -> Reach {
    match id {
        None => Reach::Unknown,
        Some(id) if glob.matches(id) => Reach::LiftsAll,
        Some(_) => Reach::Other,
    }
}
