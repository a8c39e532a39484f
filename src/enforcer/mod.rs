//! From plan to rewritten message: who is due, at what pace, and what to do when a call fails.
//!
//! One worker an app. Does not judge (moderation does) and does not classify errors (chat does). Promise: an action
//! is done once, most severe first, and what is pending when the process ends goes on after the next start.

mod act;
mod pace;
mod policy;
mod roles;

use crate::alerts::{Alert, AlertSink, Kind};
use crate::chat::{Class, Client};
use crate::message::{MessageKey, TextKeys};
use crate::moderation::Moderation;
use crate::settings::{EnforcerSettings, ExemptRole};
use crate::store::{Outcome, Pending, Step, Store};
use crate::telemetry::Metrics;
use pace::Pace;
use roles::Roles;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
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
    breaker: Mutex<Breaker>,
}

/// Closed while calls of the app fare as they should.
#[derive(Debug, Default)]
struct Breaker {
    until: Option<Instant>,
    /// One call at a time until one succeeds.
    probing: bool,
}

impl Worker {
    pub fn new(
        app: EnforcedApp,
        chat: Client,
        store: Store,
        moderation: Arc<Moderation>,
        metrics: Arc<Metrics>,
        alerts: Arc<dyn AlertSink>,
    ) -> Self {
        let pace = || Pace::new(app.calls_per_second);
        let (starts, writes, lookups) = (pace(), pace(), pace());
        let (breaker, roles) = (Mutex::default(), Roles::default());
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
        }
    }

    /// Works until cancelled, then finishes what is in flight.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut planned = self.moderation.planned();
        let (mut actions, mut due) = (Actions::default(), Due::default());
        loop {
            let again = self.start_due(&mut actions, &mut due).await;
            tokio::select! {
                () = stop.cancelled() => break,
                () = actions.one_done() => {}
                // What was read before may no longer be the most severe.
                _ = planned.changed() => due.forget(),
                () = tokio::time::sleep_until(again) => {}
            }
        }
        if tokio::time::timeout(LAST_CALLS, actions.all_done()).await.is_err() {
            tracing::warn!(
                "calls were still in flight at the end; the next start goes on with them"
            );
        }
    }

    /// Starts what is due, as far as there is room and as fast as the pace allows; tells when to look again.
    async fn start_due(self: &Arc<Self>, actions: &mut Actions, due: &mut Due) -> Instant {
        while actions.running.len() < self.room() {
            let Some(decision) = due.next(self, actions).await else { break };
            if let Err(later) = self.starts.take(Instant::now()) {
                due.ready.push_front(decision);
                return later;
            }
            actions.start(self.clone(), decision);
        }
        Instant::now() + POLL
    }

    /// How many actions may be in flight at this moment.
    fn room(&self) -> usize {
        match (self.is_paused(), self.breaker().probing) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => self.app.enforcer.in_flight as usize,
        }
    }

    fn is_paused(&self) -> bool {
        self.breaker().until.is_some_and(|until| until > Instant::now())
    }

    /// Stops all calls of the app for a while: none would fare better.
    fn pause(&self, time: Duration, class: Class) {
        let mut breaker = self.breaker();
        let until = Instant::now() + time;
        if breaker.until.is_none_or(|earlier| earlier < until) {
            breaker.until = Some(until);
        }
        if class != Class::RateLimited {
            breaker.probing = true;
            let seconds = time.as_secs();
            tracing::error!(
                sdk_app_id = self.app.sdk_app_id,
                class = class.as_str(),
                seconds,
                "calls are paused"
            );
            drop(breaker);
            self.tell_of_pause(time, class);
        }
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

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, decision: &Pending, step: &Step) {
        let class = match (step.outcome, step.error_code) {
            (_, Some(code)) => Class::of(code).as_str(),
            (Outcome::Pending | Outcome::Failed, None) => Class::Transient.as_str(),
            _ => "none",
        };
        self.metrics.action(step.outcome.as_str(), class);
        if step.outcome != Outcome::Pending && step.error_code.is_none() {
            self.breaker().probing = false;
        }
        if step.outcome == Outcome::Applied {
            let now = jiff::Timestamp::now().as_millisecond();
            self.metrics
                .rewritten(Duration::from_millis((now - decision.created_at).max(0) as u64));
        }
    }
}

/// What is due, a handful at a time: few enough that a graver decision does not wait behind them.
#[derive(Default)]
struct Due {
    ready: VecDeque<Pending>,
    /// Nothing more was there when we last looked, at this time.
    dry_since: Option<Instant>,
}

/// Decisions read at once.
const HANDFUL: usize = 16;

impl Due {
    fn forget(&mut self) {
        *self = Self::default();
    }

    /// The next decision whose message is not in flight.
    async fn next(&mut self, worker: &Worker, actions: &Actions) -> Option<Pending> {
        if self.ready.is_empty() && self.dry_since.is_none_or(|since| since.elapsed() >= POLL) {
            self.look(worker, actions).await;
        }
        self.ready.pop_front()
    }

    async fn look(&mut self, worker: &Worker, actions: &Actions) {
        let now = jiff::Timestamp::now().as_millisecond();
        let limit = actions.running.len() + HANDFUL;
        match worker.store.reader().due(worker.app.sdk_app_id, now, limit).await {
            Ok(due) => {
                let free = due.into_iter().filter(|due| !actions.messages.contains(&due.key));
                self.ready = free.collect();
            }
            Err(error) => tracing::error!(%error, "pending actions cannot be read"),
        }
        self.dry_since = self.ready.is_empty().then(Instant::now);
    }
}

/// What is in flight: at most one action a message.
#[derive(Default)]
struct Actions {
    tasks: JoinSet<()>,
    running: HashMap<tokio::task::Id, MessageKey>,
    messages: HashSet<MessageKey>,
}

impl Actions {
    fn start(&mut self, worker: Arc<Worker>, decision: Pending) {
        if !self.messages.insert(decision.key.clone()) {
            return;
        }
        let key = decision.key.clone();
        let task = self.tasks.spawn(async move {
            if let Err(error) = worker.act(&decision).await {
                tracing::error!(decision = %decision.id, %error, "an action is not settled; it will be looked at again");
                // Not at once: the disk needs a moment.
                tokio::time::sleep(POLL).await;
            }
        });
        self.running.insert(task.id(), key);
    }

    /// Waits until an action has ended; for ever while none is in flight.
    async fn one_done(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => self.forget(id),
            Some(Err(error)) => {
                tracing::error!("an action panicked");
                self.forget(error.id());
            }
            None => std::future::pending().await,
        }
    }

    async fn all_done(&mut self) {
        while !self.tasks.is_empty() {
            self.one_done().await;
        }
    }

    fn forget(&mut self, id: tokio::task::Id) {
        if let Some(key) = self.running.remove(&id) {
            self.messages.remove(&key);
        }
    }
}

/// A number from 0 to 1 for full jitter.
fn chance() -> f64 {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    f64::from(random) / f64::from(u32::MAX)
}
