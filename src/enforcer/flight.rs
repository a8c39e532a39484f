//! What is in flight: at most one action a message, and never an innocent one beside a suspect.

use super::Worker;
use super::errand::Errand;
use crate::message::MessageKey;
use crate::pace::Turn;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinSet};

/// An action that cannot be settled is not tried again at once: the disk needs a moment.
const DISK_NEEDS: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub struct Flight {
    tasks: JoinSet<()>,
    running: HashMap<Id, Arc<Errand>>,
    messages: HashSet<MessageKey>,
}

impl Flight {
    pub fn len(&self) -> usize {
        self.running.len()
    }

    /// Messages that an action is in flight for.
    pub fn messages(&self) -> &HashSet<MessageKey> {
        &self.messages
    }

    pub fn start(&mut self, worker: Arc<Worker>, errand: Errand, turn: Turn) {
        let errand = Arc::new(errand);
        self.messages.insert(errand.key().clone());
        let running = errand.clone();
        let task = self.tasks.spawn(async move {
            if let Err(error) = running.run(&worker, turn).await {
                tracing::error!(id = running.id(), %error, "an action is not settled; it will be looked at again");
                tokio::time::sleep(DISK_NEEDS).await;
            }
        });
        self.running.insert(task.id(), errand);
    }

    /// Waits until an action has ended, for ever while none is in flight; tells of one that panicked.
    pub async fn one_ended(&mut self) -> Option<Arc<Errand>> {
        match self.tasks.join_next_with_id().await {
            Some(Ok((task, ()))) => {
                self.forget(task);
                None
            }
            Some(Err(error)) => self.forget(error.id()).filter(|_| error.is_panic()),
            None => std::future::pending().await,
        }
    }

    pub async fn all_ended(&mut self) {
        while !self.tasks.is_empty() {
            self.one_ended().await;
        }
    }

    fn forget(&mut self, task: Id) -> Option<Arc<Errand>> {
        let errand = self.running.remove(&task)?;
        self.messages.remove(errand.key());
        Some(errand)
    }
}
