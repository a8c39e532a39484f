//! Verification: recomputes the whole audit beside the running service.

use super::asked::Asked;
use super::problem::{Code, Problem};
use super::reply::Reply;
use super::trace;
use crate::console::Evidence;
use crate::proof::{Checkpoints, PublicKey};
use crate::rulebook::kept_hash;
use crate::store::{Damage, Reader, StoreError, Verified, verify as recompute};
use serde_json::{Value, json};

pub async fn verify(asked: Asked) -> Result<Reply, Problem> {
    let Ok(_alone) = asked.console.verifying.try_lock() else {
        return Err(Problem::new(
            Code::Busy,
            "a verification is under way; ask again when it ended",
        ));
    };
    let evidence = asked.console.parts.evidence.as_ref();
    let found = look(asked.reader(), evidence).await?;
    if let Ok(sound) = &found.audit {
        trace::verified(&asked, sound).await?;
    }
    let sound = found.audit.as_ref().ok();
    let damage = found.audit.as_ref().err().map(ToString::to_string);
    Reply::json(&json!({
        "sound": damage.is_none(), "events": sound.map(|sound| sound.events), "head": sound.map(|sound| &sound.head),
        "begins_after": sound.and_then(|sound| sound.root.as_ref()).map(|root| root.head.seq), "damage": damage,
        "checkpoints": found.checkpoints,
    }))
}

/// What one look found.
struct Found {
    audit: Result<Verified, Damage>,
    /// What the checkpoints cover; `null` where there are none to compare with.
    checkpoints: Value,
}

async fn look(reader: &Reader, evidence: Option<&Evidence>) -> Result<Found, StoreError> {
    let Some(mut witness) = evidence.and_then(checkpoints) else {
        let audit = recompute(reader, kept_hash, &mut ()).await?;
        return Ok(Found { audit, checkpoints: Value::Null });
    };
    let audit = recompute(reader, kept_hash, &mut witness).await?;
    let summary = witness.summary();
    let checkpoints = json!({ "agree": summary.checkpoints, "covered": summary.covered });
    Ok(Found { audit, checkpoints })
}

/// The signed checkpoints, where file and key can be read.
fn checkpoints(evidence: &Evidence) -> Option<Checkpoints> {
    let key = PublicKey::read(&evidence.public_key.display().to_string()).ok()?;
    Checkpoints::open(&evidence.checkpoints, vec![key]).ok()
}
