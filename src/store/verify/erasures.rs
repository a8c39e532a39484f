//! Texts that are gone against the events that say so: exactly the rows that an event names may be missing.

use super::damage::{Damage, Halt};
use super::snapshot::{Columns, Snapshot};
use serde_json::Value;
use std::collections::BTreeSet;

/// The kinds of events that say which texts are gone.
pub(super) const KINDS: [&str; 2] = ["texts.erased", "texts.expired"];

type Rows = BTreeSet<(i64, String)>;

/// What erasing events name; the one that was asked for last is kept, because neighbours go together.
#[derive(Debug, Default)]
pub(super) struct Erasures {
    read: Option<(i64, Rows)>,
}

impl Erasures {
    /// Whether an event says that this text is gone.
    pub fn tell_of(&mut self, snapshot: &Snapshot, seq: i64, name: &str) -> Result<bool, Halt> {
        let query = "SELECT by_event FROM erased WHERE event_seq = ? AND name = ?";
        let by_event = snapshot.first(query, (seq, name), |row| row.get::<_, i64>(0))?;
        let Some(by_event) = by_event.filter(|by_event| *by_event > seq) else { return Ok(false) };
        if self.read.as_ref().is_none_or(|(read, _)| *read != by_event) {
            self.read = Some((by_event, rows_of(snapshot, by_event)?));
        }
        Ok(self.read.as_ref().is_some_and(|(_, rows)| rows.contains(&(seq, name.to_owned()))))
    }
}

fn rows_of(snapshot: &Snapshot, seq: i64) -> Result<Rows, Halt> {
    let query = "SELECT kind, data FROM audit_events WHERE seq = ?";
    let rows = snapshot
        .first(query, [seq], |row| Ok(named(row.text(0), row.text(1).unwrap_or_default())))?;
    Ok(rows.flatten().unwrap_or_default())
}

/// The texts that an event says are gone; `None` when it is of another kind.
fn named(kind: Option<&str>, data: &str) -> Option<Rows> {
    if !KINDS.contains(&kind?) {
        return None;
    }
    let data: Value = serde_json::from_str(data).ok()?;
    let mut rows = Rows::new();
    for group in data["rows"].as_array().into_iter().flatten() {
        let names = group[1].as_array().into_iter().flatten().filter_map(Value::as_str);
        let seq = group[0].as_i64().unwrap_or_default();
        rows.extend(names.map(|name| (seq, name.to_owned())));
    }
    Some(rows)
}

/// An erasing event against the list of what is gone: what it names is gone, and the list knows it. What stood at or
/// before `root` is gone from the list too.
pub(super) fn check(
    snapshot: &Snapshot,
    seq: i64,
    kind: Option<&str>,
    data: &str,
    root: i64,
) -> Result<(), Halt> {
    let Some(mut told) = named(kind, data) else { return Ok(()) };
    told.retain(|(of, _)| *of > root);
    let mut query = snapshot.query("SELECT event_seq, name FROM erased WHERE by_event = ?")?;
    let listed = query.query_map([seq], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if listed.collect::<Result<Rows, _>>()? != told {
        return Err(Damage::ErasureChanged { seq }.into());
    }
    let query = "SELECT t.event_seq, t.name FROM erased x JOIN texts t ON t.event_seq = x.event_seq \
                 AND t.name = x.name WHERE x.by_event = ? AND t.salt <> zeroblob(16) LIMIT 1";
    snapshot
        .none(query, [seq], |row| Ok(Damage::TextInserted { seq: row.get(0)?, name: row.get(1)? }))
}

/// What is listed as gone by an event that says no such thing.
pub(super) fn strays(snapshot: &Snapshot) -> Result<(), Halt> {
    let query = "SELECT by_event FROM erased WHERE NOT EXISTS (SELECT 1 FROM audit_events e \
                 WHERE e.seq = by_event AND e.kind IN (?, ?)) LIMIT 1";
    snapshot.none(query, KINDS, |row| Ok(Damage::ErasureChanged { seq: row.get(0)? }))
}

/// Whether the texts of a decision went, and with them what told its contents apart.
pub(super) fn concern(snapshot: &Snapshot, decision_id: &str) -> Result<bool, Halt> {
    let query = "SELECT 1 FROM audit_events e JOIN erased x ON x.event_seq = e.seq \
                 WHERE e.decision_id = ? AND x.name <> 'operator' LIMIT 1";
    Ok(snapshot.first(query, [decision_id], |_| Ok(()))?.is_some())
}
