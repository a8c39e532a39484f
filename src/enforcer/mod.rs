//! From plan to rewritten message: who is due, at what pace, and what to do when a call fails.
//!
//! One worker an app. Does not judge (moderation does) and does not classify errors (chat does). Promise: an action
//! is done once, most severe first, and what is pending when the process ends goes on after the next start.

mod act;
mod pace;
mod policy;

use crate::chat::{Class, Client};
use crate::message::{MessageKey, TextKeys};
use crate::moderation::Moderation;
use crate::settings::EnforcerSettings;
use crate::store::{Cause, Outcome, Pending, Step, Store};
use crate::telemetry::Metrics;
use pace::{Pace, Turn};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
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
    pub sdk_app_id: u64,
    pub calls_per_second: u32,
    pub verify_before_rewrite: bool,
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
    reads: Pace,
    writes: Pace,
    breaker: Mutex<Breaker>,
    /// When retries of this run fall due.
    retries: Mutex<BinaryHeap<Reverse<Instant>>>,
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
    ) -> Self {
        let pace = || Pace::new(app.calls_per_second);
        let (reads, writes) = (pace(), pace());
        let (breaker, retries) = (Mutex::default(), Mutex::default());
        Self { app, chat, store, moderation, metrics, reads, writes, breaker, retries }
    }

    /// Works until cancelled, then finishes what is in flight.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut planned = self.moderation.planned();
        let mut actions = Actions::default();
        loop {
            self.start_due(&mut actions).await;
            tokio::select! {
                () = stop.cancelled() => break,
                _ = planned.changed() => {}
                () = actions.one_done() => {}
                () = tokio::time::sleep_until(self.next_look()) => {}
            }
        }
        if tokio::time::timeout(LAST_CALLS, actions.all_done()).await.is_err() {
            tracing::warn!(
                "calls were still in flight at the end; the next start goes on with them"
            );
        }
    }

    /// Starts what is due and not in flight, as far as there is room.
    async fn start_due(self: &Arc<Self>, actions: &mut Actions) {
        let room = self.room().saturating_sub(actions.running.len());
        if room == 0 {
            return;
        }
        let now = jiff::Timestamp::now().as_millisecond();
        let limit = room + actions.running.len();
        match self.store.reader().due(self.app.sdk_app_id, now, limit).await {
            Ok(due) => {
                for decision in due {
                    if actions.running.len() >= self.room() {
                        break;
                    }
                    actions.start(self.clone(), decision);
                }
            }
            Err(error) => tracing::error!(%error, "pending actions cannot be read"),
        }
    }

    /// How many actions may be in flight at this moment.
    fn room(&self) -> usize {
        let breaker = self.breaker();
        match breaker.until {
            Some(until) if until > Instant::now() => 0,
            _ if breaker.probing => 1,
            _ => self.app.enforcer.in_flight as usize,
        }
    }

    /// Waits for a call's turn; `None` where calls were paused meanwhile, so that none is made in vain.
    async fn turn(&self, pace: &Pace) -> Option<Turn> {
        let turn = pace.turn().await;
        self.breaker().until.is_none_or(|until| until <= Instant::now()).then_some(turn)
    }

    /// When to look for due actions again if nothing happens: at the next retry, but soon in any case.
    fn next_look(&self) -> Instant {
        let now = Instant::now();
        let mut retries = self.retries.lock().unwrap_or_else(PoisonError::into_inner);
        while retries.peek().is_some_and(|Reverse(at)| *at <= now) {
            retries.pop();
        }
        retries.peek().map_or(now + POLL, |Reverse(at)| (*at).min(now + POLL))
    }

    fn retry_after(&self, time: Duration) {
        let mut retries = self.retries.lock().unwrap_or_else(PoisonError::into_inner);
        retries.push(Reverse(Instant::now() + time));
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
        }
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, decision: &Pending, step: &Step) {
        self.metrics.action(step.outcome.as_str(), class_of(step));
        if step.outcome == Outcome::Applied {
            self.breaker().probing = false;
            let now = jiff::Timestamp::now().as_millisecond();
            self.metrics
                .rewritten(Duration::from_millis((now - decision.created_at).max(0) as u64));
        }
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

/// The class of error that a step is counted under.
fn class_of(step: &Step) -> &'static str {
    match (step.outcome, step.error_code) {
        (_, Some(code)) => Class::of(code).as_str(),
        (Outcome::Pending, None) => Class::Transient.as_str(),
        (_, None) if step.cause == Some(Cause::GaveUp) => Class::Transient.as_str(),
        (_, None) => "none",
    }
}

/// A number from 0 to 1 for full jitter.
fn chance() -> f64 {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    f64::from(random) / f64::from(u32::MAX)
}
