//! The fingerprints in a decision's row against the texts that tell them, and where none does against its contents.

use super::super::vault::FINGERPRINTS;
use super::super::{Reader, StoreError};
use super::{erasures, undo};
use crate::message::{Content, TextKeys};
use serde_json::{Map, Value};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// The first fingerprint that is not as it was written.
pub(super) async fn differ(
    reader: &Reader,
    row: &SqliteRow,
    events: &[SqliteRow],
) -> Result<Option<String>, StoreError> {
    let id: String = row.try_get("id")?;
    let told = match erasures::concern(reader, &id).await? {
        true => blank(),
        false => told(reader, &id, events).await?,
    };
    for name in ["digest", "body_digest", "written_digest", "restored_digest"] {
        let found = column(row, name);
        let holds = match told.get(name) {
            Some(expected) => found.as_deref() == expected.as_str(),
            None => follows(reader, &id, name, found.as_deref()).await?,
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
async fn told(
    reader: &Reader,
    id: &str,
    events: &[SqliteRow],
) -> Result<Map<String, Value>, StoreError> {
    let query = "SELECT event_seq, content FROM texts WHERE decision_id = ? AND name = ? ORDER BY event_seq";
    let rows = sqlx::query(query).bind(id).bind(FINGERPRINTS).fetch_all(&reader.reads).await?;
    let mut rows = rows.iter().peekable();
    let (mut told, mut given_back) = (Map::new(), false);
    for event in events {
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
    reader: &Reader,
    id: &str,
    name: &str,
    found: Option<&str>,
) -> Result<bool, StoreError> {
    let content = async |name| {
        let text = match reader.text(id, name).await {
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
            known && undo::any(reader, id).await?
        }
    })
}
