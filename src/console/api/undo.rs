//! Undo: one decision, or all that a rule did in a time.

use super::asked::Asked;
use super::decisions::filter;
use super::parameters::*;
use super::problem::{Code, Problem};
use super::reply::Reply;
use super::trace;
use crate::acts::undo::{Ground, candidates, objection, plan};
use serde_json::json;

fn ground(asked: &Asked) -> Ground {
    Ground {
        rule: asked.given.text(RULE).map(str::to_owned),
        reason: asked.given.text(REASON).unwrap_or_default().to_owned(),
        by: Some(asked.caller.name.clone()),
    }
}

pub async fn one(asked: Asked) -> Result<Reply, Problem> {
    let decision = asked.decision().await?.decision;
    let ground = ground(&asked);
    if ground.rule.as_ref().is_some_and(|rule| !decision.rules.contains(rule)) {
        let detail = "a rule of this decision is expected";
        return Err(Problem::of(Code::InvalidParameter, RULE.name, detail));
    }
    if let Some(why) = objection(asked.reader(), &decision).await? {
        return Err(Problem::new(Code::CannotBeUndone, why.to_string()));
    }
    let ids = [decision.id];
    match plan(&asked.console.parts.store, &ids, &ground, |_| {}).await? {
        true => Reply::json(&json!({ "planned": 1, "left_out": 0, "dry_run": false, "ids": ids })),
        false => Err(Problem::new(Code::CannotBeUndone, "it was changed meanwhile")),
    }
}

pub async fn many(asked: Asked) -> Result<Reply, Problem> {
    let (ground, dry_run) = (ground(&asked), asked.given.flag(DRY_RUN));
    let found = candidates(asked.reader(), filter(&asked)?).await?;
    match dry_run {
        true => trace::queried(&asked, "undo").await?,
        false => drop(plan(&asked.console.parts.store, &found.ids, &ground, |_| {}).await?),
    }
    // Who wants all of many thousands asks for the list of what is undone.
    let most = asked.console.parts.settings.page_limit as usize;
    let ids = &found.ids[..found.ids.len().min(most)];
    Reply::json(&json!({
        "planned": found.ids.len(), "left_out": found.left_out, "dry_run": dry_run, "ids": ids,
    }))
}
