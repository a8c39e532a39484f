//! What the other tables hold of a page of decisions, read in one query each.

use super::super::StoreError;
use super::super::vault::FINGERPRINTS;
use super::erasures;
use super::snapshot::{Snapshot, Span};
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::{BTreeMap, BTreeSet};

/// What belongs to one decision, in the order it was written.
#[derive(Default)]
pub(super) struct Of {
    pub events: Vec<SqliteRow>,
    pub rules: Vec<SqliteRow>,
    /// The texts that tell what its contents can be told apart by.
    pub fingerprints: Vec<SqliteRow>,
    pub undos: Vec<SqliteRow>,
    pub restored: Vec<SqliteRow>,
    /// Its texts went.
    pub erased: bool,
}

/// What belongs to the decisions of a page, by their ids.
pub(super) struct Belongings {
    of: BTreeMap<String, Of>,
    erased: BTreeSet<String>,
}

impl Belongings {
    pub async fn read(snapshot: &mut Snapshot<'_>, page: Span<&str>) -> Result<Self, StoreError> {
        // Schemas before 7 know no categories, and events of that time tell none.
        let category = if snapshot.schema >= 7 { "category" } else { "NULL AS category" };
        let rules = format!("SELECT decision_id, rule, created_at, {category} FROM decision_rules");
        let digests = format!(" AND name = '{FINGERPRINTS}' ORDER BY decision_id, event_seq");
        let erased = erasures::concerned(snapshot, page).await?;
        let mut all = Self { of: BTreeMap::new(), erased };
        let select = "SELECT decision_id, seq, at, kind, data FROM audit_events";
        all.add(snapshot, page, select, " ORDER BY decision_id, seq", |of| &mut of.events).await?;
        all.add(snapshot, page, &rules, " ORDER BY decision_id, rule", |of| &mut of.rules).await?;
        let select = "SELECT decision_id, event_seq, content FROM texts";
        all.add(snapshot, page, select, &digests, |of| &mut of.fingerprints).await?;
        let select = "SELECT * FROM undos";
        all.add(snapshot, page, select, "", |of| &mut of.undos).await?;
        let select = "SELECT * FROM (SELECT u.decision_id, r.* FROM undos u JOIN restored r ON r.undo_id = u.id)";
        all.add(snapshot, page, select, "", |of| &mut of.restored).await?;
        Ok(all)
    }

    async fn add(
        &mut self,
        snapshot: &mut Snapshot<'_>,
        page: Span<&str>,
        select: &str,
        rest: &str,
        place: impl Fn(&mut Of) -> &mut Vec<SqliteRow>,
    ) -> Result<(), StoreError> {
        let mut query = page.rows(select, "decision_id");
        for row in query.push(rest).build().fetch_all(snapshot.db()).await? {
            let id = row.try_get("decision_id")?;
            place(self.of.entry(id).or_default()).push(row);
        }
        Ok(())
    }

    /// What belongs to this decision.
    pub fn take(&mut self, id: &str) -> Of {
        Of { erased: self.erased.contains(id), ..self.of.remove(id).unwrap_or_default() }
    }

    /// A decision that is not there, of those that something belongs to still. Once events are gone (`pruned`), later
    /// ones may be about a decision that went with them; not its plan.
    pub fn stray(self, pruned: bool) -> Result<Option<String>, StoreError> {
        for (id, of) in self.of {
            // Texts are another matter: each was compared with its event, and of what was erased nothing is left.
            if of.rules.is_empty() && of.undos.is_empty() && of.events.is_empty() {
                continue;
            }
            let mut gone = pruned && of.rules.is_empty() && of.undos.is_empty();
            for event in &of.events {
                let data: Value = serde_json::from_str(event.try_get("data")?).unwrap_or_default();
                gone &= data["sdk_app_id"].is_null();
            }
            if !gone {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}
