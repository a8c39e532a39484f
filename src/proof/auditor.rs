//! Verifies the audit now and then, beside its signed checkpoints, and says so when it is not as it was written.
//!
//! Reads beside everything else, and writes one event where all is sound. Does not mend: nobody should.

use super::Evidence;
use crate::alerts::{Alert, AlertSink, Kind};
use crate::rulebook::kept_hash;
use crate::store::{Damage, Event, Store, Verified, verify};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A start has other things to do first.
const FIRST_AFTER: Duration = Duration::from_secs(60);

/// Verifies at intervals.
#[derive(Debug)]
pub struct Auditor {
    store: Store,
    every: Duration,
    evidence: Option<Evidence>,
    sink: Arc<dyn AlertSink>,
}

impl Auditor {
    /// Verifies each `every`; never when that is zero.
    pub fn new(
        store: Store,
        every: Duration,
        evidence: Option<Evidence>,
        sink: Arc<dyn AlertSink>,
    ) -> Self {
        Self { store, every, evidence, sink }
    }

    /// Works until cancelled.
    pub async fn run(self, stop: CancellationToken) {
        if self.every.is_zero() {
            return;
        }
        let mut wait = FIRST_AFTER.min(self.every);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.look() => {}
            }
            wait = self.every;
        }
    }

    async fn look(&self) {
        let witness = self.evidence.as_ref().and_then(Evidence::witness);
        match verify(&self.store.reader(), kept_hash, witness).await {
            Ok((Ok(sound), _)) => {
                tracing::info!(events = sound.events, head = sound.head, "the audit is sound");
                self.record(&sound).await;
            }
            Ok((Err(damage), _)) => self.tell(&damage),
            Err(error) => tracing::error!(%error, "the audit cannot be verified"),
        }
    }

    /// That it was verified, and up to where.
    async fn record(&self, sound: &Verified) {
        let data = json!({ "events": sound.events, "head": sound.head });
        if let Err(error) = self.store.record(Event::new("audit.verified", None, data)).await {
            tracing::warn!(%error, "that the audit was verified could not be noted in it");
        }
    }

    fn tell(&self, damage: &Damage) {
        tracing::error!(%damage, "the audit is not as it was written");
        let detail = format!(
            "The audit was changed from outside: {damage}. Keep a copy of the database, then see \
             `automod audit verify` and who had access."
        );
        self.sink.alert(Alert { kind: Kind::Chain, subject: "audit".into(), detail });
    }
}
