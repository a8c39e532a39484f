//! Judge and plan: the one function that webhook, reconciler and enforcer share.
//!
//! Joins the rules of the moment with the store. Does not call the platform. Promise: `consider` returns only
//! after the message was judged clean, or its decision is on disk.

pub mod brake;
mod by_hand;
pub mod canary;
mod consider;
mod hindsight;
mod keep;
mod late;
mod plan;
mod rewrite;
mod spare;

pub use brake::Brake;
pub use canary::Canary;
pub use consider::{Consider, Considered, Considering, Event, Unavailable, Witness};
pub use hindsight::{Hindsight, RuleThen};
pub use keep::Kept;
pub use late::Late;
pub use plan::{is_live, is_live_type};
pub use rewrite::Rewrite;

use crate::engine::{Mode, RuleId, Ruleset, Verdict};
use crate::message::{Message, MessageKey};
use crate::rulebook::Rulebook;
use crate::store::{Reader, Store};
use crate::telemetry::Metrics;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// Where nobody says otherwise.
const HELD_CALLS: usize = 2048;

/// How an app is to be moderated.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Our own account there.
    pub admin: String,
    /// `false` logs every decision and acts on none.
    pub enforce: bool,
    /// Recalls what cannot be rewritten, in live groups.
    pub recall: bool,
}

/// A verdict and the rules it was made by.
#[derive(Debug, Clone)]
pub struct Judged {
    pub verdict: Verdict,
    pub ruleset: Arc<Ruleset>,
    /// Rules that hit and would have acted, were they not held back by the brake.
    pub held: BTreeSet<RuleId>,
}

/// The judge, with everything a judgement needs.
#[derive(Debug)]
pub struct Moderation {
    rulebook: Arc<Rulebook>,
    store: Store,
    apps: BTreeMap<u64, Policy>,
    brake: Option<Arc<Brake>>,
    metrics: Arc<Metrics>,
    planned: watch::Sender<()>,
    witness: Option<Arc<dyn Witness>>,
    /// Where to look up what a person gave back.
    restored: Reader,
    canary: Option<Canary>,
    /// Webhooks that may wait for the disk at the same time.
    held_calls: Semaphore,
}

impl Moderation {
    pub fn new(
        rulebook: Arc<Rulebook>,
        store: Store,
        apps: BTreeMap<u64, Policy>,
        metrics: Arc<Metrics>,
    ) -> Self {
        let planned = watch::Sender::new(());
        let held_calls = Semaphore::new(HELD_CALLS);
        let (brake, witness, canary) = (None, None, None);
        let restored = store.reader();
        Self {
            rulebook,
            store,
            apps,
            brake,
            metrics,
            planned,
            witness,
            restored,
            canary,
            held_calls,
        }
    }

    /// With a phrase that proves the path.
    pub fn with_canary(self, canary: Option<Canary>) -> Self {
        Self { canary, ..self }
    }

    /// With at most so many webhooks that wait for the disk at the same time.
    pub fn holding_at_most(self, calls: usize) -> Self {
        Self { held_calls: Semaphore::new(calls), ..self }
    }

    /// With a brake; without one, no rule is held back.
    pub fn braked_by(self, brake: Arc<Brake>) -> Self {
        Self { brake: Some(brake), ..self }
    }

    /// With somebody who hears of every message that a webhook tells.
    pub fn witnessed_by(self, witness: Arc<dyn Witness>) -> Self {
        Self { witness: Some(witness), ..self }
    }

    /// Changes whenever there is something new to carry out.
    pub fn planned(&self) -> watch::Receiver<()> {
        self.planned.subscribe()
    }

    /// The rules of the moment.
    pub fn rules(&self) -> Arc<Ruleset> {
        self.rulebook.live()
    }

    fn held_in(&self, sdk_app_id: u64) -> BTreeSet<RuleId> {
        self.brake.as_ref().and_then(|brake| brake.held(sdk_app_id)).unwrap_or_default()
    }

    fn count(&self, message: &Message) {
        if let Some(brake) = &self.brake {
            brake.judged(message.key.sdk_app_id);
        }
    }

    /// Whether rules that this judgement acts by were held back meanwhile.
    pub fn is_overtaken(&self, message: &Message, judged: &Judged) -> bool {
        let braked = self.held_in(message.key.sdk_app_id);
        let acts = |hit: &crate::engine::Hit| hit.mode == Mode::Enforce;
        judged.verdict.hits.iter().any(|hit| acts(hit) && braked.contains(&hit.rule))
    }

    fn is_admin(&self, key: &MessageKey, account: &str) -> bool {
        self.apps.get(&key.sdk_app_id).is_some_and(|policy| policy.admin == account)
    }
}
