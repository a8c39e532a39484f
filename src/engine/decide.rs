//! Hits → verdict: who is exempt, which rules hold, what an enforced rule may do to which leaf.

use super::compile::Ruleset;
use super::condition::{Held, Part};
use super::mask::{Cover, Covering, edits};
use super::rule::{KeepOriginal, Mask, Mode, Rule, RuleId};
use super::scope::Subject;
use super::verdict::{Hit, Note, Ruling, Verdict};
use super::vocabulary::Sighting;
use crate::message::{Content, Edit, Leaf, Message, Role, apply, escape};
use std::collections::BTreeSet;
use std::ops::Range;
/// A message stays below this, or below its old size if that is more (the platform's limit is 12 KB).
const LARGEST: usize = 11 * 1024;
/// What a leaf says that a masked text is still caught in, when no rule has a text for it.
const BLANK: &str = "***";

/// A rule that hit, by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RuleHit {
    pub rule: usize,
    pub leaf: usize,
    pub range: Range<usize>,
    pub context: bool,
}

impl Ruleset {
    /// Judges a message at a moment (ms of Unix time: rules and terms begin and expire).
    pub fn judge(&self, message: &Message, at_ms: i64) -> Verdict {
        self.judge_holding(message, at_ms, &|_| false)
    }

    /// [`Ruleset::judge`] as if the enforced rules that `held` names were in shadow.
    pub fn judge_holding(
        &self,
        message: &Message,
        at_ms: i64,
        held: &dyn Fn(&RuleId) -> bool,
    ) -> Verdict {
        self.judge_sparing(message, at_ms, held, &|_, _| false)
    }

    /// [`Ruleset::judge_holding`] as if a rule had not hit in those leaves where `spared` says so: a person gave
    /// their text back.
    pub fn judge_sparing(
        &self,
        message: &Message,
        at_ms: i64,
        held: &dyn Fn(&RuleId) -> bool,
        spared: &dyn Fn(&Rule, &Leaf) -> bool,
    ) -> Verdict {
        let texts = message.content.leaves().iter().map(|leaf| leaf.text.as_str());
        let subject = Subject::of(message);
        let live = |rule: &Rule| rule.mode != Mode::Off && rule.active.at(at_ms);
        let mut found = self.hits(texts, &subject, at_ms, live);
        if found.is_empty() {
            return Verdict::pass();
        }
        let content = &message.content;
        found.retain(|hit| !spared(&self.rules[hit.rule], &content.leaves()[hit.leaf]));
        if found.is_empty() {
            return Verdict::pass();
        }
        Decision { ruleset: self, content, mentions: message.mentions, held, spared }
            .verdict(&found, &subject, at_ms)
    }

