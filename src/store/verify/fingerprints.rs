//! The fingerprints in a decision's row against the texts that tell them, and where none does against its contents.

use super::super::{StoreError, texts};
use super::belongings::Of;
use super::snapshot::Snapshot;
use super::undo;
use crate::message::{Content, TextKeys};
use serde_json::{Map, Value};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// The first fingerprint that is not as it was written.
pub(super) async fn differ(
    snapshot: &mut Snapshot<'_>,
    row: &SqliteRow,
    of: &Of,
) -> Result<Option<String>, StoreError> {
    let told = match told(of)? {
        // What tells them is the first to go with the texts.
        told if told.is_empty() && of.erased => blank(),
        told => told,
    };
    for name in ["digest", "body_digest", "written_digest", "restored_digest"] {
        let found = column(row, name);
        let holds = match told.get(name) {
            Some(expected) => found.as_deref() == expected.as_str(),
            None => follows(snapshot, row.try_get("id")?, name, found.as_deref()).await?,
        };
        if !holds {
            return Ok(Some(name.to_owned()));
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

/// A column that a copy from before it may lack.
fn column(row: &SqliteRow, name: &str) -> Option<String> {
    row.try_get::<Option<String>, _>(name).ok().flatten()
}

/// What the texts beside a decision's events tell, the newest word last.
fn told(of: &Of) -> Result<Map<String, Value>, StoreError> {
    let mut rows = of.fingerprints.iter().peekable();
    let (mut told, mut given_back) = (Map::new(), false);
    for event in &of.events {
        let (seq, kind): (i64, &str) = (event.try_get("seq")?, event.try_get("kind")?);
        given_back |= kind == "decision.undone";
        if kind == "undo.refused" && !given_back && told.contains_key("restored_digest") {
            told.insert("restored_digest".into(), Value::Null);
        }
        let Some(row) = rows.next_if(|row| row.try_get("event_seq").ok() == Some(seq)) else {
            continue;
        };
        let content: &str = row.try_get("content")?;
        if let Ok(Value::Object(fingerprints)) = serde_json::from_str(content) {
            told.extend(fingerprints);
        }
    }
    Ok(told)
}

/// Whether a digest that no text tells is that of the contents, as far as these were stored as they are.
async fn follows(
    snapshot: &mut Snapshot<'_>,
    id: &str,
    name: &str,
    found: Option<&str>,
) -> Result<bool, StoreError> {
    let vault = snapshot.vault;
    let mut content = async |name| {
        let text = match texts::newest(snapshot.db(), vault, id, name).await {
            Err(StoreError::Sealed { .. }) => None,
            text => text?,
        };
        Ok::<_, StoreError>(
            text.and_then(|text| Content::from_record(&text, &TextKeys::default()).ok()),
        )
    };
    let is = |content: Option<Content>, digest: fn(&Content) -> String| {
        content.is_none_or(|content| found == Some(digest(&content).as_str()))
    };
    Ok(match (name, found) {
        ("digest", _) => is(content("original").await?, Content::digest),
        ("body_digest", _) => is(content("original").await?, Content::body_digest),
        ("written_digest", _) => is(content("rewritten").await?, Content::body_digest),
        (_, None) => true,
        (_, Some(_)) => {
            // What was given back is the original, or what is told to be left of the rewrite.
            let kept = [content("original").await?, content("restored").await?];
            let mut kept = kept.into_iter().flatten().peekable();
            let known =
                kept.peek().is_none() || kept.any(|kept| found == Some(&kept.body_digest()));
            known && undo::any(snapshot, id).await?
        }
    })
}
