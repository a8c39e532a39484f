//! The simulated platform as one shared value: the world, who may call, its clock, and its switches.

use super::SimulatedApp;
use super::astray::Due;
use super::calls::{Calls, Limits};
use super::event::{Event, Shape};
use super::faults::Faults;
use super::webhook::{WebhookAnswer, Webhooks};
use super::world::World;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

/// How the platform behaves where its pages are silent or have changed over time.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    /// How webhooks are written.
    pub shape: Shape,
    /// Whether history tells `CloudCustomData`.
    pub history_tells_custom: bool,
    /// Whether history signs the addresses of media anew each time it is read.
    pub history_signs_media: bool,
    /// Whether edits cause webhooks: the switch is newer than many apps.
    pub edits_call_back: bool,
    /// How often a webhook that got no answer is posted again. The platform's own default is never.
    pub webhook_retries: u32,
    /// A UserSig counts for so many seconds and no longer, whatever it says itself.
    pub usersig_life: Option<u64>,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            shape: Shape::Current,
            history_tells_custom: true,
            history_signs_media: false,
            edits_call_back: true,
            webhook_retries: 0,
            usersig_life: None,
        }
    }
}

pub(super) struct Service {
    world: Mutex<World>,
    apps: BTreeMap<u64, SimulatedApp>,
    habits: RwLock<Habits>,
    limits: Mutex<Limits>,
    calls: Mutex<Calls>,
    clock_offset: AtomicI64,
    pub faults: Faults,
    pub webhooks: Webhooks,
}

impl Service {
    pub fn new(apps: Vec<SimulatedApp>, limit: usize) -> Self {
        let webhooks = Webhooks::default();
        for app in &apps {
            if let Some(url) = &app.webhook_url {
                webhooks.set_target(app.sdk_app_id, url, app.webhook_token.as_deref());
            }
        }
        Self {
            world: Mutex::default(),
            apps: apps.into_iter().map(|app| (app.sdk_app_id, app)).collect(),
            habits: RwLock::default(),
            limits: Mutex::new(Limits::new(limit)),
            calls: Mutex::default(),
            clock_offset: AtomicI64::new(0),
            faults: Faults::default(),
            webhooks,
        }
    }

    pub fn app(&self, sdk_app_id: u64) -> Option<&SimulatedApp> {
        self.apps.get(&sdk_app_id)
    }

    /// The app, where there is just one.
    pub fn only_app(&self) -> Option<&SimulatedApp> {
        self.apps.values().next().filter(|_| self.apps.len() == 1)
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn limits(&self) -> MutexGuard<'_, Limits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn habits(&self) -> Habits {
        *self.habits.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn change_habits(&self, change: impl FnOnce(&mut Habits)) {
        change(&mut self.habits.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Puts the platform's clock so many ms ahead of this machine's.
    pub fn set_clock_offset(&self, ms: i64) {
        self.clock_offset.store(ms, Ordering::Relaxed);
    }

    /// The platform's clock, Unix time in ms.
    pub fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
            + self.clock_offset.load(Ordering::Relaxed)
    }

    /// The platform's clock, Unix time in seconds.
    pub fn now_seconds(&self) -> u64 {
        u64::try_from(self.now() / 1000).unwrap_or(0)
    }

    /// Posts the webhook of an event and returns what it was answered.
    pub async fn tell(&self, event: Event, platform: &'static str) -> Option<WebhookAnswer> {
        self.webhooks.tell(Due { event, platform }, self.habits(), self.now_seconds()).await
    }
}
