//! Decisions: a page of them, one with its steps, and its texts for those who may read them.

use super::asked::Asked;
use super::parameters::*;
use super::problem::{Code, Problem};
use super::reply::Reply;
use super::trace;
use crate::moderation::Hindsight;
use crate::store::{Cursor, Ended, Filter, History};
use serde_json::json;

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
        text: None,
        since: given.number(SINCE),
        until: given.number(UNTIL),
    })
}

pub async fn list(asked: Asked) -> Result<Reply, Problem> {
    let most = asked.console.parts.settings.page_limit as usize;
    let limit = asked.given.number(LIMIT).map_or(PAGE.min(most), |limit| limit as usize);
    if limit > most {
        let detail = format!("a whole number from 1 to {most} is expected");
        return Err(Problem::of(Code::InvalidParameter, LIMIT.name, detail));
    }
    let after: Option<Cursor> = asked.given.text(CURSOR).and_then(|word| word.parse().ok());
    let filter = filter(&asked)?;
    trace::queried(&asked, "list").await?;
    // It stops by itself before it is given up.
    let within = asked.console.parts.settings.query_timeout / 2;
    let page = asked.reader().page(&filter, after.as_ref(), limit, Some(within)).await?;
    Reply::json(&json!({
        "decisions": page.rows, "next": page.ended.cursor().map(ToString::to_string),
        "out_of_time": matches!(page.ended, Ended::OutOfTime(_)),
    }))
}

pub async fn show(asked: Asked) -> Result<Reply, Problem> {
    let history = asked.decision().await?;
    if asked.sees_texts() {
        trace::revealed(&asked, &history.decision.id, None).await?;
        return seen_again(asked, history, true).await;
    }
    trace::looked_at(&asked, &history.decision.id).await?;
    seen_again(asked, history.without_texts(), false).await
}

pub async fn reveal(asked: Asked) -> Result<Reply, Problem> {
    let history = asked.decision().await?;
    trace::revealed(&asked, &history.decision.id, asked.given.text(REASON)).await?;
    seen_again(asked, history, true).await
}

/// A decision with its rules as they were. What is not for the caller is not there, which is not the same as not kept.
async fn seen_again(asked: Asked, history: History, texts: bool) -> Result<Reply, Problem> {
    let reader = asked.reader().clone();
    let kept = history.clone();
    // Its rule set is compiled for it.
    let work = async move { Hindsight::of(&reader, &kept).await };
    let runtime = asked.console.runtime.clone();
    let hindsight = tokio::task::spawn_blocking(move || runtime.block_on(work)).await;
    let hindsight =
        hindsight.map_err(|_| Problem::new(Code::Unavailable, "it could not be read"))??;
    let mut shown = json!({ "decision": history.decision, "events": history.events, "rules_then": hindsight.rules });
    if texts {
        let History { original, rewritten, answer, .. } = history;
        for (name, value) in [("original", original), ("rewritten", rewritten), ("answer", answer)]
        {
            shown[name] = json!(value);
        }
        shown["hits"] = json!(hindsight.hits);
    }
    Reply::json(&shown)
}
