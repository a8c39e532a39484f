//! A REST call on its way through the simulated platform: faults, who calls, how often, then the command.
//!
//! Each command is a function from a request and the world to an answer; HTTP is not known here.

mod groups;
mod history;
mod modify;
mod query;
mod recall;
mod request;
mod roles;
mod send;

use super::command::Command;
use super::event::Event;
use super::faults::Fault;
use super::json;
use super::refusal::Refusal;
use super::service::Service;
use request::Request;
use std::sync::Arc;

/// A call as it came in.
pub(super) struct Call {
    pub is_post: bool,
    /// The path after `/v4/`.
    pub path: String,
    pub query: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What goes back.
pub(super) enum Answer {
    /// HTTP 200 and JSON, as always when nothing is broken.
    Json(String),
    /// A fault's answer.
    Broken { status: u16, content_type: &'static str, gzip: bool, body: Vec<u8> },
    /// Nothing: the connection ends.
    Nothing,
}

/// A command that succeeded: its own fields, and what is to be told by webhook.
#[derive(Default)]
struct Done {
    fields: Vec<(&'static str, String)>,
    event: Option<Event>,
}

/// Answers a call and sets its webhooks going.
pub(super) async fn answer(service: &Arc<Service>, call: Call) -> Answer {
    let Some(command) = Command::at(&call.path) else {
        return Answer::Json(refused(Refusal::NO_COMMAND));
    };
    service.calls().note_request(command, &call.body);
    let fault = service.faults.take(command);
    match fault {
        None | Some(Fault::AnswerLost) => {}
        Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
        Some(fault) => {
            let code = if let Fault::Code(code) = fault { Some(code) } else { None };
            service.calls().count(command, code);
            return broken(fault);
        }
    }
    let (code, text) = match apply(service, command, &call) {
        Ok(done) => {
            if let Some(event) = done.event {
                let service = Arc::clone(service);
                actix_web::rt::spawn(async move { service.tell(event, "RESTAPI").await });
            }
            (0, succeeded(done.fields))
        }
        Err(refusal) => (refusal.code, refused(refusal)),
    };
    if fault == Some(Fault::AnswerLost) {
        service.calls().count(command, None);
        return Answer::Nothing;
    }
    service.calls().count(command, Some(code));
    Answer::Json(text)
}

fn apply(service: &Service, command: Command, call: &Call) -> Result<Done, Refusal> {
    if !call.is_post {
        return Err(Refusal::NOT_POST);
    }
    let app = query::check(service, &call.query)?;
    if !service.limits().admits(app.sdk_app_id, command, service.now()) {
        return Err(Refusal::TOO_MANY_CALLS);
    }
    let text = std::str::from_utf8(&call.body).map_err(|_| Refusal::NOT_JSON_REQUEST)?;
    let request = Request::new(app, text, service.now()).ok_or(match command {
        Command::Modify => Refusal::NOT_JSON,
        _ => Refusal::NOT_JSON_REQUEST,
    })?;
    let (mut world, habits) = (service.world(), service.habits());
    match command {
        Command::Modify => modify::apply(&mut world, &request),
        Command::History => history::apply(&world, &request, habits),
        Command::Send => send::apply(&mut world, &request),
        Command::Recall => recall::apply(&mut world, &request),
        Command::Roles => roles::apply(&world, &request),
        Command::Groups => groups::apply(&world, &request),
    }
}

fn succeeded(fields: Vec<(&'static str, String)>) -> String {
    let standard = [
        ("ActionStatus", json::string("OK")),
        ("ErrorCode", "0".into()),
        ("ErrorInfo", json::string("")),
    ];
    json::object(standard.into_iter().chain(fields))
}

fn refused(refusal: Refusal) -> String {
    json::object([
        ("ActionStatus", json::string("FAIL")),
        ("ErrorCode", refusal.code.to_string()),
        ("ErrorInfo", json::string(refusal.info)),
    ])
}

fn broken(fault: Fault) -> Answer {
    let page = |status, content_type, body: Vec<u8>| Answer::Broken {
        status,
        content_type,
        gzip: false,
        body,
    };
    let success = succeeded(Vec::new());
    match fault {
        Fault::Code(code) => Answer::Json(refused(Refusal { code, info: "as switched on" })),
        Fault::Status(status) => {
            page(status, "text/html", b"<html><h1>Bad Gateway</h1></html>".into())
        }
        Fault::Html => {
            page(200, "text/html", b"<html><h1>Log in to this network</h1></html>".into())
        }
        Fault::Garbage => page(200, "application/json", vec![0xFF, 0x00, 0xFE, 0x80]),
        Fault::HalfJson => {
            page(200, "application/json", success.as_bytes()[..success.len() / 2].into())
        }
        Fault::NoErrorCode => page(200, "application/json", br#"{"ActionStatus":"OK"}"#.into()),
        Fault::Padded(bytes) => {
            let padded = " ".repeat(bytes) + &success;
            page(200, "application/json", padded.into_bytes())
        }
        Fault::Gzip => Answer::Broken {
            status: 200,
            content_type: "application/json",
            gzip: true,
            body: gzipped(success.as_bytes()),
        },
        Fault::Drop | Fault::Delay(_) | Fault::AnswerLost => Answer::Nothing,
    }
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}
