//! What a new rule set changes: which rules came, which went, and which are not what they were.

use crate::engine::{Rule, Ruleset};
use serde_json::{Value, json};

/// Rules that are told by name, of each kind; their number is always told.
const NAMED: usize = 100;

/// The difference between two rule sets, as the audit tells it.
pub(super) fn between(before: Option<&Ruleset>, now: &Ruleset) -> Value {
    let identity = |rule: &Rule| (rule.own_hash(), rule.mode);
    let in_before = |rule: &Rule| before.and_then(|set| set.rule(rule.id.as_str()));
    let (mut added, mut changed) = (Vec::new(), Vec::new());
    for rule in now.rules() {
        match in_before(rule) {
            None => added.push(rule.id.as_str()),
            Some(known) if identity(known) != identity(rule) => changed.push(rule.id.as_str()),
            Some(_) => {}
        }
    }
    let old = before.iter().flat_map(|set| set.rules());
    let gone = old.filter(|rule| now.rule(rule.id.as_str()).is_none());
    let removed: Vec<_> = gone.map(|rule| rule.id.as_str()).collect();
    let told = |rules: Vec<&str>| json!({ "count": rules.len(), "rules": &rules[..rules.len().min(NAMED)] });
    json!({ "added": told(added), "changed": told(changed), "removed": told(removed) })
}
