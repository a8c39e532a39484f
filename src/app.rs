//! Builds the parts, hands each what it needs, runs them, and shuts them down in the right order.
//!
//! Holds no behaviour of its own. Promise: a stop loses nothing; what was accepted is answered, what is in flight
//! is finished, and everything else waits on disk.

use crate::chat::{self, Client, Credentials};
use crate::enforcer::{EnforcedApp, Worker};
use crate::health::{self, Clock, Health};
use crate::moderation::{Moderation, Policy};
use crate::reconciler::{self, FollowedApp, Reconciler, Seen, Watch};
use crate::rulebook::{OpenError, Rulebook};
use crate::settings::{AppSettings, Enforcement, OnImpossible, Settings};
use crate::store::{Event, Store, StoreError, Writer};
use crate::telemetry::Metrics;
use crate::webhook::{self, Apps, BodyLimits, Gate, Observe, Signature};
use actix_web::dev::Server;
use actix_web::{App as Routes, HttpServer, web};
use serde_json::json;
use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Connections whose request is being answered get this long at the end.
const LAST_ANSWERS: u64 = 5;

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("store.url")]
    Store(#[from] StoreError),
    #[error("rules.dir")]
    Rules(#[from] OpenError),
    #[error("apps.{app}: {problem}")]
    Chat { app: String, problem: chat::SetupError },
    #[error("{key} = {address}: {problem}")]
    Listen { key: &'static str, address: SocketAddr, problem: io::Error },
}

/// The service, built and bound, about to run.
pub struct App {
    listener: TcpListener,
    metrics_listener: TcpListener,
    threads: Option<usize>,
    gate: web::Data<Gate>,
    health: web::Data<Health>,
    rulebook: Arc<Rulebook>,
    workers: Vec<Arc<Worker>>,
    reconcilers: Vec<Arc<Reconciler>>,
    store: Store,
    writer: Writer,
    summary: String,
}

impl App {
    /// Opens, loads and binds everything; nothing is answered yet.
    ///
    /// # Errors
    /// When a part cannot be built; the message names the setting.
    pub async fn build(settings: &Settings) -> Result<Self, BuildError> {
        let listener = listen("server.listen", settings.server.listen)?;
        let metrics_listener = listen("server.metrics_listen", settings.server.metrics_listen)?;
        let metrics = Arc::new(Metrics::default());
        let (store, writer) = Store::open(&settings.store.url).await?;
        let rulebook = Rulebook::open(&settings.rules.dir, store.clone(), metrics.clone()).await?;
        let rulebook = Arc::new(rulebook);
        let policies = settings.apps.values().map(|app| (app.sdk_app_id, policy(app))).collect();
        let moderation =
            Moderation::new(rulebook.clone(), store.clone(), policies, metrics.clone());
        let seen = follow(settings, &store).await?;
        let moderation = moderation.witnessed_by(Arc::new(Watch::new(seen.clone())));
        let moderation = Arc::new(moderation);
        if store.suspects().await? {
            tracing::error!(
                "actions that brought the service down twice are given up; see the audit"
            );
        }
        let company: Arc<tokio::sync::RwLock<()>> = Arc::default();
        let (mut workers, mut reconcilers) = (Vec::new(), Vec::new());
        for (name, app) in &settings.apps {
            let chat = client(app, settings)
                .map_err(|problem| BuildError::Chat { app: name.clone(), problem })?;
            if let Some(seen) = seen.get(&app.sdk_app_id).cloned() {
                let (app, chat, store) =
                    (followed(name, app, settings), chat.clone(), store.clone());
                let (moderation, metrics) = (moderation.clone(), metrics.clone());
                let reconciler = Reconciler::new(app, seen, chat, store, moderation, metrics);
                reconcilers.push(Arc::new(reconciler));
            }
            let enforced = enforced(app, settings);
            let (store, metrics) = (store.clone(), metrics.clone());
            let (moderation, company) = (moderation.clone(), company.clone());
            workers.push(Worker::new(enforced, chat, store, moderation, metrics, company));
        }
        let clock = Arc::new(Clock::default());
        let observe = Observer { metrics: metrics.clone(), clock: clock.clone() };
        let gate = gate(settings, moderation, observe);
        let summary = summary(settings, &rulebook);
        record_start(&store, settings, &rulebook).await?;
        Ok(Self {
            listener,
            metrics_listener,
            threads: settings.server.workers.map(|workers| workers as usize),
            gate: web::Data::new(gate),
            health: web::Data::new(Health {
                store: store.clone(),
                rulebook: rulebook.clone(),
                metrics,
                clock,
            }),
            rulebook,
            workers: workers.into_iter().map(Arc::new).collect(),
            reconcilers,
            store,
            writer,
            summary,
        })
    }

    /// Where webhooks are received.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Where metrics are served.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn metrics_address(&self) -> io::Result<SocketAddr> {
        self.metrics_listener.local_addr()
    }

    /// What will be enforced where, in one line.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The live rules, for tests and the demo.
    pub fn rulebook(&self) -> Arc<Rulebook> {
        self.rulebook.clone()
    }

    /// Runs until `stop`, then finishes what is in flight.
    ///
    /// # Errors
    /// When the HTTP server fails.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let Self { listener, metrics_listener, threads, gate, health, .. } = self;
        let server = serve(listener, threads, gate, health.clone())?;
        let metrics = serve_metrics(metrics_listener, health)?;
        let (handles, servers) = ([server.handle(), metrics.handle()], TaskTracker::new());
        // A server that ends by itself has failed: then nothing more comes in, and the rest must end too.
        for server in [server, metrics] {
            let stop = stop.clone();
            servers.spawn(async move {
                let result = server.await;
                stop.cancel();
                result
            });
        }
        let parts = TaskTracker::new();
        parts.spawn(self.rulebook.clone().watch(stop.clone()));
        for worker in &self.workers {
            parts.spawn(worker.clone().run(stop.clone()));
        }
        for reconciler in &self.reconcilers {
            parts.spawn(reconciler.clone().run(stop.clone()));
        }
        stop.cancelled().await;
        for handle in handles {
            handle.stop(true).await;
        }
        servers.close();
        servers.wait().await;
        parts.close();
        parts.wait().await;
        self.store.record(Event::new("service.stopped", None, json!({}))).await?;
        self.store.close().await;
        self.writer.finished().await;
        Ok(())
    }
}

