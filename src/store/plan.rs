//! What is asked of the store about a decision: its plan, and the steps that follow.
//!
//! Holds the nouns and no SQL.

use super::outcome::{Action, Cause, Outcome, Source};
use super::vault::Vault;
use crate::message::MessageKey;
use serde_json::Value;
use std::collections::BTreeMap;

/// A decision about to be written.
#[derive(Debug, Clone)]
pub struct Plan {
    pub id: String,
    pub app: String,
    pub key: MessageKey,
    /// 0 for the message as sent, else the time of the edit in ms.
    pub revision: i64,
    pub group_type: Option<String>,
    pub sent_at: Option<i64>,
    pub sender: Option<String>,
    pub operator: Option<String>,
    pub editor: Option<String>,
    pub mentions: bool,
    /// Of the whole content, quotes in the custom data included: tells duplicates.
    pub digest: String,
    /// Of the elements alone: tells what is there when we read again.
    pub body_digest: String,
    /// Of the elements as we will have written them: tells our own echo.
    pub written_digest: Option<String>,
    pub verdict: &'static str,
    pub severity: &'static str,
    /// Higher goes out first.
    pub lane: i64,
    pub rules: Vec<String>,
    /// Of its rules, where they have one.
    pub categories: BTreeMap<String, String>,
    /// A JSON array; no text in it.
    pub hits: Value,
    pub tags: Vec<String>,
    pub notes: Vec<String>,
    pub review: bool,
    pub keep_original: &'static str,
    pub source: Source,
    pub ruleset: String,
    /// The decision that this one replaces after the message was read again.
    pub supersedes: Option<String>,
    /// Whether the message was read back from the platform.
    pub reread: bool,
    pub action: Action,
    pub outcome: Outcome,
    pub cause: Option<Cause>,
    pub original: Option<String>,
    pub rewritten: Option<String>,
    /// Why, and who decided so, where a person did.
    pub reason: Option<String>,
    pub by: Option<String>,
    /// The edit was made by our own account, so it may be the echo of what we wrote.
    pub maybe_echo: bool,
}

/// What became of a [`Plan`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// Written; this is its id.
    New(String),
    /// The same message was decided before.
    Duplicate,
    /// Our own rewrite came back to us.
    Echo,
}

/// A step of a decision after its plan.
#[derive(Debug, Clone)]
pub struct Step {
    pub id: String,
    /// `Pending` means: try again.
    pub outcome: Outcome,
    pub cause: Option<Cause>,
    pub error_code: Option<i64>,
    /// The platform's raw answer, where its code is unknown.
    pub answer: Option<String>,
    /// Calls made since the last step that may have changed the message.
    pub attempts: i64,
    /// Unix ms; only with `Pending`.
    pub next_try_at: Option<i64>,
    /// The message was read back and is what this decision judged.
    pub reread: bool,
    /// Learned from history, where the webhook did not tell.
    pub sender: Option<String>,
    /// What is about to be written differs from the plan (the body was refused, or the rules changed).
    pub rewrite: Option<Rewritten>,
    /// Judged by another rule set than the plan.
    pub ruleset: Option<String>,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

/// What we are about to write.
#[derive(Debug, Clone)]
pub struct Rewritten {
    pub digest: String,
    /// As far as it may be kept.
    pub content: Option<String>,
    pub tags: Vec<String>,
}

impl Step {
    /// With fingerprints in place of digests.
    pub(super) fn fingerprinted(&self, vault: &Vault) -> Self {
        let fingerprinted = |rewrite: &Rewritten| Rewritten {
            digest: vault.fingerprint(&rewrite.digest),
            ..rewrite.clone()
        };
        Self { rewrite: self.rewrite.as_ref().map(fingerprinted), ..self.clone() }
    }

    /// A step to `outcome` with nothing else to tell.
    pub fn to(id: &str, outcome: Outcome, cause: Option<Cause>) -> Self {
        Self {
            id: id.to_owned(),
            outcome,
            cause,
            error_code: None,
            answer: None,
            attempts: 0,
            next_try_at: None,
            reread: false,
            sender: None,
            rewrite: None,
            ruleset: None,
            notes: Vec::new(),
        }
    }

    /// What the audit calls this step.
    pub(super) fn kind(&self) -> &'static str {
        match self.outcome {
            Outcome::Pending if self.rewrite.is_some() => "decision.replanned",
            Outcome::Pending => "decision.retried",
            Outcome::Applied => "decision.applied",
            Outcome::Observed => "decision.observed",
            Outcome::Moot => "decision.moot",
            Outcome::Impossible => "decision.impossible",
            Outcome::Failed => "decision.failed",
            Outcome::Withheld => "decision.withheld",
            Outcome::Undone => "decision.undone",
        }
    }
}
