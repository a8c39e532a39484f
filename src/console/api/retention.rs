//! Retention: what is over its time and goes with the next run.

use super::asked::Asked;
use super::problem::{Code, Problem};
use super::reply::Reply;
use crate::retention::RetentionError;
use serde_json::json;

pub async fn look(asked: Asked) -> Result<Reply, Problem> {
    let keeper = &asked.console.parts.keeper;
    let (outdated, events) = keeper.look().await?;
    Reply::json(&json!({
        "retain_texts_s": keeper.retain_texts.as_secs(), "retain_events_s": keeper.retain_events.as_secs(),
        "texts": outdated.texts, "decisions": outdated.decisions, "events": events,
    }))
}

/// What is wrong with the checkpoints is for the log.
impl From<RetentionError> for Problem {
    fn from(error: RetentionError) -> Self {
        match error {
            RetentionError::Store(error) => error.into(),
            other => {
                tracing::warn!(error = %other, "the API could not be served");
                Self::new(Code::Unavailable, "the checkpoints do not allow it; see the log")
            }
        }
    }
}
