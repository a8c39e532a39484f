//! The simulated platform by hand: a small JSON API under `/simulator`, for curl and scripts.
//!
//! The platform itself has nothing like it. `sdk_app_id` may be left out where only one app is simulated.
//!
//! | call | does |
//! |---|---|
//! | `POST /simulator/groups` `{group_id, type?, topics?, roles?}` | creates a group (`Public`), topics in it, and its people (`{"u1": "Owner"}`) |
//! | `POST /simulator/messages` `{group_id, topic_id?, sender, text \| body, custom?, issued_by?, online_only?, quiet?}` | sends as a user; answers `{seq, webhook}` |
//! | `POST /simulator/edits` `{group_id, topic_id?, seq, editor, text \| body, custom?}` | edits as a user |
//! | `POST /simulator/recalls` `{group_id, topic_id?, seq, operator}` | recalls as a user |
//! | `GET /simulator/messages?group_id=…&topic_id=…` | what the group shows now |
//! | `POST /simulator/faults` `{command?, fault, value?, times?}` | makes REST calls fail, for `times` calls or until cleared |
//! | `DELETE /simulator/faults` | mends them |
//! | `GET /simulator/calls` | REST calls by command and code |

mod faults;
mod people;

use super::post::Refused;
use super::service::Service;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use serde_json::json;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .app_data(
            web::JsonConfig::default()
                .content_type_required(false)
                .error_handler(|error, _| Wrong(StatusCode::BAD_REQUEST, error.to_string()).into()),
        )
        .route("/simulator/groups", web::post().to(people::create))
        .route("/simulator/messages", web::post().to(people::send))
        .route("/simulator/messages", web::get().to(people::show))
        .route("/simulator/edits", web::post().to(people::edit))
        .route("/simulator/recalls", web::post().to(people::recall))
        .route("/simulator/faults", web::post().to(faults::set))
        .route("/simulator/faults", web::delete().to(faults::clear))
        .route("/simulator/calls", web::get().to(faults::calls));
}

/// Why a call by hand was not done.
#[derive(Debug, thiserror::Error)]
#[error("{1}")]
struct Wrong(StatusCode, String);

impl Wrong {
    fn request(why: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, why.into())
    }
}

impl ResponseError for Wrong {
    fn status_code(&self) -> StatusCode {
        self.0
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.0).json(json!({ "error": self.1 }))
    }
}

/// The app meant: the named one, or the only one.
fn app(service: &Service, named: Option<u64>) -> Result<u64, Wrong> {
    match (named, service.only_app()) {
        (Some(named), _) if service.app(named).is_some() => Ok(named),
        (Some(named), _) => Err(Wrong::request(format!("no app {named}"))),
        (None, Some(only)) => Ok(only.sdk_app_id),
        (None, None) => Err(Wrong::request("sdk_app_id must be given")),
    }
}

impl From<Refused> for Wrong {
    fn from(refused: Refused) -> Self {
        Self(StatusCode::CONFLICT, refused.to_string())
    }
}
