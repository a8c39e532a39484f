//! Kept rule sets against the events that loaded them, and against the hashes they are filed under.

use super::damage::{Damage, Halt};
use super::snapshot::{Columns, Snapshot};
use serde_json::Value;
use std::collections::BTreeMap;

/// The first rule set that is not the one an event tells of; of those whose events are gone, what `pruned` says.
pub(super) fn check(
    snapshot: &Snapshot,
    pruned: &Value,
    ruleset_hash: fn(&str) -> Option<String>,
) -> Result<(), Halt> {
    let mut told = told(snapshot, pruned)?;
    let mut query = snapshot.query("SELECT hash, activated_at, files FROM rulesets")?;
    let mut rulesets = query.query([])?;
    while let Some(row) = rulesets.next()? {
        let hash: String = row.get(0)?;
        let Some(at) = told.remove(&hash) else {
            return Err(Damage::RulesetUnaccounted { hash }.into());
        };
        let found = row.text(2).and_then(ruleset_hash);
        if row.number(1) != Some(at) || found.as_ref() != Some(&hash) {
            return Err(Damage::RulesetChanged { hash }.into());
        }
    }
    told.into_keys().next().map_or(Ok(()), |hash| Err(Damage::RulesetUnaccounted { hash }.into()))
}

/// When each rule set was loaded last (Unix ms): the one that was loaded last of all is what a restart falls back to.
fn told(snapshot: &Snapshot, pruned: &Value) -> Result<BTreeMap<String, i64>, Halt> {
    let of_gone = pruned["rulesets"].as_array().into_iter().flatten();
    let of_gone = of_gone.filter_map(|it| Some((it[0].as_str()?.to_owned(), it[1].as_i64()?)));
    let mut told: BTreeMap<_, _> = of_gone.collect();
    let mut query = snapshot.query(
        "SELECT json_extract(data, '$.ruleset'), at FROM audit_events \
         WHERE decision_id IS NULL AND kind = 'ruleset.loaded' ORDER BY seq",
    )?;
    for loaded in query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (hash, at) = loaded?;
        told.insert(hash, at);
    }
    Ok(told)
}
