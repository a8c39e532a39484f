//! From plan to rewritten message: who is due, at what pace, and what to do when a call fails.
//!
//! One worker an app. Does not judge (moderation does) and does not classify errors (chat does). Promise: an action
//! is done once, most severe first, and what is pending when the process ends goes on after the next start.

mod act;
mod alarm;
mod breaker;
mod errand;
mod flight;
mod ground;
mod policy;
mod queue;
mod roles;
mod undo;

use crate::alerts::{Alert, AlertSink, Kind};
use crate::chat::{Class, Client};
use crate::engine::Ruleset;
use crate::message::TextKeys;
use crate::moderation::Moderation;
use crate::pace::Pace;
use crate::settings::{EnforcerSettings, ExemptRole};
use crate::store::{Outcome, Pending, Step, Store, StoreError};
use crate::telemetry::Metrics;
use alarm::Alarm;
use breaker::Breaker;
use errand::Errand;
use flight::Flight;
use queue::Queue;
use roles::Roles;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, RwLock};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A decision written beside the service (an undo from the command line) is noticed within this.
const POLL: Duration = Duration::from_secs(1);
/// After this the process ends even if the platform has not answered; the next start goes on.
const LAST_CALLS: Duration = Duration::from_secs(8);

/// How one app is to be enforced.
#[derive(Debug, Clone)]
pub struct EnforcedApp {
    /// Its name in our settings.
    pub name: String,
    pub sdk_app_id: u64,
    pub calls_per_second: u32,
    /// `false` acts on nothing, not even on what was planned before.
    pub enforce: bool,
    pub verify_before_rewrite: bool,
    pub exempt_roles: Vec<ExemptRole>,
    pub text_keys: TextKeys,
    pub enforcer: EnforcerSettings,
}

/// Carries out the plans of one app.
#[derive(Debug)]
pub struct Worker {
    app: EnforcedApp,
    chat: Client,
    store: Store,
    moderation: Arc<Moderation>,
    metrics: Arc<Metrics>,
    /// One turn an action, used up by reading the message.
    starts: Pace,
    writes: Pace,
    /// Roles are asked for by a command of its own, with a limit of its own.
    lookups: Pace,
    roles: Roles,
    alerts: Arc<dyn AlertSink>,
    breaker: Breaker,
    alarm: Alarm,
    /// Held by every action, and alone by one that may have brought the process down.
    company: Arc<RwLock<()>>,
    /// The rule set that the last undo was about.
    past: Mutex<Option<Arc<Ruleset>>>,
}

impl Worker {
    pub fn new(
        app: EnforcedApp,
        chat: Client,
        store: Store,
        moderation: Arc<Moderation>,
        metrics: Arc<Metrics>,
        company: Arc<RwLock<()>>,
        alerts: Arc<dyn AlertSink>,
    ) -> Self {
        let pace = || Pace::new(app.calls_per_second);
        let (starts, writes, lookups) = (pace(), pace(), pace());
        let (breaker, alarm, roles) = (Breaker::default(), Alarm::default(), Roles::default());
        Self {
            app,
            chat,
            store,
            moderation,
            metrics,
            starts,
            writes,
            lookups,
            roles,
            alerts,
            breaker,
            alarm,
            company,
            past: Mutex::default(),
        }
    }

