//! Every hold against the events that tell of it.

use super::damage::{Damage, Halt};
use super::snapshot::{Columns, Snapshot};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The first hold that is not what the events say. All holds together are few.
pub(super) fn check(snapshot: &Snapshot) -> Result<(), Halt> {
    let mut query = snapshot.query(
        "SELECT seq, at, kind, decision_id, data FROM audit_events \
         WHERE kind IN ('hold.added', 'hold.removed') ORDER BY seq",
    )?;
    let mut events = query.query([])?;
    let mut told: BTreeMap<String, Value> = BTreeMap::new();
    while let Some(event) = events.next()? {
        let data: Value =
            serde_json::from_str(event.text(4).unwrap_or_default()).unwrap_or_default();
        let id = data["hold"].as_str().unwrap_or_default().to_owned();
        if event.text(2) == Some("hold.removed") {
            told.remove(&id);
            continue;
        }
        told.insert(id, json!([event.number(0), event.number(1), data["app"], event.text(3)]));
    }
    let mut query =
        snapshot.query("SELECT id, event_seq, added_at, app, decision_id FROM holds")?;
    let mut holds = query.query([])?;
    let mut found = BTreeMap::new();
    while let Some(row) = holds.next()? {
        let value = json!([row.number(1), row.number(2), row.text(3), row.text(4)]);
        found.insert(row.text(0).unwrap_or_default().to_owned(), value);
    }
    let wrong = told.iter().find(|(id, hold)| found.get(*id) != Some(hold));
    let wrong = wrong.or_else(|| found.iter().find(|(id, _)| !told.contains_key(*id)));
    wrong.map_or(Ok(()), |(id, _)| Err(Damage::HoldChanged { id: id.clone() }.into()))
}
