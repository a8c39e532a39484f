//! Verification: recomputes the whole chain from a database and names the first thing that is not as it was written.
//!
//! Reads only. Promise: it needs nothing but the file, and constant memory; beside a service that writes it judges one
//! moment of it.

mod damage;
mod decisions;
mod erasures;
mod fingerprints;
mod holds;
mod replay;
mod root;
mod row;
mod rulesets;
mod snapshot;
mod texts;
mod tokens;
mod undo;
mod walk;

pub use damage::Damage;

use super::{Reader, Root, StoreError};
use damage::Halt;
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

/// Perhaps somebody knows.
impl<W: Witness> Witness for Option<W> {
    fn begin(&mut self, root: &Root) -> Result<(), String> {
        self.as_mut().map_or(Ok(()), |witness| witness.begin(root))
    }

    fn see(&mut self, seq: i64, hash: &[u8; 32]) -> Result<(), String> {
        self.as_mut().map_or(Ok(()), |witness| witness.see(seq, hash))
    }

    fn end(&mut self, last: i64) -> Result<(), String> {
        self.as_mut().map_or(Ok(()), |witness| witness.end(last))
    }
}

/// Recomputes everything; `Ok(Err(damage))` names the first thing that is wrong.
///
/// `ruleset_hash` gives the hash of a kept rule set's files (a JSON object of names and texts). `witness` is shown
/// each event whose chain holds, and the end, and is given back; what it knows must be older than this call. It works on
/// a thread of its own, and ends early when nobody waits for it any more.
///
/// # Errors
/// When the database cannot be read at all.
pub async fn verify<W: Witness + Send + 'static>(
    reader: &Reader,
    ruleset_hash: fn(&str) -> Option<String>,
    mut witness: W,
) -> Result<(Result<Verified, Damage>, W), StoreError> {
    // Whoever holds the database may make even this wait.
    let opening = reader.clone();
    let opened = tokio::task::spawn_blocking(move || Snapshot::of(&opening));
    let snapshot = opened.await.map_err(|_| StoreError::Stopped)??;
    let _until_dropped = Interrupt(snapshot.interrupt());
    let (file, at_rest) = (reader.file.clone(), reader.at_rest);
    let looked = tokio::task::spawn_blocking(move || {
        let found = look(&snapshot, ruleset_hash, &mut witness);
        // Read as a file at rest, it fits together only while it rests.
        let was_woken = at_rest && super::beside(&file, "-wal").exists();
        match found {
            Ok(sound) => Ok((Ok(sound), witness)),
            Err(_) if was_woken => Err(StoreError::Woken),
            Err(Halt::Damage(damage)) => Ok((Err(damage), witness)),
            Err(Halt::Failed(error)) => Err(error),
        }
    });
    looked.await.map_err(|_| StoreError::Stopped)?
}

/// Ends a look that nobody waits for.
struct Interrupt(rusqlite::InterruptHandle);

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.0.interrupt();
    }
}

/// The chain first, then what is kept beside it against what it tells.
fn look(
    snapshot: &Snapshot,
    ruleset_hash: fn(&str) -> Option<String>,
    witness: &mut impl Witness,
) -> Result<Verified, Halt> {
    let root = root::read(snapshot)?;
    let (verified, untimely) = walk::check(snapshot, root.as_ref(), witness)?;
    let told = root::told(snapshot)?;
    root::check(snapshot, root.as_ref(), told.as_ref())?;
    let pruned = told.unwrap_or_default();
    erasures::strays(snapshot)?;
    decisions::strays(snapshot, root.is_some())?;
    decisions::check(snapshot)?;
    untimely.map_or(Ok(()), Err)?;
    undo::strays(snapshot)?;
    holds::check(snapshot)?;
    tokens::check(snapshot, &pruned)?;
    rulesets::check(snapshot, &pruned, ruleset_hash)?;
    Ok(verified)
}
