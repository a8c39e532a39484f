//! One message for each kind and subject in a while; what comes meanwhile is counted into the next. Pure.

use super::{Alert, Kind};
use std::collections::BTreeMap;

/// More subjects than this share one group for each kind.
const MOST: usize = 256;

/// An alert as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub alert: Alert,
    /// Alerts that this message stands for.
    pub count: u64,
    /// Unix ms.
    pub first_at: i64,
    pub last_at: i64,
}

impl Message {
    /// Of a single alert.
    pub fn new(alert: Alert, at: i64) -> Self {
        Self { alert, count: 1, first_at: at, last_at: at }
    }
}

/// What was sent lately, and what waits for its turn.
#[derive(Debug)]
pub struct Groups {
    every: i64,
    groups: BTreeMap<(Kind, String), Group>,
}

#[derive(Debug)]
struct Group {
    sent_at: i64,
    waiting: Option<Message>,
}

impl Groups {
    /// With at most one message in `every` ms for each group.
    pub fn new(every: i64) -> Self {
        Self { every, groups: BTreeMap::new() }
    }

    /// Takes an alert at `now` (ms); the first of its group is to be sent at once.
    pub fn note(&mut self, mut alert: Alert, now: i64) -> Option<Message> {
        self.forget(now);
        let mut key = (alert.kind, alert.subject.clone());
        if self.groups.len() >= MOST && !self.groups.contains_key(&key) {
            alert.subject = "many".into();
            key.1 = alert.subject.clone();
        }
        let message = Message::new(alert, now);
        let Some(group) = self.groups.get_mut(&key) else {
            self.groups.insert(key, Group { sent_at: now, waiting: None });
            return Some(message);
        };
        group.waiting = Some(match group.waiting.take() {
            Some(earlier) => {
                Message { count: earlier.count + 1, first_at: earlier.first_at, ..message }
            }
            None => message,
        });
        None
    }

    /// What has waited for its turn.
    pub fn due(&mut self, now: i64) -> Vec<Message> {
        let every = self.every;
        let due = self.groups.values_mut().filter(|group| now - group.sent_at >= every);
        due.filter_map(|group| group.waiting.take().inspect(|_| group.sent_at = now)).collect()
    }

    /// Everything that waits, due or not.
    pub fn rest(&mut self) -> Vec<Message> {
        self.groups.values_mut().filter_map(|group| group.waiting.take()).collect()
    }

    fn forget(&mut self, now: i64) {
        let every = self.every;
        self.groups.retain(|_, group| group.waiting.is_some() || now - group.sent_at < every);
    }
}
