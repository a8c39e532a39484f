//! A REST call on its way through the simulated platform: faults, who calls, how often, then the command.
//!
//! Each command is a function from a request and the world to an answer; HTTP is not known here.

mod broken;
mod groups;
mod history;
mod modify;
mod query;
mod recall;
mod request;
mod roles;
mod send;

use super::SimulatedApp;
use super::command::Command;
use super::event::Event;
use super::faults::Fault;
use super::json;
use super::refusal::Refusal;
use super::service::Service;
use broken::broken;
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
    let (code, answer) = match admit(service, command, &call) {
        Ok(app) => faulty(service, command, app, &call).await,
        Err(refusal) => (Some(refusal.code), Answer::Json(refused(refusal))),
    };
    service.calls().count(command, code);
    answer
}

/// The app that may make this call, now.
fn admit<'s>(
    service: &'s Service,
    command: Command,
    call: &Call,
) -> Result<&'s SimulatedApp, Refusal> {
    if !call.is_post {
        return Err(Refusal::NOT_POST);
    }
    let app = query::check(service, &call.query)?;
    match service.limits().admits(app.sdk_app_id, command, service.now()) {
        true => Ok(app),
        false => Err(Refusal::TOO_MANY_CALLS),
    }
}

/// Runs a call through the faults that are set. The code is `None` where no proper answer goes out.
async fn faulty(
    service: &Arc<Service>,
    command: Command,
    app: &SimulatedApp,
    call: &Call,
) -> (Option<i64>, Answer) {
    match service.faults.take(command) {
        None => {
            let (code, text) = run(service, command, app, call);
            (Some(code), Answer::Json(text))
        }
        Some(Fault::Delay(time)) => {
            tokio::time::sleep(time).await;
            let (code, text) = run(service, command, app, call);
            (Some(code), Answer::Json(text))
        }
        Some(Fault::AnswerLost) => {
            run(service, command, app, call);
            (None, Answer::Nothing)
        }
        Some(Fault::Code(code)) => {
            (Some(code), Answer::Json(refused(Refusal { code, info: "as switched on" })))
        }
        Some(fault) => (None, broken(fault)),
    }
}

/// Does what a call asks for and sets its webhook going; returns the code and the whole answer.
fn run(service: &Arc<Service>, command: Command, app: &SimulatedApp, call: &Call) -> (i64, String) {
    match apply(service, command, app, call) {
        Ok(Done { fields, event }) => {
            if let Some(event) = event {
                let service = Arc::clone(service);
                actix_web::rt::spawn(async move { service.tell(event, "RESTAPI").await });
            }
            (0, succeeded(fields))
        }
        Err(refusal) => (refusal.code, refused(refusal)),
    }
}

fn apply(
    service: &Service,
    command: Command,
    app: &SimulatedApp,
    call: &Call,
) -> Result<Done, Refusal> {
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