    /// What the rules hit in these texts, by leaf and place, exceptions taken away.
    pub(super) fn hits<'t>(
        &self,
        texts: impl Iterator<Item = &'t str> + Clone,
        subject: &Subject<'_>,
        at_ms: i64,
        admit: impl Fn(&Rule) -> bool,
    ) -> Vec<RuleHit> {
        let mut sightings: Vec<(usize, Sighting)> = Vec::new();
        for (leaf, text) in texts.clone().enumerate() {
            self.searcher.scan(text, at_ms, |sighting| sightings.push((leaf, sighting)));
        }
        if sightings.is_empty() {
            return Vec::new();
        }
        self.hits_of(sightings, &texts.collect::<Vec<_>>(), subject, admit)
    }

    /// What the rules make of everything that was found.
    pub(super) fn hits_of(
        &self,
        mut sightings: Vec<(usize, Sighting)>,
        texts: &[&str],
        subject: &Subject<'_>,
        admit: impl Fn(&Rule) -> bool,
    ) -> Vec<RuleHit> {
        sightings.sort_by_key(|(leaf, s)| {
            (s.target, *leaf, s.range.start, std::cmp::Reverse(s.range.end))
        });
        sightings.dedup();
        let mut hits = Vec::new();
        let is_phrase = |s: &Sighting| self.phrase_of(s.target).is_some();
        let first_phrase = sightings.partition_point(|(_, s)| !is_phrase(s));
        let (matches, phrases) = sightings.split_at(first_phrase);
        for group in
            matches.chunk_by(|(_, a), (_, b)| self.rule_of(a.target) == self.rule_of(b.target))
        {
            let number = self.rule_of(group[0].1.target);
            let rule = &self.rules[number];
            if admit(rule) && rule.scope.admits(subject) && !rule.except.lifts(subject) {
                let lifted = |(leaf, sighting): &&(usize, Sighting)| {
                    phrases.iter().any(|(at, phrase)| {
                        at == leaf
                            && self.phrase_of(phrase.target) == Some(number)
                            && phrase.range.start <= sighting.range.start
                            && sighting.range.end <= phrase.range.end
                    })
                };
                let left: Vec<_> = group.iter().filter(|sighting| !lifted(sighting)).collect();
                self.rule_hits(number, &left, texts, &mut hits);
            }
        }
        hits.sort_by(|a: &RuleHit, b| {
            (a.leaf, a.range.start, a.rule).cmp(&(b.leaf, b.range.start, b.rule))
        });
        hits
    }

    /// Adds the hits of one rule if its condition holds; of hits inside each other the longest stays.
    fn rule_hits(
        &self,
        number: usize,
        sightings: &[&(usize, Sighting)],
        texts: &[&str],
        hits: &mut Vec<RuleHit>,
    ) {
        let rule = &self.rules[number];
        let held = Held { sightings, first: self.first_matcher(number), texts };
        let Some(parts) = held.by(&rule.condition) else { return };
        let hit = |part: Part| RuleHit {
            rule: number,
            leaf: part.leaf,
            range: part.range,
            context: rule.matchers[part.matcher].context,
        };
        let mut found: Vec<RuleHit> = parts.into_iter().map(hit).collect();
        if !found.iter().any(|hit| !hit.context) {
            return;
        }
        found.sort_by_key(|hit| {
            (hit.context, hit.leaf, hit.range.start, std::cmp::Reverse(hit.range.end))
        });
        found.dedup_by(|later, kept| {
            later.context == kept.context
                && later.leaf == kept.leaf
                && later.range.end <= kept.range.end
        });
        hits.extend(found);
    }
}

/// What is needed to turn hits into a verdict.
pub(super) struct Decision<'d> {
    pub ruleset: &'d Ruleset,
    pub content: &'d Content,
    pub mentions: bool,
    /// Names enforced rules that are to count as if in shadow.
    pub held: &'d dyn Fn(&RuleId) -> bool,
    /// Names leaves that a rule leaves alone.
    pub spared: &'d dyn Fn(&Rule, &Leaf) -> bool,
}

