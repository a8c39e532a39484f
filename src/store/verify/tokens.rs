//! Every token against the events that tell of it: one that was put into the table by other means opens a door.

use super::damage::{Damage, Halt};
use super::snapshot::{Columns, Snapshot};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The first schema that has tokens.
const WITH_TOKENS: i64 = 8;

/// The first token that is not what its events say; of those whose events are gone, what `pruned` says.
pub(super) fn check(snapshot: &Snapshot, pruned: &Value) -> Result<(), Halt> {
    if snapshot.schema < WITH_TOKENS {
        return Ok(());
    }
    let mut told = told(snapshot, pruned)?;
    let mut query = snapshot.query(
        "SELECT id, role, sdk_app_id, hash, created_at, expires_at, revoked_at FROM tokens",
    )?;
    let mut tokens = query.query([])?;
    while let Some(row) = tokens.next()? {
        let id: String = row.get(0)?;
        let found = json!({
            "role": row.text(1), "sdk_app_id": row.number(2), "hash": row.blob(3).map(hex::encode),
            "created_at": row.number(4), "expires_at": row.number(5), "revoked_at": row.number(6),
        });
        if told.remove(&id) != Some(found) {
            return Err(Damage::TokenChanged { id }.into());
        }
    }
    told.into_keys().next().map_or(Ok(()), |id| Err(Damage::TokenChanged { id }.into()))
}

fn told(snapshot: &Snapshot, pruned: &Value) -> Result<BTreeMap<String, Value>, Halt> {
    let of_gone = pruned["tokens"].as_object().cloned().unwrap_or_default();
    let mut told: BTreeMap<String, Value> = of_gone.into_iter().collect();
    let mut query = snapshot.query(
        "SELECT at, kind, data FROM audit_events WHERE decision_id IS NULL \
         AND kind IN ('token.created', 'token.revoked') ORDER BY seq",
    )?;
    let mut events = query.query([])?;
    while let Some(event) = events.next()? {
        let at: i64 = event.get(0)?;
        let data: Value =
            serde_json::from_str(event.text(2).unwrap_or_default()).unwrap_or_default();
        let id = data["token"].as_str().unwrap_or_default().to_owned();
        if event.text(1) == Some("token.revoked") {
            told.entry(id).or_default()["revoked_at"] = at.into();
            continue;
        }
        let token = json!({
            "role": data["role"], "sdk_app_id": data["sdk_app_id"], "hash": data["hash"],
            "created_at": at, "expires_at": data["expires_at"], "revoked_at": null,
        });
        told.insert(id, token);
    }
    Ok(told)
}
