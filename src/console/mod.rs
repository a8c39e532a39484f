//! What people and their scripts see and ask for over HTTP: JSON under `/api/v1`.
//!
//! Reads the store and asks `acts` for whatever changes something; never calls the platform itself. Promise: nobody
//! learns or does more than the role of his token allows, every act is in the audit with the token's name, and nothing
//! here runs where webhooks are answered.

pub mod api;

use crate::acts::by_hand::Desk;
use crate::proof::Evidence;
use crate::retention::Keeper;
use crate::rulebook::Rulebook;
use crate::settings::{ApiSettings, DsaSettings};
use crate::store::{Reader, Store};
use crate::telemetry::Metrics;
use api::Doorman;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::Mutex;

/// Connections that read for people, apart from those that read for moderation.
const CONNECTIONS: u32 = 4;

/// What answers are made from.
#[derive(Debug)]
pub struct Parts {
    pub settings: ApiSettings,
    /// What statements of reasons are filled in with.
    pub dsa: DsaSettings,
    pub store: Store,
    /// `store.url`.
    pub database: String,
    pub rulebook: Arc<Rulebook>,
    /// Where a person decides about the messages of an app, by its SDKAppID.
    pub desks: BTreeMap<u64, Desk>,
    /// Where signed checkpoints are, if they are made.
    pub evidence: Option<Evidence>,
    pub keeper: Keeper,
    pub metrics: Arc<Metrics>,
}

/// What answers people over HTTP.
#[derive(Debug)]
pub struct Console {
    parts: Parts,
    reader: Reader,
    doorman: Doorman,
    /// Held while the audit is verified.
    verifying: Mutex<()>,
    /// Where work is done, so that the threads that answer webhooks do none of it.
    runtime: Handle,
}

impl Console {
    /// Needs a runtime to be entered: it works there.
    pub fn new(parts: Parts) -> Self {
        Self {
            reader: parts.store.reader_apart(CONNECTIONS, parts.settings.query_timeout),
            parts,
            doorman: Doorman::default(),
            verifying: Mutex::default(),
            runtime: Handle::current(),
        }
    }

    /// The SDKAppID of the app that is meant by its name or by that number.
    fn app(&self, meant: &str) -> Option<u64> {
        let named = |desk: &&Desk| desk.app == meant;
        let by_name = self.parts.desks.iter().find(|(_, desk)| named(desk)).map(|(id, _)| *id);
        by_name.or_else(|| meant.parse().ok())
    }
}
