//! Webhooks on their way to the app's server: signed, posted over real HTTP, at most once unless told otherwise.
//!
//! Signs by the published description (EN-34354); shares no line with the code that verifies.

use super::astray::{Astray, Due, WebhookFaults};
use super::event::Happened;
use super::service::Habits;
use crate::tls;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// The platform waits this long for an answer, connecting included.
const TIMEOUT: Duration = Duration::from_secs(2);

/// What an app's server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookAnswer {
    pub status: u16,
    pub body: String,
}

/// A webhook as somebody wishes it, true or forged. What is `None` is as the platform would have it.
#[derive(Clone, Default)]
pub struct Delivery {
    pub sdk_app_id: u64,
    /// `CallbackCommand` of the query.
    pub command: Option<String>,
    /// Signs with another token than the app's.
    pub token: Option<String>,
    /// `Sign` itself; an empty one is left out.
    pub sign: Option<String>,
    /// `RequestTime` itself; an empty one is left out.
    pub request_time: Option<String>,
    /// Posts to another address than the app's.
    pub url: Option<String>,
}

/// Counts of webhooks since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WebhookCounts {
    /// Posted, every repetition counted.
    pub posted: u64,
    /// Answered with HTTP 200 in time.
    pub accepted: u64,
    /// Left out by [`WebhookFaults::drop`].
    pub dropped: u64,
}

#[derive(Default)]
pub(super) struct Webhooks {
    state: Mutex<State>,
    plain: OnceLock<Option<reqwest::Client>>,
    secure: OnceLock<Option<reqwest::Client>>,
}

#[derive(Default)]
struct State {
    targets: HashMap<u64, Target>,
    astray: Astray,
    counts: WebhookCounts,
}

#[derive(Clone)]
struct Target {
    url: String,
    token: Option<String>,
}

impl Webhooks {
    pub fn set_target(&self, sdk_app_id: u64, url: &str, token: Option<&str>) {
        let target = Target { url: url.to_owned(), token: token.map(str::to_owned) };
        self.state().targets.insert(sdk_app_id, target);
    }

    pub fn set_faults(&self, faults: WebhookFaults, seed: u64) {
        self.state().astray.set(faults, seed);
    }

    pub fn counts(&self) -> WebhookCounts {
        let state = self.state();
        WebhookCounts { dropped: state.astray.dropped(), ..state.counts }
    }

    /// Posts an event's webhook, through the faults that are set, and returns what it was answered;
    /// `None` too where it waits for others, which then go out with it.
    pub async fn tell(&self, due: Due, habits: Habits, now: u64) -> Option<WebhookAnswer> {
        if matches!(due.event.happened, Happened::Edited { .. }) && !habits.edits_call_back {
            return None;
        }
        let passed = self.state().astray.pass(due);
        match passed.as_slice() {
            [one] => self.post_event(one, habits, now).await,
            many => {
                for one in many {
                    self.post_event(one, habits, now).await;
                }
                None
            }
        }
    }

    /// Posts what is held back.
    pub async fn flush(&self, habits: Habits, now: u64) {
        let held = self.state().astray.release();
        for due in held {
            self.post_event(&due, habits, now).await;
        }
    }

    /// Posts any body under any query.
    pub async fn deliver(
        &self,
        body: Vec<u8>,
        delivery: Delivery,
        now: u64,
    ) -> Option<WebhookAnswer> {
        let target = self.state().targets.get(&delivery.sdk_app_id).cloned();
        let token = delivery.token.or_else(|| target.as_ref()?.token.clone());
        let url = delivery.url.or_else(|| Some(target.as_ref()?.url.clone()))?;
        let time = delivery.request_time.unwrap_or_else(|| now.to_string());
        let sign = delivery.sign.or_else(|| token.map(|token| sign(&token, &time)));
        let command = delivery.command.as_deref().unwrap_or("Group.CallbackAfterSendMsg");
        let address = Address { url: &url, app: delivery.sdk_app_id, command, platform: "Android" };
        self.post(&address.signed(&sign.unwrap_or_default(), &time), body).await
    }

    async fn post_event(&self, due: &Due, habits: Habits, now: u64) -> Option<WebhookAnswer> {
        let app = due.event.place.app;
        let (target, times) = {
            let state = self.state();
            (state.targets.get(&app).cloned()?, state.astray.times())
        };
        let command = due.event.command();
        let address = Address { url: &target.url, app, command, platform: due.platform };
        let url = match &target.token {
            Some(token) => address.signed(&sign(token, &now.to_string()), &now.to_string()),
            None => address.signed("", ""),
        };
        let body = due.event.callback(habits.shape).into_bytes();
        let mut first = None;
        for _ in 0..times {
            let mut answer = self.post(&url, body.clone()).await;
            for _ in 0..habits.webhook_retries {
                if answer.is_none() {
                    answer = self.post(&url, body.clone()).await;
                }
            }
            first = first.or(answer);
        }
        first
    }

    async fn post(&self, url: &str, body: Vec<u8>) -> Option<WebhookAnswer> {
        self.state().counts.posted += 1;
        let request =
            self.client(url)?.post(url).header("content-type", "application/json").body(body);
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        let body = answer.text().await.ok()?;
        self.state().counts.accepted += u64::from(status == 200);
        Some(WebhookAnswer { status, body })
    }

    /// Certificates are only looked for where a server needs them.
    fn client(&self, url: &str) -> Option<&reqwest::Client> {
        match url.starts_with("https:") {
            true => self.secure.get_or_init(|| client(tls::trusting_the_system().ok()?)).as_ref(),
            false => self.plain.get_or_init(|| client(tls::trusting_nobody().ok()?)).as_ref(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn client(tls: rustls::ClientConfig) -> Option<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .timeout(TIMEOUT);
    builder.build().ok()
}

/// Lower-case hex SHA-256 of the token followed by the time as it stands in the query.
fn sign(token: &str, request_time: &str) -> String {
    hex::encode(Sha256::new().chain_update(token).chain_update(request_time).finalize())
}

/// Where a webhook goes, and what its query says of it.
struct Address<'a> {
    url: &'a str,
    app: u64,
    command: &'a str,
    platform: &'a str,
}

impl Address<'_> {
    /// Parameters stand in the order of the platform's sample; empty ones are left out.
    fn signed(&self, sign: &str, request_time: &str) -> String {
        let Self { url, app, command, platform } = self;
        let mut address = format!(
            "{url}?SdkAppid={app}&CallbackCommand={command}&contenttype=json&ClientIP=203.0.113.7\
             &OptPlatform={platform}&RequestID={}",
            uuid::Uuid::now_v7()
        );
        for (name, value) in [("Sign", sign), ("RequestTime", request_time)] {
            if !value.is_empty() {
                address += &format!("&{name}={}", encoded(value));
            }
        }
        address
    }
}

/// A plus sign or a space in a forged value must arrive as such.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |out, byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => out + &char::from(byte).to_string(),
        _ => out + &format!("%{byte:02X}"),
    })
}

#[cfg(test)]
mod tests {
    use super::sign;

    #[test]
    fn signs_as_published() {
        let published = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061";
        assert_eq!(sign("xxxxyyyy", "1669872112"), published);
        let computed = "e5af3d57942cf80671fb01cfd17cd4a7028bfe40588708bd6271d5980a169e23";
        assert_eq!(sign("demo-token", "1700000000"), computed);
        assert_ne!(sign("xxxyyy", "1669872112"), published, "an older page misprints the token");
    }
}
