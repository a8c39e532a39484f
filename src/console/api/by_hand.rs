//! Mask and recall by hand: one message that somebody reported.

use super::asked::Asked;
use super::parameters::*;
use super::problem::{Code, Problem};
use super::reply::Reply;
use crate::acts::by_hand::{Reported, Undecided};
use crate::message::MessageKey;
use serde_json::json;

pub async fn decide(asked: Asked, recall: bool) -> Result<Reply, Problem> {
    let (desk, given) = (asked.desk()?, &asked.given);
    let key = MessageKey {
        sdk_app_id: asked.console.app(&desk.app).unwrap_or_default(),
        group_id: given.text(GROUP).unwrap_or_default().to_owned(),
        topic_id: given.text(TOPIC).map(str::to_owned),
        seq: given.number(SEQ).and_then(|seq| u64::try_from(seq).ok()),
    };
    let reason = given.text(REASON).unwrap_or_default().to_owned();
    let by = Some(asked.caller.name.clone());
    let decided = desk.decide(Reported { key, recall, reason, by }).await?;
    Reply::json(&json!({
        "id": decided.id, "outcome": decided.outcome.as_str(),
        "cause": decided.cause.map(|cause| cause.as_str()),
    }))
}

impl From<Undecided> for Problem {
    fn from(why: Undecided) -> Self {
        match why {
            Undecided::NoMessage => Self::not_found("message any more"),
            Undecided::Platform(_) => {
                Self::new(Code::PlatformUnavailable, "the platform did not show the message")
            }
            Undecided::Store(error) => error.into(),
        }
    }
}
