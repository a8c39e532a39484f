//! The canary: a harmless phrase that is treated as an offence, so that an operator can prove the whole path, from the
//! webhook to the rewritten message, in production.
//!
//! It is no rule of the rules folder: its id is one that no rule can have. The brake does not count it.

use crate::engine::{Hit, Mode, RuleId, Ruling, Severity, Verdict};
use crate::message::{Edit, Message, Part, Role};

/// The id it stands under in the audit.
pub const RULE: &str = ":canary";

/// A phrase that is masked wherever somebody writes it and nothing else.
#[derive(Debug, Clone)]
pub struct Canary {
    phrase: String,
}

impl Canary {
    pub fn new(phrase: &str) -> Self {
        Self { phrase: phrase.trim().to_owned() }
    }

    /// Adds to a verdict what is to be done about the phrase, where the message is just that.
    pub fn sing(&self, message: &Message, verdict: &mut Verdict) {
        for (index, leaf) in message.content.leaves().iter().enumerate() {
            let sings = leaf.part == Part::Body
                && leaf.role == Role::Rewritable
                && leaf.text.trim() == self.phrase;
            if !sings || verdict.edits.iter().any(|(edited, _)| *edited == index) {
                continue;
            }
            let range = 0..leaf.text.len();
            let with = "*".repeat(self.phrase.chars().count());
            verdict.hits.push(Hit {
                rule: RuleId(RULE.into()),
                severity: Severity::Low,
                mode: Mode::Enforce,
                leaf: index,
                place: leaf.place.clone(),
                range: range.clone(),
                context: false,
            });
            verdict.edits.push((index, vec![Edit { range, with }]));
            verdict.edits.sort_by_key(|(leaf, _)| *leaf);
            verdict.severity = verdict.severity.max(Some(Severity::Low));
            verdict.ruling = Ruling::Rewrite;
        }
    }
}

/// Whether a verdict is, among other things, about the canary.
pub fn is_in(verdict: &Verdict) -> bool {
    verdict.hits.iter().any(|hit| hit.rule.as_str() == RULE)
}
