//! Finds what no webhook told us: lost webhooks, what came while we were down, groups that have none.
//!
//! One an app. Follows the numbers of each group's messages (`seen`, `stream`, `ranges`), reads what is missing from
//! the platform's history and hands it to moderation, which judges and plans as it does for a webhook. Does not
//! rewrite. Promise: a number counts as seen only when its message was judged and what follows is on disk, or when
//! history has none; and history is called no faster than its own budget, whatever webhooks claim.

pub mod blob;
mod pull;
pub mod ranges;
mod seen;
pub mod stream;
mod sweep;
mod watch;

pub use seen::{Place, Seen};
pub use stream::Waits;
pub use sweep::{Sweep, SweepError, Swept};
pub use watch::Watch;

use crate::chat::Client;
use crate::moderation::Moderation;
use crate::pace::{Pace, Turn};
use crate::settings::{CatchUpSettings, PollGroup};
use crate::store::{Noted, Store, StoreError};
use crate::telemetry::Metrics;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What was seen is written down this often, while something happens.
const FLUSH: Duration = Duration::from_secs(1);
/// A group not known before is written down sooner, so that a crash does not hide it.
const FLUSH_NEWS: Duration = Duration::from_millis(50);
/// Calls at the same time; the pace says how many in a second.
const IN_FLIGHT: usize = 8;
/// What was missed is told in the log no more often.
const TELL: Duration = Duration::from_secs(10);
/// After this the process ends even if the platform has not answered.
const LAST_CALLS: Duration = Duration::from_secs(3);

/// Which app is to be followed, and how.
#[derive(Debug, Clone)]
pub struct FollowedApp {
    pub sdk_app_id: u64,
    /// The app's name in our settings.
    pub name: String,
    pub poll_groups: Vec<PollGroup>,
    pub catch_up: CatchUpSettings,
}

/// Catches up for one app.
#[derive(Debug)]
pub struct Reconciler {
    app: FollowedApp,
    seen: Arc<Seen>,
    chat: Client,
    store: Store,
    moderation: Arc<Moderation>,
    metrics: Arc<Metrics>,
    pace: Pace,
    /// No call of the app would succeed before then.
    paused_until: Mutex<Option<Instant>>,
    /// Found late since the log last told.
    missed: AtomicU64,
}

/// Takes up what was written down of an app; its first start begins now.
///
/// # Errors
/// When the database is not available.
pub async fn open(app: &FollowedApp, store: &Store) -> Result<Arc<Seen>, StoreError> {
    let noted = store.reader().noted(app.sdk_app_id).await?;
    let begun_at = match &noted {
        Some(noted) => noted.begun_at,
        None => begin(app.sdk_app_id, store).await?,
    };
    let CatchUpSettings { after, quiet_every, poll_every, enforce_max_age, .. } = app.catch_up;
    let waits = Waits { after, quiet: quiet_every, poll: poll_every };
    let reach = i64::try_from(enforce_max_age.as_millis()).unwrap_or(i64::MAX);
    let seen = Seen::new(begun_at, reach, waits);
    let now = Instant::now();
    match noted.map(|noted| blob::read(&noted.streams)) {
        Some(Ok(records)) => seen.restore(records, now),
        Some(Err(error)) => tracing::error!(app = %app.name, %error, "catching up begins anew"),
        None => {}
    }
    for group in &app.poll_groups {
        let topic = group.topic_id.clone().unwrap_or_default();
        seen.poll(&Place { group: group.group_id.clone(), topic }, now);
    }
    Ok(Arc::new(seen))
}

/// Writes down when an app began, before anything comes in: a crash in the first second must not move it.
async fn begin(sdk_app_id: u64, store: &Store) -> Result<i64, StoreError> {
    // The platform tells times in whole seconds.
    let begun_at = jiff::Timestamp::now().as_second() * 1000;
    let streams = blob::begin();
    store.keep_noted(Noted { sdk_app_id, begun_at, streams }).await?;
    Ok(begun_at)
}

impl Reconciler {
    pub fn new(
        app: FollowedApp,
        seen: Arc<Seen>,
        chat: Client,
        store: Store,
        moderation: Arc<Moderation>,
        metrics: Arc<Metrics>,
    ) -> Self {
        let pace = Pace::new(app.catch_up.calls_per_second);
        let (paused_until, missed) = (Mutex::default(), AtomicU64::new(0));
        Self { app, seen, chat, store, moderation, metrics, pace, paused_until, missed }
    }

