//! Where the audit begins against the event that says which events went.

use super::super::Root;
use super::super::audit::Head;
use super::damage::{Damage, Halt};
use super::snapshot::{Columns, Snapshot};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Where the audit begins, once its oldest events are gone.
pub(super) fn read(snapshot: &Snapshot) -> Result<Option<Root>, Halt> {
    Ok(snapshot.first("SELECT seq, hash, checkpoint FROM root", [], |row| {
        let head = Head { seq: row.get(0)?, hash: row.get(1)? };
        Ok(Root { head, checkpoint: row.get(2)? })
    })?)
}

/// What the newest word about events that went says of them.
pub(super) fn told(snapshot: &Snapshot) -> Result<Option<Value>, Halt> {
    let query = "SELECT data FROM audit_events WHERE decision_id IS NULL AND kind = 'events.pruned' \
                 ORDER BY seq DESC LIMIT 1";
    let told = |row: &rusqlite::Row<'_>| Ok(row.text(0).map(serde_json::from_str));
    Ok(snapshot.first(query, [], told)?.map(|told| told.and_then(Result::ok).unwrap_or_default()))
}

/// Whether the newest word about it is that events go up to the root, or beyond it while that is under way.
pub(super) fn check(
    snapshot: &Snapshot,
    root: Option<&Root>,
    told: Option<&Value>,
) -> Result<(), Halt> {
    let (root, told) = match (root, told) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err(Damage::RootChanged { seq: 0 }.into()),
        (Some(root), None) => return Err(Damage::RootChanged { seq: root.head.seq }.into()),
        (Some(root), Some(told)) => (root, told),
    };
    let target = told["root"].as_i64().unwrap_or_default();
    let signed = root.checkpoint.as_ref().map(|line| hex::encode(Sha256::digest(line)));
    let expected = told["checkpoint"].as_str().filter(|_| root.head.seq == target);
    let query = "SELECT hash FROM audit_events WHERE seq = ?1 UNION ALL SELECT hash FROM root WHERE seq = ?1";
    let hash = snapshot.first(query, [target], |row| Ok(row.blob(0).map(hex::encode)))?.flatten();
    let holds = root.head.seq <= target
        && signed.as_deref() == expected
        && hash.is_some()
        && hash.as_deref() == told["hash"].as_str();
    if holds { Ok(()) } else { Err(Damage::RootChanged { seq: root.head.seq }.into()) }
}
