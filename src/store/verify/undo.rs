//! Every undo, and what stays restored by it, against the events that tell of them.

use super::super::StoreError;
use super::Damage;
use super::belongings::Of;
use super::snapshot::Snapshot;
use serde_json::{Map, Value, json};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeSet;

/// What is wrong with the undos of a decision, or with what stays restored by them.
pub(super) fn differ(decision: &SqliteRow, of: &Of) -> Result<Option<&'static str>, StoreError> {
    let expected = replay(&of.events)?;
    if undos(decision, &of.undos) != Some(expected.undos) {
        return Ok(Some("undos"));
    }
    let differs = restored(decision, &of.restored) != Some(expected.restored);
    Ok(differs.then_some("restored"))
}

/// What stays restored by no undo: it would shield an offence from a rule.
pub(super) async fn strays(snapshot: &mut Snapshot<'_>) -> Result<Option<Damage>, StoreError> {
    let query = "SELECT undo_id FROM restored WHERE undo_id NOT IN (SELECT id FROM undos) LIMIT 1";
    let id = sqlx::query_scalar(query).fetch_optional(snapshot.db()).await?;
    Ok(id.map(|id| Damage::DecisionChanged { id, field: "restored".into() }))
}

/// Whether a decision has an undo that was carried out, or is about to be.
pub(super) async fn any(
    snapshot: &mut Snapshot<'_>,
    decision_id: &str,
) -> Result<bool, StoreError> {
    let query = "SELECT EXISTS (SELECT 1 FROM undos WHERE decision_id = ? AND state IN ('pending', 'done'))";
    Ok(sqlx::query_scalar(query).bind(decision_id).fetch_one(snapshot.db()).await?)
}

/// What the events of a decision say about its undos.
#[derive(Default)]
struct Expected {
    undos: Map<String, Value>,
    restored: BTreeSet<String>,
}

fn replay(events: &[SqliteRow]) -> Result<Expected, StoreError> {
    let mut expected = Expected::default();
    let mut lifted = Vec::new();
    for event in events {
        let kind: &str = event.try_get("kind")?;
        if !kind.starts_with("undo.") && kind != "decision.undone" {
            continue;
        }
        let at: i64 = event.try_get("at")?;
        let data: Value = serde_json::from_str(event.try_get("data")?).unwrap_or_default();
        let undo = data["undo"].as_str().unwrap_or_default().to_owned();
        if kind == "undo.planned" {
            let rule = data["rule"].as_str().unwrap_or_default();
            let row = json!({
                "rule": rule, "created_at": at, "state": "pending", "cause": null, "error_code": null,
                "attempts": 0, "next_try_at": at, "settled_at": null,
            });
            expected.undos.insert(undo, row);
            continue;
        }
        let Some(row) = expected.undos.get_mut(&undo) else { continue };
        let attempts = row["attempts"].as_i64().unwrap_or(0);
        row["attempts"] = (attempts + data["attempts"].as_i64().unwrap_or(0)).into();
        if !data["error_code"].is_null() {
            row["error_code"] = data["error_code"].clone();
        }
        match kind {
            "undo.sending" => {
                row["next_try_at"] = at.into();
                let items = data["restored"].as_array().cloned().unwrap_or_default();
                lifted.extend(items.into_iter().map(|item| (undo.clone(), item.to_string())));
            }
            "undo.retried" => row["next_try_at"] = data["next_try_at"].clone(),
            _ => {
                let refused = kind == "undo.refused";
                row["state"] = if refused { "refused" } else { "done" }.into();
                row["cause"] = if refused { data["cause"].clone() } else { Value::Null };
                row["next_try_at"] = Value::Null;
                row["settled_at"] = at.into();
                lifted.retain(|(of, _)| !refused || *of != undo);
            }
        }
    }
    expected.restored = lifted.into_iter().map(|(_, item)| item).collect();
    Ok(expected)
}

/// The undos as they stand; `None` where one is another app's.
fn undos(decision: &SqliteRow, rows: &[SqliteRow]) -> Option<Map<String, Value>> {
    let undo = |row: &SqliteRow| {
        let number = |name: &str| row.try_get::<Option<i64>, _>(name).ok().flatten();
        let text = |name: &str| row.try_get::<Option<String>, _>(name).ok().flatten();
        let value = json!({
            "rule": text("rule"), "created_at": number("created_at"), "state": text("state"),
            "cause": text("cause"), "error_code": number("error_code"), "attempts": number("attempts"),
            "next_try_at": number("next_try_at"), "settled_at": number("settled_at"),
        });
        same::<i64>(row, decision, "sdk_app_id").then(|| (text("id").unwrap_or_default(), value))
    };
    rows.iter().map(undo).collect()
}

/// What stays restored; `None` where it is of a message that the decision is not about.
fn restored(decision: &SqliteRow, rows: &[SqliteRow]) -> Option<BTreeSet<String>> {
    let item = |row: &SqliteRow| {
        let text = |name: &str| row.try_get::<String, _>(name).unwrap_or_default();
        let item = json!([text("place"), text("rule"), text("rule_hash")]).to_string();
        let numbers = ["sdk_app_id", "msg_seq"];
        let of_it = numbers.iter().all(|name| same::<i64>(row, decision, name))
            && ["group_id", "topic_id"].iter().all(|name| same::<String>(row, decision, name));
        of_it.then_some(item)
    };
    rows.iter().map(item).collect()
}

/// Whether two rows say the same in a column.
fn same<T>(one: &SqliteRow, other: &SqliteRow, column: &str) -> bool
where
    T: PartialEq + for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    let value = |row: &SqliteRow| row.try_get::<Option<T>, _>(column).ok();
    value(one).is_some_and(|found| value(other) == Some(found))
}
