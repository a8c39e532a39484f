//! From a verdict to a decision: what is to be done, or why nothing is. Pure; writes nothing.

use super::{Judged, Kept, Moderation, Rewrite};
use crate::engine::{Mode, Ruleset, Ruling, Severity, Verdict};
use crate::message::Message;
use crate::store::{Action, Cause, Outcome, Plan, Source};
use serde_json::json;
use std::collections::BTreeMap;

impl Moderation {
    /// The decision that follows from a verdict that is not `pass`. Without `custom_known` the custom data is
    /// left alone.
    pub fn plan(
        &self,
        message: &Message,
        judged: &Judged,
        source: Source,
        custom_known: bool,
    ) -> Plan {
        let verdict = &judged.verdict;
        let rewrite = Rewrite::of(&message.content, verdict, custom_known);
        let (outcome, cause) = self.outcome(message, judged, rewrite.as_ref().err().copied());
        let action = match verdict.recall || cause == Some(Cause::LiveGroup) {
            true => Action::Recall,
            false => Action::Rewrite,
        };
        let planned = outcome == Outcome::Pending && action == Action::Rewrite;
        let rewrite = rewrite.ok().filter(|_| planned);
        let severity = verdict.severity.unwrap_or(Severity::Low);
        let notes = verdict.notes.iter().map(|note| note.as_str().to_owned());
        let notes = notes.chain(rewrite.iter().flat_map(|rewrite| rewrite.notes.clone()));
        let notes = notes.chain(judged.held.iter().map(|rule| format!("brake:{rule}")));
        let written = rewrite.as_ref().map(|rewrite| &rewrite.content);
        let (keep, mentions) = (verdict.keep_original, message.mentions);
        let kept = Kept::of(keep, verdict, &message.content, written, mentions);
        Plan {
            id: uuid::Uuid::now_v7().to_string(),
            app: message.app.clone(),
            key: message.key.clone(),
            revision: message.revision,
            group_type: message.group_type.clone(),
            sent_at: message.sent_at,
            sender: message.sender.clone(),
            operator: message.operator.clone().filter(|_| source != Source::Edit),
            editor: message.operator.clone().filter(|_| source == Source::Edit),
            mentions: message.mentions,
            digest: message.content.digest(),
            body_digest: message.content.body_digest(),
            written_digest: rewrite.as_ref().map(|rewrite| rewrite.content.body_digest()),
            verdict: verdict.ruling.as_str(),
            severity: severity.as_str(),
            lane: severity as i64,
            rules: rules(verdict),
            categories: categories(verdict, &judged.ruleset),
            hits: hits(verdict),
            tags: rewrite.as_ref().map(|rewrite| rewrite.tags.clone()).unwrap_or_default(),
            notes: notes.collect(),
            review: verdict.review,
            keep_original: keep.as_str(),
            source,
            ruleset: judged.ruleset.hash().to_owned(),
            supersedes: None,
            reread: false,
            action,
            outcome,
            cause,
            original: kept.original,
            rewritten: kept.rewritten,
            reason: None,
            by: None,
            maybe_echo: false,
        }
    }

    /// Whether anything is to be done, and if not, why.
    fn outcome(
        &self,
        message: &Message,
        judged: &Judged,
        no_rewrite: Option<Cause>,
    ) -> (Outcome, Option<Cause>) {
        let verdict = &judged.verdict;
        let policy = self.apps.get(&message.key.sdk_app_id);
        let shadow_app = policy.is_none_or(|policy| !policy.enforce);
        let (outcome, cause) = match verdict.ruling {
            Ruling::Rewrite if shadow_app => (Outcome::Observed, Cause::EnforcementShadow),
            Ruling::Rewrite => match cannot_be_rewritten(message) {
                Some(Cause::LiveGroup)
                    if verdict.recall || policy.is_some_and(|policy| policy.recall) =>
                {
                    (Outcome::Pending, Cause::LiveGroup)
                }
                None if verdict.recall => return (Outcome::Pending, None),
                None if no_rewrite.is_none() => return (Outcome::Pending, None),
                cause => (Outcome::Impossible, cause.or(no_rewrite).unwrap_or(Cause::Refused)),
            },
            _ if !judged.held.is_empty() => (Outcome::Observed, Cause::Brake),
            _ if verdict.hits.iter().any(|hit| hit.mode == Mode::Enforce) => {
                (Outcome::Observed, Cause::Review)
            }
            _ => (Outcome::Observed, Cause::Shadow),
        };
        (outcome, Some(cause))
    }
}

/// Why the platform cannot rewrite this message, whatever we ask.
fn cannot_be_rewritten(message: &Message) -> Option<Cause> {
    if message.key.seq.is_none() {
        Some(Cause::NoMsgSeq)
    } else if is_live(message) {
        Some(Cause::LiveGroup)
    } else if message.online_only {
        Some(Cause::OnlineOnly)
    } else {
        None
    }
}

/// Whether its group keeps no history: nothing in it can be read again or rewritten.
pub fn is_live(message: &Message) -> bool {
    message.group_type.as_deref().is_some_and(is_live_type)
}

/// Whether groups of this type keep no history.
pub fn is_live_type(group_type: &str) -> bool {
    ["AVChatRoom", "BChatRoom", "Live"].contains(&group_type)
}

fn rules(verdict: &Verdict) -> Vec<String> {
    let mut rules: Vec<_> = verdict.hits.iter().map(|hit| hit.rule.to_string()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The categories of the rules that hit, by rule.
fn categories(verdict: &Verdict, ruleset: &Ruleset) -> BTreeMap<String, String> {
    let rules = verdict.hits.iter().filter_map(|hit| ruleset.rule(hit.rule.as_str()));
    rules.filter_map(|rule| Some((rule.id.to_string(), rule.category.clone()?))).collect()
}

/// Where the hits stand; never what they matched.
fn hits(verdict: &Verdict) -> serde_json::Value {
    let hits = verdict.hits.iter().map(|hit| {
        json!({
            "rule": hit.rule.to_string(), "mode": hit.mode.as_str(), "place": hit.place,
            "start": hit.range.start, "end": hit.range.end, "context": hit.context,
        })
    });
    hits.collect()
}
