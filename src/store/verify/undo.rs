//! Every undo, and what stays restored by it, against the events that tell of them.

use super::super::{Reader, StoreError};
use super::Damage;
use futures_util::TryStreamExt;
use serde_json::{Map, Value, json};
use sqlx::Row;
use std::collections::BTreeSet;

/// The first decision whose undos are not what its events say.
pub(super) async fn check(reader: &Reader) -> Result<Option<Damage>, StoreError> {
    let query = "SELECT DISTINCT decision_id FROM (SELECT decision_id FROM undos UNION ALL \
                 SELECT e.decision_id FROM audit_events e JOIN decisions d ON d.id = e.decision_id \
                 WHERE e.kind = 'undo.planned') ORDER BY 1";
    let mut ids = sqlx::query_scalar::<_, String>(query).fetch(&reader.reads);
    while let Some(id) = ids.try_next().await? {
        let expected = replay(reader, &id).await?;
        if rows(reader, &id).await? != expected.undos {
            return Ok(Some(Damage::DecisionChanged { id, field: "undos".into() }));
        }
        if restored(reader, &id).await? != expected.restored {
            return Ok(Some(Damage::DecisionChanged { id, field: "restored".into() }));
        }
    }
    drop(ids);
    strays(reader).await
}

/// What stays restored, but not of a message that an undo was about: it would shield an offence from a rule.
async fn strays(reader: &Reader) -> Result<Option<Damage>, StoreError> {
    let query = "SELECT coalesce(u.decision_id, r.undo_id) FROM restored r \
                 LEFT JOIN undos u ON u.id = r.undo_id \
                 LEFT JOIN decisions d ON d.id = u.decision_id AND d.sdk_app_id = r.sdk_app_id \
                 AND d.group_id = r.group_id AND d.topic_id = r.topic_id AND d.msg_seq = r.msg_seq \
                 WHERE d.id IS NULL LIMIT 1";
    let id = sqlx::query_scalar(query).fetch_optional(&reader.reads).await?;
    Ok(id.map(|id| Damage::DecisionChanged { id, field: "restored".into() }))
}

/// Whether a decision has an undo that was carried out, or is about to be.
pub(super) async fn any(reader: &Reader, decision_id: &str) -> Result<bool, StoreError> {
    let query = "SELECT EXISTS (SELECT 1 FROM undos WHERE decision_id = ? AND state IN ('pending', 'done'))";
    Ok(sqlx::query_scalar(query).bind(decision_id).fetch_one(&reader.reads).await?)
}

/// What the events of a decision say about its undos.
#[derive(Default)]
struct Expected {
    undos: Map<String, Value>,
    restored: BTreeSet<String>,
}

async fn replay(reader: &Reader, decision_id: &str) -> Result<Expected, StoreError> {
    let query = "SELECT at, kind, data FROM audit_events WHERE decision_id = ? \
                 AND (kind LIKE 'undo.%' OR kind = 'decision.undone') ORDER BY seq";
    let mut expected = Expected::default();
    let mut lifted = Vec::new();
    for event in sqlx::query(query).bind(decision_id).fetch_all(&reader.reads).await? {
        let at: i64 = event.try_get("at")?;
        let data: Value = serde_json::from_str(event.try_get("data")?).unwrap_or_default();
        let undo = data["undo"].as_str().unwrap_or_default().to_owned();
        let kind: &str = event.try_get("kind")?;
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

async fn rows(reader: &Reader, decision_id: &str) -> Result<Map<String, Value>, StoreError> {
    let query = "SELECT u.*, u.sdk_app_id = d.sdk_app_id AS same_app FROM undos u \
                 LEFT JOIN decisions d ON d.id = u.decision_id WHERE u.decision_id = ?";
    let mut found = Map::new();
    for row in sqlx::query(query).bind(decision_id).fetch_all(&reader.reads).await? {
        let number = |name: &str| row.try_get::<Option<i64>, _>(name).ok().flatten();
        let text = |name: &str| row.try_get::<Option<String>, _>(name).ok().flatten();
        if number("same_app") != Some(1) {
            continue;
        }
        let value = json!({
            "rule": text("rule"), "created_at": number("created_at"), "state": text("state"),
            "cause": text("cause"), "error_code": number("error_code"), "attempts": number("attempts"),
            "next_try_at": number("next_try_at"), "settled_at": number("settled_at"),
        });
        found.insert(text("id").unwrap_or_default(), value);
    }
    Ok(found)
}

/// What stays restored by the undos of a decision.
async fn restored(reader: &Reader, decision_id: &str) -> Result<BTreeSet<String>, StoreError> {
    let query = "SELECT r.place, r.rule, r.rule_hash FROM restored r JOIN undos u ON u.id = r.undo_id \
                 JOIN decisions d ON d.id = u.decision_id AND d.sdk_app_id = r.sdk_app_id \
                 AND d.group_id = r.group_id AND d.topic_id = r.topic_id AND d.msg_seq = r.msg_seq \
                 WHERE u.decision_id = ?";
    let rows = sqlx::query(query).bind(decision_id).fetch_all(&reader.reads).await?;
    let item = |row: &sqlx::sqlite::SqliteRow| {
        let text = |at: usize| row.try_get::<String, _>(at).unwrap_or_default();
        json!([text(0), text(1), text(2)]).to_string()
    };
    Ok(rows.iter().map(item).collect())
}
