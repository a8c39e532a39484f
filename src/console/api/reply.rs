//! An answer on its way out: JSON, rows of a file, or a problem; always harmless to whoever shows it.

use super::problem::{Code, Problem};
use crate::webhook::Held;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, HeaderName, HeaderValue, WWW_AUTHENTICATE,
};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream;
use serde::Serialize;
use tokio::sync::mpsc;

/// What an operation gives back.
#[derive(Debug)]
pub enum Reply {
    Json(Vec<u8>),
    Created(Vec<u8>),
    /// Rows as they come.
    Sheet {
        content_type: &'static str,
        file_name: &'static str,
        rows: mpsc::Receiver<Result<Bytes, Broken>>,
    },
}

/// Rows that could not be read to their end: the connection is cut, so that half a file does not look whole.
#[derive(Debug, thiserror::Error)]
#[error("the rows could not be read to their end")]
pub struct Broken;

impl Reply {
    /// # Errors
    /// Where it is no JSON, which no value of ours is.
    pub fn json(value: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::Json(bytes(value)?))
    }

    /// # Errors
    /// As [`Reply::json`].
    pub fn created(value: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::Created(bytes(value)?))
    }
}

fn bytes(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        Problem::new(Code::Unavailable, "the answer could not be written")
    })
}

/// The response; what is still unread of the request's body is held until it is sent.
pub fn respond(result: Result<Reply, Problem>, unread: Option<Payload>) -> HttpResponse {
    let response = match result {
        Ok(Reply::Json(body)) => plain(StatusCode::OK).content_type(JSON).body(body),
        Ok(Reply::Created(body)) => plain(StatusCode::CREATED).content_type(JSON).body(body),
        Ok(Reply::Sheet { content_type, file_name, rows }) => {
            let name = format!("attachment; filename=\"{file_name}\"");
            let rows = stream::unfold(rows, async |mut rows| Some((rows.recv().await?, rows)));
            let mut response = plain(StatusCode::OK);
            response.insert_header((CONTENT_DISPOSITION, name));
            response.content_type(content_type).streaming(Box::pin(rows))
        }
        Err(problem) => refused(&problem),
    };
    match unread {
        None => response,
        Some(unread) => {
            let mut response = response.map_body(|_, body| BoxBody::new(Held::new(body, unread)));
            response.head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
            response
        }
    }
}

const JSON: &str = "application/json";
const NOSNIFF: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));

/// No browser takes it for something else, and nobody keeps it.
fn plain(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, "no-store")).insert_header(NOSNIFF);
    response
}

fn refused(problem: &Problem) -> HttpResponse {
    let status = StatusCode::from_u16(problem.code.status());
    let mut response = plain(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    if problem.code == Code::Unauthenticated {
        response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"automod\""));
    }
    if problem.code == Code::TooManyFailures {
        response.insert_header(("Retry-After", "10"));
    }
    response.content_type("application/problem+json").body(problem.body().to_string())
}
