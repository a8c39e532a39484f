//! What really stands there: the message as history tells it, with what only the webhook could tell.
//!
//! Reads and decides nothing. Promise: custom data that nobody read back is taken only while it can hardly have changed.

use super::Worker;
use super::act::was_tried;
use crate::chat::{Found, Gone, Stored};
use crate::message::{Content, Message};
use crate::store::{Action, Cause, Outcome, Pending, Source, Step};

/// What stands there now, as far as it can be known.
pub(super) struct Ground {
    pub message: Message,
    /// Told by history, not by the webhook.
    pub read: bool,
    pub custom_known: bool,
}

impl Worker {
    /// Reads the message, or takes the webhook's word where the operator wants that.
    pub(super) async fn look(&self, decision: &Pending) -> Result<Ground, Step> {
        let told = decision.original.as_deref();
        let told = told.and_then(|text| Content::from_record(text, &self.app.text_keys).ok());
        if let (false, Some(content)) = (self.app.verify_before_rewrite, &told) {
            let message = message(decision, content.clone(), None);
            let custom_known = decision.source != Source::Edit.as_str();
            return Ok(Ground { message, read: false, custom_known });
        }
        match self.chat.read(&decision.key).await {
            Ok(Found::Present(stored)) if !stored.system => Ok(self.ground(decision, stored, told)),
            Ok(Found::Present(_) | Found::Gone(Gone::Missing)) => {
                Err(moot(decision, Cause::Missing))
            }
            // The answer of an earlier try was lost, or the process died before it could be kept.
            Ok(Found::Gone(Gone::Recalled))
                if decision.action == Action::Recall && was_tried(decision) =>
            {
                Err(Step::to(&decision.id, Outcome::Applied, Some(Cause::AlreadyWritten)))
            }
            Ok(Found::Gone(Gone::Recalled)) => Err(moot(decision, Cause::Recalled)),
            Ok(Found::Gone(Gone::Expired)) => Err(moot(decision, Cause::Expired)),
            Err(error) => Err(self.after(decision, &error, false)),
        }
    }

    /// Where history leaves out the custom data, the webhook's is taken only while it can hardly have changed.
    fn ground(&self, decision: &Pending, stored: Stored, told: Option<Content>) -> Ground {
        let age = jiff::Timestamp::now().as_millisecond() - decision.created_at;
        let fresh = age < self.app.enforcer.tag_without_readback.as_millis() as i64;
        let by_webhook =
            decision.source == Source::Webhook.as_str() && decision.supersedes.is_none();
        let told = told.filter(|told| fresh && by_webhook && told.same_body(&stored.content));
        let (content, custom_known) = match (stored.content.custom(), told) {
            (Some(_), _) => (stored.content, true),
            (None, None) => (stored.content, false),
            (None, Some(told)) => match stored.content.with_custom(told.custom()) {
                Ok(content) => (content, true),
                Err(_) => (stored.content, false),
            },
        };
        let message = Message {
            sent_at: stored.sent_at.or(decision.sent_at),
            ..message(decision, content, stored.sender)
        };
        Ground { message, read: true, custom_known }
    }
}

pub(super) fn moot(decision: &Pending, cause: Cause) -> Step {
    Step::to(&decision.id, Outcome::Moot, Some(cause))
}

/// The decision's message with this content.
pub(super) fn message(decision: &Pending, content: Content, sender: Option<String>) -> Message {
    Message {
        app: decision.app.clone(),
        key: decision.key.clone(),
        revision: decision.revision,
        group_type: decision.group_type.clone(),
        sender: sender.or_else(|| decision.sender.clone()),
        operator: decision.editor.clone(),
        sent_at: decision.sent_at,
        online_only: false,
        mentions: decision.mentions,
        content,
    }
}
