//! Texts that are gone against the events that say so: exactly the rows that an event names may be missing.

use super::super::StoreError;
use super::Damage;
use super::snapshot::{Snapshot, Span};
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::{BTreeSet, HashMap};

/// The kinds of events that say which texts are gone.
pub(super) const KINDS: [&str; 2] = ["texts.erased", "texts.expired"];

type Rows = BTreeSet<(i64, String)>;

/// What is listed as gone of a page of events, and what erasing events name; the one that was asked for last is kept,
/// because neighbours go together.
#[derive(Debug, Default)]
pub(super) struct Erasures {
    listed: HashMap<(i64, String), i64>,
    read: Option<(i64, Rows)>,
}

impl Erasures {
    /// Reads what is listed of these events.
    pub async fn turn_to(
        &mut self,
        snapshot: &mut Snapshot<'_>,
        events: Span<i64>,
    ) -> Result<(), StoreError> {
        let mut query = events.rows("SELECT event_seq, name, by_event FROM erased", "event_seq");
        let listed = query.build_query_as::<(i64, String, i64)>().fetch_all(snapshot.db()).await?;
        self.listed = listed.into_iter().map(|(seq, name, by)| ((seq, name), by)).collect();
        Ok(())
    }

    /// Whether an event says that this text is gone.
    pub async fn tell_of(
        &mut self,
        snapshot: &mut Snapshot<'_>,
        seq: i64,
        name: &str,
    ) -> Result<bool, StoreError> {
        let text = (seq, name.to_owned());
        let by_event = self.listed.get(&text).copied().filter(|by_event| *by_event > seq);
        let Some(by_event) = by_event else { return Ok(false) };
        if self.read.as_ref().is_none_or(|(read, _)| *read != by_event) {
            self.read = Some((by_event, rows_of(snapshot, by_event).await?));
        }
        Ok(self.read.as_ref().is_some_and(|(_, rows)| rows.contains(&text)))
    }
}

async fn rows_of(snapshot: &mut Snapshot<'_>, seq: i64) -> Result<Rows, StoreError> {
    let query = "SELECT kind, data FROM audit_events WHERE seq = ?";
    let row = sqlx::query(query).bind(seq).fetch_optional(snapshot.db()).await?;
    let Some(row) = row else { return Ok(Rows::new()) };
    Ok(named(&row).unwrap_or_default())
}

/// The texts that an event says are gone; `None` when it is of another kind.
fn named(event: &SqliteRow) -> Option<Rows> {
    if !KINDS.contains(&event.try_get("kind").ok()?) {
        return None;
    }
    let data: Value = serde_json::from_str(event.try_get("data").ok()?).ok()?;
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
pub(super) async fn check(
    snapshot: &mut Snapshot<'_>,
    event: &SqliteRow,
    root: i64,
) -> Result<Option<Damage>, StoreError> {
    let Some(mut told) = named(event) else { return Ok(None) };
    let seq: i64 = event.try_get("seq")?;
    told.retain(|(of, _)| *of > root);
    let query = "SELECT event_seq, name FROM erased WHERE by_event = ?";
    let listed: Vec<(i64, String)> =
        sqlx::query_as(query).bind(seq).fetch_all(snapshot.db()).await?;
    if Rows::from_iter(listed) != told {
        return Ok(Some(Damage::ErasureChanged { seq }));
    }
    let query = "SELECT t.event_seq, t.name FROM erased x JOIN texts t ON t.event_seq = x.event_seq \
                 AND t.name = x.name WHERE x.by_event = ? AND t.salt <> zeroblob(16) LIMIT 1";
    let again = sqlx::query_as::<_, (i64, String)>(query).bind(seq);
    let again = again.fetch_optional(snapshot.db()).await?;
    Ok(again.map(|(seq, name)| Damage::TextInserted { seq, name }))
}

/// What is listed as gone by an event that says no such thing.
pub(super) async fn strays(snapshot: &mut Snapshot<'_>) -> Result<Option<Damage>, StoreError> {
    let query = "SELECT by_event FROM erased WHERE NOT EXISTS (SELECT 1 FROM audit_events e \
                 WHERE e.seq = by_event AND e.kind IN (?, ?)) LIMIT 1";
    let query = sqlx::query_scalar(query).bind(KINDS[0]).bind(KINDS[1]);
    let seq: Option<i64> = query.fetch_optional(snapshot.db()).await?;
    Ok(seq.map(|seq| Damage::ErasureChanged { seq }))
}

/// The decisions of a page whose texts went, and with them what told their contents apart.
pub(super) async fn concerned(
    snapshot: &mut Snapshot<'_>,
    decisions: Span<&str>,
) -> Result<BTreeSet<String>, StoreError> {
    let select = "SELECT DISTINCT e.decision_id FROM audit_events e \
                  JOIN erased x ON x.event_seq = e.seq AND x.name <> 'operator'";
    let mut query = decisions.rows(select, "e.decision_id");
    let ids = query.build_query_scalar().fetch_all(snapshot.db()).await?;
    Ok(ids.into_iter().collect())
}