impl Decision<'_> {
    fn mode(&self, rule: &Rule) -> Mode {
        if (self.held)(&rule.id) { Mode::Shadow } else { rule.mode }
    }

    fn verdict(&self, found: &[RuleHit], subject: &Subject<'_>, at_ms: i64) -> Verdict {
        let rules = &self.ruleset.rules;
        let hit_rules: BTreeSet<usize> = found.iter().map(|hit| hit.rule).collect();
        let enforced = |number: &&usize| self.mode(&rules[**number]) == Mode::Enforce;
        let acting: Vec<usize> = hit_rules
            .iter()
            .filter(enforced)
            .filter(|n| rules[**n].action.acts())
            .copied()
            .collect();
        let offences: Vec<&RuleHit> =
            found.iter().filter(|hit| !hit.context && acting.contains(&hit.rule)).collect();
        let mut verdict = Verdict {
            severity: hit_rules.iter().map(|n| rules[*n].severity).max(),
            hits: found.iter().map(|hit| self.hit(hit)).collect(),
            recall: acting.iter().any(|n| rules[*n].action.recall),
            review: hit_rules.iter().filter(enforced).any(|n| rules[*n].action.review),
            keep_original: hit_rules
                .iter()
                .map(|n| rules[*n].keep_original)
                .max()
                .unwrap_or(KeepOriginal::Yes),
            fallback_tags: acting.iter().map(|n| rules[*n].fallback_tag().to_owned()).collect(),
            ruling: Ruling::Flag,
            ..Verdict::pass()
        };
        verdict.fallback_tags.sort_unstable();
        verdict.fallback_tags.dedup();
        self.edit(&mut verdict, &offences, subject, at_ms);
        self.tag(&mut verdict, &acting, &offences);
        if verdict.recall || !verdict.edits.is_empty() || !verdict.tags.is_empty() {
            verdict.ruling = Ruling::Rewrite;
        }
        verdict.notes.sort_unstable();
        verdict.notes.dedup();
        verdict
    }

    fn hit(&self, hit: &RuleHit) -> Hit {
        let rule = &self.ruleset.rules[hit.rule];
        Hit {
            rule: rule.id.clone(),
            severity: rule.severity,
            mode: self.mode(rule),
            leaf: hit.leaf,
            place: self.content.leaves()[hit.leaf].place.clone(),
            range: hit.range.clone(),
            context: hit.context,
        }
    }

    fn edit(
        &self,
        verdict: &mut Verdict,
        offences: &[&RuleHit],
        subject: &Subject<'_>,
        at_ms: i64,
    ) {
        verdict.edits = self.leaf_edits(offences, false);
        if !self.fits(&verdict.edits, 0) {
            verdict.edits = self.leaf_edits(offences, true);
            verdict.notes.push(Note::MaskedForSize);
        }
        if !verdict.edits.is_empty() {
            self.judge_again(verdict, subject, at_ms);
        }
    }

    /// Edits of every leaf that may be rewritten; with `only_masks`, as if no rule had other texts.
    fn leaf_edits(&self, offences: &[&RuleHit], only_masks: bool) -> Vec<(usize, Vec<Edit>)> {
        let mut all = Vec::new();
        for group in offences.chunk_by(|a, b| a.leaf == b.leaf) {
            let leaf = &self.content.leaves()[group[0].leaf];
            if leaf.role == Role::Rewritable {
                let edits = self.edits_of(leaf, group, only_masks);
                all.extend((!edits.is_empty()).then_some((group[0].leaf, edits)));
            }
        }
        all
    }

    fn edits_of(&self, leaf: &Leaf, offences: &[&RuleHit], only_masks: bool) -> Vec<Edit> {
        let rule = |hit: &RuleHit| &self.ruleset.rules[hit.rule];
        let mut offences: Vec<_> = offences.iter().filter(|hit| rule(hit).action.edits()).collect();
        // Where two rules disagree, the more severe one has its way.
        offences
            .sort_by_key(|hit| (std::cmp::Reverse(rule(hit).severity), hit.rule, hit.range.start));
        let blank = offences.iter().find_map(|hit| rule(hit).action.blank.as_deref());
        if let Some(text) = blank.filter(|_| !only_masks) {
            return vec![Edit { range: 0..leaf.text.len(), with: text.to_owned() }];
        }
        let cover = |hit: &RuleHit| {
            let action = &rule(hit).action;
            let with = match (&action.replace, action.mask) {
                (Some(text), _) if !only_masks => Covering::Replace(text),
                (_, mask) => Covering::Mask(mask.unwrap_or(Mask { with: '*', keep_first: 0 })),
            };
            Cover { range: hit.range.clone(), with }
        };
        let covers: Vec<_> = offences.iter().map(|hit| cover(hit)).collect();
        edits(&leaf.text, &covers, self.mentions)
    }

    /// Whether the message keeps within its size with these edits and so many bytes more.
    fn fits(&self, edits: &[(usize, Vec<Edit>)], more: usize) -> bool {
        let budget = LARGEST.max(self.content.size());
        // A mark is one byte for each cluster: masks only shrink a text. The rest is counted for more than
        // it can be, and exactly only where that is too much.
        let escaped = |c: char| matches!(c, '"' | '\\') || c.is_control();
        let grows = |edit: &Edit| edit.with.len() > edit.range.len() || edit.with.contains(escaped);
        let added = edits.iter().flat_map(|(_, edits)| edits).filter(|edit| grows(edit));
        let most: usize = added.map(|edit| escape(&escape(&edit.with)).len() * 2).sum();
        if self.content.size() + most + more <= budget {
            return true;
        }
        let after = self.content.patched(edits).map_or(usize::MAX, |content| content.size());
        after.saturating_add(more) <= budget
    }

    /// What an enforced rule still catches outside our own marks blanks its leaf.
    fn judge_again(&self, verdict: &mut Verdict, subject: &Subject<'_>, at_ms: i64) {
        let rules = &self.ruleset.rules;
        let leaves = self.content.leaves();
        let after: Vec<String> = leaves
            .iter()
            .enumerate()
            .map(|(index, leaf)| apply(&leaf.text, edits_for(&verdict.edits, index)))
            .collect();
        let enforced = |rule: &Rule| {
            self.mode(rule) == Mode::Enforce && rule.action.edits() && rule.active.at(at_ms)
        };
        let again = self.ruleset.hits(after.iter().map(String::as_str), subject, at_ms, enforced);
        let marks: Vec<Vec<Range<usize>>> =
            (0..leaves.len()).map(|leaf| marks(edits_for(&verdict.edits, leaf))).collect();
        let caught = |hit: &&RuleHit| {
            let own =
                |mark: &Range<usize>| mark.start <= hit.range.start && hit.range.end <= mark.end;
            !hit.context
                && leaves[hit.leaf].role == Role::Rewritable
                && !(self.spared)(&rules[hit.rule], &leaves[hit.leaf])
                && !marks[hit.leaf].iter().any(own)
        };
        for hit in again.iter().filter(caught) {
            let text = rules[hit.rule].action.blank.as_deref().unwrap_or(BLANK);
            let blank = vec![Edit { range: 0..leaves[hit.leaf].text.len(), with: text.to_owned() }];
            match verdict.edits.iter_mut().find(|(leaf, _)| *leaf == hit.leaf) {
                Some((_, edits)) => *edits = blank,
                None => verdict.edits.push((hit.leaf, blank)),
            }
            verdict.notes.push(Note::BlankedAfterMask);
        }
        verdict.edits.sort_by_key(|(leaf, _)| *leaf);
    }

    fn tag(&self, verdict: &mut Verdict, acting: &[usize], offences: &[&RuleHit]) {
        let mut tags = BTreeSet::new();
        for rule in acting.iter().map(|number| &self.ruleset.rules[*number]) {
            tags.extend(rule.action.tag.clone());
        }
        let leaves = self.content.leaves();
        for hit in offences.iter().filter(|hit| leaves[hit.leaf].role == Role::Fixed) {
            tags.insert(self.ruleset.rules[hit.rule].fallback_tag().to_owned());
            verdict.notes.push(Note::TaggedOnly);
        }
        if tags.is_empty() {
            return;
        }
        if self.fits(&verdict.edits, tag_size(&tags)) {
            verdict.tags = tags.into_iter().collect();
        } else {
            verdict.notes.push(Note::TagLeftOutForSize);
        }
    }
}

fn edits_for(edits: &[(usize, Vec<Edit>)], leaf: usize) -> &[Edit] {
    edits.iter().find(|(index, _)| *index == leaf).map_or(&[], |(_, edits)| edits)
}

/// Where the edits stand in the text that they were applied to.
fn marks(edits: &[Edit]) -> Vec<Range<usize>> {
    let (mut removed, mut added) = (0, 0);
    let place = |edit: &Edit| {
        let start = edit.range.start - removed + added;
        removed += edit.range.len();
        added += edit.with.len();
        start..start + edit.with.len()
    };
    edits.iter().map(place).collect()
}

/// The bytes that tags take at most in the custom data: `{"automod":{"tags":["a","b"]}}`, escaped as a
/// string inside JSON, and room for what else stands there.
fn tag_size(tags: &BTreeSet<String>) -> usize {
    96 + tags.iter().map(|tag| escape(&escape(tag)).len() + 6).sum::<usize>()
}
