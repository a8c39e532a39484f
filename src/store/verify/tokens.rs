//! Every token against the events that tell of it: one that was put into the table by other means opens a door.

use super::super::StoreError;
use super::Damage;
use super::snapshot::Snapshot;
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeMap;

/// The first schema that has tokens.
const WITH_TOKENS: i64 = 8;

/// The first token that is not what its events say.
pub(super) async fn check(
    snapshot: &mut Snapshot<'_>,
    pruned: &Value,
) -> Result<Option<Damage>, StoreError> {
    if snapshot.schema < WITH_TOKENS {
        return Ok(None);
    }
    let mut told = told(snapshot, pruned).await?;
    for row in sqlx::query("SELECT * FROM tokens").fetch_all(snapshot.db()).await? {
        let id: String = row.try_get("id")?;
        if told.remove(&id) != Some(found(&row)) {
            return Ok(Some(Damage::TokenChanged { id }));
        }
    }
    Ok(told.into_keys().next().map(|id| Damage::TokenChanged { id }))
}

/// What the events say of each token; of those whose events are gone, the event that says so.
async fn told(
    snapshot: &mut Snapshot<'_>,
    pruned: &Value,
) -> Result<BTreeMap<String, Value>, StoreError> {
    let of_gone = pruned["tokens"].as_object().cloned().unwrap_or_default();
    let mut told: BTreeMap<String, Value> = of_gone.into_iter().collect();
    let query = "SELECT at, kind, data FROM audit_events WHERE decision_id IS NULL \
                 AND kind IN ('token.created', 'token.revoked') ORDER BY seq";
    for event in sqlx::query(query).fetch_all(snapshot.db()).await? {
        let (at, kind): (i64, &str) = (event.try_get("at")?, event.try_get("kind")?);
        let data: Value = serde_json::from_str(event.try_get("data")?).unwrap_or_default();
        let id = data["token"].as_str().unwrap_or_default().to_owned();
        if kind == "token.revoked" {
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

fn found(row: &SqliteRow) -> Value {
    let number = |name: &str| row.try_get::<Option<i64>, _>(name).ok().flatten();
    let hash = row.try_get::<&[u8], _>("hash").ok().map(hex::encode);
    json!({
        "role": row.try_get::<&str, _>("role").ok(), "sdk_app_id": number("sdk_app_id"), "hash": hash,
        "created_at": number("created_at"), "expires_at": number("expires_at"), "revoked_at": number("revoked_at"),
    })
}
