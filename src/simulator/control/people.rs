//! Groups and messages by hand.

use super::{Wrong, app};
use crate::simulator::group::{GroupType, Role};
use crate::simulator::json;
use crate::simulator::post::{ClientEdit, Post, Shown};
use crate::simulator::service::Service;
use crate::simulator::webhook::WebhookAnswer;
use crate::simulator::world::Place;
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewGroup {
    sdk_app_id: Option<u64>,
    group_id: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    roles: BTreeMap<String, String>,
}

pub(super) async fn create(
    service: web::Data<Service>,
    group: web::Json<NewGroup>,
) -> Result<web::Json<Value>, Wrong> {
    let app = app(&service, group.sdk_app_id)?;
    let name = group.kind.as_deref().unwrap_or("Public");
    let kind = GroupType::named(name).ok_or(Wrong::request(format!("no group type {name}")))?;
    let roles: Vec<_> = group
        .roles
        .iter()
        .map(|(account, name)| {
            let role = Role::named(name).ok_or(Wrong::request(format!("no role {name}")))?;
            Ok((account, role))
        })
        .collect::<Result<_, Wrong>>()?;
    let mut world = service.world();
    world.create_group(app, &group.group_id, kind);
    group.topics.iter().for_each(|topic| world.create_topic(app, &group.group_id, topic));
    for (account, role) in roles {
        world.set_role(app, &group.group_id, account, role);
    }
    Ok(web::Json(json!({ "group_id": group.group_id })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    sdk_app_id: Option<u64>,
    group_id: String,
    topic_id: Option<String>,
    sender: String,
    text: Option<String>,
    body: Option<Box<RawValue>>,
    custom: Option<String>,
    issued_by: Option<String>,
    #[serde(default)]
    online_only: bool,
    #[serde(default)]
    quiet: bool,
}

pub(super) async fn send(
    service: web::Data<Service>,
    message: web::Json<NewMessage>,
) -> Result<web::Json<Value>, Wrong> {
    let message = message.into_inner();
    let app = app(&service, message.sdk_app_id)?;
    let mut post = match (&message.text, &message.body) {
        (Some(text), None) => Post::text(app, &message.group_id, &message.sender, text),
        (None, Some(body)) => Post::raw(app, &message.group_id, &message.sender, body.get()),
        _ => return Err(Wrong::request("either text or body must be given")),
    };
    if let Some(topic) = &message.topic_id {
        post = post.topic(topic);
    }
    if let Some(custom) = &message.custom {
        post = post.custom(custom);
    }
    if let Some(operator) = &message.issued_by {
        post = post.issued_by(operator);
    }
    if message.online_only {
        post = post.online_only();
    }
    if message.quiet {
        post = post.quiet();
    }
    let sent = service.send(post).await;
    Ok(web::Json(json!({ "seq": sent.seq, "webhook": told(sent.webhook) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEdit {
    sdk_app_id: Option<u64>,
    group_id: String,
    topic_id: Option<String>,
    seq: u64,
    editor: String,
    text: Option<String>,
    body: Option<Box<RawValue>>,
    custom: Option<String>,
}

pub(super) async fn edit(
    service: web::Data<Service>,
    edit: web::Json<NewEdit>,
) -> Result<web::Json<Value>, Wrong> {
    let new = edit.into_inner();
    let app = app(&service, new.sdk_app_id)?;
    let text = new.text.as_deref().unwrap_or_default();
    let mut edit = ClientEdit::text(app, &new.group_id, new.seq, &new.editor, text);
    edit.topic = new.topic_id;
    edit.custom = new.custom.map(|custom| json::string(&custom));
    match (&new.text, &new.body) {
        (Some(_), None) => {}
        (None, Some(body)) => edit.body = Some(body.get().to_owned()),
        (None, None) if edit.custom.is_some() => edit.body = None,
        _ => return Err(Wrong::request("either text, body or custom must be given")),
    }
    let webhook = service.edit(edit).await?;
    Ok(web::Json(json!({ "webhook": told(webhook) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRecall {
    sdk_app_id: Option<u64>,
    group_id: String,
    topic_id: Option<String>,
    seq: u64,
    operator: String,
}

pub(super) async fn recall(
    service: web::Data<Service>,
    recall: web::Json<NewRecall>,
) -> Result<web::Json<Value>, Wrong> {
    let app = app(&service, recall.sdk_app_id)?;
    let place = Place::new(app, &recall.group_id, recall.topic_id.as_deref());
    let webhook = service.recall(&place, recall.seq, &recall.operator).await?;
    Ok(web::Json(json!({ "webhook": told(webhook) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shelf {
    sdk_app_id: Option<u64>,
    group_id: String,
    topic_id: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Row {
    seq: u64,
    sender: String,
    text: String,
    /// As it is written; `null` where it is no JSON.
    body: Option<Box<RawValue>>,
    custom: Option<String>,
    edits: u32,
    recalled: bool,
}

pub(super) async fn show(
    service: web::Data<Service>,
    shelf: web::Query<Shelf>,
) -> Result<web::Json<Vec<Row>>, Wrong> {
    let app = app(&service, shelf.sdk_app_id)?;
    let place = Place::new(app, &shelf.group_id, shelf.topic_id.as_deref());
    let world = service.world();
    let row = |shown: Shown| Row {
        seq: shown.seq,
        text: shown.text(),
        sender: shown.sender,
        body: RawValue::from_string(shown.body).ok(),
        custom: shown.custom,
        edits: shown.edits,
        recalled: shown.recalled,
    };
    Ok(web::Json(world.messages(&place).map(Shown::from).map(row).collect()))
}

fn told(webhook: Option<WebhookAnswer>) -> Value {
    webhook.map_or(Value::Null, |answer| json!({ "status": answer.status, "body": answer.body }))
}
