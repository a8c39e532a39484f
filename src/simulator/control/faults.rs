//! Faults and counts by hand.

use super::Wrong;
use crate::simulator::command::Command;
use crate::simulator::faults::Fault;
use crate::simulator::service::Service;
use actix_web::web;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFault {
    command: Option<String>,
    fault: String,
    value: Option<u32>,
    times: Option<u32>,
}

pub(super) async fn set(
    service: web::Data<Service>,
    new: web::Json<NewFault>,
) -> Result<web::Json<Value>, Wrong> {
    let value = || new.value.ok_or(Wrong::request(format!("{} needs a value", new.fault)));
    let fault = match new.fault.as_str() {
        "code" => Fault::Code(value()?.into()),
        "status" => Fault::Status(value()?.try_into().map_err(|_| Wrong::request("no status"))?),
        "delay_ms" => Fault::Delay(Duration::from_millis(value()?.into())),
        "drop" => Fault::Drop,
        "answer_lost" => Fault::AnswerLost,
        "garbage" => Fault::Garbage,
        "html" => Fault::Html,
        "half_json" => Fault::HalfJson,
        "no_error_code" => Fault::NoErrorCode,
        "gzip" => Fault::Gzip,
        "padded" => Fault::Padded(value()? as usize),
        other => return Err(Wrong::request(format!("no fault {other}"))),
    };
    let command = match new.command.as_deref() {
        None => None,
        Some(name) => {
            Some(Command::named(name).ok_or(Wrong::request(format!("no command {name}")))?)
        }
    };
    match new.times {
        Some(times) => service.faults.next(command, times, fault),
        None => service.faults.always(command, fault),
    }
    Ok(web::Json(json!({})))
}

pub(super) async fn clear(service: web::Data<Service>) -> Result<web::Json<Value>, Wrong> {
    service.faults.clear();
    Ok(web::Json(json!({})))
}

pub(super) async fn calls(service: web::Data<Service>) -> Result<web::Json<Value>, Wrong> {
    let calls = service.calls();
    let rows = calls.all().map(|(command, code, count)| {
        json!({ "command": command.as_str(), "code": code, "count": count })
    });
    Ok(web::Json(rows.collect()))
}
