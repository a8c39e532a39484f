//! Webhooks on their way to the app's server: signed, posted over real HTTP, at most once unless told otherwise.
//!
//! Signs by the published description (EN-34354); shares no line with the code that verifies.

use super::event::{Event, Happened};
use super::faults::WebhookFaults;
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
#[derive(Debug, Clone, Default)]
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

#[derive(Debug, Clone)]
struct Target {
    url: String,
    token: Option<String>,
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

#[derive(Debug, Default)]
pub(super) struct Webhooks {
    state: Mutex<State>,
    plain: OnceLock<Option<reqwest::Client>>,
    secure: OnceLock<Option<reqwest::Client>>,
}

#[derive(Debug, Default)]
struct State {
    targets: HashMap<u64, Target>,
    faults: Option<WebhookFaults>,
    held: Vec<(Event, &'static str)>,
    counts: WebhookCounts,
    random: u64,
}

impl Webhooks {
    pub fn set_target(&self, sdk_app_id: u64, url: &str, token: Option<&str>) {
        let target = Target { url: url.to_owned(), token: token.map(str::to_owned) };
        self.state().targets.insert(sdk_app_id, target);
    }

    /// Faults chosen by `seed`, so that a run can be repeated.
    pub fn set_faults(&self, faults: WebhookFaults, seed: u64) {
        let mut state = self.state();
        state.faults = Some(faults);
        state.random = seed;
    }

    pub fn counts(&self) -> WebhookCounts {
        self.state().counts
    }

    /// Posts an event's webhook, through the faults that are set.
    pub async fn tell(
        &self,
        event: Event,
        platform: &'static str,
        habits: Habits,
        now: u64,
    ) -> Option<WebhookAnswer> {
        if matches!(event.happened, Happened::Edited { .. }) && !habits.edits_call_back {
            return None;
        }
        let Some(event) = self.pass_faults(event, platform) else {
            self.post_held(habits, now).await;
            return None;
        };
        self.post_event(&event, platform, habits, now).await
    }

    /// Posts what a shuffle still holds back.
    pub async fn flush(&self, habits: Habits, now: u64) {
        let held = std::mem::take(&mut self.state().held);
        for (event, platform) in held {
            self.post_event(&event, platform, habits, now).await;
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
        let sign =
            delivery.sign.or_else(|| token.map(|token| sign(&token, &time))).unwrap_or_default();
        let command = delivery.command.as_deref().unwrap_or("Group.CallbackAfterSendMsg");
        let auth = [("Sign", sign), ("RequestTime", time)];
        self.post(&address(&url, delivery.sdk_app_id, command, "Android", auth), body).await
    }

    /// The event, unless it is dropped or held back.
    fn pass_faults(&self, event: Event, platform: &'static str) -> Option<Event> {
        let mut state = self.state();
        let faults = state.faults.unwrap_or(WebhookFaults::NONE);
        if state.share() < faults.drop {
            state.counts.dropped += 1;
            return None;
        }
        if faults.shuffle == 0 {
            return Some(event);
        }
        state.held.push((event, platform));
        None
    }

    async fn post_held(&self, habits: Habits, now: u64) {
        let full = {
            let state = self.state();
            state.faults.is_some_and(|f| f.shuffle > 0 && state.held.len() >= f.shuffle)
        };
        if full {
            self.state().mix();
            self.flush(habits, now).await;
        }
    }

    async fn post_event(
        &self,
        event: &Event,
        platform: &'static str,
        habits: Habits,
        now: u64,
    ) -> Option<WebhookAnswer> {
        let app = event.place.app;
        let (target, faults) = {
            let state = self.state();
            (state.targets.get(&app).cloned()?, state.faults.unwrap_or(WebhookFaults::NONE))
        };
        let body = event.callback(habits.shape).into_bytes();
        let time = now.to_string();
        let auth = match &target.token {
            Some(token) => [("Sign", sign(token, &time)), ("RequestTime", time)],
            None => [("Sign", String::new()), ("RequestTime", String::new())],
        };
        let url = address(&target.url, app, event.command(), platform, auth);
        let mut first = None;
        for _ in 0..=faults.duplicate {
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
        let (client, secure) = match url.starts_with("https:") {
            true => (&self.secure, true),
            false => (&self.plain, false),
        };
        client.get_or_init(|| build(secure)).as_ref()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn build(secure: bool) -> Option<reqwest::Client> {
    let tls = if secure { tls::trusting_the_system() } else { tls::trusting_nobody() };
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.ok()?)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .timeout(TIMEOUT);
    builder.build().ok()
}

impl State {
    /// The next pseudo-random number (SplitMix64).
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The next pseudo-random number from 0 up to 1.
    fn share(&mut self) -> f64 {
        (self.random() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn mix(&mut self) {
        for last in (1..self.held.len()).rev() {
            let other = (self.random() % (last as u64 + 1)) as usize;
            self.held.swap(last, other);
        }
    }
}

/// Lower-case hex SHA-256 of the token followed by the time as it stands in the query.
pub(super) fn sign(token: &str, request_time: &str) -> String {
    hex::encode(Sha256::new().chain_update(token).chain_update(request_time).finalize())
}

/// The webhook's address, with the parameters in the order of the platform's sample.
fn address(
    url: &str,
    app: u64,
    command: &str,
    platform: &str,
    auth: [(&str, String); 2],
) -> String {
    let mut address = format!(
        "{url}?SdkAppid={app}&CallbackCommand={command}&contenttype=json&ClientIP=203.0.113.7\
         &OptPlatform={platform}&RequestID={}",
        uuid::Uuid::now_v7()
    );
    for (name, value) in auth.into_iter().filter(|(_, value)| !value.is_empty()) {
        address += &format!("&{name}={}", encoded(&value));
    }
    address
}

/// Enough for forged values: a plus sign or a space must arrive as such.
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
