//! The fingerprints in a decision's row against the texts that tell them, and where none does against its contents.

use super::super::vault::{FINGERPRINTS, Stored};
use super::damage::Halt;
use super::decisions::Told;
use super::row::{DIGESTS, DecisionRow};
use super::snapshot::{Columns, Snapshot};
use super::{erasures, undo};
use crate::message::{Content, TextKeys};
use serde_json::{Map, Value};

/// The first fingerprint that is not as it was written.
pub(super) fn difference(
    snapshot: &Snapshot,
    decision: &DecisionRow<'_>,
    events: &[Told],
) -> Result<Option<&'static str>, Halt> {
    let told = match told(snapshot, decision.id, events)? {
        // What tells them is the first to go with the texts.
        told if told.is_empty() && erasures::concern(snapshot, decision.id)? => blank(),
        told => told,
    };
    for name in DIGESTS {
        let found = decision.text(name);
        let holds = match told.get(name) {
            Some(expected) => found == expected.as_str(),
            None => follows(snapshot, decision.id, name, found)?,
        };
        if !holds {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// What is left when the texts of a decision went.
fn blank() -> Map<String, Value> {
    let blank = [("digest", ""), ("body_digest", "")].map(|(name, none)| (name, none.into()));
    let null = ["written_digest", "restored_digest"].map(|name| (name, Value::Null));
    blank.into_iter().chain(null).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What the texts beside a decision's events tell, the newest word last.
fn told(snapshot: &Snapshot, id: &str, events: &[Told]) -> Result<Map<String, Value>, Halt> {
    let mut query = snapshot.query(
        "SELECT event_seq, content FROM texts WHERE decision_id = ? AND name = ? ORDER BY event_seq",
    )?;
    let mut texts = query.query((id, FINGERPRINTS))?;
    let mut next = texts.next()?;
    let (mut told, mut given_back) = (Map::new(), false);
    for Told { seq, kind, .. } in events {
        given_back |= kind == "decision.undone";
        if kind == "undo.refused" && !given_back && told.contains_key("restored_digest") {
            told.insert("restored_digest".into(), Value::Null);
        }
        let Some(text) = next.filter(|text| text.number(0) == Some(*seq)) else { continue };
        let content = text.text(1).unwrap_or_default();
        if let Ok(Value::Object(fingerprints)) = serde_json::from_str(content) {
            told.extend(fingerprints);
        }
        next = texts.next()?;
    }
    Ok(told)
}

/// Whether a digest that no text tells is that of the contents, as far as these were stored as they are.
fn follows(snapshot: &Snapshot, id: &str, name: &str, found: Option<&str>) -> Result<bool, Halt> {
    let content = |name| content(snapshot, id, name);
    let is = |content: Option<Content>, digest: fn(&Content) -> String| {
        content.is_none_or(|content| found == Some(digest(&content).as_str()))
    };
    Ok(match (name, found) {
        ("digest", _) => is(content("original")?, Content::digest),
        ("body_digest", _) => is(content("original")?, Content::body_digest),
        ("written_digest", _) => is(content("rewritten")?, Content::body_digest),
        (_, None) => true,
        (_, Some(found)) => {
            // What was given back is the original, or what is told to be left of the rewrite.
            let kept = [content("original")?, content("restored")?];
            let mut kept = kept.into_iter().flatten().peekable();
            let known = kept.peek().is_none() || kept.any(|kept| found == kept.body_digest());
            known && undo::any(snapshot, id)?
        }
    })
}

/// The newest content of this name that is stored as it is.
fn content(snapshot: &Snapshot, id: &str, name: &str) -> Result<Option<Content>, Halt> {
    let query = "SELECT content FROM texts WHERE decision_id = ? AND name = ? \
                 ORDER BY event_seq DESC LIMIT 1";
    let stored = snapshot.first(query, (id, name), |row| Ok(row.stored(0)))?.flatten();
    Ok(stored.and_then(|stored| match stored {
        Stored::Plain(text) => Content::from_record(&text, &TextKeys::default()).ok(),
        Stored::Sealed(_) => None,
    }))
}
