//! What every request goes through: who asks, whether he may, what he gave, and then the operation itself.

use super::asked::Asked;
use super::caller::identify;
use super::operation::{Method, Operation};
use super::parameter::{Given, Parameter};
use super::problem::{Code, Problem};
use super::reply::{Reply, respond};
use crate::console::Console;
use crate::webhook::{BodyLimits, Incoming, NoBody};
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Names that nobody knows are told back up to here.
const LONGEST_NAME: usize = 64;

/// Answers a request for one operation.
pub async fn answer(
    operation: &'static Operation,
    request: HttpRequest,
    payload: Payload,
    console: Arc<Console>,
) -> HttpResponse {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    let settings = &console.parts.settings;
    let limits = BodyLimits { bytes: settings.body_limit, timeout: settings.query_timeout };
    let mut body = Incoming::new(payload, length, limits);
    let metrics = console.parts.metrics.clone();
    let result = ask(operation, &request, &mut body, console).await;
    let code = result.as_ref().err().map(|problem| problem.code.as_str());
    metrics.api(code.unwrap_or("ok"));
    tracing::debug!(operation = operation.id, code, "asked for over the API");
    body.drain().await;
    respond(result, body.unread())
}

async fn ask(
    operation: &'static Operation,
    request: &HttpRequest,
    body: &mut Incoming,
    console: Arc<Console>,
) -> Result<Reply, Problem> {
    let caller = identify(request, &console).await?;
    operation.admits(&caller)?;
    let given = read(operation, request, body, console.parts.settings.body_limit).await?;
    let (limit, runtime) = (console.parts.settings.query_timeout, console.runtime.clone());
    let asked = Asked { console, caller, given };
    // Once begun, an act goes on when whoever asked hangs up; a look may be given up.
    let mut work = runtime.spawn((operation.run)(asked));
    let done = match operation.is_look() {
        false => work.await,
        true => match tokio::time::timeout(limit, &mut work).await {
            Ok(done) => done,
            Err(_) => {
                work.abort();
                return Err(Problem::new(Code::QueryTooSlow, "it took too long; ask for less"));
            }
        },
    };
    done.unwrap_or_else(|error| {
        tracing::error!(operation = operation.id, %error, "an operation of the API ended badly");
        Err(Problem::new(Code::Unavailable, "the service is stopping, or the operation failed"))
    })
}

/// Everything that the operation takes, and nothing else.
async fn read(
    operation: &Operation,
    request: &HttpRequest,
    body: &mut Incoming,
    limit: u64,
) -> Result<Given, Problem> {
    let mut given = Given::default();
    for parameter in operation.takes.iter().filter(|taken| operation.is_in_path(taken)) {
        let text = request.match_info().get(parameter.name).unwrap_or_default();
        given.put(parameter, parameter.read(text).ok_or_else(|| invalid(parameter))?);
    }
    for (name, text) in query(request.query_string())? {
        let parameter = match operation.method {
            Method::Post => None,
            Method::Get | Method::Delete => find(operation, &name),
        };
        let parameter = parameter.ok_or_else(|| unknown(&name))?;
        if given.has(parameter) {
            let detail = "it is given more than once";
            return Err(Problem::of(Code::InvalidParameter, parameter.name, detail));
        }
        given.put(parameter, parameter.read(&text).ok_or_else(|| invalid(parameter))?);
    }
    if operation.has_body() {
        for (name, value) in object(body, limit).await? {
            let parameter = find(operation, &name).ok_or_else(|| unknown(&name))?;
            if value.is_null() {
                continue;
            }
            given.put(parameter, parameter.take(value).ok_or_else(|| invalid(parameter))?);
        }
    }
    let missing = operation.takes.iter().find(|taken| taken.required && !given.has(taken));
    match missing {
        None => Ok(given),
        Some(parameter) => {
            let detail = format!("{} is expected", parameter.expected());
            Err(Problem::of(Code::MissingParameter, parameter.name, detail))
        }
    }
}

/// The parameter of this name, unless it is one of the path.
fn find<'o>(operation: &'o Operation, name: &str) -> Option<&'o Parameter> {
    operation.takes.iter().find(|taken| taken.name == name && !operation.is_in_path(taken))
}

fn invalid(parameter: &Parameter) -> Problem {
    let code = match parameter.kind {
        super::parameter::Kind::Cursor => Code::InvalidCursor,
        _ => Code::InvalidParameter,
    };
    Problem::of(code, parameter.name, format!("{} is expected", parameter.expected()))
}

fn unknown(name: &str) -> Problem {
    let name: String = name.chars().take(LONGEST_NAME).collect();
    Problem::of(Code::UnknownParameter, name, "this operation has no such parameter")
}

/// The body as an object; nothing at all counts as an empty one.
async fn object(body: &mut Incoming, limit: u64) -> Result<Map<String, Value>, Problem> {
    let bytes = body.read(limit).await.map_err(|why| match why {
        NoBody::TooLarge => {
            Problem::new(Code::BodyTooLarge, format!("at most {limit} bytes are read"))
        }
        NoBody::TooSlow => Problem::new(Code::BodyTooSlow, "the body did not arrive in time"),
        NoBody::Broken => malformed(),
    })?;
    match bytes.is_empty() {
        true => Ok(Map::new()),
        false => serde_json::from_slice(&bytes).map_err(|_| malformed()),
    }
}

fn malformed() -> Problem {
    Problem::new(Code::MalformedBody, "a JSON object in UTF-8 is expected")
}

/// Names and values of a query; what is no UTF-8 is refused and not guessed at.
fn query(text: &str) -> Result<Vec<(String, String)>, Problem> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let read = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let known = decoded(name).ok_or_else(|| unknown(name))?;
        let value = decoded(value).ok_or_else(|| {
            let detail = "its value is not percent-encoded UTF-8";
            Problem::of(Code::InvalidParameter, known.as_str(), detail)
        })?;
        Ok((known, value))
    });
    read.collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (digits, more) = rest.split_at_checked(2)?;
                bytes.push(hex::decode(digits).ok()?[0]);
                rest = more;
            }
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}
