//! The client of the platform's REST API: one [`Client`] for one app.
//!
//! Holds addresses, proof of identity, the wire and the classes of errors. Does not hold retries, rate
//! limits or decisions: those are the enforcer's. Promise: a call that returns `Ok` was said by the
//! platform to have succeeded, and nothing else was.
//!
//! A further command is three pieces: its name below, its request and its answer in `wire`, and a method.

mod error;
mod history;
mod region;
mod transport;
pub mod usersig;
mod wire;

pub use error::{Class, Error, Failure};
pub use history::{Entry, Found, Gone, History, Stored};
pub use region::{domain, regions};

use crate::message::{MessageKey, TextKeys};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use transport::{Reply, Transport};

const MODIFY: &str = "openim/modify_group_msg";
const RECALL: &str = "group_open_http_svc/group_msg_recall";
const HISTORY: &str = "group_open_http_svc/group_msg_get_simple";
const GROUPS: &str = "group_open_http_svc/get_appid_group_list";

/// Who we are at the platform.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub sdk_app_id: u64,
    /// An app administrator's account; every command here needs one.
    pub admin: String,
    pub secret_key: SecretString,
    /// `scheme://host[:port]`; `https://` and the [`domain`] of the app's region in production.
    pub base_url: String,
}

/// What few need to change.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long a UserSig is good for.
    pub usersig_life: Duration,
    /// From the call to the last byte of the answer. The platform itself gives up after 3 s.
    pub timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { usersig_life: Duration::from_secs(24 * 60 * 60), timeout: Duration::from_secs(10) }
    }
}

/// The client cannot be built from what was given.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("the base URL cannot be used: {why}")]
    BaseUrl { why: &'static str },
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
    #[error("the HTTP client cannot be set up")]
    Http(#[source] reqwest::Error),
}

/// What to overwrite of a message. At least one half; the platform leaves the other as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The raw array of elements.
    pub body: Option<String>,
    /// The raw string literal of the custom data, quotes included.
    pub custom: Option<String>,
}

/// What a harmless call told about the way to the platform.
#[derive(Debug)]
pub struct Probe {
    /// The platform's clock in Unix seconds, from the answer's `Date`.
    pub date: Option<i64>,
    /// Our own clock when the answer came, in Unix seconds.
    pub answered_at: i64,
    /// `None` where the call succeeded: key, identifier, app and region are right.
    pub refusal: Option<Error>,
}

impl Probe {
    /// Seconds by which the platform's clock is ahead of ours.
    pub fn skew(&self) -> Option<i64> {
        self.date.map(|date| date - self.answered_at)
    }
}

/// Calls the platform in the name of one app. Cheap to clone; never retries, except once with a fresh
/// UserSig; never holds a call back.
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    transport: Transport,
    sdk_app_id: u64,
    keys: TextKeys,
}

impl Client {
    /// # Errors
    /// When the base URL is none, or TLS cannot be set up.
    pub fn new(credentials: Credentials, keys: TextKeys) -> Result<Self, SetupError> {
        Self::with_options(credentials, keys, &Options::default())
    }

    /// [`Client::new`] with other times.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_options(
        credentials: Credentials,
        keys: TextKeys,
        options: &Options,
    ) -> Result<Self, SetupError> {
        let sdk_app_id = credentials.sdk_app_id;
        let transport = Transport::new(credentials, options)?;
        Ok(Self(Arc::new(Inner { transport, sdk_app_id, keys })))
    }

    /// Overwrites what `change` holds of a message (`openim/modify_group_msg`, 200 calls/s). The platform
    /// cannot undo it.
    ///
    /// # Errors
    /// Every [`Class`]; after a transient one the edit may or may not have been made.
    pub async fn modify(&self, key: &MessageKey, change: &Change) -> Result<(), Error> {
        let seq = self.number(key)?;
        if change.body.is_none() && change.custom.is_none() {
            return Err(Error::new(Failure::NothingToChange));
        }
        let request = wire::modify(&key.group_id, key.topic_id.as_deref(), seq, change);
        self.0.transport.call(MODIFY, request).await.outcome.map(drop)
    }

    /// Takes a message away for everybody (`group_msg_recall`, EN-34965). Live groups too, on recent SDKs.
    ///
    /// # Errors
    /// Every [`Class`] but `BodyRefused`; the code is the message's own where the call as a whole succeeded.
    pub async fn recall(&self, key: &MessageKey) -> Result<(), Error> {
        let seq = self.number(key)?;
        let request = wire::recall(&key.group_id, key.topic_id.as_deref(), seq);
        let answer = self.0.transport.call(RECALL, request).await.outcome?;
        match wire::recalled(&answer, seq) {
            Some(0) => Ok(()),
            Some(code) => Err(Error::new(Failure::Refused { code })),
            None => Err(Error::new(Failure::Unreadable)),
        }
    }

    /// The message as it stands now (`group_msg_get_simple` of one number, 200 calls/s).
    ///
    /// # Errors
    /// Every [`Class`] but `BodyRefused`; an answer that does not tell about this message is transient.
    pub async fn read(&self, key: &MessageKey) -> Result<Found, Error> {
        let seq = self.number(key)?;
        let page = self.history(&key.group_id, key.topic_id.as_deref(), Some(seq), 1).await?;
        match page.entries.into_iter().find(|entry| entry.seq == seq) {
            Some(entry) => entry.found.ok_or(Error::new(Failure::Unreadable)),
            None => Ok(Found::Gone(Gone::Missing)),
        }
    }

    /// The newest messages, or those with numbers up to `up_to`; at most 20 in a page.
    ///
    /// # Errors
    /// As [`Client::read`].
    pub async fn history(
        &self,
        group_id: &str,
        topic_id: Option<&str>,
        up_to: Option<u64>,
        number: u32,
    ) -> Result<History, Error> {
        let request = wire::history(group_id, topic_id, up_to, number);
        let answer = self.0.transport.call(HISTORY, request).await.outcome?;
        wire::page(&answer, &self.0.keys).ok_or(Error::new(Failure::Unreadable))
    }

    /// Asks for the name of one group (`get_appid_group_list`, EN-34960), which changes nothing and needs
    /// all that the other calls need.
    ///
    /// # Errors
    /// Only when no answer came; a refusal is part of the [`Probe`].
    pub async fn probe(&self) -> Result<Probe, Error> {
        let Reply { date, outcome } = self.0.transport.call(GROUPS, wire::one_group()).await;
        match outcome {
            Err(error) if date.is_none() => Err(error),
            outcome => {
                let answered_at = i64::try_from(transport::now()).unwrap_or(i64::MAX);
                Ok(Probe { date, answered_at, refusal: outcome.err() })
            }
        }
    }

    fn number(&self, key: &MessageKey) -> Result<u64, Error> {
        if key.sdk_app_id != self.0.sdk_app_id {
            return Err(Error::new(Failure::OtherApp));
        }
        key.seq.ok_or(Error::new(Failure::NoNumber))
    }
}
