//! Requests and answers as the platform spells them (`modify_group_msg`, EN-34971 `group_msg_get_simple`).
//!
//! Bodies travel as raw JSON text and are never re-serialised. Promise: what a message holds is sent and
//! read byte for byte; an answer that does not say what was asked is an error, never a success.

use super::{Change, Entry, Found, Gone, History, Stored};
use crate::message::{Content, Node, TextKeys, escape};

/// A request object, written member by member around raw values.
struct Request(String);

impl Request {
    fn to_group(group_id: &str, topic_id: Option<&str>) -> Self {
        let request = Self(format!("{{\"GroupId\":\"{}\"", escape(group_id)));
        match topic_id {
            Some(topic_id) => request.with("TopicId", &format!("\"{}\"", escape(topic_id))),
            None => request,
        }
    }

    fn with(mut self, name: &str, raw: &str) -> Self {
        self.0 += &format!(",\"{name}\":{raw}");
        self
    }

    fn with_some(self, name: &str, raw: Option<&str>) -> Self {
        match raw {
            Some(raw) => self.with(name, raw),
            None => self,
        }
    }

    fn end(self) -> String {
        self.0 + "}"
    }
}

pub(super) fn modify(group_id: &str, topic_id: Option<&str>, seq: u64, change: &Change) -> String {
    Request::to_group(group_id, topic_id)
        .with("MsgSeq", &seq.to_string())
        .with_some("MsgBody", change.body.as_deref())
        .with_some("CloudCustomData", change.custom.as_deref())
        .end()
}

pub(super) fn recall(group_id: &str, topic_id: Option<&str>, seq: u64) -> String {
    Request::to_group(group_id, topic_id)
        .with("MsgSeqList", &format!("[{{\"MsgSeq\":{seq}}}]"))
        .end()
}

/// The code of one message in the answer to a recall; `None` where the answer does not tell.
pub(super) fn recalled(answer: &str, seq: u64) -> Option<i64> {
    let list = Node::parse(answer).ok()?.get("RecallRetList")?;
    let ours = list.items().find(|item| {
        let found = item.get("MsgSeq").and_then(|node| node.scalar());
        found.is_some_and(|found| found == seq.to_string())
    });
    ours?.get("RetCode")?.scalar()?.parse().ok()
}

/// Recalled messages are asked for too: as placeholders they can be told from numbers never used.
pub(super) fn history(
    group_id: &str,
    topic_id: Option<&str>,
    up_to: Option<u64>,
    number: u32,
) -> String {
    Request::to_group(group_id, topic_id)
        .with_some("ReqMsgSeq", up_to.map(|seq| seq.to_string()).as_deref())
        .with("ReqMsgNumber", &number.to_string())
        .with("WithRecalledMsg", "1")
        .end()
}

pub(super) fn one_group() -> String {
    r#"{"Limit":1,"Next":0}"#.into()
}

/// `ErrorCode` of an answer, a number or a number in quotes; `None` where the answer holds none.
///
/// An answer that says `FAIL` beside code 0 contradicts itself and has none either.
pub(super) fn code(answer: Node<'_>) -> Option<i64> {
    let code = answer.get("ErrorCode")?.scalar()?.parse().ok()?;
    let status = answer.get("ActionStatus").and_then(|status| status.scalar());
    (code != 0 || status.as_deref() != Some("FAIL")).then_some(code)
}

/// The page of history in an answer; `None` where it holds none.
pub(super) fn page(answer: &str, keys: &TextKeys) -> Option<History> {
    let answer = Node::parse(answer).ok()?;
    let finished = answer.get("IsFinished").and_then(|node| integer(node));
    let list = match answer.get("RspMsgList") {
        Some(list) => list.is_array().then_some(list)?.items().collect(),
        None => finished.map(|_| Vec::new())?,
    };
    let entries = list.into_iter().filter_map(|message| {
        let seq = u64::try_from(integer(message.get("MsgSeq")?)?).ok()?;
        Some(Entry { seq, found: found(seq, message, keys) })
    });
    Some(History {
        complete: finished.is_some_and(|finished| finished != 0),
        entries: entries.collect(),
    })
}

/// One message of a page. One that is neither whole nor said to be a placeholder counts as unreadable.
fn found(seq: u64, message: Node<'_>, keys: &TextKeys) -> Option<Found> {
    match message.get("IsPlaceMsg").and_then(|node| integer(node)) {
        Some(2) => return Some(Found::Gone(Gone::Recalled)),
        Some(1) => return Some(Found::Gone(Gone::Expired)),
        _ => {}
    }
    let body = message.get("MsgBody").filter(|body| body.is_array())?;
    let custom = message.get("CloudCustomData").filter(|custom| custom.is_string());
    Some(Found::Present(Stored {
        seq,
        sender: message.get("From_Account").and_then(|sender| sender.scalar()),
        sent_at: message.get("MsgTimeStamp").and_then(|time| integer(time)?.checked_mul(1000)),
        system: message
            .get("IsSystemMsg")
            .and_then(|node| integer(node))
            .is_some_and(|flag| flag != 0),
        content: Content::new(body.raw(), custom.map(|custom| custom.raw()), keys).ok()?,
    }))
}

fn integer(node: Node<'_>) -> Option<i64> {
    node.scalar()?.parse().ok()
}
