//! Decisions and their rules against the events that made them what they are.

use super::super::{Reader, StoreError};
use super::{Damage, fingerprints};
use futures_util::TryStreamExt;
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// Every decision against the events that made it what it is.
pub(super) async fn check(reader: &Reader) -> Result<Option<Damage>, StoreError> {
    // Schemas before 7 know no categories, and events of that time tell none.
    let category = if reader.schema >= 7 { "category" } else { "NULL" };
    let query = format!(
        "SELECT d.*, (SELECT json_group_array(rule) FROM (SELECT rule FROM decision_rules r \
         WHERE r.decision_id = d.id ORDER BY rule)) AS rules, (SELECT json_group_object(rule, {category}) \
         FROM decision_rules r WHERE r.decision_id = d.id AND {category} IS NOT NULL) AS categories \
         FROM decisions d ORDER BY id"
    );
    let mut rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch(&reader.reads);
    while let Some(row) = rows.try_next().await? {
        let id: String = row.try_get("id")?;
        let query =
            "SELECT seq, at, kind, data FROM audit_events WHERE decision_id = ? ORDER BY seq";
        let events = sqlx::query(query).bind(&id).fetch_all(&reader.reads).await?;
        let Some(expected) = replay(&events)? else {
            return Ok(Some(Damage::DecisionUnaccounted { id }));
        };
        let difference = match first_difference(&row, &expected) {
            None => fingerprints::differ(reader, &row, &events).await?,
            difference => difference,
        };
        if let Some(field) = difference {
            return Ok(Some(Damage::DecisionChanged { id, field }));
        }
    }
    drop(rows);
    let query = "SELECT r.decision_id FROM decision_rules r LEFT JOIN decisions d ON d.id = r.decision_id \
                 AND d.created_at = r.created_at WHERE d.id IS NULL LIMIT 1";
    let id: Option<String> = sqlx::query_scalar(query).fetch_optional(&reader.reads).await?;
    match id {
        Some(id) => Ok(Some(Damage::DecisionUnaccounted { id })),
        None => check_times_of_texts(reader).await,
    }
}

/// Texts that are filed under another time than that of their decision. What was erased belongs to none any more.
async fn check_times_of_texts(reader: &Reader) -> Result<Option<Damage>, StoreError> {
    if reader.schema < 7 {
        return Ok(None);
    }
    let query = "SELECT t.event_seq, t.name FROM texts t LEFT JOIN decisions d ON d.id = t.decision_id \
                 WHERE t.decided_at IS NOT d.created_at AND NOT EXISTS (SELECT 1 FROM erased e \
                 WHERE e.event_seq = t.event_seq AND e.name = t.name) LIMIT 1";
    let row = sqlx::query(query).fetch_optional(&reader.reads).await?;
    let damage = |row: SqliteRow| {
        Ok::<_, StoreError>(Damage::TextChanged { seq: row.try_get(0)?, name: row.try_get(1)? })
    };
    row.map(damage).transpose()
}

/// What a decision's row must say after these events; `None` when they do not begin with a plan.
fn replay(events: &[SqliteRow]) -> Result<Option<Value>, StoreError> {
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
fn first_difference(row: &SqliteRow, expected: &Value) -> Option<String> {
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
    let text = |name: &str| row.try_get::<Option<String>, _>(name).ok();
    let number = |name: &str| row.try_get::<Option<i64>, _>(name).ok();
    let same_text = |name: &&str| {
        let empty_is_none = *name == "topic_id";
        let found = text(name).map(|t| t.filter(|t| !(empty_is_none && t.is_empty())));
        found == Some(expected[*name].as_str().map(str::to_owned))
    };
    let same_number = |name: &&str| number(name) == Some(expected[*name].as_i64());
    let same_flag = |name: &&str| number(name) == Some(expected[*name].as_bool().map(i64::from));
    let same_json = |name: &&str| {
        let found = text(name).flatten().and_then(|t| serde_json::from_str::<Value>(&t).ok());
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
        .or_else(|| ["hits", "tags", "rules", "categories"].iter().find(|name| !same_json(name)))
        .or_else(|| ["severity"].iter().find(|name| !severity(name)))
        .map(|name| (*name).to_owned())
}
