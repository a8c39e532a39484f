//! What a decision's row must say after its events, and where it says something else. Reads no database.

use super::super::StoreError;
use serde_json::{Map, Value};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// What a decision's row must say after these events; `None` when they do not begin with a plan.
pub(super) fn replay(events: &[SqliteRow]) -> Result<Option<Value>, StoreError> {
    let mut state = Value::Null;
    for event in events {
        let at: i64 = event.try_get("at")?;
        let data: Value = serde_json::from_str(event.try_get("data")?).unwrap_or_default();
        match event.try_get("kind")? {
            "decision.confirmed" => state["confirmed_at"] = at.into(),
            kind if ["undo.", "hold.", "audit."].iter().any(|of| kind.starts_with(of)) => {}
            _ if state.is_null() => {
                if data["ruleset"].is_null() {
                    return Ok(None);
                }
                state = data;
                state["created_at"] = at.into();
                state["attempts"] = 0.into();
                if state["categories"].is_null() {
                    state["categories"] = Value::Object(Default::default());
                }
                settle(&mut state, at, Some(at));
            }
            _ => step(&mut state, &data, at),
        }
    }
    Ok(Some(state).filter(|state| !state.is_null()))
}

fn step(state: &mut Value, data: &Value, at: i64) {
    for field in ["outcome", "cause"] {
        state[field] = data[field].clone();
    }
    for field in ["error_code", "tags"] {
        if !data[field].is_null() {
            state[field] = data[field].clone();
        }
    }
    if data["reread"] == true {
        state["reread"] = true.into();
    }
    let attempts = state["attempts"].as_i64().unwrap_or(0) + data["attempts"].as_i64().unwrap_or(0);
    state["attempts"] = attempts.into();
    settle(state, at, data["next_try_at"].as_i64().or(Some(at)));
}

fn settle(state: &mut Value, at: i64, next_try_at: Option<i64>) {
    let pending = state["outcome"] == "pending";
    state["settled_at"] = if pending { Value::Null } else { at.into() };
    state["next_try_at"] = next_try_at.filter(|_| pending).map_or(Value::Null, Into::into);
}

/// The first column that does not say what the events say.
pub(super) fn first_difference(
    row: &SqliteRow,
    rules: &[SqliteRow],
    expected: &Value,
) -> Option<String> {
    const TEXTS: [&str; 12] = [
        "app",
        "group_id",
        "group_type",
        "topic_id",
        "verdict",
        "keep_original",
        "source",
        "ruleset",
        "supersedes",
        "action",
        "outcome",
        "cause",
    ];
    const NUMBERS: [&str; 10] = [
        "created_at",
        "sdk_app_id",
        "msg_seq",
        "revision",
        "sent_at",
        "error_code",
        "attempts",
        "next_try_at",
        "settled_at",
        "confirmed_at",
    ];
    let text = |name: &str| row.try_get::<Option<&str>, _>(name).ok();
    let number = |name: &str| row.try_get::<Option<i64>, _>(name).ok();
    let same_text = |name: &&str| {
        let empty_is_none = *name == "topic_id";
        let found = text(name).map(|t| t.filter(|t| !(empty_is_none && t.is_empty())));
        found == Some(expected[*name].as_str())
    };
    let same_number = |name: &&str| number(name) == Some(expected[*name].as_i64());
    let same_flag = |name: &&str| number(name) == Some(expected[*name].as_bool().map(i64::from));
    let same_json = |name: &&str| {
        let found = text(name).flatten().and_then(|t| serde_json::from_str::<Value>(t).ok());
        found.as_ref() == Some(&expected[*name])
    };
    let severity = |name: &&str| {
        let known = ["low", "medium", "high", "critical"];
        let lane = known.iter().position(|known| expected[*name] == **known);
        number(name) == Some(lane.map(|lane| lane as i64))
    };
    TEXTS
        .iter()
        .find(|name| !same_text(name))
        .or_else(|| NUMBERS.iter().find(|name| !same_number(name)))
        .or_else(|| ["mentions", "reread", "review"].iter().find(|name| !same_flag(name)))
        .or_else(|| ["hits", "tags"].iter().find(|name| !same_json(name)))
        .or_else(|| ["severity"].iter().find(|name| !severity(name)))
        .map(|name| (*name).to_owned())
        .or_else(|| differing_rules(row, rules, expected).map(str::to_owned))
}

/// What is wrong with the rules that a decision is filed under.
fn differing_rules(row: &SqliteRow, rules: &[SqliteRow], expected: &Value) -> Option<&'static str> {
    let text =
        |rule: &SqliteRow, name: &str| rule.try_get::<Option<String>, _>(name).ok().flatten();
    let names: Option<Vec<Value>> =
        rules.iter().map(|rule| text(rule, "rule").map(Value::from)).collect();
    if names.map(Value::from).as_ref() != Some(&expected["rules"]) {
        return Some("rules");
    }
    let category = |rule| Some((text(rule, "rule")?, text(rule, "category")?.into()));
    let categories: Map<String, Value> = rules.iter().filter_map(category).collect();
    if Value::from(categories) != expected["categories"] {
        return Some("categories");
    }
    let made: Option<i64> = row.try_get("created_at").ok();
    let at = |rule: &SqliteRow| rule.try_get::<i64, _>("created_at").ok();
    rules.iter().any(|rule| at(rule) != made).then_some("rules")
}
