//! Tokens: all of them, a new one, and the end of one.

use super::asked::Asked;
use super::parameters::*;
use super::problem::{Code, Problem};
use super::reply::Reply;
use crate::acts::token::{Made, NoToken, Wanted, make, shown};
use crate::store::Role;
use secrecy::ExposeSecret;
use serde_json::json;

pub async fn list(asked: Asked) -> Result<Reply, Problem> {
    let now = jiff::Timestamp::now().as_millisecond();
    let tokens = asked.reader().tokens().await?;
    let tokens: Vec<_> = tokens.iter().map(|token| shown(token, now)).collect();
    Reply::json(&json!({ "tokens": tokens }))
}

pub async fn create(asked: Asked) -> Result<Reply, Problem> {
    let given = &asked.given;
    let invalid = |parameter: &str, detail: &str| {
        Problem::of(Code::InvalidParameter, parameter, format!("{detail} is expected"))
    };
    let app = |app| asked.console.app(app).ok_or_else(|| invalid(APP.name, "an app"));
    let role = given.text(ROLE).and_then(Role::parse);
    let wanted = Wanted {
        name: given.text(NAME).unwrap_or_default().to_owned(),
        role: role.ok_or_else(|| invalid(ROLE.name, "a role"))?,
        sdk_app_id: given.text(APP).map(app).transpose()?,
        expires_at: given.number(EXPIRES),
        by: Some(asked.caller.name.clone()),
    };
    let made = make(&asked.console.parts.store, wanted).await.map_err(|why| match why {
        NoToken::Name => invalid(NAME.name, "a name that is not blank"),
        NoToken::Expired => invalid(EXPIRES.name, "a time to come"),
        NoToken::Taken => Problem::new(Code::NameTaken, why.to_string()),
        NoToken::NoRandom => Problem::new(Code::Unavailable, why.to_string()),
        NoToken::Store(error) => error.into(),
    })?;
    let Made { id, text } = made;
    Reply::created(&json!({ "id": id, "token": text.expose_secret() }))
}

pub async fn revoke(asked: Asked) -> Result<Reply, Problem> {
    let id = asked.given.text(ID).unwrap_or_default();
    match asked.console.parts.store.revoke_token(id, Some(asked.caller.name.clone())).await? {
        true => Reply::json(&json!({ "id": id })),
        false => Err(Problem::not_found("token in use")),
    }
}
