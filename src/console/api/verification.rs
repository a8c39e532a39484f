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

/// Looks before something that changes under our eyes is called damage.
const LOOKS: usize = 4;

pub async fn verify(asked: Asked) -> Result<Reply, Problem> {
    let Ok(_alone) = asked.console.verifying.try_lock() else {
        return Err(Problem::new(
            Code::Busy,
            "a verification is under way; ask again when it ended",
        ));
    };
    let evidence = asked.console.parts.evidence.as_ref();
    let mut found = look(asked.reader(), evidence).await?;
    for _ in 1..LOOKS {
        // The service writes meanwhile: only damage that is found twice in the same place is damage.
        let Err(damage) = &found.audit else { break };
        let again = look(asked.reader(), evidence).await?;
        let same = again.audit.as_ref() == Err(damage);
        found = again;
        if same {
            break;
        }
    }
    if let Ok(sound) = &found.audit {
        trace::verified(&asked, sound).await?;
    }
    let (events, root, head, damage) = match found.audit {
        Ok(Verified { events, root, head, .. }) => {
            (Some(events), root.map(|root| root.head.seq), Some(head), None)
        }
        Err(damage) => (None, None, None, Some(damage.to_string())),
    };
    Reply::json(&json!({
        "sound": damage.is_none(), "events": events, "from_checkpoint": root, "head": head, "damage": damage,
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
