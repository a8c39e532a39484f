//! What callers are told: three fixed bodies, none of which says why.

use super::held::Held;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, ContentType};
use actix_web::web::Payload;

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
    answer.content_type(ContentType::json());
    match unread {
        None => answer.body(text),
        Some(unread) => answer.force_close().body(Held::new(text, unread)),
    }
}
