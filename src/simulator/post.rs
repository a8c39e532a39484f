//! What people do in the simulated world, and what can be seen of it afterwards.

use super::group::{State, Stored};
use super::json;
use super::webhook::WebhookAnswer;
use super::world::{Draft, Place};
use crate::message::Node;

/// A message somebody sends.
#[derive(Debug, Clone)]
pub struct Post {
    place: Place,
    draft: Draft,
    quiet: bool,
}

impl Post {
    /// A message of one text element.
    pub fn text(app: u64, group: &str, sender: &str, text: &str) -> Self {
        let text = json::object([("Text", json::string(text))]);
        let element =
            json::object([("MsgType", json::string("TIMTextElem")), ("MsgContent", text)]);
        Self::raw(app, group, sender, &format!("[{element}]"))
    }

    /// A message of any elements, kept byte for byte and never checked.
    pub fn raw(app: u64, group: &str, sender: &str, body: &str) -> Self {
        let draft = Draft {
            sender: sender.to_owned(),
            operator: sender.to_owned(),
            random: u32::from_be_bytes([0xA7, 0x2C, 0x1D, 0x70]),
            body: body.to_owned(),
            custom: None,
            mentions: Vec::new(),
            online_only: false,
            system: false,
            sent_at: None,
        };
        let place = Place { app, group: group.to_owned(), topic: None };
        Self { place, draft, quiet: false }
    }

    pub fn topic(mut self, topic: &str) -> Self {
        self.place.topic = Some(topic.to_owned());
        self
    }

    /// Custom data, given as the text it holds.
    pub fn custom(self, text: &str) -> Self {
        self.custom_raw(&json::string(text))
    }

    /// Custom data, given as a raw string literal.
    pub fn custom_raw(mut self, literal: &str) -> Self {
        self.draft.custom = Some(literal.to_owned());
        self
    }

    /// Issued by another account than the sender: an app that relays its users' messages.
    pub fn issued_by(mut self, operator: &str) -> Self {
        self.draft.operator = operator.to_owned();
        self
    }

    pub fn mentioning(mut self, account: &str) -> Self {
        self.draft.mentions.push(Some(account.to_owned()));
        self
    }

    pub fn mentioning_all(mut self) -> Self {
        self.draft.mentions.push(None);
        self
    }

    pub fn online_only(mut self) -> Self {
        self.draft.online_only = true;
        self
    }

    /// Written by the platform itself; causes no webhook.
    pub fn system(mut self) -> Self {
        self.draft.system = true;
        self.quiet()
    }

    /// Sent at another time than now (Unix ms).
    pub fn sent_at(mut self, ms: i64) -> Self {
        self.draft.sent_at = Some(ms);
        self
    }

    /// Without a webhook, as if it had been lost.
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    pub(super) fn parts(self) -> (Place, Draft, bool) {
        (self.place, self.draft, self.quiet)
    }
}

/// A message was stored, and its webhook posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub seq: u64,
    /// `None` where none was posted, or none was answered in time.
    pub webhook: Option<WebhookAnswer>,
}

/// An edit by a user's client. What is `None` stays as it is.
#[derive(Debug, Clone)]
pub struct ClientEdit {
    pub app: u64,
    pub group: String,
    pub topic: Option<String>,
    pub seq: u64,
    pub editor: String,
    pub body: Option<String>,
    /// The raw string literal.
    pub custom: Option<String>,
}

impl ClientEdit {
    /// Replaces everything by one text element.
    pub fn text(app: u64, group: &str, seq: u64, editor: &str, text: &str) -> Self {
        let (_, draft, _) = Post::text(app, group, editor, text).parts();
        let (group, editor) = (group.to_owned(), editor.to_owned());
        Self { app, group, topic: None, seq, editor, body: Some(draft.body), custom: None }
    }

    pub fn topic(mut self, topic: &str) -> Self {
        self.topic = Some(topic.to_owned());
        self
    }
}

/// The platform refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("refused with code {code}")]
pub struct Refused {
    pub code: i64,
}

/// What a group shows at a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub seq: u64,
    pub sender: String,
    /// The raw array of elements.
    pub body: String,
    /// The text of the custom data.
    pub custom: Option<String>,
    /// The raw string literal of the custom data.
    pub custom_raw: Option<String>,
    /// How often it was edited, by whomever.
    pub edits: u32,
    pub recalled: bool,
}

impl Shown {
    /// The texts of its text elements, one after the other.
    pub fn text(&self) -> String {
        let Ok(body) = Node::parse(&self.body) else { return String::new() };
        let texts =
            body.items().filter(|it| json::text(*it, "MsgType").as_deref() == Some("TIMTextElem"));
        texts.filter_map(|it| json::text(it.get("MsgContent")?, "Text")).collect()
    }
}

impl From<&Stored> for Shown {
    fn from(stored: &Stored) -> Self {
        let literal = stored.custom.as_deref().and_then(|custom| Node::parse(custom).ok());
        Self {
            seq: stored.seq,
            sender: stored.sender.clone(),
            body: stored.body.clone(),
            custom: literal.and_then(|literal| literal.string()).map(|decoded| decoded.text),
            custom_raw: stored.custom.clone(),
            edits: stored.edits,
            recalled: stored.state == State::Recalled,
        }
    }
}
