//! Where the audit begins against the event that says which events went.

use super::super::{Root, StoreError, audit};
use super::Damage;
use super::snapshot::Snapshot;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Whether the newest word about it is that events go up to the root, or beyond it while that is under way.
pub(super) async fn check(
    snapshot: &mut Snapshot<'_>,
    root: Option<&Root>,
    pruned: Option<&Value>,
) -> Result<Option<Damage>, StoreError> {
    let (root, told) = match (root, pruned) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Ok(Some(Damage::RootChanged { seq: 0 })),
        (Some(root), None) => return Ok(Some(Damage::RootChanged { seq: root.head.seq })),
        (Some(root), Some(told)) => (root, told),
    };
    let target = told["root"].as_i64().unwrap_or_default();
    let signed = root.checkpoint.as_ref().map(|line| hex::encode(Sha256::digest(line)));
    let expected = told["checkpoint"].as_str().filter(|_| root.head.seq == target);
    let hash = audit::hash_of(snapshot.db(), target).await?;
    let hash = hash.map(hex::encode);
    let holds = root.head.seq <= target
        && signed.as_deref() == expected
        && hash.is_some()
        && hash.as_deref() == told["hash"].as_str();
    Ok((!holds).then_some(Damage::RootChanged { seq: root.head.seq }))
}
