//! What a look leaves in the audit: who searched for what, saw whose words, took what away, and verified.
//!
//! Promise: it is on disk before anything is shown; where it cannot be written, nothing is shown.

use super::asked::Asked;
use super::problem::Problem;
use crate::proof::Tally;
use crate::store::{Event, Verified};
use serde_json::json;

/// A search, by the names of its filters; what they are is a text.
pub async fn queried(asked: &Asked, what: &str) -> Result<(), Problem> {
    let query = asked.given.filters();
    let names: Vec<_> = query.keys().collect();
    let data = json!({ "what": what, "filters": names });
    let query = (!query.is_empty()).then(|| json!(query).to_string());
    leave(asked, Event::new("audit.queried", None, data).text("query", query)).await
}

/// One decision that was looked at without its texts.
pub async fn looked_at(asked: &Asked, id: &str) -> Result<(), Problem> {
    let data = json!({ "what": "show", "filters": [] });
    leave(asked, Event::new("audit.queried", Some(id.to_owned()), data)).await
}

/// The texts of a decision, about to be shown.
pub async fn revealed(asked: &Asked, id: &str, reason: Option<&str>) -> Result<(), Problem> {
    let event = Event::new("audit.revealed", Some(id.to_owned()), json!({}));
    leave(asked, event.text("reason", reason)).await
}

/// An export whose last row is on its way.
pub async fn exported(asked: &Asked, format: &str, tally: &Tally) -> Result<(), Problem> {
    let data = json!({ "format": format, "rows": tally.rows, "sha256": tally.sha256 });
    leave(asked, Event::new("audit.exported", None, data)).await
}

/// A sound audit. To one that is not, nothing is added.
pub async fn verified(asked: &Asked, sound: &Verified) -> Result<(), Problem> {
    let data = json!({ "events": sound.events, "head": sound.head });
    leave(asked, Event::new("audit.verified", None, data)).await
}

async fn leave(asked: &Asked, event: Event) -> Result<(), Problem> {
    let event = event.text("by", Some(&asked.caller.name));
    Ok(asked.console.parts.store.record(event).await?)
}
