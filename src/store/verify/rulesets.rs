//! Kept rule sets against the events that loaded them, and against the hashes they are filed under.

use super::super::StoreError;
use super::Damage;
use super::snapshot::Snapshot;
use serde_json::Value;
use sqlx::Row;
use std::collections::BTreeMap;

/// The first rule set that is not the one an event tells of.
pub(super) async fn check(
    snapshot: &mut Snapshot<'_>,
    pruned: &Value,
    ruleset_hash: impl Fn(&str) -> Option<String>,
) -> Result<Option<Damage>, StoreError> {
    let mut told = told(snapshot, pruned).await?;
    let query = "SELECT hash, activated_at, files FROM rulesets";
    for row in sqlx::query(query).fetch_all(snapshot.db()).await? {
        let hash: String = row.try_get("hash")?;
        let Some(at) = told.remove(&hash) else {
            return Ok(Some(Damage::RulesetUnaccounted { hash }));
        };
        let same = row.try_get::<i64, _>("activated_at").ok() == Some(at);
        if !same || ruleset_hash(row.try_get("files")?).as_ref() != Some(&hash) {
            return Ok(Some(Damage::RulesetChanged { hash }));
        }
    }
    Ok(told.into_keys().next().map(|hash| Damage::RulesetUnaccounted { hash }))
}

/// When each rule set was loaded last (Unix ms): the one that was loaded last of all is what a restart falls back to.
async fn told(
    snapshot: &mut Snapshot<'_>,
    pruned: &Value,
) -> Result<BTreeMap<String, i64>, StoreError> {
    let of_gone = pruned["rulesets"].as_array().into_iter().flatten();
    let of_gone = of_gone.filter_map(|it| Some((it[0].as_str()?.to_owned(), it[1].as_i64()?)));
    let mut told: BTreeMap<_, _> = of_gone.collect();
    let query = "SELECT json_extract(data, '$.ruleset'), at FROM audit_events \
                 WHERE decision_id IS NULL AND kind = 'ruleset.loaded' ORDER BY seq";
    let loaded: Vec<(String, i64)> = sqlx::query_as(query).fetch_all(snapshot.db()).await?;
    told.extend(loaded);
    Ok(told)
}
