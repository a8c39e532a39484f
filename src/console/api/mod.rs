//! `/api/v1`: the routes, each made from its row of the table of operations, and what every request goes through.
//!
//! Holds no act of its own: `operations` names what can be asked for, and each file of a topic does it.

mod asked;
mod brakes;
mod by_hand;
mod caller;
mod decisions;
mod document;
mod export;
mod gate;
mod operation;
mod operations;
mod parameter;
mod parameters;
mod problem;
mod reply;
mod report;
mod rules;
mod schema;
mod tokens;
mod trace;
mod undo;
mod verification;

pub use caller::Doorman;
pub use document::document;
pub use problem::Code;

use crate::console::Console;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use operations::OPERATIONS;
use problem::Problem;
use reply::{Reply, respond};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The path that all others are below.
pub const BASE: &str = "/api/v1";

/// Mounts everything; needs [`Data`] of an `Arc` of a [`Console`].
pub fn configure(config: &mut ServiceConfig) {
    config.route("/openapi.json", web::get().to(describe));
    let mut paths: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for operation in OPERATIONS {
        paths.entry(operation.path).or_default().push(operation);
    }
    let mut scope = web::scope(BASE);
    for (path, operations) in paths {
        let methods: Vec<_> = operations.iter().map(|one| one.method.as_str()).collect();
        let methods = methods.join(", ");
        let mut resource = web::resource(path);
        for operation in operations {
            let answer =
                move |request: HttpRequest, payload: Payload, console: Data<Arc<Console>>| {
                    gate::answer(operation, request, payload, console.get_ref().clone())
                };
            resource = resource.route(web::method(operation.method.http()).to(answer));
        }
        let other = move |payload: Payload| {
            let methods = methods.clone();
            async move { wrong_method(&methods, payload) }
        };
        scope = scope.service(resource.default_service(web::to(other)));
    }
    config.service(scope.default_service(web::to(nothing_here)));
}

async fn describe() -> HttpResponse {
    respond(Reply::json(&document()), None)
}

async fn nothing_here(payload: Payload) -> HttpResponse {
    respond(Err(Problem::not_found("path")), Some(payload))
}

fn wrong_method(methods: &str, payload: Payload) -> HttpResponse {
    let detail = format!("this path takes {methods}");
    let mut response = respond(Err(Problem::new(Code::MethodNotAllowed, detail)), Some(payload));
    if let Ok(methods) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(ALLOW, methods);
    }
    response
}
