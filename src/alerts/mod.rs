//! Alerts: telling a person that something needs him, once and not a thousand times.
//!
//! Holds what an alert is, how alerts are grouped, how they look and how they are sent. Promise: whoever raises one
//! never waits, and none carries a message's text, an account or a secret.

mod courier;
mod group;
mod lookout;
mod refusals;
mod shape;

pub use courier::{Answer, Courier, SetupError};
pub use group::{Groups, Message};
pub use lookout::Lookout;
pub use refusals::Refusals;
pub use shape::body;

use std::fmt;
use tokio::sync::mpsc;

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A rule is held back.
    Brake,
    /// The rules folder is broken; an earlier set is live.
    Rules,
    /// The platform does not accept our key, account or app.
    Credentials,
    /// Today's calls are used up.
    Quota,
    /// Webhooks are refused for their signature.
    Signatures,
    /// Our clock and the platform's differ.
    Clock,
    /// The database takes no writes.
    Writes,
    /// Actions wait for too long.
    Pending,
    /// The audit is not as it was written.
    Chain,
    /// No checkpoint of the audit can be signed.
    Checkpoints,
    /// A person tries whether alerts arrive.
    Test,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Brake => "brake",
            Self::Rules => "rules",
            Self::Credentials => "credentials",
            Self::Quota => "quota",
            Self::Signatures => "signatures",
            Self::Clock => "clock",
            Self::Writes => "writes",
            Self::Pending => "pending",
            Self::Chain => "chain",
            Self::Checkpoints => "checkpoints",
            Self::Test => "test",
        }
    }
}

/// Something a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub kind: Kind,
    /// What it is about: an app's name, a rule's id. Alerts of one kind and subject are grouped.
    pub subject: String,
    /// What is wrong and what to do; never a text or an account.
    pub detail: String,
}

/// Whoever takes alerts.
pub trait AlertSink: fmt::Debug + Send + Sync {
    /// Takes an alert; never waits, never fails.
    fn alert(&self, alert: Alert);
}

/// Takes alerts and tells nobody: no `alerts.url` is set.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl AlertSink for Nobody {
    fn alert(&self, _: Alert) {}
}

/// Alerts that wait to be sent; what does not fit is dropped, and the log has it all the same.
const QUEUE: usize = 256;

/// Where alerts are put for a [`Courier`].
#[derive(Debug, Clone)]
struct Queue(mpsc::Sender<Alert>);

impl AlertSink for Queue {
    fn alert(&self, alert: Alert) {
        if self.0.try_send(alert).is_err() {
            tracing::warn!("an alert is dropped: too many wait to be sent");
        }
    }
}
