//! From settings to parts: what each is given, and by which setting.

use super::BuildError;
use crate::acts::by_hand::Desk;
use crate::alerts::{AlertSink, Refusals};
use crate::chat::{self, Client, Credentials};
use crate::console::{self, Console};
use crate::enforcer::{EnforcedApp, Worker};
use crate::health::Clock;
use crate::moderation::{Brake, Moderation, Policy};
use crate::proof::{self, Evidence, Notary};
use crate::reconciler::{self, FollowedApp, Reconciler, Seen};
use crate::retention::Keeper;
use crate::rulebook::Rulebook;
use crate::settings::{AppSettings, Enforcement, OnImpossible, OnUnavailable, Settings};
use crate::store::{Opening, Store, StoreError, database_file};
use crate::telemetry::Metrics;
use crate::webhook::{self, Apps, BodyLimits, Gate, Observe, Signature};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::RwLock;

/// What the parts of every app share.
pub struct Shared<'s> {
    pub settings: &'s Settings,
    pub store: Store,
    pub moderation: Arc<Moderation>,
    pub metrics: Arc<Metrics>,
    pub alerts: Arc<dyn AlertSink>,
    /// What is known of the groups of each app that is followed.
    pub seen: BTreeMap<u64, Arc<Seen>>,
    /// Held by every action, and alone by a suspect of a crash.
    pub company: Arc<RwLock<()>>,
}

impl Shared<'_> {
    /// One worker an app.
    pub fn worker(&self, name: &str, app: &AppSettings, chat: &Client) -> Arc<Worker> {
        let Self { store, moderation, metrics, company, alerts, .. } = self;
        Arc::new(Worker::new(
            enforced(name, app, self.settings),
            chat.clone(),
            store.clone(),
            moderation.clone(),
            metrics.clone(),
            company.clone(),
            alerts.clone(),
        ))
    }

    /// One reconciler an app that is followed.
    pub fn reconciler(
        &self,
        name: &str,
        app: &AppSettings,
        chat: &Client,
    ) -> Option<Arc<Reconciler>> {
        let seen = self.seen.get(&app.sdk_app_id).cloned()?;
        let app = followed(name, app, self.settings);
        let Self { store, moderation, metrics, .. } = self;
        let (store, moderation, metrics) = (store.clone(), moderation.clone(), metrics.clone());
        Some(Arc::new(Reconciler::new(app, seen, chat.clone(), store, moderation, metrics)))
    }

    /// Where a person decides about the messages of an app.
    pub fn desk(&self, name: &str, chat: Client) -> Desk {
        let (moderation, store) = (self.moderation.clone(), self.store.clone());
        Desk { app: name.to_owned(), client: chat, moderation, store }
    }

    /// The client that all parts of an app share.
    ///
    /// # Errors
    /// When the address cannot be used or TLS cannot be set up.
    pub fn client(&self, name: &str, app: &AppSettings) -> Result<Client, BuildError> {
        client(app, self.settings)
            .map_err(|problem| BuildError::Chat { app: name.to_owned(), problem })
    }
}

/// What is known of the groups of every app that is followed; nothing when catching up is switched off.
pub async fn follow(
    settings: &Settings,
    store: &Store,
) -> Result<BTreeMap<u64, Arc<Seen>>, StoreError> {
    let mut seen = BTreeMap::new();
    for (name, app) in settings.apps.iter().filter(|_| settings.catch_up.enabled) {
        seen.insert(app.sdk_app_id, reconciler::open(&followed(name, app, settings), store).await?);
    }
    Ok(seen)
}

fn followed(name: &str, app: &AppSettings, settings: &Settings) -> FollowedApp {
    FollowedApp {
        sdk_app_id: app.sdk_app_id,
        name: name.to_owned(),
        poll_groups: app.poll_groups.clone(),
        catch_up: settings.catch_up.clone(),
    }
}

/// How an app is to be moderated, by its settings.
pub fn policy(app: &AppSettings) -> Policy {
    Policy {
        admin: app.admin.clone(),
        enforce: app.enforcement == Enforcement::On,
        recall: app.on_impossible == OnImpossible::Recall,
    }
}

/// The client of an app's REST API.
///
/// # Errors
/// When the address cannot be used or TLS cannot be set up.
pub fn client(app: &AppSettings, settings: &Settings) -> Result<Client, chat::SetupError> {
    let domain = app.region.as_deref().and_then(chat::domain).unwrap_or_default();
    let credentials = Credentials {
        sdk_app_id: app.sdk_app_id,
        admin: app.admin.clone(),
        secret_key: app.secret_key.clone(),
        base_url: app.base_url.clone().unwrap_or_else(|| format!("https://{domain}")),
    };
    Client::new(credentials, settings.custom.text_keys.clone())
}

pub async fn brake(
    settings: &Settings,
    rulebook: &Rulebook,
    store: &Store,
    metrics: &Arc<Metrics>,
    alerts: &Arc<dyn AlertSink>,
) -> Result<Arc<Brake>, StoreError> {
    let apps = settings.apps.iter().map(|(name, app)| (app.sdk_app_id, name.clone()));
    let (store, metrics, alerts) = (store.clone(), metrics.clone(), alerts.clone());
    Brake::open(settings.brake.clone(), apps, rulebook, store, metrics, alerts).await
}

