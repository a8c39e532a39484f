//! What one turn is spent on: carrying out a decision, or giving back what one took.

use super::Worker;
use crate::message::MessageKey;
use crate::pace::Turn;
use crate::store::{Pending, PendingUndo, StoreError};

/// Something to be done about one message.
#[derive(Debug)]
pub enum Errand {
    Act(Box<Pending>),
    GiveBack(Box<PendingUndo>),
}

impl Errand {
    /// Of the decision or the undo.
    pub fn id(&self) -> &str {
        match self {
            Self::Act(decision) => &decision.id,
            Self::GiveBack(undo) => &undo.id,
        }
    }

    pub fn key(&self) -> &MessageKey {
        match self {
            Self::Act(decision) => &decision.key,
            Self::GiveBack(undo) => &undo.key,
        }
    }

    /// `turn` is that of its first call.
    ///
    /// # Errors
    /// When the result cannot be stored: it stays pending, and the next turn finds out.
    pub async fn run(&self, worker: &Worker, turn: Turn) -> Result<(), StoreError> {
        match self {
            Self::Act(decision) => worker.act(decision, turn).await,
            Self::GiveBack(undo) => worker.give_back(undo, turn).await,
        }
    }
}
