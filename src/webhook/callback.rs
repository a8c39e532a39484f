//! From the wire to an event: what the platform posts, in every shape it has been seen to post.
//!
//! The only place that knows the webhook's field names (EN-34375, EN-46979, CN 129193). Lenient about all
//! but JSON itself: numbers may be strings, fields may be missing, nobody promised an order. The app is the
//! one whose signature was checked; what the body says about it is not believed.

use crate::message::{Content, Malformed, Message, MessageKey, Node, TextKeys};
use crate::moderation::Event;

const SENT: &str = "Group.CallbackAfterSendMsg";
const EDITED: &str = "Group.CallbackAfterModifyMsg";
const RECALLED: &str = "Group.CallbackAfterRecallMsg";

/// Whose webhook it is, and when it came.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    pub sdk_app_id: u64,
    /// The app's name in our settings.
    pub app: &'a str,
    /// Unix time in ms; stands in where the platform does not tell when something happened.
    pub received_at: i64,
}

/// Reads a webhook's body. `command` is the one in the query, which wins over the body's.
///
/// `None` for every command that is none of ours, and for what names no group or no message.
///
/// # Errors
/// [`Malformed`] when the body of a command of ours is not JSON in UTF-8.
pub fn read(
    command: Option<&str>,
    body: &[u8],
    origin: Origin<'_>,
    keys: &TextKeys,
) -> Result<Option<Event>, Malformed> {
    if command.is_some_and(|command| ![SENT, EDITED, RECALLED].contains(&command)) {
        return Ok(None);
    }
    let body = std::str::from_utf8(body).map_err(|error| Malformed { at: error.valid_up_to() })?;
    let mut callback = Callback::read(Node::parse(body)?);
    let told = callback.command.take();
    if callback.group_id.is_empty() {
        return Ok(None);
    }
    Ok(match command.or(told.as_deref()).unwrap_or_default() {
        SENT => Some(Event::Sent(callback.sent(origin, keys))),
        EDITED => Some(Event::Edited(callback.edited(origin, keys))),
        RECALLED => callback.recalled(origin),
        _ => None,
    })
}

/// The fields of all three callbacks; what is missing, or of a kind that makes no sense, is `None`.
#[derive(Default)]
struct Callback<'b> {
    command: Option<String>,
    group_id: String,
    topic_id: Option<String>,
    group_type: Option<String>,
    sender: Option<String>,
    operator: Option<String>,
    seq: Option<u64>,
    seqs: Vec<Option<u64>>,
    /// Seconds.
    sent_at: Option<u64>,
    /// Milliseconds.
    event_time: Option<u64>,
    online_only: bool,
    mentions: bool,
    body: Option<Node<'b>>,
    custom: Option<Node<'b>>,
}

impl<'b> Callback<'b> {
    /// One walk over the fields, in whatever order they come.
    fn read(body: Node<'b>) -> Self {
        let mut read = Self::default();
        for (name, value) in body.members() {
            match &*name {
                "CallbackCommand" => read.command = text(value),
                "GroupId" => read.group_id = text(value).unwrap_or_default(),
                "TopicId" => read.topic_id = text(value),
                "Type" => read.group_type = text(value),
                "From_Account" => read.sender = text(value),
                "Operator_Account" => read.operator = text(value),
                "MsgSeq" => read.seq = seq(value),
                "MsgSeqList" => read.seqs = value.items().map(listed_seq).collect(),
                "MsgTime" => read.sent_at = number(value),
                "EventTime" => read.event_time = number(value),
                "OnlineOnlyFlag" => read.online_only = is_set(value),
                "GroupAtInfo" => read.mentions = value.items().next().is_some(),
                "MsgBody" => read.body = Some(value).filter(Node::is_array),
                "CloudCustomData" => read.custom = Some(value).filter(Node::is_string),
                _ => {}
            }
        }
        read
    }

    fn sent(self, origin: Origin<'_>, keys: &TextKeys) -> Message {
        Message { revision: 0, ..self.message(origin, keys) }
    }

    /// An edit tells neither the sender nor the kind of group (CN 129193).
    fn edited(self, origin: Origin<'_>, keys: &TextKeys) -> Message {
        Message { group_type: None, sender: None, sent_at: None, ..self.message(origin, keys) }
    }

    fn message(self, origin: Origin<'_>, keys: &TextKeys) -> Message {
        let happened_at = self.event_time.and_then(|ms| i64::try_from(ms).ok());
        let key = MessageKey {
            sdk_app_id: origin.sdk_app_id,
            group_id: self.group_id,
            topic_id: self.topic_id,
            seq: self.seq,
        };
        Message {
            key,
            app: origin.app.to_owned(),
            revision: happened_at.unwrap_or(origin.received_at),
            content: Content::of(self.body.unwrap_or(Node::EMPTY), self.custom, keys),
            sent_at: self.sent_at.and_then(|s| i64::try_from(s).ok()?.checked_mul(1000)),
            online_only: self.online_only,
            mentions: self.mentions,
            group_type: self.group_type,
            sender: self.sender,
            operator: self.operator,
        }
    }

    fn recalled(self, origin: Origin<'_>) -> Option<Event> {
        let at = self.event_time.and_then(|ms| i64::try_from(ms).ok());
        let seqs = self.seqs.iter().chain([&self.seq]).filter(|seq| seq.is_some());
        let keys: Vec<_> = seqs.map(|seq| self.key(origin, *seq)).collect();
        let at = at.unwrap_or(origin.received_at);
        (!keys.is_empty()).then_some(Event::Recalled { keys, at })
    }

    fn key(&self, origin: Origin<'_>, seq: Option<u64>) -> MessageKey {
        MessageKey {
            sdk_app_id: origin.sdk_app_id,
            group_id: self.group_id.clone(),
            topic_id: self.topic_id.clone(),
            seq,
        }
    }
}

/// A string or a number; the platform's empty string means nothing was told.
fn text(value: Node<'_>) -> Option<String> {
    value.scalar().filter(|text| !text.is_empty())
}

/// A whole number, as a number or as a string.
fn number(value: Node<'_>) -> Option<u64> {
    let text = value.scalar()?;
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let float = text.parse::<f64>().ok()?;
        let exact = float.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&float);
        exact.then_some(float as u64)
    })
}

/// Messages are counted from 1.
fn seq(value: Node<'_>) -> Option<u64> {
    number(value).filter(|seq| *seq > 0)
}

fn listed_seq(item: Node<'_>) -> Option<u64> {
    seq(item.get("MsgSeq").unwrap_or(item))
}

fn is_set(value: Node<'_>) -> bool {
    number(value).is_some_and(|flag| flag > 0) || value.raw() == "true"
}
