//! What the brake holds back, and letting a rule act again.

use crate::store::{BrakeOp, BrakeRow, Reader, Store, StoreError};
use serde_json::{Value, json};

/// A rule that is held back in an app.
#[derive(Debug, Clone)]
pub struct Held {
    pub row: BrakeRow,
    /// Decisions that wait for its release.
    pub withheld: i64,
}

impl Held {
    /// Since when, RFC 3339 UTC.
    pub fn since(&self) -> String {
        super::token::moment(self.row.tripped_at.unwrap_or(0))
    }

    /// As programs read it.
    pub fn shown(&self) -> Value {
        let BrakeRow { rule, app, sdk_app_id, reason, .. } = &self.row;
        json!({
            "rule": rule, "app": app, "sdk_app_id": sdk_app_id, "since": self.since(), "reason": reason,
            "withheld": self.withheld,
        })
    }
}

/// Everything that is held back.
///
/// # Errors
/// When the database is not available.
pub async fn held(reader: &Reader) -> Result<Vec<Held>, StoreError> {
    let waiting = reader.withheld().await?;
    let rows = reader.brakes().await?.into_iter().filter(|row| row.tripped_at.is_some());
    let held = rows.map(|row| {
        let withheld = waiting.get(&(row.rule.clone(), row.sdk_app_id)).copied().unwrap_or(0);
        Held { row, withheld }
    });
    Ok(held.collect())
}

/// Lets a rule act again wherever `is_meant` says so; each app's name, and whether the rule was held back there. Empty
/// where the brake knows nothing of the rule.
///
/// # Errors
/// When it is not on disk.
pub async fn release(
    store: &Store,
    rule: &str,
    is_meant: impl Fn(&BrakeRow) -> bool,
    by: Option<&str>,
) -> Result<Vec<(String, bool)>, StoreError> {
    let mut done = Vec::new();
    for row in store.reader().brakes().await? {
        if row.rule == rule && is_meant(&row) {
            let by = by.map(str::to_owned);
            let op = BrakeOp::Release { rule: row.rule, sdk_app_id: Some(row.sdk_app_id), by };
            done.push((row.app, store.brake(op).await?));
        }
    }
    Ok(done)
}
