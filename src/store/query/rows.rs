//! A decision as a row of a list, and who is named in it.

use super::time;
use crate::store::texts::stored;
use crate::store::{Reader, StoreError};
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;

/// A decision as everybody outside sees it.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionRow {
    pub id: String,
    /// RFC 3339 UTC.
    pub time: String,
    pub sdk_app_id: u64,
    pub group_id: String,
    pub topic_id: Option<String>,
    pub msg_seq: Option<u64>,
    pub revision: i64,
    pub sender: Option<String>,
    pub editor: Option<String>,
    pub rules: Vec<String>,
    pub severity: &'static str,
    pub verdict: String,
    pub outcome: String,
    pub cause: Option<String>,
    pub error_code: Option<i64>,
    pub attempts: i64,
    pub source: String,
    pub ruleset: String,
    /// The app's name when the decision was made.
    pub app: String,
    /// Who sent it in the sender's name, where the platform told.
    pub operator: Option<String>,
    /// Of its rules, each once.
    pub categories: Vec<String>,
}

/// The names of the lanes, in the order of `decisions.severity`.
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];
/// The first schema that tells categories, and finds people in the order of lists.
pub(super) const WITH_SEARCH: i64 = 7;

impl Reader {
    /// The columns that a [`DecisionRow`] is made of, of `decisions d`.
    pub(super) fn columns(&self) -> String {
        let categories = match self.schema >= WITH_SEARCH {
            true => {
                "(SELECT json_group_array(category) FROM (SELECT DISTINCT category FROM decision_rules r \
                 WHERE r.decision_id = d.id AND category IS NOT NULL ORDER BY category))"
            }
            false => "'[]'",
        };
        format!(
            "SELECT d.*, (SELECT json_group_array(rule) FROM (SELECT rule FROM decision_rules r \
             WHERE r.decision_id = d.id ORDER BY rule)) AS rules, {categories} AS categories"
        )
    }

    /// The rows with the people who are named in them.
    pub(super) async fn decisions(
        &self,
        rows: &[SqliteRow],
    ) -> Result<Vec<DecisionRow>, StoreError> {
        let mut decisions: Vec<_> = rows.iter().map(decision).collect::<sqlx::Result<_>>()?;
        let ids: Vec<_> = decisions.iter().map(|decision| decision.id.as_str()).collect();
        let mut people = self.people(&ids).await?;
        for decision in &mut decisions {
            let mut name = |name: &str| people.remove(&(decision.id.clone(), name.to_owned()));
            decision.sender = name("sender");
            decision.editor = name("editor");
            decision.operator = name("operator");
        }
        Ok(decisions)
    }

    /// The accounts by decision and name; the last one that was learned counts.
    async fn people(&self, ids: &[&str]) -> Result<HashMap<(String, String), String>, StoreError> {
        let query = "SELECT decision_id, name, event_seq, content FROM texts WHERE decision_id IN \
                     (SELECT value FROM json_each(?)) AND name IN ('sender', 'editor', 'operator') \
                     ORDER BY event_seq";
        let query = sqlx::query(query).bind(serde_json::json!(ids).to_string());
        let person = |row: &SqliteRow| {
            let name: String = row.try_get("name")?;
            let text = stored(row, "content")?;
            let account = self.vault.open(row.try_get("event_seq")?, &name, text)?;
            Ok(((row.try_get("decision_id")?, name), account))
        };
        let rows = query.fetch_all(&self.reads).await?;
        rows.iter().map(person).collect()
    }
}

fn decision(row: &SqliteRow) -> sqlx::Result<DecisionRow> {
    let topic: String = row.try_get("topic_id")?;
    let lane = row.try_get::<i64, _>("severity")?;
    let names = |column: &str| {
        let names: &str = row.try_get(column)?;
        serde_json::from_str(names).map_err(|error| sqlx::Error::Decode(error.into()))
    };
    Ok(DecisionRow {
        id: row.try_get("id")?,
        time: time(row.try_get("created_at")?),
        sdk_app_id: row.try_get::<i64, _>("sdk_app_id")? as u64,
        group_id: row.try_get("group_id")?,
        topic_id: Some(topic).filter(|topic| !topic.is_empty()),
        msg_seq: row.try_get::<Option<i64>, _>("msg_seq")?.map(|seq| seq as u64),
        revision: row.try_get("revision")?,
        sender: None,
        editor: None,
        rules: names("rules")?,
        severity: SEVERITIES[usize::try_from(lane).unwrap_or(0).min(SEVERITIES.len() - 1)],
        verdict: row.try_get("verdict")?,
        outcome: row.try_get("outcome")?,
        cause: row.try_get("cause")?,
        error_code: row.try_get("error_code")?,
        attempts: row.try_get("attempts")?,
        source: row.try_get("source")?,
        ruleset: row.try_get("ruleset")?,
        app: row.try_get("app")?,
        operator: None,
        categories: names("categories")?,
    })
}
