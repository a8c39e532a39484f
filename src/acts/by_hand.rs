//! Masking and recalling one message that somebody reported: what it says now is read from the platform, and the
//! decision planned. The running service carries it out, if the message still says the same then.

use crate::chat::{self, Class, Client, Found, Stored};
use crate::message::{Content, Message, MessageKey};
use crate::moderation::Moderation;
use crate::store::{Cause, Outcome, Plan, Store, StoreError};
use std::sync::Arc;

/// Which message, what about it, and why.
#[derive(Debug, Clone)]
pub struct Reported {
    pub key: MessageKey,
    /// Take it away for everybody, instead of masking all its text.
    pub recall: bool,
    pub reason: String,
    /// Who decided so, where told.
    pub by: Option<String>,
}

/// The decision that was written.
#[derive(Debug, Clone)]
pub struct Decided {
    pub id: String,
    /// `Pending`, or what it ended as because nothing can be done.
    pub outcome: Outcome,
    pub cause: Option<Cause>,
}

/// Why there is no decision.
#[derive(Debug, thiserror::Error)]
pub enum Undecided {
    #[error("there is no such message any more")]
    NoMessage,
    #[error(transparent)]
    Platform(#[from] chat::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where a person decides about the messages of one app.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The app's name in the settings.
    pub app: String,
    pub client: Client,
    pub moderation: Arc<Moderation>,
    pub store: Store,
}

impl Desk {
    /// Reads the message and writes the decision about it.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn decide(&self, reported: Reported) -> Result<Decided, Undecided> {
        let Reported { key, recall, reason, by } = reported;
        let stored = match self.client.read(&key).await {
            Ok(Found::Present(stored)) if !stored.system => Some(stored),
            Ok(_) => return Err(Undecided::NoMessage),
            // A live group keeps no history; a recall needs none.
            Err(error) if recall && is_final(error.class()) => None,
            Err(error) => return Err(error.into()),
        };
        let plan = self.moderation.plan_by_hand(&message(&self.app, key, stored), recall);
        let plan = Plan { reason: Some(reason), by, ..plan };
        let decided = Decided { id: plan.id.clone(), outcome: plan.outcome, cause: plan.cause };
        self.store.plan(plan).await?;
        Ok(decided)
    }
}

/// Whether the platform has spoken about the message itself.
fn is_final(class: Class) -> bool {
    matches!(class, Class::NotPermitted | Class::Gone | Class::Permanent)
}

fn message(app: &str, key: MessageKey, stored: Option<Stored>) -> Message {
    let (content, sender, sent_at) = match stored {
        Some(stored) => (stored.content, stored.sender, stored.sent_at),
        None => (Content::empty(), None, None),
    };
    Message {
        app: app.to_owned(),
        key,
        revision: 0,
        group_type: None,
        sender,
        operator: None,
        sent_at,
        online_only: false,
        mentions: false,
        content,
    }
}
