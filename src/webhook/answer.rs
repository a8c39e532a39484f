//! What callers are told: three fixed bodies, none of which says why.

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, ContentType};
use actix_web::web::{Bytes, Payload};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

const ACCEPTED: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;
const UNAVAILABLE: &str = r#"{"ActionStatus":"FAIL","ErrorCode":1,"ErrorInfo":"unavailable"}"#;
const REFUSED: &str = r#"{"ActionStatus":"FAIL","ErrorCode":1,"ErrorInfo":"refused"}"#;

/// The answer of this status. What is still unread of the request's body closes the connection.
pub fn answer(status: StatusCode, unread: Option<Payload>) -> HttpResponse {
    let text = match status {
        StatusCode::OK => ACCEPTED,
        StatusCode::SERVICE_UNAVAILABLE => UNAVAILABLE,
        _ => REFUSED,
    };
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        answer.insert_header((ALLOW, "POST"));
    }
    if unread.is_some() {
        answer.force_close();
    }
    let body = Fixed { text: Some(text), _unread: unread.map(Box::new) };
    answer.content_type(ContentType::json()).body(body)
}

/// A fixed text that keeps the unread rest of the request until it is sent.
///
/// When the rest of a chunked request is dropped before the answer is out, the HTTP server goes on reading it
/// for as long as the sender likes. While it is kept, the connection lingers for `client_disconnect_timeout`
/// and ends.
struct Fixed {
    text: Option<&'static str>,
    _unread: Option<Box<Payload>>,
}

impl MessageBody for Fixed {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.text.map_or(0, str::len) as u64)
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let text = self.get_mut().text.take();
        Poll::Ready(text.map(|text| Ok(Bytes::from_static(text.as_bytes()))))
    }
}
