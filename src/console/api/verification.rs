//! Verification: recomputes the whole audit beside the running service.

use super::asked::Asked;
use super::problem::{Code, Problem};
use super::reply::Reply;
use super::trace;
use crate::proof::Evidence;
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
    let witness = evidence.and_then(Evidence::witness);
    let (audit, witness) = recompute(reader, kept_hash, witness).await?;
    let told = witness.map(|witness| {
        let summary = witness.summary();
        json!({ "agree": summary.checkpoints, "covered": summary.covered })
    });
    Ok(Found { audit, checkpoints: told.unwrap_or_default() })
}
