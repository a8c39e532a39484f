//! The brake: what it holds back, and letting a rule act again.

use super::asked::Asked;
use super::parameters::{APP, RULE};
use super::problem::Problem;
use super::reply::Reply;
use crate::acts::brake::{Held, held, release as let_act};
use crate::store::BrakeRow;
use serde_json::json;

pub async fn list(asked: Asked) -> Result<Reply, Problem> {
    let own = |held: &Held| asked.caller.sdk_app_id.is_none_or(|own| own == held.row.sdk_app_id);
    let held = held(asked.reader()).await?;
    let held: Vec<_> = held.iter().filter(|held| own(held)).map(Held::shown).collect();
    Reply::json(&json!({ "brakes": held }))
}

pub async fn release(asked: Asked) -> Result<Reply, Problem> {
    let rule = asked.given.text(RULE).unwrap_or_default();
    let app = asked.app()?;
    let wanted = match &app {
        Some(app) => Some(asked.console.app(app).ok_or_else(|| Problem::not_found(APP.name))?),
        None => None,
    };
    let is_meant = |row: &BrakeRow| wanted.is_none_or(|app| app == row.sdk_app_id);
    let by = Some(asked.caller.name.as_str());
    let done = let_act(&asked.console.parts.store, rule, is_meant, by).await?;
    if done.is_empty() {
        return Err(Problem::not_found("rule that the brake knows of there"));
    }
    let apps: Vec<_> =
        done.into_iter().filter(|(_, released)| *released).map(|(app, _)| app).collect();
    Reply::json(&json!({ "rule": rule, "released_in": apps }))
}
