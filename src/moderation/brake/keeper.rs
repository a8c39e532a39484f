//! Keeps the brake's word: trips go to disk, to the log and to people, releases come back from disk.
//!
//! A command beside the service releases by the database; the next look, within a second, finds it.

use super::baseline::{Baseline, HOUR};
use super::{Brake, Counts, Definition, Place, State, Trip, now};
use crate::alerts::{Alert, AlertSink, Kind};
use crate::engine::{Mode, Rule, RuleId, Ruleset};
use crate::rulebook::Rulebook;
use crate::settings::BrakeSettings;
use crate::store::{BrakeOp, BrakeRow, Store, StoreError};
use crate::telemetry::Metrics;
use arc_swap::ArcSwap;
use serde_json::json;
use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const LOOK: Duration = Duration::from_secs(1);
/// What is withheld for longer will not be done any more.
const WITHHELD_FOR: i64 = 24 * HOUR;
/// How often what is too old is looked for.
const EXPIRE_EVERY: i64 = 60 * 1000;

impl Brake {
    /// With what is on disk from before: what was held back still is.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn open(
        settings: BrakeSettings,
        apps: impl Iterator<Item = (u64, String)>,
        rulebook: &Rulebook,
        store: Store,
        metrics: Arc<Metrics>,
        alerts: Arc<dyn AlertSink>,
    ) -> Result<Arc<Self>, StoreError> {
        let this = Self {
            settings,
            apps: apps.map(|(app, name)| (app, (name, AtomicU64::new(0)))).collect(),
            held: ArcSwap::default(),
            state: Mutex::default(),
            tripped: tokio::sync::Notify::new(),
            hasher: std::hash::RandomState::new(),
            store,
            metrics,
            alerts,
        };
        if this.settings.enabled {
            this.meet(&rulebook.live()).await?;
        }
        Ok(Arc::new(this))
    }

    /// Keeps disk and memory in step until cancelled.
    pub async fn keep(self: Arc<Self>, rulebook: Arc<Rulebook>, stop: CancellationToken) {
        if !self.settings.enabled {
            return;
        }
        let (mut stopping, mut expired_at) = (false, 0);
        while !stopping {
            tokio::select! {
                () = stop.cancelled() => stopping = true,
                () = self.tripped.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
            if let Err(error) = self.turn(&rulebook, &mut expired_at, stopping).await {
                tracing::error!(%error, "the brake cannot be kept on disk; it holds all the same");
            }
        }
    }

    async fn turn(
        &self,
        rulebook: &Rulebook,
        expired_at: &mut i64,
        stopping: bool,
    ) -> Result<(), StoreError> {
        let rules = rulebook.live();
        if self.state().ruleset != rules.hash() {
            self.meet(&rules).await?;
        }
        // Asked before the trips are written: what trips meanwhile is not on disk and was not released either.
        let held: Vec<Place> = {
            let state = self.state();
            let unwritten = |place: &Place| state.trips.iter().any(|trip| trip.place == *place);
            state.since.keys().filter(|place| !unwritten(place)).cloned().collect()
        };
        self.write_trips().await?;
        if !held.is_empty() {
            self.notice_releases(&held).await?;
        }
        self.keep_baselines(stopping).await?;
        if now() - *expired_at >= EXPIRE_EVERY {
            let before = now() - WITHHELD_FOR;
            while self.store.brake(BrakeOp::Expire { before }).await? {}
            *expired_at = now();
        }
        Ok(())
    }

    /// Learns the definitions of a rule set, their age, and what is known of them.
    async fn meet(&self, rules: &Arc<Ruleset>) -> Result<(), StoreError> {
        let set = rules.clone();
        let hashes = move || -> Vec<(String, String)> {
            set.rules().map(|rule| (rule.id.to_string(), acting_hash(rule))).collect()
        };
        let hashes = tokio::task::spawn_blocking(hashes).await.unwrap_or_default();
        self.store.brake(BrakeOp::Live(hashes.clone())).await?;
        let first_live = self.store.reader().first_live().await?;
        let known = self.store.reader().brakes().await?;
        let definition = |(rule, hash): (String, String)| {
            let key = (rule, hash);
            let first_live_at = first_live.get(&key).copied().unwrap_or_else(now);
            (RuleId(key.0.into()), Definition { hash: key.1, first_live_at })
        };
        self.adopt(rules.hash(), hashes.into_iter().map(definition).collect(), known);
        self.give_back().await
    }

    /// Has the enforcer look once more at what was withheld for rules that are not held back any more: released, or
    /// defined anew, meanwhile or while the service was down.
    async fn give_back(&self) -> Result<(), StoreError> {
        let since = now() - WITHHELD_FOR;
        for (rule, app) in self.store.reader().withheld().await?.into_keys() {
            let place = (app, RuleId(rule.as_str().into()));
            if self.state().since.contains_key(&place) {
                continue;
            }
            let op = BrakeOp::Return { rule, sdk_app_id: app, since };
            while self.store.brake(op.clone()).await? {}
        }
        Ok(())
    }

    /// Goes on with what is the same definition as before, and forgets the rest.
    fn adopt(&self, hash: &str, new: HashMap<RuleId, Definition>, known: Vec<BrakeRow>) {
        let mut state = self.state();
        let state = &mut *state;
        state.ruleset = hash.to_owned();
        let old = std::mem::replace(&mut state.definitions, new);
        let same = |rule: &RuleId| match (old.get(rule), state.definitions.get(rule)) {
            (Some(old), Some(new)) => old.hash == new.hash,
            // First counted before it was met here.
            (None, Some(_)) => true,
            (_, None) => false,
        };
        state.counts.retain(|(_, rule), _| same(rule));
        let gone: Vec<_> = state.since.keys().filter(|(_, rule)| !same(rule)).cloned().collect();
        for place in gone {
            state.since.remove(&place);
            self.metrics.braked(place.1.as_str(), self.name(place.0), false);
            tracing::warn!(rule = %place.1, "the brake lets go: the rule was defined anew");
        }
        for row in known {
            let place = (row.sdk_app_id, RuleId(row.rule.as_str().into()));
            let Some(definition) = state.definitions.get(&place.1) else { continue };
            let fresh = || {
                let mut counts = Counts::new(definition.first_live_at, self.judged_so_far(place.0));
                counts.baseline = Baseline::of(row.senders, row.hours, row.next_hour);
                counts.approved = row.approved;
                counts
            };
            state.counts.entry(place.clone()).or_insert_with(fresh);
            if let Some(since) = row.tripped_at.filter(|_| self.apps.contains_key(&place.0)) {
                self.metrics.braked(place.1.as_str(), self.name(place.0), true);
                state.since.insert(place, since);
            }
        }
        self.show(state);
    }

    async fn write_trips(&self) -> Result<(), StoreError> {
        loop {
            let Some(trip) = self.state().trips.first().cloned() else { return Ok(()) };
            self.write(&trip).await?;
            self.state().trips.remove(0);
        }
    }

    async fn write(&self, trip: &Trip) -> Result<(), StoreError> {
        let (app, rule) = &trip.place;
        let name = self.name(*app);
        let data = json!({
            "rule": rule.to_string(), "app": name, "sdk_app_id": app, "hash": trip.row.hash,
            "reason": trip.reason.as_str(), "senders": trip.senders, "judged": trip.judged,
        });
        let op = match trip.holds {
            true => BrakeOp::Trip(trip.row.clone(), data),
            false => BrakeOp::Alarm(data),
        };
        self.store.brake(op).await?;
        let (reason, senders) = (trip.reason.as_str(), trip.senders);
        if trip.holds {
            tracing::error!(%rule, app = name, reason, senders, "the brake holds a rule back");
            self.metrics.braked(rule.as_str(), name, true);
            let withhold = BrakeOp::Withhold { rule: rule.to_string(), sdk_app_id: *app };
            while self.store.brake(withhold.clone()).await? {}
        } else {
            tracing::error!(%rule, app = name, reason, senders, "a critical rule hits unusually many");
        }
        self.alerts.alert(alert(trip, name));
        Ok(())
    }

    /// Lets go what is held in memory and no longer on disk.
    async fn notice_releases(&self, held: &[Place]) -> Result<(), StoreError> {
        let rows = self.store.reader().brakes().await?;
        let on_disk = |(app, rule): &&Place| {
            let same = |row: &&BrakeRow| row.sdk_app_id == *app && row.rule == rule.as_str();
            rows.iter().find(same).is_some_and(|row| row.tripped_at.is_some())
        };
        let released: Vec<_> = held.iter().filter(|place| !on_disk(place)).collect();
        for place in &released {
            self.let_go(&mut self.state(), place);
            let name = self.name(place.0);
            self.metrics.braked(place.1.as_str(), name, false);
            tracing::warn!(rule = %place.1, app = name, "the brake lets go: a person released the rule");
        }
        match released.is_empty() {
            true => Ok(()),
            false => self.give_back().await,
        }
    }

    /// Each hour, and at the end, what is usual goes to disk.
    async fn keep_baselines(&self, stopping: bool) -> Result<(), StoreError> {
        let rows: Vec<BrakeRow> = {
            let mut state = self.state();
            let State { counts, definitions, since, .. } = &mut *state;
            let mut due = Vec::new();
            for (place, counts) in counts.iter_mut() {
                let passed = counts.baseline.advance(now());
                let held = since.contains_key(place);
                if let Some(definition) =
                    definitions.get(&place.1).filter(|_| (passed || stopping) && !held)
                {
                    due.push(self.row(place, definition, counts));
                }
            }
            due
        };
        for row in rows {
            self.store.brake(BrakeOp::Keep(row)).await?;
        }
        Ok(())
    }

    fn name(&self, app: u64) -> &str {
        self.apps.get(&app).map_or("?", |(name, _)| name.as_str())
    }
}

/// Which definition it is to the brake: a rule that begins to act is a new one, however long it has watched.
fn acting_hash(rule: &Rule) -> String {
    match rule.mode {
        Mode::Enforce => rule.own_hash(),
        mode => format!("{}:{}", mode.as_str(), rule.own_hash()),
    }
}

fn alert(trip: &Trip, app: &str) -> Alert {
    let rule = &trip.place.1;
    let why = match trip.reason {
        super::Reason::Senders => "it is new and hit many senders within ten minutes",
        super::Reason::Share => "it is new and hits a large share of all messages",
        super::Reason::Surge => "it hits ten times as many senders an hour as usual, or more",
    };
    let what = match trip.holds {
        true => format!(
            "Rule {rule} is held back: {why} ({} in the last hour). Look at what it hits, then mend it or run \
             `automod brake release {rule} --app {app}`.",
            trip.senders
        ),
        false => format!(
            "Critical rule {rule} goes on acting, but {why} ({} in the last hour). Look at what it hits.",
            trip.senders
        ),
    };
    Alert { kind: Kind::Brake, subject: format!("{rule} in {app}"), detail: what }
}
