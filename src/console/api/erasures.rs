//! Erasing for good, and what must not be erased.

use super::asked::Asked;
use super::parameters::{DECISION, HELD_PERSON, ID, REASON};
use super::problem::{Code, Problem};
use super::reply::Reply;
use crate::acts::erasure::{Erasing, erase};
use crate::acts::hold::shown;
use crate::store::{Erasure, HoldPlan, Whose};
use serde_json::json;

/// The person or the decision that is meant; one of them must be.
async fn whose(asked: &Asked) -> Result<Whose, Problem> {
    let app = asked.app()?;
    match (asked.given.text(HELD_PERSON), asked.given.text(DECISION)) {
        (Some(account), None) => Ok(Whose::Person { account: account.to_owned(), app }),
        (None, Some(id)) => {
            asked.known(id).await?;
            Ok(Whose::Decision(id.to_owned()))
        }
        (None, None) => {
            let detail = "a sender or a decision is expected";
            Err(Problem::of(Code::MissingParameter, HELD_PERSON.name, detail))
        }
        (Some(_), Some(_)) => {
            let detail = "either a sender or a decision is expected";
            Err(Problem::of(Code::InvalidParameter, DECISION.name, detail))
        }
    }
}

pub async fn create(asked: Asked) -> Result<Reply, Problem> {
    let erasure = Erasure {
        id: uuid::Uuid::now_v7().to_string(),
        whose: whose(&asked).await?,
        reason: asked.given.text(REASON).unwrap_or_default().to_owned(),
        by: Some(asked.caller.name.clone()),
    };
    let parts = &asked.console.parts;
    let done = erase(&parts.store, asked.reader().clone(), &parts.database, &erasure).await?;
    let Erasing { erased, left, log_cut } = done;
    Reply::json(&json!({
        "id": erasure.id, "texts": erased.texts, "decisions": erased.decisions, "waiting": left.waiting,
        "held": left.held, "log_cut": log_cut,
    }))
}

pub async fn holds(asked: Asked) -> Result<Reply, Problem> {
    let holds = asked.reader().holds().await?;
    Reply::json(&json!({ "holds": holds.iter().map(shown).collect::<Vec<_>>() }))
}

pub async fn hold(asked: Asked) -> Result<Reply, Problem> {
    let id = uuid::Uuid::now_v7().to_string();
    let plan = HoldPlan {
        id: id.clone(),
        whose: whose(&asked).await?,
        reason: asked.given.text(REASON).unwrap_or_default().to_owned(),
        by: Some(asked.caller.name.clone()),
    };
    match asked.console.parts.store.hold(plan).await? {
        true => Reply::created(&json!({ "id": id })),
        false => Err(Problem::not_found("decision")),
    }
}

pub async fn release(asked: Asked) -> Result<Reply, Problem> {
    let id = asked.given.text(ID).unwrap_or_default();
    let reason = asked.given.text(REASON).unwrap_or_default();
    let by = Some(asked.caller.name.as_str());
    match asked.console.parts.store.release_hold(id, reason, by).await? {
        true => Reply::json(&json!({ "id": id })),
        false => Err(Problem::not_found("hold")),
    }
}
