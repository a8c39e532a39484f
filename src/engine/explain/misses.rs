//! Rules that came near: something of them stands in the message, and something kept them from hitting.

use super::super::compile::Ruleset;
use super::super::condition::Held;
use super::super::count::{Count, Counted};
use super::super::rule::{Condition, MatcherKind, Mode, Rule, RuleId, Severity, Term};
use super::super::scope::Subject;
use super::super::verdict::Hit;
use super::super::vocabulary::Sighting;
use super::exceptions::ExceptionKind;
use super::obstacle::Obstacle;
use super::probes::{Seen, Sight};
use super::shapes::Shapes;
use super::written::word_around;
use serde::Serialize;
use std::ops::Range;

/// So many are told.
const MOST: usize = 10;
/// A count is near from so many parts of its bound on.
const NEAR_COUNT: usize = 2;

/// A rule that did not hit, and everything that was in its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Miss {
    pub rule: RuleId,
    pub mode: Mode,
    pub severity: Severity,
    pub obstacles: Vec<Obstacle>,
}

/// The rules that did not hit and came near, the nearest first.
pub fn misses(
    ruleset: &Ruleset,
    seen: &Seen,
    texts: &[&str],
    subject: &Subject<'_>,
    hits: &[Hit],
    at_ms: i64,
) -> Vec<Miss> {
    let mut misses = Vec::new();
    let shapes = Shapes::of(texts);
    for (number, rule) in ruleset.rules.iter().enumerate() {
        if hits.iter().any(|hit| hit.rule == rule.id) {
            continue;
        }
        let near = Near { ruleset, seen, texts, shapes: &shapes, at_ms, number, rule };
        if near.is_near() {
            let mut obstacles = standing(rule, subject, at_ms);
            obstacles.extend(near.obstacles());
            if obstacles.is_empty() {
                // The condition holds by what is required only.
                let matcher = "what would be an offence".to_owned();
                obstacles.push(Obstacle::Missing { matcher });
            }
            let Rule { id, mode, severity, .. } = rule;
            misses.push(Miss { rule: id.clone(), mode: *mode, severity: *severity, obstacles });
        }
    }
    misses.sort_by_key(|miss| miss.obstacles.iter().map(Obstacle::weight).sum::<usize>());
    misses.truncate(MOST);
    misses
}

/// What keeps a rule from hitting whatever the text is.
fn standing(rule: &Rule, subject: &Subject<'_>, at_ms: i64) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    if rule.mode == Mode::Off {
        obstacles.push(Obstacle::Off);
    }
    if !rule.active.at(at_ms) {
        let (from, until) = (rule.active.from, rule.active.until);
        obstacles.push(Obstacle::NotActive { from, until });
    }
    let out = rule.scope.refuses(subject);
    obstacles.extend(out.map(|(key, id)| Obstacle::OutOfScope { key, id: id.to_owned() }));
    for (kind, globs, id) in [
        (ExceptionKind::Account, &rule.except.accounts, subject.account),
        (ExceptionKind::Group, &rule.except.groups, subject.group),
    ] {
        let glob = id.and_then(|id| globs.iter().find(|glob| glob.matches(id)));
        let excepted = |pattern| Obstacle::Excepted { kind, pattern };
        obstacles.extend(glob.map(|glob| excepted(glob.to_string())));
    }
    obstacles
}

/// One rule beside one message.
pub(super) struct Near<'n> {
    pub(super) ruleset: &'n Ruleset,
    pub(super) seen: &'n Seen,
    pub(super) texts: &'n [&'n str],
    pub(super) shapes: &'n Shapes,
    pub(super) at_ms: i64,
    pub(super) number: usize,
    pub(super) rule: &'n Rule,
}

