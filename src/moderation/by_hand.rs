//! What a person decides about one message: to mask it whole, or to take it away.
//!
//! No rule takes part. Promise: it goes the same way as what a rule decides (plan, pace, audit), and a mask can be
//! taken back like any other.

use super::{Judged, Moderation};
use crate::engine::{Ruling, Severity, Verdict, cover_all};
use crate::message::{Message, Role};
use crate::store::{Action, Cause, Outcome, Plan, Source};
use std::collections::BTreeSet;

impl Moderation {
    /// The judgement of a person who wants all text of a message masked.
    pub fn masked_whole(&self, message: &Message) -> Judged {
        let leaves = message.content.leaves().iter().enumerate();
        let edits = leaves
            .filter(|(_, leaf)| leaf.role == Role::Rewritable)
            .map(|(at, leaf)| (at, cover_all(&leaf.text, message.mentions)))
            .filter(|(_, edits)| !edits.is_empty());
        let verdict = Verdict {
            ruling: Ruling::Rewrite,
            severity: Some(Severity::High),
            edits: edits.collect(),
            ..Verdict::default()
        };
        Judged { verdict, ruleset: self.rules(), held: BTreeSet::new() }
    }

    /// The decision that a person made about a message that was read back.
    pub fn plan_by_hand(&self, message: &Message, recall: bool) -> Plan {
        let judged = self.masked_whole(message);
        let known = message.content.custom().is_some();
        let plan = Plan { reread: true, ..self.plan(message, &judged, Source::Person, known) };
        match plan.cause {
            _ if !recall => plan,
            Some(Cause::EnforcementShadow) => plan,
            _ => Plan {
                action: Action::Recall,
                outcome: Outcome::Pending,
                cause: None,
                rewritten: None,
                written_digest: None,
                ..plan
            },
        }
    }
}
