//! Rules: the sets that were live, a look at the folder, and trying rules and texts.

use super::asked::Asked;
use super::parameters::{FILES, HASH, TEXT};
use super::problem::{Code, Problem};
use super::reply::Reply;
use crate::acts::rules::{check as look_at, spoken};
use crate::acts::token::moment;
use crate::engine::Sources;
use crate::rulebook::{Refused, Reloaded};
use serde_json::{Value, json};

pub async fn sets(asked: Asked) -> Result<Reply, Problem> {
    let live = asked.console.parts.rulebook.live().hash().to_owned();
    let sets = asked.reader().rulesets(asked.console.parts.settings.page_limit).await?;
    let shown = |(hash, at): (String, i64)| json!({ "live": hash == live, "hash": hash, "activated_at": moment(at) });
    let sets: Vec<_> = sets.into_iter().map(shown).collect();
    Reply::json(&json!({ "rulesets": sets }))
}

pub async fn set(asked: Asked) -> Result<Reply, Problem> {
    let hash = asked.given.text(HASH).unwrap_or_default();
    match asked.reader().ruleset(hash).await? {
        Some(files) => Reply::json(&json!({ "hash": hash, "files": files })),
        None => Err(Problem::not_found("rule set")),
    }
}

pub async fn reload(asked: Asked) -> Result<Reply, Problem> {
    let rulebook = &asked.console.parts.rulebook;
    let (result, trouble) = match rulebook.reload(Some(&asked.caller.name)).await? {
        Reloaded::Loaded { .. } => ("loaded", None),
        Reloaded::Unchanged => ("unchanged", rulebook.trouble()),
        Reloaded::Kept(refused) => ("kept", Some(refused)),
    };
    let live = rulebook.live();
    Reply::json(&json!({
        "result": result, "ruleset": live.hash(), "rules": live.rules().count(),
        "trouble": trouble.map(why),
    }))
}

/// Why the folder's rules are not live; where the folder is, is nobody's business here.
fn why(refused: Refused) -> String {
    match refused {
        Refused::Unreadable { .. } => "the rules folder cannot be read".into(),
        Refused::Empty { .. } => "the rules folder holds no rule".into(),
        Refused::Faulty { report, .. } => report,
    }
}

pub async fn check(asked: Asked) -> Result<Reply, Problem> {
    let sources = Sources::of(asked.given.files(FILES));
    Reply::json(&aside(move || look_at(&sources)).await?)
}

pub async fn explain(asked: Asked) -> Result<Reply, Problem> {
    let message = spoken(asked.given.text(TEXT).unwrap_or_default());
    let rules = asked.console.parts.rulebook.live();
    let now = jiff::Timestamp::now().as_millisecond();
    let explained = move || json!(rules.explainer().explain(&message, now));
    Reply::json(&aside(explained).await?)
}

/// Work of some length, where it keeps nobody waiting.
async fn aside(work: impl FnOnce() -> Value + Send + 'static) -> Result<Value, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::new(Code::Unavailable, "it could not be worked out"))
}