impl Near<'_> {
    /// Whether anything that would be an offence is there, or almost.
    fn is_near(&self) -> bool {
        let offends = |matcher: usize| !self.rule.matchers[matcher].context;
        self.seen.of(self.number).iter().any(|sight| offends(sight.matcher))
            || self.rule.matchers.iter().filter(|matcher| !matcher.context).any(|matcher| {
                match &matcher.kind {
                    MatcherKind::Count(count) => self.too_few(count).is_some(),
                    kind => self.shapes.obstacle(kind).is_some(),
                }
            })
    }

    /// What keeps the condition from holding; empty where it holds.
    fn obstacles(&self) -> Vec<Obstacle> {
        let first = self.ruleset.first_matcher(self.number);
        let target = |(_, sighting): &(usize, Sighting)| sighting.target;
        let from = self.seen.found.partition_point(|it| target(it) < first);
        let own = self.seen.found[from..]
            .iter()
            .take_while(|it| ((target(it) - first) as usize) < self.rule.matchers.len());
        let left: Vec<&(usize, Sighting)> =
            own.filter(|(leaf, it)| self.lifting(*leaf, &it.range).is_none()).collect();
        let held = Held { sightings: &left, first, texts: self.texts };
        self.missing(&held, &self.rule.condition)
    }

    fn lifting(&self, leaf: usize, range: &Range<usize>) -> Option<Obstacle> {
        let lifting = self.seen.exempted(self.number).iter().filter(|it| it.covers(leaf, range));
        let longest = lifting.max_by_key(|it| it.range.len())?;
        let except = &self.rule.except;
        let pattern = match longest.kind {
            ExceptionKind::Phrase => except.phrases.get(longest.item).cloned(),
            _ => except.links.get(longest.item).map(ToString::to_string),
        };
        let matched = self.texts[leaf][range.clone()].to_owned();
        let pattern = pattern.unwrap_or_default();
        Some(Obstacle::Lifted {
            matched,
            kind: longest.kind,
            pattern,
            range: longest.range.clone(),
        })
    }

    fn missing(&self, held: &Held<'_>, condition: &Condition) -> Vec<Obstacle> {
        if held.by(condition).is_some() {
            return Vec::new();
        }
        match condition {
            Condition::Matcher(index) => vec![self.unmatched(*index)],
            Condition::Any(items) => {
                let ways = items.iter().map(|item| self.missing(held, item));
                let weight = |way: &Vec<Obstacle>| way.iter().map(Obstacle::weight).sum::<usize>();
                ways.min_by_key(weight).unwrap_or_default()
            }
            Condition::All(items) => {
                items.iter().flat_map(|item| self.missing(held, item)).collect()
            }
            Condition::Near(items, within) => {
                let missing: Vec<_> =
                    items.iter().flat_map(|item| self.missing(held, item)).collect();
                match missing.is_empty() {
                    true => vec![self.too_far(held, items, *within)],
                    false => missing,
                }
            }
            Condition::None(items) => {
                let there = items.iter().filter(|item| held.by(item).is_some());
                there.flat_map(|item| self.forbidden(held, item)).collect()
            }
        }
    }

    /// The matchers of a condition that holds, as forbidden ones.
    fn forbidden(&self, held: &Held<'_>, condition: &Condition) -> Vec<Obstacle> {
        let parts = held.by(condition).unwrap_or_default();
        let mut told: Vec<Obstacle> = Vec::new();
        for part in parts {
            let sights = self.seen.of(self.number).iter();
            let here = |sight: &&Sight| sight.matcher == part.matcher && sight.live;
            let matcher =
                sights.filter(here).map(|sight| sight.describe(&self.ruleset.rules)).next();
            let kind = || self.rule.matchers[part.matcher].kind.to_string();
            let forbidden = Obstacle::Forbidden { matcher: matcher.unwrap_or_else(kind) };
            if !told.contains(&forbidden) {
                told.push(forbidden);
            }
        }
        told
    }

    /// Why one matcher finds nothing, by what of it came nearest.
    fn unmatched(&self, matcher: usize) -> Obstacle {
        let kind = &self.rule.matchers[matcher].kind;
        let seen = self.seen.of(self.number).iter().filter(|sight| sight.matcher == matcher);
        let (live, other): (Vec<&Sight>, Vec<&Sight>) = seen.partition(|sight| sight.live);
        if let Some(lifted) = live.iter().find_map(|it| self.lifting(it.leaf, &it.range)) {
            return lifted;
        }
        if let MatcherKind::Count(count) = kind
            && let Some(few) = self.too_few(count)
        {
            return few;
        }
        // Of many words in a text, the one that fills most of its word is the nearest.
        let share = |sight: &&&Sight| {
            let word = word_around(self.texts[sight.leaf], &sight.range).len();
            sight.range.len() * 1_000 / word.max(1)
        };
        let (extra, other): (Vec<&Sight>, Vec<&Sight>) = other.iter().partition(|it| it.extra);
        let told = |sights: &[&Sight], why: &dyn Fn(&Sight, &Term) -> Obstacle| {
            let sight = *sights.iter().rev().max_by_key(share)?;
            Some(why(sight, sight.term(&self.ruleset.rules)?))
        };
        let shape = self.shapes.obstacle(kind);
        let near = [
            told(&other, &|sight, term| self.unseen(sight, term)),
            told(&extra, &|sight, term| self.written_otherwise(sight, term)),
            shape,
        ];
        let nearest = near.into_iter().flatten().min_by_key(Obstacle::weight);
        nearest.unwrap_or_else(|| Obstacle::Missing { matcher: kind.to_string() })
    }

    fn too_few(&self, count: &Count) -> Option<Obstacle> {
        let few = |(counted, bound): &(Counted, usize)| {
            let most = self.texts.iter().map(|text| counted.count(text)).max().unwrap_or(0);
            let near = most <= *bound && most > 1 && most * NEAR_COUNT >= *bound;
            near.then_some(Obstacle::TooFew { counted: *counted, found: most, bound: *bound })
        };
        count.0.iter().find_map(few)
    }

    /// The least distance at which everything that must be near stands together.
    fn too_far(&self, held: &Held<'_>, items: &[Condition], within: usize) -> Obstacle {
        let longest = self.texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        let holds = |apart: usize| held.by(&Condition::Near(items.to_vec(), apart)).is_some();
        let (mut near, mut far) = (within, longest);
        if !holds(far) {
            return Obstacle::TooFar { within, apart: None };
        }
        while far - near > 1 {
            let middle = near + (far - near) / 2;
            if holds(middle) { far = middle } else { near = middle }
        }
        Obstacle::TooFar { within, apart: Some(far) }
    }
}
