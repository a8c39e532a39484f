//! What a webhook tells, and who thinks about it.

use crate::message::{Message, MessageKey};
use futures_util::future::BoxFuture;

/// What a webhook told.
#[derive(Debug, Clone)]
pub enum Event {
    Sent(Message),
    Edited(Message),
    /// `at` is Unix time in ms.
    Recalled {
        keys: Vec<MessageKey>,
        at: i64,
    },
}

/// What came of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Considered {
    Clean,
    Planned,
    Duplicate,
    Own,
    Ignored,
}

/// The event could not be considered, so it must not be acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("moderation is not available")]
pub struct Unavailable;

/// Thinks about events.
pub trait Consider: Send + Sync {
    fn consider(&self, event: Event) -> BoxFuture<'_, Result<Considered, Unavailable>>;
}
