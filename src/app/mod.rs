//! Builds the parts, hands each what it needs, runs them, and shuts them down in the right order.
//!
//! Holds no behaviour of its own. Promise: a stop loses nothing; what was accepted is answered, what is in flight
//! is finished, and everything else waits on disk.

mod http;
mod parts;
mod start;

pub use parts::{client, policy};

use crate::alerts::{self, Courier, Lookout, Nobody, Refusals};
use crate::chat;
use crate::console::Console;
use crate::enforcer::Worker;
use crate::health::{Clock, Health};
use crate::moderation::{Brake, Canary, Moderation, canary};
use crate::proof::{Auditor, Notary};
use crate::reconciler::{Reconciler, Watch};
use crate::retention::Keeper;
use crate::rulebook::{OpenError, Rulebook};
use crate::settings::{Enforcement, Settings};
use crate::store::{Event, Store, StoreError, Writer};
use crate::telemetry::Metrics;
use crate::webhook::Gate;
use actix_web::web;
use parts::{Observer, Shared};
use serde_json::json;
use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("store.url")]
    Store(#[from] StoreError),
    #[error("rules.dir")]
    Rules(#[from] OpenError),
    #[error("alerts.url: {0}")]
    Alerts(#[from] alerts::SetupError),
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
    console: Option<Arc<Console>>,
    rulebook: Arc<Rulebook>,
    workers: Vec<Arc<Worker>>,
    brake: Arc<Brake>,
    courier: Option<Courier>,
    lookout: Lookout,
    auditor: Auditor,
    notary: Option<Arc<Notary>>,
    keeper: Keeper,
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
        let listener = http::listen("server.listen", settings.server.listen)?;
        let metrics_listener =
            http::listen("server.metrics_listen", settings.server.metrics_listen)?;
        let metrics = Arc::new(Metrics::default());
        let (store, writer) =
            Store::open_as(&settings.store.url, &parts::opening(settings)?).await?;
        let rulebook = Rulebook::open(&settings.rules.dir, store.clone(), metrics.clone()).await?;
        let rulebook = Arc::new(rulebook);
        let courier = Courier::new(&settings.alerts)?;
        let alerts = courier.as_ref().map_or_else(|| Arc::new(Nobody) as _, Courier::sink);
        let brake = parts::brake(settings, &rulebook, &store, &metrics, &alerts).await?;
        let policies = settings.apps.values().map(|app| (app.sdk_app_id, policy(app))).collect();
        let seen = parts::follow(settings, &store).await?;
        let moderation =
            Moderation::new(rulebook.clone(), store.clone(), policies, metrics.clone())
                .braked_by(brake.clone())
                .witnessed_by(Arc::new(Watch::new(seen.clone())))
                .with_canary(settings.canary.phrase.as_deref().map(Canary::new))
                .holding_at_most(settings.webhook.held_calls as usize);
        if let Some(at) = store.reader().last_applied(canary::RULE).await? {
            metrics.canary.set(at.div_euclid(1000));
        }
        let shared = Shared {
            settings,
            store: store.clone(),
            moderation: Arc::new(moderation),
            metrics: metrics.clone(),
            alerts: alerts.clone(),
            seen,
            company: Arc::default(),
        };
        if store.suspects().await? {
            tracing::error!(
                "actions that brought the service down twice are given up; see the audit"
            );
        }
        let (mut workers, mut reconcilers) = (Vec::new(), Vec::new());
        let mut desks = BTreeMap::new();
        for (name, app) in &settings.apps {
            let chat = shared.client(name, app)?;
            workers.push(shared.worker(name, app, &chat));
            reconcilers.extend(shared.reconciler(name, app, &chat));
            desks.insert(app.sdk_app_id, shared.desk(name, chat));
        }
        let clock = Arc::new(Clock::default());
        let refusals = Refusals::new(alerts.clone(), settings.alerts.refused_webhooks);
        let observe = Observer { metrics: metrics.clone(), clock: clock.clone(), refusals };
        let pending_after = settings.alerts.pending_after;
        let every = settings.alerts.verify_chain_every;
        let auditor =
            Auditor::new(store.clone(), every, parts::evidence(settings)?, alerts.clone());
        let notary = parts::notary(settings, &store, &alerts)?;
        let keeper = parts::keeper(settings, &store)?;
        let console = parts::console(settings, &store, &rulebook, &metrics, desks)?;
        let lookout = Lookout::new(store.clone(), rulebook.clone(), pending_after, alerts);
        let gate = parts::gate(settings, shared.moderation, observe);
        let summary = summary(settings, &rulebook);
        start::record(&store, settings, &rulebook, notary.as_deref()).await?;
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
                brake: brake.clone(),
                notary: notary.clone(),
                canary: settings.canary.phrase.is_some(),
            }),
            console,
            rulebook,
            brake,
            courier,
            lookout,
            auditor,
            notary,
            keeper,
            workers,
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
        let Self { listener, metrics_listener, threads, gate, health, console, .. } = self;
        let server = http::serve(listener, threads, gate, health.clone(), console)?;
        let metrics = http::serve_metrics(metrics_listener, health)?;
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
        parts.spawn(self.brake.keep(self.rulebook.clone(), stop.clone()));
        parts.spawn(self.lookout.run(stop.clone()));
        parts.spawn(self.auditor.run(stop.clone()));
        parts.spawn(self.keeper.run(stop.clone()));
        if let Some(notary) = self.notary.clone() {
            parts.spawn(notary.run(stop.clone()));
        }
        if let Some(courier) = self.courier {
            parts.spawn(courier.run(stop.clone()));
        }
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
        if let Some(notary) = self.notary {
            notary.sign().await;
        }
        self.store.close().await;
        self.writer.finished().await;
        Ok(())
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