fn serve(
    listener: TcpListener,
    threads: Option<usize>,
    gate: web::Data<Gate>,
    health: web::Data<Health>,
) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        Routes::new()
            .app_data(gate.clone())
            .app_data(health.clone())
            .configure(webhook::configure)
            .configure(health::configure)
            .default_service(web::to(health::nothing_here))
    });
    let server = match threads {
        Some(threads) => server.workers(threads),
        None => server,
    };
    Ok(server
        .client_request_timeout(Duration::from_secs(5))
        .shutdown_timeout(LAST_ANSWERS)
        .disable_signals()
        .listen(listener)?
        .run())
}

fn serve_metrics(listener: TcpListener, health: web::Data<Health>) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        Routes::new().app_data(health.clone()).configure(health::configure_metrics)
    });
    Ok(server.workers(1).shutdown_timeout(1).disable_signals().listen(listener)?.run())
}

fn listen(key: &'static str, address: SocketAddr) -> Result<TcpListener, BuildError> {
    let bind = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    bind().map_err(|problem| BuildError::Listen { key, address, problem })
}

/// What is known of the groups of every app that is followed; nothing when catching up is switched off.
async fn follow(
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

fn enforced(app: &AppSettings, settings: &Settings) -> EnforcedApp {
    EnforcedApp {
        sdk_app_id: app.sdk_app_id,
        calls_per_second: app.calls_per_second,
        enforce: app.enforcement == Enforcement::On,
        verify_before_rewrite: app.verify_before_rewrite,
        text_keys: settings.custom.text_keys.clone(),
        enforcer: settings.enforcer.clone(),
    }
}

fn gate(settings: &Settings, moderation: Arc<Moderation>, observe: Observer) -> Gate {
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
    }
}

/// Which rules act in which apps, for the first line of the log.
fn summary(settings: &Settings, rulebook: &Rulebook) -> String {
    use crate::engine::Mode;
    let rules = rulebook.live();
    let in_mode = |mode| rules.rules().filter(|rule| rule.mode == mode).count();
    let apps = settings.apps.iter().map(|(name, app)| {
        let what = match app.enforcement {
            Enforcement::On => "enforced",
            Enforcement::Shadow => "shadow, nothing is rewritten",
        };
        format!("{name} ({}, {what})", app.sdk_app_id)
    });
    format!(
        "{} rule(s) act and {} only watch in: {}",
        in_mode(Mode::Enforce),
        in_mode(Mode::Shadow),
        apps.collect::<Vec<_>>().join(", ")
    )
}

async fn record_start(
    store: &Store,
    settings: &Settings,
    rulebook: &Rulebook,
) -> Result<(), StoreError> {
    let apps: BTreeMap<_, _> =
        settings.apps.iter().map(|(name, app)| (name.as_str(), app.sdk_app_id)).collect();
    let data = json!({
        "version": env!("CARGO_PKG_VERSION"), "apps": apps, "ruleset": rulebook.live().hash(),
    });
    store.record(Event::new("service.started", None, data)).await
}

/// Turns what the door sees into metrics and into a view of the clock.
struct Observer {
    metrics: Arc<Metrics>,
    clock: Arc<Clock>,
}

impl Observe for Observer {
    fn webhook(&self, _app: Option<&str>, result: &'static str) {
        self.metrics.webhook(result);
    }

    fn stale(&self, app: &str, seconds: i64) {
        tracing::warn!(app, seconds, "a truly signed webhook is too far from our clock");
        self.clock.disagreed(seconds);
    }
}