    /// Works until cancelled, then finishes what is in flight.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut planned = self.moderation.planned();
        let (mut flight, mut queue) = (Flight::default(), Queue::new());
        loop {
            if self.alarm.rang(Instant::now()) {
                queue.look_for_retries();
            }
            let again = match self.start_due(&mut flight, &mut queue).await {
                Ok(again) => again,
                Err(error) => {
                    tracing::error!(%error, "pending actions cannot be read");
                    Instant::now() + POLL
                }
            };
            let again = self.alarm.next().map_or(again, |retry| retry.min(again));
            tokio::select! {
                () = stop.cancelled() => break,
                panicked = flight.one_ended() => self.suspect(panicked).await,
                _ = planned.changed() => queue.forget(),
                () = tokio::time::sleep_until(again) => {}
            }
        }
        if tokio::time::timeout(LAST_CALLS, flight.all_ended()).await.is_err() {
            tracing::warn!(
                "calls were still in flight at the end; the next start goes on with them"
            );
        }
    }

    /// Starts what is due, as far as there is room and as fast as the pace allows; tells when to look again.
    async fn start_due(
        self: &Arc<Self>,
        flight: &mut Flight,
        queue: &mut Queue,
    ) -> Result<Instant, StoreError> {
        let reader = self.store.reader();
        while flight.len() < self.breaker.room(self.app.enforcer.in_flight as usize) {
            // While no call may go out, nothing need be read: under load every plan would ask for that.
            if let Some(later) = self.starts.later(Instant::now()) {
                return Ok(later);
            }
            let next = queue.next(&reader, self.app.sdk_app_id, flight.messages(), POLL).await?;
            let Some(errand) = next else { break };
            match self.starts.take(Instant::now()) {
                Ok(turn) => flight.start(self.clone(), errand, turn),
                Err(later) => {
                    queue.put_back(errand);
                    return Ok(later);
                }
            }
        }
        Ok(Instant::now() + POLL)
    }

    /// An action that panicked did so by itself: it is tried once more, alone, then never again.
    async fn suspect(&self, panicked: Option<Arc<Errand>>) {
        let Some(errand) = panicked else { return };
        tracing::error!(id = errand.id(), "an action panicked");
        let noted = match &*errand {
            Errand::Act(decision) => self.store.crashed(decision.id.clone()).await.map(drop),
            Errand::GiveBack(undo) => self.drop_undo(undo).await,
        };
        if let Err(error) = noted {
            tracing::error!(%error, "a panic cannot be noted");
        }
    }

    /// Stops all calls of the app for a while: none would fare better.
    fn pause(&self, time: Duration, class: Class) {
        self.breaker.open(time, true);
        self.tell_of_pause(time, class);
        let (sdk_app_id, class, seconds) = (self.app.sdk_app_id, class.as_str(), time.as_secs());
        tracing::error!(sdk_app_id, class, seconds, "calls are paused");
    }

    /// The platform says that calls come too fast.
    fn slow_down(&self, time: Duration) {
        self.breaker.open(time, false);
        self.starts.halve(Instant::now());
        self.writes.halve(Instant::now());
    }

    fn tell_of_pause(&self, time: Duration, class: Class) {
        let (kind, mend) = match class {
            Class::QuotaToday => (Kind::Quota, "Today's calls of the plan are used up."),
            _ => (
                Kind::Credentials,
                "The platform refuses our calls: run `automod doctor`, check key, admin and clock.",
            ),
        };
        let detail = format!(
            "{mend} Nothing is rewritten meanwhile; what is found waits. The next try is in {} s.",
            time.as_secs()
        );
        self.alerts.alert(Alert { kind, subject: self.app.name.clone(), detail });
    }

    fn count(&self, decision: &Pending, step: &Step) {
        let class = match (step.outcome, step.error_code) {
            (_, Some(code)) => Class::of(code).as_str(),
            (Outcome::Pending | Outcome::Failed, None) => Class::Transient.as_str(),
            _ => "none",
        };
        self.metrics.action(step.outcome.as_str(), class);
        if step.outcome != Outcome::Pending && step.error_code.is_none() {
            self.breaker.close();
        }
        if step.outcome == Outcome::Applied {
            let now = jiff::Timestamp::now().as_millisecond();
            self.metrics
                .rewritten(Duration::from_millis((now - decision.created_at).max(0) as u64));
        }
    }
}

/// A number from 0 to 1 for full jitter.
fn chance() -> f64 {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    f64::from(random) / f64::from(u32::MAX)
}
