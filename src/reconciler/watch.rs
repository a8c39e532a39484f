//! The ear at the webhook's door: notes the number of every message that was told, for the app it belongs to.

use super::Seen;
use crate::message::Message;
use crate::moderation::{Witness, is_live};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::time::Instant;

/// Hears for all apps that are followed.
#[derive(Debug, Default)]
pub struct Watch {
    apps: BTreeMap<u64, Arc<Seen>>,
}

impl Watch {
    /// Hears for these apps, by their SDKAppID.
    pub fn new(apps: BTreeMap<u64, Arc<Seen>>) -> Self {
        Self { apps }
    }

    /// A live group keeps no history, so there is nothing to follow.
    fn seen(&self, message: &Message) -> Option<&Seen> {
        let seen = self.apps.get(&message.key.sdk_app_id)?;
        (!is_live(message)).then_some(seen)
    }
}

impl Witness for Watch {
    fn told(&self, message: &Message) {
        if let Some(seen) = self.seen(message) {
            seen.tell(message, Instant::now());
        }
    }

    fn judged(&self, message: &Message) {
        if let Some(seen) = self.seen(message) {
            seen.note(&message.key);
        }
    }
}
