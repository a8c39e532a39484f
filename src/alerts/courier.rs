//! Brings alerts to their receiver, behind everybody's back.
//!
//! Has an HTTP client of its own. Promise: a receiver that is slow, broken or gone costs nobody else anything, and
//! the address, which is a secret, gets into no log and no error.

use super::{Alert, AlertSink, Groups, Kind, Message, QUEUE, Queue, body};
use crate::settings::{AlertFormat, AlertsSettings};
use crate::tls;
use reqwest::{Client, StatusCode, Url};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const CONNECT_WITHIN: Duration = Duration::from_secs(3);
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// Waits before a second and a third try.
const RETRY_AFTER: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];
/// How often folded alerts are looked at.
const LOOK: Duration = Duration::from_millis(250);
/// At the end, what still waits gets this long.
const LAST_ALERTS: Duration = Duration::from_secs(2);
/// No answer of a receiver is larger.
const MAX_ANSWER: usize = 64 * 1024;

/// Why alerts cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("it is not an http or https address")]
    Url,
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    #[error("the HTTP client cannot be set up")]
    Http(#[source] reqwest::Error),
}

/// What the receiver said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Accepted(u16),
    /// The HTTP status, and the code in the body where the status alone says nothing.
    Refused(u16, Option<i64>),
    /// No answer: what was wrong, without the address.
    None(&'static str),
}

/// Sends alerts to one receiver.
#[derive(Debug)]
pub struct Courier {
    http: Client,
    url: Url,
    format: AlertFormat,
    groups: Groups,
    waiting: mpsc::Receiver<Alert>,
    queue: mpsc::Sender<Alert>,
}

impl Courier {
    /// `None` where no receiver is set.
    ///
    /// # Errors
    /// When the address cannot be used or TLS cannot be set up.
    pub fn new(settings: &AlertsSettings) -> Result<Option<Self>, SetupError> {
        let Some(url) = &settings.url else { return Ok(None) };
        let url = Url::parse(url.expose_secret().trim()).map_err(|_| SetupError::Url)?;
        let plain = url.scheme() == "http";
        let tls = if plain { tls::trusting_nobody() } else { tls::trusting_the_system() };
        let http = Client::builder()
            .tls_backend_preconfigured(tls?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .user_agent(concat!("chat-automod/", env!("CARGO_PKG_VERSION")));
        let http = if plain { http.no_proxy() } else { http };
        let http = http.build().map_err(|error| SetupError::Http(error.without_url()))?;
        let (queue, waiting) = mpsc::channel(QUEUE);
        let every = i64::try_from(settings.every.as_millis()).unwrap_or(i64::MAX);
        let groups = Groups::new(every);
        Ok(Some(Self { http, url, format: settings.format, groups, waiting, queue }))
    }

    /// Where to put alerts.
    pub fn sink(&self) -> Arc<dyn AlertSink> {
        Arc::new(Queue(self.queue.clone()))
    }

    /// Sends what comes, until cancelled; what waits then is tried once more.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            let due = tokio::select! {
                () = stop.cancelled() => break,
                alert = self.waiting.recv() => {
                    let Some(alert) = alert else { break };
                    self.groups.note(alert, now()).into_iter().collect()
                }
                () = tokio::time::sleep(LOOK) => self.groups.due(now()),
            };
            for message in due {
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = self.deliver(&message) => {}
                }
            }
        }
        let _ = tokio::time::timeout(LAST_ALERTS, self.last()).await;
    }

    async fn last(&mut self) {
        let mut messages = Vec::new();
        while let Ok(alert) = self.waiting.try_recv() {
            messages.extend(self.groups.note(alert, now()));
        }
        messages.extend(self.groups.rest());
        for message in messages {
            self.post(self.format, &message).await;
        }
    }

    async fn deliver(&self, message: &Message) {
        let kind = message.alert.kind.as_str();
        for wait in RETRY_AFTER.into_iter().map(Some).chain([None]) {
            let answer = self.post(self.format, message).await;
            let Answer::Accepted(_) = answer else {
                tracing::warn!(kind, ?answer, "an alert was not accepted");
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => tracing::error!(kind, "an alert is given up"),
                }
                continue;
            };
            return;
        }
    }

    /// Posts a harmless alert in this shape.
    pub async fn try_out(&self, format: AlertFormat) -> Answer {
        let detail = "This is a test of automod's alerts: nothing is wrong.".to_owned();
        let alert = Alert { kind: Kind::Test, subject: "alerts".into(), detail };
        self.post(format, &Message::new(alert, now())).await
    }

    async fn post(&self, format: AlertFormat, message: &Message) -> Answer {
        let body = body(format, message);
        let mut answer = match self.http.post(self.url.clone()).json(&body).send().await {
            Ok(answer) => answer,
            Err(error) if error.is_timeout() => return Answer::None("no answer in time"),
            Err(error) if error.is_connect() => return Answer::None("no connection"),
            Err(_) => return Answer::None("the connection broke"),
        };
        let mut text = Vec::new();
        while let Ok(Some(chunk)) = answer.chunk().await {
            text.extend_from_slice(&chunk);
            if text.len() > MAX_ANSWER {
                break;
            }
        }
        judge(format, answer.status(), &text)
    }
}

/// Robots say in the body, beside status 200, that they did not take it.
fn judge(format: AlertFormat, status: StatusCode, body: &[u8]) -> Answer {
    let names: &[&str] = match format {
        AlertFormat::Lark => &["code", "StatusCode"],
        AlertFormat::DingTalk => &["errcode"],
        AlertFormat::Generic | AlertFormat::Slack => &[],
    };
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = names.iter().find_map(|name| body[*name].as_i64());
    match (status.is_success(), code) {
        (true, None | Some(0)) => Answer::Accepted(status.as_u16()),
        (_, code) => Answer::Refused(status.as_u16(), code),
    }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