/// How the service opens its database.
///
/// # Errors
/// When `store.url` names no file.
pub fn opening(settings: &Settings) -> Result<Opening, StoreError> {
    let key = settings.audit.encryption_key(&database_file(&settings.store.url)?);
    Ok(Opening { key, serves: true, max_size: settings.store.max_size })
}

/// Who forgets what is over its time.
///
/// # Errors
/// When `store.url` names no file.
pub fn keeper(settings: &Settings, store: &Store) -> Result<Keeper, StoreError> {
    let (database, audit) = (database_file(&settings.store.url)?, &settings.audit);
    Ok(Keeper {
        store: store.clone(),
        url: settings.store.url.clone(),
        retain_texts: audit.retain_texts,
        retain_events: audit.retain_events,
        checkpoints: audit.checkpoints(&database),
    })
}

/// Who signs checkpoints of the audit; `None` when that is switched off.
///
/// # Errors
/// When `store.url` names no file.
pub fn notary(
    settings: &Settings,
    store: &Store,
    alerts: &Arc<dyn AlertSink>,
) -> Result<Option<Arc<Notary>>, StoreError> {
    let (database, audit) = (database_file(&settings.store.url)?, &settings.audit);
    let files = audit.signing_key(&database).zip(audit.checkpoints(&database));
    Ok(files.map(|(key, file)| {
        let (every, events) = (audit.checkpoint_every, audit.checkpoint_events);
        let plan = proof::Plan { key, file, every, events };
        Arc::new(Notary::new(store.reader(), plan, alerts.clone()))
    }))
}

/// Where the signed checkpoints lie, if they are made.
///
/// # Errors
/// When `store.url` names no file.
pub fn evidence(settings: &Settings) -> Result<Option<Evidence>, StoreError> {
    let database = database_file(&settings.store.url)?;
    let files = settings.audit.signing_key(&database).zip(settings.audit.checkpoints(&database));
    Ok(files
        .map(|(key, checkpoints)| Evidence { checkpoints, public_key: proof::public_beside(&key) }))
}

/// What answers people over HTTP; `None` when that is switched off.
///
/// # Errors
/// When `store.url` names no file.
pub fn console(
    settings: &Settings,
    store: &Store,
    rulebook: &Arc<Rulebook>,
    metrics: &Arc<Metrics>,
    desks: BTreeMap<u64, Desk>,
) -> Result<Option<Arc<Console>>, StoreError> {
    let parts = console::Parts {
        settings: settings.api.clone(),
        dsa: settings.audit.dsa.clone(),
        store: store.clone(),
        database: settings.store.url.clone(),
        rulebook: rulebook.clone(),
        desks,
        evidence: evidence(settings)?,
        keeper: keeper(settings, store)?,
        metrics: metrics.clone(),
    };
    Ok(settings.api.enabled.then(|| Arc::new(Console::new(parts))))
}

fn enforced(name: &str, app: &AppSettings, settings: &Settings) -> EnforcedApp {
    EnforcedApp {
        name: name.to_owned(),
        sdk_app_id: app.sdk_app_id,
        calls_per_second: app.calls_per_second,
        enforce: app.enforcement == Enforcement::On,
        verify_before_rewrite: app.verify_before_rewrite,
        exempt_roles: app.exempt_roles.clone(),
        text_keys: settings.custom.text_keys.clone(),
        enforcer: settings.enforcer.clone(),
    }
}

pub fn gate(settings: &Settings, moderation: Arc<Moderation>, observe: Observer) -> Gate {
    let apps = settings.apps.iter().map(|(name, app)| webhook::App {
        sdk_app_id: app.sdk_app_id,
        name: name.clone(),
        signature: match app.webhook_token.clone() {
            Some(current) => {
                Signature::Token { current, previous: app.webhook_token_previous.clone() }
            }
            None => Signature::Unsigned,
        },
    });
    Gate {
        apps: Apps::new(apps, settings.webhook.max_age),
        limits: BodyLimits {
            bytes: settings.webhook.body_limit,
            timeout: settings.webhook.body_timeout,
        },
        keys: settings.custom.text_keys.clone(),
        consider: moderation,
        observe: Arc::new(observe),
        close_unavailable: settings.webhook.on_unavailable == OnUnavailable::Close,
    }
}

/// Turns what the door sees into metrics and into a view of the clock.
pub struct Observer {
    pub metrics: Arc<Metrics>,
    pub clock: Arc<Clock>,
    pub refusals: Refusals,
}

impl Observe for Observer {
    fn webhook(&self, app: Option<&str>, result: &'static str) {
        self.metrics.webhook(result);
        if ["unsigned", "bad_time", "bad_sign"].contains(&result) {
            self.refusals.refused(app);
        }
    }

    fn stale(&self, app: &str, seconds: i64) {
        tracing::warn!(app, seconds, "a truly signed webhook is too far from our clock");
        self.clock.disagreed(seconds);
        self.refusals.stale(app, seconds);
    }
}
