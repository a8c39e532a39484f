//! What a person gave back stays: a rule leaves the leaf alone that it was lifted from.
//!
//! Looked up only where it may matter: not for a clean message, and for a webhook's offence only once the writer found
//! that something of its message was given back. Promise: it holds for every way a message comes
//! to be judged (webhook, echo, edit, history), until the rule itself is changed.

use super::{Judged, Moderation};
use crate::engine::{Rule, RuleId, Ruling};
use crate::message::{Leaf, Message};
use crate::store::{Reader, Restored, StoreError};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

impl Moderation {
    /// With another place to look up what was given back; for dry runs, whose own store is empty.
    pub fn sparing_by(self, restored: Reader) -> Self {
        Self { restored, ..self }
    }

    /// Judges a message by the rules of the moment, without those that the brake holds back, and without those
    /// hits that a person gave back.
    ///
    /// # Errors
    /// When it cannot be read what was given back.
    pub async fn judge(&self, message: &Message) -> Result<Judged, StoreError> {
        let judged = self.judge_freely(message, &[]);
        if judged.verdict.ruling == Ruling::Pass {
            return Ok(judged);
        }
        let restored = self.restored.restored(&message.key).await?;
        Ok(if restored.is_empty() { judged } else { self.judge_freely(message, &restored) })
    }

    /// Judges a message that is about to be rewritten. The brake counts it, and may hold rules back at once.
    ///
    /// # Errors
    /// As [`Moderation::judge`].
    pub async fn judge_to_act(&self, message: &Message) -> Result<Judged, StoreError> {
        let judged = self.judge(message).await?;
        match self.brake.as_ref().is_some_and(|brake| brake.note(message, &judged)) {
            true => self.judge(message).await,
            false => Ok(judged),
        }
    }

    /// The same, whatever a person gave back.
    pub(super) fn judge_freely(&self, message: &Message, restored: &[Restored]) -> Judged {
        let ruleset = self.rulebook.live();
        let braked = self.held_in(message.key.sdk_app_id);
        let spared = Spared::new(restored);
        let started = std::time::Instant::now();
        let at = jiff::Timestamp::now().as_millisecond();
        let mut verdict =
            ruleset.judge_sparing(message, at, &|rule| braked.contains(rule), &|r, l| {
                spared.has(r, l)
            });
        if let Some(canary) = &self.canary {
            canary.sing(message, &mut verdict);
        }
        self.metrics.judged(verdict.ruling.as_str(), started.elapsed());
        let held = held(&ruleset, &verdict, &braked);
        Judged { verdict, ruleset, held }
    }
}

/// Rules that hit and would have acted, were they not held back.
fn held(
    ruleset: &Arc<crate::engine::Ruleset>,
    verdict: &crate::engine::Verdict,
    braked: &BTreeSet<RuleId>,
) -> BTreeSet<RuleId> {
    let enforced = |rule: &&RuleId| {
        let rule = ruleset.rule(rule.as_str());
        rule.is_some_and(|rule| rule.mode == crate::engine::Mode::Enforce)
    };
    let hits = verdict.hits.iter().map(|hit| &hit.rule);
    hits.filter(|rule| braked.contains(*rule)).filter(enforced).cloned().collect()
}

/// Leaves by rule, with the rule's own hash: one that was changed since is a new rule.
struct Spared<'r> {
    by_rule: HashMap<&'r str, Vec<(&'r str, &'r str)>>,
}

impl<'r> Spared<'r> {
    fn new(restored: &'r [Restored]) -> Self {
        let mut by_rule: HashMap<_, Vec<_>> = HashMap::new();
        for Restored { place, rule, rule_hash } in restored {
            by_rule.entry(rule.as_str()).or_default().push((place.as_str(), rule_hash.as_str()));
        }
        Self { by_rule }
    }

    fn has(&self, rule: &Rule, leaf: &Leaf) -> bool {
        let places = self.by_rule.get(rule.id.as_str());
        places.is_some_and(|places| {
            let hash = rule.own_hash();
            places.iter().any(|(place, of)| *place == leaf.place && *of == hash)
        })
    }
}
