//! Counts of a time.

use super::asked::Asked;
use super::parameters::{SINCE, UNTIL};
use super::problem::Problem;
use super::reply::Reply;
use super::trace;
use crate::acts::report::{Line, report as count};
use serde_json::json;

pub async fn report(asked: Asked) -> Result<Reply, Problem> {
    trace::queried(&asked, "report").await?;
    let (since, until) = (asked.given.number(SINCE), asked.given.number(UNTIL));
    let (since, until) = (since.unwrap_or(i64::MIN), until.unwrap_or(i64::MAX));
    let lines = count(asked.reader(), since, until, || {}).await?;
    Reply::json(&json!({ "lines": lines.iter().map(Line::shown).collect::<Vec<_>>() }))
}
