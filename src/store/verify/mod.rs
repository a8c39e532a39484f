//! Verification: recomputes the whole chain from a database and names the first thing that is not as it was written.
//!
//! Reads only. Promise: it needs nothing but the file, and constant memory; beside a service that writes it judges one
//! moment of it.

mod belongings;
mod damage;
mod decisions;
mod erasures;
mod fingerprints;
mod holds;
mod replay;
mod root;
mod rulesets;
mod snapshot;
mod texts;
mod tokens;
mod undo;
mod walk;

pub use damage::Damage;

use super::{Reader, Root, StoreError, root as beginning};
use serde_json::Value;
use snapshot::Snapshot;

/// What a sound audit says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub events: i64,
    /// The last event's number.
    pub last: i64,
    /// Where it begins, once its oldest events are gone.
    pub root: Option<Root>,
    /// The last event's hash in hex: keep it elsewhere, and a shortened log cannot hide.
    pub head: String,
}

/// Somebody who knows of the events from elsewhere and is shown them in their order.
pub trait Witness {
    /// The events up to this one are gone.
    ///
    /// # Errors
    /// What the witness objects to.
    fn begin(&mut self, root: &Root) -> Result<(), String>;

    /// An event whose chain holds up to here.
    ///
    /// # Errors
    /// What the witness objects to.
    fn see(&mut self, seq: i64, hash: &[u8; 32]) -> Result<(), String>;

    /// There is no event after this one.
    ///
    /// # Errors
    /// What the witness objects to.
    fn end(&mut self, last: i64) -> Result<(), String>;
}

/// Nobody knows of the events from elsewhere.
impl Witness for () {
    fn begin(&mut self, _: &Root) -> Result<(), String> {
        Ok(())
    }

    fn see(&mut self, _: i64, _: &[u8; 32]) -> Result<(), String> {
        Ok(())
    }

    fn end(&mut self, _: i64) -> Result<(), String> {
        Ok(())
    }
}

/// Recomputes everything; `Ok(Err(damage))` names the first thing that is wrong.
///
/// `ruleset_hash` gives the hash of a kept rule set's files (a JSON object of names and texts). `witness` is shown
/// each event whose chain holds, and the end; what it knows must be older than this call.
///
/// # Errors
/// When the database cannot be read at all.
pub async fn verify(
    reader: &Reader,
    ruleset_hash: impl Fn(&str) -> Option<String>,
    witness: &mut impl Witness,
) -> Result<Result<Verified, Damage>, StoreError> {
    let mut snapshot = Snapshot::of(reader).await?;
    let found = look(&mut snapshot, ruleset_hash, witness).await;
    match found {
        Ok(Ok(sound)) => Ok(Ok(sound)),
        // Read as a file at rest, it fits together only while it rests.
        _ if reader.was_woken() => Err(StoreError::Woken),
        found => found,
    }
}

async fn look(
    snapshot: &mut Snapshot<'_>,
    ruleset_hash: impl Fn(&str) -> Option<String>,
    witness: &mut impl Witness,
) -> Result<Result<Verified, Damage>, StoreError> {
    let root = beginning::root_or_none(snapshot.db()).await?;
    let verified = match walk::check(snapshot, root.as_ref(), witness).await? {
        Ok(verified) => verified,
        Err(damage) => return Ok(Err(damage)),
    };
    let damage = check_state(snapshot, root.as_ref(), ruleset_hash).await?;
    Ok(damage.map_or(Ok(verified), Err))
}

/// What is kept beside the chain against what the chain tells of it.
async fn check_state(
    snapshot: &mut Snapshot<'_>,
    root: Option<&Root>,
    ruleset_hash: impl Fn(&str) -> Option<String>,
) -> Result<Option<Damage>, StoreError> {
    let pruned = pruned(snapshot).await?;
    if let Some(damage) = root::check(snapshot, root, pruned.as_ref()).await? {
        return Ok(Some(damage));
    }
    let pruned = pruned.unwrap_or_default();
    if let Some(damage) = erasures::strays(snapshot).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = decisions::check(snapshot, root.is_some()).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = undo::strays(snapshot).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = holds::check(snapshot).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = tokens::check(snapshot, &pruned).await? {
        return Ok(Some(damage));
    }
    rulesets::check(snapshot, &pruned, ruleset_hash).await
}

/// What the newest word about events that went says of them.
async fn pruned(snapshot: &mut Snapshot<'_>) -> Result<Option<Value>, StoreError> {
    let query = "SELECT data FROM audit_events WHERE decision_id IS NULL AND kind = 'events.pruned' \
                 ORDER BY seq DESC LIMIT 1";
    let told: Option<String> = sqlx::query_scalar(query).fetch_optional(snapshot.db()).await?;
    Ok(told.map(|told| serde_json::from_str(&told).unwrap_or_default()))
}