    /// Works until cancelled, then writes down what was seen.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let tick = (self.app.catch_up.after / 4)
            .clamp(Duration::from_millis(5), Duration::from_millis(250));
        let (mut pulls, mut due) = (Pulls::default(), VecDeque::new());
        let (mut flush_at, mut look_at, mut tell_at) =
            (Instant::now(), Instant::now(), Instant::now());
        loop {
            let now = Instant::now();
            if now >= flush_at {
                self.flush().await;
                flush_at = Instant::now() + FLUSH;
            }
            if now >= tell_at && self.tell() {
                tell_at = now + TELL;
            }
            if now >= look_at {
                // Looked at anew, so that a gap does not wait behind groups that only might have one.
                due = if self.is_paused(now) { VecDeque::new() } else { self.seen.due(now).into() };
                look_at = now + tick;
            }
            let wake = self.start(&mut pulls, &mut due).unwrap_or(look_at).min(look_at);
            tokio::select! {
                () = stop.cancelled() => break,
                () = pulls.one_done() => {}
                () = self.seen.news() => flush_at = flush_at.min(Instant::now() + FLUSH_NEWS),
                () = tokio::time::sleep_until(wake.min(flush_at)) => {}
            }
        }
        // What is not finished is asked for again after the next start.
        let _ = tokio::time::timeout(LAST_CALLS, pulls.all_done()).await;
        self.flush().await;
    }

    /// Starts what is due as far as there is room; where the pace says wait, until when.
    fn start(self: &Arc<Self>, pulls: &mut Pulls, due: &mut VecDeque<Place>) -> Option<Instant> {
        while pulls.running.len() < IN_FLIGHT {
            let now = Instant::now();
            if self.is_paused(now) {
                due.clear();
            }
            let place = due.pop_front()?;
            // Since it became due, a webhook may have told what was missing.
            if pulls.is_running(&place) || self.seen.ask(&place, now).is_none() {
                continue;
            }
            match self.pace.take(now) {
                Ok(turn) => pulls.start(self.clone(), place, turn),
                Err(later) => {
                    due.push_front(place);
                    return Some(later);
                }
            }
        }
        None
    }

    /// Writes down what was seen, if anything changed.
    async fn flush(&self) {
        let Some(streams) = self.seen.to_write() else { return };
        let (sdk_app_id, begun_at) = (self.app.sdk_app_id, self.seen.begun_at());
        if let Err(error) = self.store.keep_noted(Noted { sdk_app_id, begun_at, streams }).await {
            tracing::warn!(app = %self.app.name, %error, "what was seen is not written down; it will be tried again");
            self.seen.not_written();
        }
    }

    /// Says in the log what was missed since the last time; whether there was anything.
    fn tell(&self) -> bool {
        let missed = self.missed.swap(0, Ordering::Relaxed);
        if missed > 0 {
            tracing::warn!(
                app = %self.app.name,
                messages = missed,
                "messages were found in history that no webhook told of"
            );
        }
        missed > 0
    }

    fn is_paused(&self, now: Instant) -> bool {
        self.paused().is_some_and(|until| until > now)
    }

    fn pause(&self, time: Duration) {
        *self.paused() = Some(Instant::now() + time);
    }

    fn paused(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.paused_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls that are under way: at most one a group.
#[derive(Default)]
struct Pulls {
    tasks: JoinSet<()>,
    running: HashMap<tokio::task::Id, Place>,
}

impl Pulls {
    fn is_running(&self, place: &Place) -> bool {
        self.running.values().any(|running| running == place)
    }

    fn start(&mut self, reconciler: Arc<Reconciler>, place: Place, turn: Turn) {
        let of = place.clone();
        let task = self.tasks.spawn(async move { reconciler.pull(&of, turn).await });
        self.running.insert(task.id(), place);
    }

    /// Waits until a call has ended; for ever while none is under way.
    async fn one_done(&mut self) {
        let id = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => id,
            Some(Err(error)) => {
                tracing::error!("catching up with a group panicked");
                error.id()
            }
            None => std::future::pending().await,
        };
        self.running.remove(&id);
    }

    async fn all_done(&mut self) {
        while !self.tasks.is_empty() {
            self.one_done().await;
        }
    }
}
