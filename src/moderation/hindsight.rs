//! A decision seen again: its rules as they were on that day, and how each hit was read.
//!
//! Judges nothing anew: what was decided stands. Promise: what is shown comes from the rule set that the decision names
//! and from the texts that were kept, or it is left out.

use crate::engine::{self, Explained, Sources};
use crate::message::{Content, Message, MessageKey, TextKeys};
use crate::store::{History, Reader, StoreError};
use serde::Serialize;

/// What can still be told of how a decision came about.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Hindsight {
    /// The rules that hit, as they were written then.
    pub rules: Vec<RuleThen>,
    /// How each hit was read; empty where the original was not kept.
    pub hits: Vec<Explained>,
}

/// A rule as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleThen {
    pub id: String,
    /// Relative to the rules folder.
    pub file: String,
    /// As it stood there.
    pub source: String,
}

impl Hindsight {
    /// Looks back at a decision; the texts of `history` decide whether hits can be explained.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn of(reader: &Reader, history: &History) -> Result<Self, StoreError> {
        let decision = &history.decision;
        let Some(files) = reader.ruleset(&decision.ruleset).await? else {
            return Ok(Self::default());
        };
        let files = files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
        let sources = Sources { files };
        let Ok(compiled) = engine::compile(&sources) else { return Ok(Self::default()) };
        let set = compiled.ruleset;
        let then = |id: &String| {
            let rule = set.rule(id)?;
            let (id, file) = (id.clone(), rule.file().to_owned());
            Some(RuleThen { id, file, source: rule.source(&sources)? })
        };
        let rules = decision.rules.iter().filter_map(then).collect();
        let Some(message) = message(history) else { return Ok(Self { rules, hits: Vec::new() }) };
        let at = decision.time.parse::<jiff::Timestamp>().unwrap_or_default();
        let mut explanation = set.explainer().explain(&message, at.as_millisecond());
        explanation.hits.retain(|hit| decision.rules.iter().any(|id| id == hit.hit.rule.as_str()));
        Ok(Self { rules, hits: explanation.hits })
    }
}

/// The message as it was judged, as far as it was kept.
fn message(history: &History) -> Option<Message> {
    let (decision, planned) = (&history.decision, history.events.first()?);
    let content = Content::from_record(history.original.as_deref()?, &TextKeys::default()).ok()?;
    Some(Message {
        app: decision.app.clone(),
        key: MessageKey {
            sdk_app_id: decision.sdk_app_id,
            group_id: decision.group_id.clone(),
            topic_id: decision.topic_id.clone(),
            seq: decision.msg_seq,
        },
        revision: decision.revision,
        group_type: planned.data["group_type"].as_str().map(str::to_owned),
        sender: decision.sender.clone(),
        operator: None,
        sent_at: planned.data["sent_at"].as_i64(),
        online_only: false,
        mentions: planned.data["mentions"] == true,
        content,
    })
}
