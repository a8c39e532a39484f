//! The platform's door: `POST /webhook`, from the wire to an answer.
//!
//! Holds who is believed ([`verify`]), how much is read (`body`) and what was meant ([`callback`]); what is
//! thought about it is asked of [`Consider`]. Promise: an answer of OK means considered, or none of our
//! business; whoever is refused never learns why.

mod answer;
mod body;
pub mod callback;
mod held;
mod line;
pub mod verify;

pub use answer::answer;
pub use body::{BodyLimits, Incoming, NoBody};
pub use held::Held;
pub use line::Line;
pub use verify::{App, Apps, Signature};

use crate::message::TextKeys;
use crate::moderation::{Consider, Considered};
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use callback::Origin;
use std::sync::Arc;
use verify::{Query, Refusal};

/// Counts what comes in. The words of `result` are those of [`Reception::as_str`].
pub trait Observe: Send + Sync {
    /// A webhook was answered; `app` is the one it named, if it is one of ours, whoever sent it.
    fn webhook(&self, app: Option<&str>, result: &'static str);
    /// A webhook had a true `Sign` this many seconds old (negative: from the future). A replay, or one of
    /// the two clocks is wrong.
    fn stale(&self, app: &str, seconds: i64);
}

/// Everything the door needs to know.
pub struct Gate {
    pub apps: Apps,
    pub limits: BodyLimits,
    pub keys: TextKeys,
    pub consider: Arc<dyn Consider>,
    pub observe: Arc<dyn Observe>,
    /// A webhook that nobody could think about ends without an answer, instead of with a 503.
    pub close_unavailable: bool,
}

/// What became of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reception {
    Considered(Considered),
    /// A command that is none of ours.
    Ignored,
    Refused(Refusal),
    TooLarge,
    TooSlow,
    /// No JSON, no UTF-8, or no whole body.
    Malformed,
    /// Nobody could think about it: not acknowledged.
    Unavailable,
}

impl Reception {
    /// The word it is counted under.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Considered(Considered::Clean) => "clean",
            Self::Considered(Considered::Planned) => "planned",
            Self::Considered(Considered::Duplicate) => "duplicate",
            Self::Considered(Considered::Own) => "own",
            Self::Considered(Considered::Ignored) | Self::Ignored => "ignored",
            Self::Refused(Refusal::App) => "unknown_app",
            Self::Refused(Refusal::Ambiguous) => "ambiguous",
            Self::Refused(Refusal::Unsigned) => "unsigned",
            Self::Refused(Refusal::Time) => "bad_time",
            Self::Refused(Refusal::Sign) => "bad_sign",
            Self::Refused(Refusal::Stale(_)) => "stale",
            Self::TooLarge => "too_large",
            Self::TooSlow => "too_slow",
            Self::Malformed => "malformed",
            Self::Unavailable => "unavailable",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Considered(_) | Self::Ignored => StatusCode::OK,
            Self::Refused(Refusal::App) => StatusCode::FORBIDDEN,
            Self::Refused(Refusal::Ambiguous) | Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Mounts `/webhook`; needs [`Data`] of a [`Gate`].
pub fn configure(config: &mut ServiceConfig) {
    let other_method =
        |payload| async { answer(StatusCode::METHOD_NOT_ALLOWED, Some::<Payload>(payload)) };
    let route = web::resource("/webhook").route(web::post().to(receive));
    config.service(route.default_service(web::to(other_method)));
}

async fn receive(request: HttpRequest, payload: Payload, gate: Data<Gate>) -> HttpResponse {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    let mut body = Incoming::new(payload, length, gate.limits);
    let reception = gate.receive(request.query_string(), &mut body).await;
    if reception == Reception::Unavailable && gate.close_unavailable {
        request.conn_data::<Line>().inspect(|line| line.cut());
    }
    answer(reception.status(), body.unread())
}

impl Gate {
    async fn receive(&self, query: &str, body: &mut Incoming) -> Reception {
        let now = jiff::Timestamp::now().as_millisecond();
        let query = Query::parse(query);
        let named = query.as_ref().ok().and_then(|query| self.apps.named(query));
        let believed = query.as_ref().map_err(|refusal| *refusal).and_then(|query| {
            let app = self.apps.verify(query, now.div_euclid(1000))?;
            Ok((query.command(), app))
        });
        let reception = match believed {
            Err(refusal) => Reception::Refused(refusal),
            Ok((command, app)) => match body.read(self.limits.bytes).await {
                Err(NoBody::TooLarge) => Reception::TooLarge,
                Err(NoBody::TooSlow) => Reception::TooSlow,
                Err(NoBody::Broken) => Reception::Malformed,
                Ok(body) => self.consider(command.as_deref(), app, &body, now).await,
            },
        };
        if let (Reception::Refused(Refusal::Stale(seconds)), Some(app)) = (reception, named) {
            self.observe.stale(&app.name, seconds);
        }
        let app = named.map(|app| app.name.as_str());
        self.observe.webhook(app, reception.as_str());
        tracing::debug!(app, result = reception.as_str(), "webhook answered");
        body.drain().await;
        reception
    }

    async fn consider(&self, command: Option<&str>, app: &App, body: &[u8], now: i64) -> Reception {
        let origin = Origin { sdk_app_id: app.sdk_app_id, app: &app.name, received_at: now };
        match callback::read(command, body, origin, &self.keys) {
            Err(_) => Reception::Malformed,
            Ok(None) => Reception::Ignored,
            Ok(Some(event)) => match self.consider.consider(event).await {
                Ok(considered) => Reception::Considered(considered),
                Err(_) => Reception::Unavailable,
            },
        }
    }
}
