//! Decisions: a page of them, one with its steps, and its texts for those who may read them.

use super::asked::Asked;
use super::parameters::*;
use super::problem::{Code, Problem};
use super::reply::Reply;
use super::trace;
use crate::store::{Cursor, Ended, Filter, History};
use serde_json::{Value, json};

/// A page where none is asked for.
const PAGE: usize = 100;

/// What a request narrows the decisions to.
///
/// # Errors
/// When the token is bound to another app.
pub fn filter(asked: &Asked) -> Result<Filter, Problem> {
    let given = &asked.given;
    let text = |parameter| given.text(parameter).map(str::to_owned);
    let severity = given.text(SEVERITY);
    let severity = severity.and_then(|word| SEVERITIES.iter().position(|known| *known == word));
    let ruleset = text(RULESET);
    let shortest = Filter::SHORTEST_HASH;
    let is_hash = |hash: &String| {
        (shortest..=64).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_hexdigit())
    };
    if ruleset.as_ref().is_some_and(|hash| !is_hash(hash)) {
        let detail = format!("{shortest} to 64 digits of a rule set's hash are expected");
        return Err(Problem::of(Code::InvalidParameter, RULESET.name, detail));
    }
    Ok(Filter {
        app: asked.app()?,
        group: text(GROUP),
        topic: text(TOPIC),
        sender: text(SENDER),
        operator: text(OPERATOR),
        rule: text(RULE),
        category: text(CATEGORY),
        severity: severity.and_then(|lane| u8::try_from(lane).ok()),
        outcome: text(OUTCOME),
        error_code: given.number(ERROR_CODE),
        ruleset: ruleset.map(|hash| hash.to_ascii_lowercase()),
        since: given.number(SINCE),
        until: given.number(UNTIL),
    })
}

pub async fn list(asked: Asked) -> Result<Reply, Problem> {
    let most = asked.console.settings.page_limit as usize;
    let limit = asked.given.number(LIMIT).map_or(PAGE.min(most), |limit| limit as usize);
    if limit > most {
        let detail = format!("a whole number from 1 to {most} is expected");
        return Err(Problem::of(Code::InvalidParameter, LIMIT.name, detail));
    }
    let after: Option<Cursor> = asked.given.text(CURSOR).and_then(|word| word.parse().ok());
    let filter = filter(&asked)?;
    trace::queried(&asked, "list").await?;
    // It stops by itself before it is given up.
    let within = asked.console.settings.query_timeout / 2;
    let page = asked.reader().page(&filter, after.as_ref(), limit, Some(within)).await?;
    Reply::json(&json!({
        "decisions": page.rows, "next": page.ended.cursor().map(ToString::to_string),
        "out_of_time": matches!(page.ended, Ended::OutOfTime(_)),
    }))
}

pub async fn show(asked: Asked) -> Result<Reply, Problem> {
    let history = asked.decision().await?;
    let id = &history.decision.id;
    if asked.sees_texts() {
        trace::revealed(&asked, id, None).await?;
        return Reply::json(&history);
    }
    trace::looked_at(&asked, id).await?;
    Reply::json(&without_texts(&history))
}

pub async fn reveal(asked: Asked) -> Result<Reply, Problem> {
    let history = asked.decision().await?;
    trace::revealed(&asked, &history.decision.id, asked.given.text(REASON)).await?;
    Reply::json(&history)
}

/// Only what is known to hold no text; what is not there is not to be had, which is not the same as not kept.
fn without_texts(history: &History) -> Value {
    json!({ "decision": history.decision, "events": history.events })
}
