//! The holds in force against the events that tell of them.

use super::super::StoreError;
use super::Damage;
use super::snapshot::Snapshot;
use serde_json::{Value, json};
use sqlx::Row;
use std::collections::BTreeMap;

/// The first hold that is not what the events say. All holds together are few.
pub(super) async fn check(snapshot: &mut Snapshot<'_>) -> Result<Option<Damage>, StoreError> {
    let query = "SELECT seq, at, kind, decision_id, data FROM audit_events \
                 WHERE kind IN ('hold.added', 'hold.removed') ORDER BY seq";
    let mut told: BTreeMap<String, Value> = BTreeMap::new();
    for event in sqlx::query(query).fetch_all(snapshot.db()).await? {
        let data: Value = serde_json::from_str(event.try_get("data")?).unwrap_or_default();
        let id = data["hold"].as_str().unwrap_or_default().to_owned();
        if event.try_get::<&str, _>("kind")? == "hold.removed" {
            told.remove(&id);
            continue;
        }
        let (seq, at): (i64, i64) = (event.try_get("seq")?, event.try_get("at")?);
        let decision: Option<String> = event.try_get("decision_id")?;
        told.insert(id, json!([seq, at, data["app"], decision]));
    }
    let mut found = BTreeMap::new();
    for row in sqlx::query("SELECT * FROM holds").fetch_all(snapshot.db()).await? {
        let number = |name: &str| row.try_get::<i64, _>(name).ok();
        let text = |name: &str| row.try_get::<Option<String>, _>(name).ok().flatten();
        let value =
            json!([number("event_seq"), number("added_at"), text("app"), text("decision_id")]);
        found.insert(text("id").unwrap_or_default(), value);
    }
    let wrong = told.iter().find(|(id, hold)| found.get(*id) != Some(hold));
    let wrong = wrong.or_else(|| found.iter().find(|(id, _)| !told.contains_key(*id)));
    Ok(wrong.map(|(id, _)| Damage::HoldChanged { id: id.clone() }))
}
