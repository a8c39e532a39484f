//! How the service is: alive, ready, and what is not well although it is ready.
//!
//! Readiness never depends on the platform: a service that cannot reach it still judges, and its plans wait on
//! disk. Promise: nothing here needs a right to read, so nothing here tells a text, an account or a rule's words.

use crate::moderation::Brake;
use crate::proof::Notary;
use crate::rulebook::{Refused, Rulebook};
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::webhook;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// How long a webhook with a true signature and a wrong time is worth mentioning.
const SKEW_IS_NEWS: i64 = 10 * 60 * 1000;

/// What health is read from.
#[derive(Debug)]
pub struct Health {
    pub store: Store,
    pub rulebook: Arc<Rulebook>,
    pub metrics: Arc<Metrics>,
    pub clock: Arc<Clock>,
    pub brake: Arc<Brake>,
    /// Where checkpoints are signed; `None` where that is switched off.
    pub notary: Option<Arc<Notary>>,
    /// Whether a canary phrase is set.
    pub canary: bool,
}

/// Whether our clock and the platform's agree.
#[derive(Debug, Default)]
pub struct Clock {
    stale_at: AtomicI64,
    skew_seconds: AtomicI64,
}

impl Clock {
    /// A webhook was truly signed, but `seconds` away from our time.
    pub fn disagreed(&self, seconds: i64) {
        self.stale_at.store(now(), Ordering::Relaxed);
        self.skew_seconds.store(seconds, Ordering::Relaxed);
    }

    fn trouble(&self) -> Option<String> {
        let recent = now() - self.stale_at.load(Ordering::Relaxed) < SKEW_IS_NEWS;
        let seconds = self.skew_seconds.load(Ordering::Relaxed);
        recent.then(|| {
            format!("truly signed webhooks are {seconds} s away from our clock and refused")
        })
    }
}

impl Health {
    /// Ready or not, and everything that is not well.
    pub fn look(&self) -> (bool, Value) {
        let writable = self.store.is_writable();
        let rules = self.rulebook.live();
        let trouble = [
            (!writable).then(|| "the database takes no writes".to_owned()),
            self.rulebook.trouble().map(|refused| rules_trouble(&refused)),
            self.clock.trouble(),
            self.notary.as_ref().and_then(|notary| notary.trouble()),
        ];
        let trouble: Vec<_> = trouble.into_iter().flatten().chain(self.brake.trouble()).collect();
        let mut detail = json!({
            "ready": writable,
            "ruleset": rules.hash(),
            "rules": rules.rules().count(),
            "trouble": trouble,
        });
        if self.canary {
            let at = Some(self.metrics.canary.get()).filter(|at| *at > 0);
            let at = at.and_then(|at| jiff::Timestamp::from_second(at).ok());
            detail["canary"] = json!({ "last_rewritten": at.map(|at| at.to_string()) });
        }
        (writable, detail)
    }
}

fn rules_trouble(refused: &Refused) -> String {
    let what = match refused {
        Refused::Unreadable { .. } => "cannot be read".to_owned(),
        Refused::Empty { .. } => "holds no rule".to_owned(),
        Refused::Faulty { faults, .. } => format!("has {faults} fault(s)"),
    };
    format!(
        "the rules folder {what}; the last good set is live (see the log, or `automod rules check`)"
    )
}

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Routes of the public listener.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(healthz).service(readyz);
}

/// Routes of the metrics listener.
pub fn configure_metrics(routes: &mut web::ServiceConfig) {
    routes.service(metrics);
}

/// The answer to whatever is not served here.
pub async fn nothing_here(payload: web::Payload) -> HttpResponse {
    webhook::answer(StatusCode::NOT_FOUND, Some(payload))
}

#[get("/healthz")]
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "alive": true }))
}

#[get("/readyz")]
async fn readyz(health: web::Data<Health>) -> HttpResponse {
    match health.look() {
        (true, detail) => HttpResponse::Ok().json(detail),
        (false, detail) => HttpResponse::ServiceUnavailable().json(detail),
    }
}

#[get("/metrics")]
async fn metrics(health: web::Data<Health>) -> HttpResponse {
    if let Ok((pending, _)) = health.store.reader().backlog().await {
        health.metrics.pending.set(pending);
    }
    HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(health.metrics.encode())
}
