//! The brake: a rule that hits far more people than it should is held back until a person looks.
//!
//! Holds what is counted and what is held; `keeper` brings it to disk and to people. Promise: nobody trips it with
//! webhooks alone, since only what was read back from the platform counts (without `verify_before_rewrite`, what
//! the webhook said); and while one rule is held, the others go on.

mod baseline;
mod keeper;
mod limits;
mod window;

pub use baseline::Baseline;
pub use limits::{Counts, Reason};
pub use window::Window;

use super::Judged;
use crate::alerts::AlertSink;
use crate::engine::{Mode, RuleId, Severity};
use crate::message::Message;
use crate::settings::BrakeSettings;
use crate::store::{BrakeRow, Store};
use crate::telemetry::Metrics;
use arc_swap::ArcSwap;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// A rule in an app.
type Place = (u64, RuleId);
/// The rules held back, by app.
type Held = BTreeMap<u64, BTreeSet<RuleId>>;

/// Counts, trips, and tells which rules are held back.
#[derive(Debug)]
pub struct Brake {
    settings: BrakeSettings,
    /// Names of the apps, and how many messages of each were judged.
    apps: BTreeMap<u64, (String, AtomicU64)>,
    held: ArcSwap<Held>,
    state: Mutex<State>,
    tripped: Notify,
    /// Keyed at random, so that nobody can choose texts that count as one.
    hasher: RandomState,
    store: Store,
    metrics: Arc<Metrics>,
    alerts: Arc<dyn AlertSink>,
}

#[derive(Debug, Default)]
struct State {
    /// Of the rule set that was looked at last.
    ruleset: String,
    definitions: HashMap<RuleId, Definition>,
    counts: HashMap<Place, Counts>,
    /// What is to be written and told.
    trips: Vec<Trip>,
    /// Since when each held rule is, for people.
    since: BTreeMap<Place, i64>,
}

#[derive(Debug, Clone)]
struct Definition {
    hash: String,
    first_live_at: i64,
}

/// A rule that did too much.
#[derive(Debug, Clone)]
struct Trip {
    place: Place,
    reason: Reason,
    /// Senders of the last hour.
    senders: u64,
    /// Messages of the app judged since the start.
    judged: u64,
    /// Not so for a critical rule, which only alerts.
    holds: bool,
    row: BrakeRow,
}

impl Brake {
    /// A message of the app was judged.
    pub fn judged(&self, sdk_app_id: u64) {
        if let Some((_, judged)) = self.apps.get(&sdk_app_id) {
            judged.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The rules held back in an app; `None` where none is.
    pub fn held(&self, sdk_app_id: u64) -> Option<BTreeSet<RuleId>> {
        self.held.load().get(&sdk_app_id).cloned()
    }

    /// Counts what the rules are about to do to a message; `true` where one of them is held back from now on.
    pub fn note(&self, message: &Message, judged: &Judged) -> bool {
        if !self.settings.enabled {
            return false;
        }
        let mut tripped = false;
        let acting = judged.verdict.hits.iter().filter(|hit| {
            let acts = || judged.ruleset.rule(hit.rule.as_str()).is_some_and(|r| r.action.acts());
            hit.mode == Mode::Enforce && !hit.context && acts()
        });
        let rules: BTreeMap<_, _> = acting.map(|hit| (&hit.rule, hit.severity)).collect();
        if rules.is_empty() {
            return false;
        }
        let sender = self.hasher.hash_one(message.sender.as_deref().unwrap_or_default());
        let seen = (sender, self.hasher.hash_one(message.content.digest()));
        for (rule, severity) in rules {
            tripped |= self.count(message.key.sdk_app_id, rule, severity, seen);
        }
        tripped
    }

    /// Counts one hit; whether the rule is held back from now on.
    fn count(&self, app: u64, rule: &RuleId, severity: Severity, seen: (u64, u64)) -> bool {
        let Some(limits) = self.settings.limits(rule.as_str()) else { return false };
        let at = now();
        let judged = self.judged_so_far(app);
        let mut state = self.state();
        let definition = state.definitions.get(rule).cloned();
        // A rule so new that the keeper has not met it yet.
        let definition =
            definition.unwrap_or(Definition { hash: String::new(), first_live_at: at });
        let place = (app, rule.clone());
        let counts = state.counts.entry(place.clone());
        let counts = counts.or_insert_with(|| Counts::new(definition.first_live_at, judged));
        let Some(reason) = counts.note(at, seen, judged, &limits) else { return false };
        let senders = counts.hourly(at);
        counts.restart(judged);
        let holds = severity != Severity::Critical;
        let row = self.row(&place, &definition, counts);
        let row = BrakeRow {
            approved: Some(row.approved.unwrap_or(0.0).max(senders as f64)),
            tripped_at: holds.then_some(at),
            reason: Some(reason.as_str().to_owned()),
            ..row
        };
        if holds {
            counts.approved = row.approved;
            self.hold(&mut state, &place, at);
        }
        state.trips.push(Trip { place, reason, senders, judged, holds, row });
        self.tripped.notify_one();
        holds
    }

    fn row(&self, place: &Place, definition: &Definition, counts: &Counts) -> BrakeRow {
        let name = self.apps.get(&place.0).map(|(name, _)| name.clone());
        BrakeRow {
            sdk_app_id: place.0,
            app: name.unwrap_or_default(),
            rule: place.1.to_string(),
            hash: definition.hash.clone(),
            senders: counts.baseline.senders,
            hours: counts.baseline.hours,
            next_hour: counts.baseline.next_hour,
            approved: counts.approved,
            tripped_at: None,
            reason: None,
        }
    }

    fn hold(&self, state: &mut State, place: &Place, at: i64) {
        state.since.insert(place.clone(), at);
        self.show(state);
    }

    fn let_go(&self, state: &mut State, place: &Place) {
        state.since.remove(place);
        self.show(state);
    }

    fn show(&self, state: &State) {
        let mut held = Held::new();
        for (app, rule) in state.since.keys() {
            held.entry(*app).or_default().insert(rule.clone());
        }
        self.held.store(Arc::new(held));
    }

    /// One line for each rule that is held back, for readiness.
    pub fn trouble(&self) -> Vec<String> {
        let line = |((app, rule), since): (&Place, &i64)| {
            let app = self.apps.get(app).map_or("?", |(name, _)| name.as_str());
            let since = jiff::Timestamp::from_millisecond(*since).unwrap_or_default();
            format!("the brake holds rule {rule} back in app {app} since {since:.0}")
        };
        self.state().since.iter().map(line).collect()
    }

    fn judged_so_far(&self, sdk_app_id: u64) -> u64 {
        self.apps.get(&sdk_app_id).map_or(0, |(_, judged)| judged.load(Ordering::Relaxed))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
