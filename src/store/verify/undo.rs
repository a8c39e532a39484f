//! Every undo, and what stays restored by it, against the events that tell of them.

use super::damage::{Damage, Halt};
use super::decisions::Told;
use super::row::DecisionRow;
use super::snapshot::{Columns, Snapshot};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What is wrong with the undos of a decision, or with what stays restored by them.
pub(super) fn difference(
    snapshot: &Snapshot,
    decision: &DecisionRow<'_>,
    events: &[Told],
) -> Result<Option<&'static str>, Halt> {
    if !events.iter().any(|event| event.kind == "undo.planned") {
        return Ok(None);
    }
    let expected = replay(events);
    if undos(snapshot, decision)? != Some(expected.undos) {
        return Ok(Some("undos"));
    }
    Ok((restored(snapshot, decision)? != Some(expected.restored)).then_some("restored"))
}

/// Undos that no event planned, and what stays restored by no undo: it would shield an offence from a rule.
pub(super) fn strays(snapshot: &Snapshot) -> Result<(), Halt> {
    let undos = "SELECT decision_id, 'undos' FROM undos u WHERE NOT EXISTS (SELECT 1 FROM audit_events e \
                 WHERE e.decision_id = u.decision_id AND e.kind = 'undo.planned') LIMIT 1";
    let restored = "SELECT undo_id, 'restored' FROM restored \
                    WHERE undo_id NOT IN (SELECT id FROM undos) LIMIT 1";
    for query in [undos, restored] {
        snapshot.none(query, [], |row| {
            Ok(Damage::DecisionChanged { id: row.get(0)?, field: row.get(1)? })
        })?;
    }
    Ok(())
}

/// Whether a decision has an undo that was carried out, or is about to be.
pub(super) fn any(snapshot: &Snapshot, decision_id: &str) -> Result<bool, Halt> {
    let query =
        "SELECT 1 FROM undos WHERE decision_id = ? AND state IN ('pending', 'done') LIMIT 1";
    Ok(snapshot.first(query, [decision_id], |_| Ok(()))?.is_some())
}

/// What the events of a decision say about its undos.
#[derive(Default)]
struct Expected {
    undos: Map<String, Value>,
    restored: BTreeSet<String>,
}

fn replay(events: &[Told]) -> Expected {
    let mut expected = Expected::default();
    let mut lifted = Vec::new();
    for Told { at, kind, data, .. } in events {
        let undo = data["undo"].as_str().unwrap_or_default().to_owned();
        let kind = match kind.as_str() {
            "undo.planned" => {
                let rule = data["rule"].as_str().unwrap_or_default();
                let row = json!({
                    "rule": rule, "created_at": at, "state": "pending", "cause": null, "error_code": null,
                    "attempts": 0, "next_try_at": at, "settled_at": null,
                });
                expected.undos.insert(undo, row);
                continue;
            }
            kind if kind.starts_with("undo.") || kind == "decision.undone" => kind,
            _ => continue,
        };
        let Some(row) = expected.undos.get_mut(&undo) else { continue };
        let attempts = row["attempts"].as_i64().unwrap_or(0);
        row["attempts"] = (attempts + data["attempts"].as_i64().unwrap_or(0)).into();
        if !data["error_code"].is_null() {
            row["error_code"] = data["error_code"].clone();
        }
        match kind {
            "undo.sending" => {
                row["next_try_at"] = json!(at);
                let items = data["restored"].as_array().cloned().unwrap_or_default();
                lifted.extend(items.into_iter().map(|item| (undo.clone(), item.to_string())));
            }
            "undo.retried" => row["next_try_at"] = data["next_try_at"].clone(),
            _ => {
                let refused = kind == "undo.refused";
                row["state"] = if refused { "refused" } else { "done" }.into();
                row["cause"] = if refused { data["cause"].clone() } else { Value::Null };
                row["next_try_at"] = Value::Null;
                row["settled_at"] = json!(at);
                lifted.retain(|(of, _)| !refused || *of != undo);
            }
        }
    }
    expected.restored = lifted.into_iter().map(|(_, item)| item).collect();
    expected
}

/// The undos as they stand; `None` where one is another app's.
fn undos(
    snapshot: &Snapshot,
    decision: &DecisionRow<'_>,
) -> Result<Option<Map<String, Value>>, Halt> {
    let mut query = snapshot.query(
        "SELECT id, rule, created_at, state, cause, error_code, attempts, next_try_at, settled_at, sdk_app_id \
         FROM undos WHERE decision_id = ?",
    )?;
    let mut rows = query.query([decision.id])?;
    let mut found = Map::new();
    while let Some(row) = rows.next()? {
        let value = json!({
            "rule": row.text(1), "created_at": row.number(2), "state": row.text(3), "cause": row.text(4),
            "error_code": row.number(5), "attempts": row.number(6), "next_try_at": row.number(7),
            "settled_at": row.number(8),
        });
        if row.number(9) != decision.number("sdk_app_id") {
            return Ok(None);
        }
        found.insert(row.text(0).unwrap_or_default().to_owned(), value);
    }
    Ok(Some(found))
}

/// What stays restored; `None` where it is of a message that the decision is not about.
fn restored(
    snapshot: &Snapshot,
    decision: &DecisionRow<'_>,
) -> Result<Option<BTreeSet<String>>, Halt> {
    let mut query = snapshot.query(
        "SELECT r.place, r.rule, r.rule_hash, r.sdk_app_id, r.msg_seq, r.group_id, r.topic_id \
         FROM restored r JOIN undos u ON u.id = r.undo_id WHERE u.decision_id = ?",
    )?;
    let mut rows = query.query([decision.id])?;
    let mut found = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let of_it = row.number(3) == decision.number("sdk_app_id")
            && row.number(4) == decision.number("msg_seq")
            && row.text(5) == decision.text("group_id")
            && row.text(6) == decision.text("topic_id");
        if !of_it {
            return Ok(None);
        }
        found.insert(json!([row.text(0), row.text(1), row.text(2)]).to_string());
    }
    Ok(Some(found))
}
