//! Words that stand in a message and are not found there: what in the way they are written keeps them from it.

use super::super::compile::Ruleset;
use super::super::diagnostic::Diagnostics;
use super::super::rule::{Disguises, Matcher, MatcherKind, Rule, Term};
use super::super::variants::{AddOn, KEYS, Ways};
use super::super::vocabulary::Sighting;
use super::misses::Near;
use super::obstacle::Obstacle;
use super::probes::{Sight, sightings};
use super::relaxed::bare;
use std::ops::Range;

impl Near<'_> {
    /// Which add-on would find a term in the way it is written there.
    pub(super) fn written_otherwise(&self, sight: &Sight, term: &Term) -> Obstacle {
        let text = self.texts[sight.leaf];
        let (term_shown, matched) = (term.to_string(), text[sight.range.clone()].to_owned());
        let own = Term { until: None, ..term.clone() };
        let disguises = sight.disguises(&self.ruleset.rules);
        let asked = sight.ways(&self.ruleset.rules);
        let finds = |add_on: AddOn| {
            let kind = MatcherKind::word_with(own.clone(), disguises, &[add_on]);
            found(self.rule, kind, text, &sight.range)
        };
        let names = KEYS.iter().flat_map(|(key, names)| names.iter().map(move |it| (*key, *it)));
        let mut others = names.filter(|(_, (_, it))| !asked.any(Ways::of(&[*it])));
        match others.find(|(_, (_, add_on))| finds(*add_on)) {
            Some((key, (name, _))) => Obstacle::NeedsAddOn {
                term: term_shown,
                matched,
                add_on: format!("{key}: [{name}]"),
            },
            None => Obstacle::TooLittle { term: term_shown, matched },
        }
    }

    /// Why the live set does not find a term that stands there.
    pub(super) fn unseen(&self, sight: &Sight, term: &Term) -> Obstacle {
        let text = self.texts[sight.leaf];
        if let Some(until) = term.until.filter(|until| *until <= self.at_ms) {
            return Obstacle::Expired { term: term.to_string(), until };
        }
        let open = Term { open_start: true, open_end: true, until: None, ..term.clone() };
        let own = Term { until: None, ..term.clone() };
        let disguises = sight.disguises(&self.ruleset.rules);
        let finds = |term: &Term, disguises| {
            let ways = AddOn::Written(sight.ways(&self.ruleset.rules));
            let kind = MatcherKind::word_with(term.clone(), disguises, &[ways]);
            found(self.rule, kind, text, &sight.range)
        };
        let matched = text[sight.range.clone()].to_owned();
        let enough = [Disguises::Simple, Disguises::Heavy];
        let enough = enough.into_iter().find(|more| *more > disguises && finds(&own, *more));
        match enough.filter(|_| !finds(&open, disguises)) {
            Some(disguises) => {
                Obstacle::NeedsDisguises { term: term.to_string(), matched, disguises }
            }
            None => Obstacle::InsideWord {
                term: term.to_string(),
                word: text[word_around(text, &sight.range)].to_owned(),
            },
        }
    }
}

/// Whether a matcher finds something at a place, by the same search as always.
fn found(rule: &Rule, kind: MatcherKind, text: &str, at: &Range<usize>) -> bool {
    let alone = Rule { matchers: vec![Matcher { kind, context: false }], ..bare(rule) };
    let set = Ruleset::new(String::new(), vec![alone], &mut Diagnostics::default());
    let overlaps = |it: &Sighting| it.range.start < at.end && at.start < it.range.end;
    sightings(&set, &[text], i64::MIN).iter().any(|(_, it)| overlaps(it))
}

/// The letters and digits around a place.
pub fn word_around(text: &str, range: &Range<usize>) -> Range<usize> {
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '\'';
    let before = text[..range.start].rfind(|c| !inside(c));
    let start = before.map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[range.end..].find(|c| !inside(c)).map_or(text.len(), |at| range.end + at);
    start..end
}
