//! One HTTP call to the platform: address, query, time limits, size limit, and the code in the answer.
//!
//! Holds no retry but one: a fresh UserSig for one that is out of its time. Promise: only a whole answer
//! with `ErrorCode` 0 is a success, and the address with its UserSig gets into no error.

use super::error::asks_for_a_new_usersig;
use super::usersig::Signer;
use super::{Credentials, Error, Failure, Options, SetupError, wire};
use crate::message::Node;
use crate::tls;
use reqwest::{StatusCode, Url, header};
use secrecy::{ExposeSecret, SecretString};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// No answer of the platform comes near it; more is a fault or an attack.
const MAX_ANSWER: usize = 1024 * 1024;
/// How much of an answer an error keeps.
const MAX_KEPT: usize = 1024;

#[derive(Debug)]
pub(super) struct Transport {
    http: reqwest::Client,
    base: String,
    sdk_app_id: u64,
    identifier: String,
    signer: Signer,
}

/// What came back from one call.
pub(super) struct Reply {
    /// The platform's clock, from the `Date` header, in Unix seconds.
    pub date: Option<i64>,
    /// The text of an answer with code 0.
    pub outcome: Result<String, Error>,
}

impl Transport {
    pub(super) fn new(credentials: Credentials, options: &Options) -> Result<Self, SetupError> {
        let base = base(&credentials.base_url)?;
        let tls = match base.starts_with("https:") {
            true => tls::trusting_the_system(),
            false => tls::trusting_nobody(),
        };
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.map_err(SetupError::Tls)?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT.min(options.timeout))
            .timeout(options.timeout)
            .user_agent(concat!("chat-automod/", env!("CARGO_PKG_VERSION")));
        // A proxy named in the environment is an operator's wish for the outside world. Over plain HTTP it
        // would read the UserSig, and such addresses are on the own machine or network anyway.
        let builder = if base.starts_with("http:") { builder.no_proxy() } else { builder };
        let Credentials { sdk_app_id, admin, secret_key, .. } = credentials;
        let life = options.usersig_life.as_secs();
        Ok(Self {
            http: builder.build().map_err(|error| SetupError::Http(error.without_url()))?,
            base,
            sdk_app_id,
            signer: Signer::new(sdk_app_id, admin.clone(), secret_key, life),
            identifier: admin,
        })
    }

    /// Posts `body` to a command such as `openim/modify_group_msg`.
    pub(super) async fn call(&self, command: &str, body: String) -> Reply {
        let usersig = self.signer.current(now());
        let reply = self.once(command, body.clone(), &usersig).await;
        match reply.outcome.as_ref().err().and_then(Error::code) {
            Some(code) if asks_for_a_new_usersig(code) => {
                let usersig = self.signer.renew(&usersig, now());
                self.once(command, body, &usersig).await
            }
            _ => reply,
        }
    }

    async fn once(&self, command: &str, body: String, usersig: &SecretString) -> Reply {
        let Ok(random) = getrandom::u32() else {
            return Reply { date: None, outcome: Err(Error::new(Failure::NoRandom)) };
        };
        let request = self
            .http
            .post(self.address(command, usersig.expose_secret(), random))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        match request.send().await {
            Err(error) => Reply { date: None, outcome: Err(lost(&error)) },
            Ok(answer) => Reply { date: date(&answer), outcome: read(answer, usersig).await },
        }
    }

    fn address(&self, command: &str, usersig: &str, random: u32) -> String {
        let Self { base, sdk_app_id, identifier, .. } = self;
        let (identifier, usersig) = (percent_encoded(identifier), percent_encoded(usersig));
        format!(
            "{base}/v4/{command}?sdkappid={sdk_app_id}&identifier={identifier}&usersig={usersig}\
             &random={random}&contenttype=json"
        )
    }
}

/// Scheme, host and port of a base address, without a trailing slash.
fn base(address: &str) -> Result<String, SetupError> {
    let wrong = |why| SetupError::BaseUrl { why };
    let url = Url::parse(address).map_err(|_| wrong("it is not a URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("the scheme must be http or https"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("only scheme, host and port may be given"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it must not hold a user name or a password"));
    }
    Ok(url.origin().ascii_serialization())
}

/// Every byte but the unreserved ones of RFC 3986.
fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out += &format!("%{byte:02X}"),
        }
        out
    })
}

/// Only its kind is kept: a reqwest error prints the address.
fn lost(error: &reqwest::Error) -> Error {
    Error::new(match error {
        error if error.is_timeout() => Failure::TimedOut,
        error if error.is_connect() => Failure::NotConnected,
        _ => Failure::Broken,
    })
}

async fn read(mut answer: reqwest::Response, usersig: &SecretString) -> Result<String, Error> {
    let status = answer.status();
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| lost(&error))? {
        if bytes.len() + chunk.len() > MAX_ANSWER {
            return Err(Error::new(Failure::TooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    let failed = |failure| Error::with_answer(failure, beginning(&bytes, usersig));
    if status != StatusCode::OK {
        return Err(failed(Failure::Status(status.as_u16())));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| failed(Failure::Unreadable))?;
    match Node::parse(text).ok().and_then(wire::code) {
        Some(0) => Ok(text.to_owned()),
        Some(code) => Err(failed(Failure::Refused { code })),
        None => Err(failed(Failure::Unreadable)),
    }
}

/// What an error keeps of an answer. A gateway's error page may repeat the address it was asked for.
pub(super) fn beginning(answer: &[u8], usersig: &SecretString) -> String {
    let usersig = usersig.expose_secret();
    let text = String::from_utf8_lossy(answer)
        .replace(usersig, "[usersig]")
        .replace(&percent_encoded(usersig), "[usersig]");
    let end = (0..=MAX_KEPT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text[..end.unwrap_or(0)].to_owned()
}

fn date(answer: &reqwest::Response) -> Option<i64> {
    let date = answer.headers().get(header::DATE)?.to_str().ok()?;
    jiff::fmt::rfc2822::parse(date).ok().map(|date| date.timestamp().as_second())
}

pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
