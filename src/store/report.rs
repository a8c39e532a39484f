//! What a report counts: each decision of a time with its rules, its end, and how long its rewrite took.

use super::{Reader, StoreError};
use futures_util::{Stream, TryStreamExt};
use sqlx::Row;

/// A decision as a report sees it.
#[derive(Debug, Clone)]
pub struct Judged {
    pub outcome: String,
    /// The rule set of that time, by its hash.
    pub ruleset: String,
    pub rules: Vec<String>,
    /// From the decision to the accepted rewrite, in ms; `None` where nothing was rewritten.
    pub took: Option<i64>,
    /// A person had all of it, or what one rule did, given back.
    pub given_back: bool,
}

const JUDGED: &str = "SELECT d.outcome, d.ruleset, d.created_at, \
    (SELECT json_group_array(rule) FROM decision_rules r WHERE r.decision_id = d.id) AS rules, \
    (SELECT min(at) FROM audit_events e WHERE e.decision_id = d.id AND e.kind = 'decision.applied') AS applied_at, \
    EXISTS (SELECT 1 FROM undos u WHERE u.decision_id = d.id AND u.state = 'done') AS given_back \
    FROM decisions d WHERE d.created_at >= ? AND d.created_at < ? ORDER BY d.created_at";

impl Reader {
    /// Decisions from `since` until before `until` (Unix ms), as a stream in constant memory.
    pub fn judged(
        &self,
        since: i64,
        until: i64,
    ) -> impl Stream<Item = Result<Judged, StoreError>> + '_ {
        let rows = sqlx::query(JUDGED).bind(since).bind(until).fetch(&self.reads);
        rows.and_then(async |row| {
            let rules: String = row.try_get("rules")?;
            let applied_at: Option<i64> = row.try_get("applied_at")?;
            let created_at: i64 = row.try_get("created_at")?;
            Ok(Judged {
                outcome: row.try_get("outcome")?,
                ruleset: row.try_get("ruleset")?,
                rules: serde_json::from_str(&rules)
                    .map_err(|error| sqlx::Error::Decode(error.into()))?,
                took: applied_at.map(|at| (at - created_at).max(0)),
                given_back: row.try_get("given_back")?,
            })
        })
        .map_err(StoreError::from)
    }
}
