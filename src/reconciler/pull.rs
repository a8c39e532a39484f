//! One look at one group: ask history, judge what nobody judged, and settle what is known then.

use super::{Place, Reconciler};
use crate::chat::{Class, Error, Found, History, Stored};
use crate::message::{Message, MessageKey};
use crate::moderation::{Considered, Late};
use crate::store::Source;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// What the platform gives in one page at most (EN-34971).
pub(super) const PAGE: u32 = 20;
/// The platform falls silent for a minute after too many bad signatures (70050).
const CREDENTIALS_PAUSE: Duration = Duration::from_secs(60);
const DAY: i64 = 24 * 60 * 60 * 1000;

impl Reconciler {
    pub(super) async fn pull(&self, place: &Place) {
        let Some(ask) = self.seen.ask(place, Instant::now()) else { return };
        match self.chat.history(&place.group, place.topic_id(), ask.up_to, PAGE).await {
            Ok(page) => {
                self.metrics.history_call("ok");
                let (learned, kind) = self.seen.learn(place, ask, &page, Instant::now());
                if learned.unreadable > 0 {
                    tracing::warn!(app = %self.app.name, entries = learned.unreadable, "history told what cannot be read");
                }
                self.metrics.gaps(learned.gaps as u64);
                self.judge(place, kind, page, &learned.judge).await;
            }
            Err(error) => {
                self.metrics.history_call(error.class().as_str());
                self.failed(place, &error);
            }
        }
    }

    /// Judges these messages of a page, oldest first.
    async fn judge(&self, place: &Place, kind: Option<String>, page: History, numbers: &[u64]) {
        let mut settled = Vec::with_capacity(numbers.len());
        for entry in page.entries.into_iter().rev() {
            let Some(Found::Present(stored)) = entry.found else { continue };
            if !numbers.contains(&entry.seq) || settled.contains(&entry.seq) {
                continue;
            }
            let message = Message { group_type: kind.clone(), ..self.message(place, stored) };
            let enforce_max_age = Some(self.app.catch_up.enforce_max_age);
            match self
                .moderation
                .late(&Late { message, source: Source::Late, enforce_max_age })
                .await
            {
                Ok(considered) => {
                    self.count(place, considered);
                    settled.push(entry.seq);
                }
                Err(error) => {
                    tracing::error!(app = %self.app.name, %error, "a message found late is not settled; it will be looked at again");
                    self.seen.with(place, |stream, waits| stream.fail(Instant::now(), waits));
                    break;
                }
            }
        }
        self.seen.with(place, |stream, _| stream.settle(&settled));
    }

    fn message(&self, place: &Place, stored: Stored) -> Message {
        let key = MessageKey {
            sdk_app_id: self.app.sdk_app_id,
            group_id: place.group.clone(),
            topic_id: place.topic_id().map(str::to_owned),
            seq: Some(stored.seq),
        };
        as_told(&self.app.name, key, 0, stored)
    }

    fn count(&self, place: &Place, considered: Considered) {
        self.metrics.late(considered.as_str());
        // Where nobody expects webhooks, none was missed.
        let mut expected = true;
        self.seen.with(place, |stream, _| expected = !stream.is_polled());
        if expected && considered != Considered::Duplicate {
            self.missed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What follows from a call that failed.
    fn failed(&self, place: &Place, error: &Error) {
        let now = Instant::now();
        let app = &self.app.name;
        match error.class() {
            Class::RateLimited => self.pause(Duration::from_secs(1)),
            Class::Expired | Class::Credentials => {
                tracing::error!(%app, %error, "catching up is paused");
                self.pause(CREDENTIALS_PAUSE);
            }
            Class::QuotaToday => {
                tracing::error!(%app, %error, "catching up is paused until tomorrow");
                let now = jiff::Timestamp::now().as_millisecond();
                self.pause(Duration::from_millis((DAY - now.rem_euclid(DAY)) as u64));
            }
            Class::Gone | Class::NotPermitted | Class::Permanent | Class::BodyRefused => {
                tracing::info!(%app, %error, "a group that cannot be read is left alone");
                self.seen.with(place, |stream, _| stream.rest(now));
            }
            Class::Transient | Class::Conflict | Class::Unknown => {
                tracing::warn!(%app, %error, "history cannot be read now");
                self.seen.with(place, |stream, waits| stream.fail(now, waits));
            }
        }
    }
}

/// A message as history tells it: without the kind of its group, and who is mentioned in it.
pub(super) fn as_told(app: &str, key: MessageKey, revision: i64, stored: Stored) -> Message {
    Message {
        app: app.to_owned(),
        key,
        revision,
        group_type: None,
        sender: stored.sender,
        operator: None,
        sent_at: stored.sent_at,
        online_only: false,
        mentions: false,
        content: stored.content,
    }
}
