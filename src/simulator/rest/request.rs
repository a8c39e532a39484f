//! The body of a call, read field by field and kept raw.

use crate::message::Node;
use crate::simulator::SimulatedApp;
use crate::simulator::json;
use crate::simulator::refusal::Refusal;
use crate::simulator::world::Place;

/// Bytes of one message's body (EN-34381: 12 KB).
const MAX_BODY: usize = 12 * 1024;

pub(super) struct Request<'r> {
    pub app: &'r SimulatedApp,
    pub fields: Node<'r>,
    /// Unix time in ms.
    pub now: i64,
}

impl<'r> Request<'r> {
    /// `None` where the text is no JSON object; that includes the empty body.
    pub fn new(app: &'r SimulatedApp, text: &'r str, now: i64) -> Option<Self> {
        let fields = Node::parse(text).ok().filter(Node::is_object)?;
        Some(Self { app, fields, now })
    }

    /// Group and topic that the call is about.
    pub fn place(&self) -> Result<Place, Refusal> {
        let group = self.text("GroupId").filter(|id| !id.is_empty()).ok_or(Refusal::BAD_REQUEST)?;
        let topic = self.text("TopicId").filter(|id| !id.is_empty());
        Ok(Place { app: self.app.sdk_app_id, group, topic })
    }

    pub fn text(&self, name: &str) -> Option<String> {
        json::text(self.fields, name)
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        json::number(self.fields, name)
    }

    pub fn items(&self, name: &str) -> impl Iterator<Item = Node<'r>> + use<'r> {
        self.fields.get(name).into_iter().flat_map(|list| list.items())
    }

    /// The raw body of a message, as far as the platform would take it (codes of `modify_group_msg`).
    pub fn body(&self) -> Result<Option<&'r str>, Refusal> {
        let Some(body) = self.fields.get("MsgBody") else { return Ok(None) };
        if !body.is_array() {
            return Err(Refusal::BODY_NOT_ARRAY);
        }
        let kind = |element: Node<'_>| json::text(element, "MsgType");
        let whole = |element: Node<'_>| {
            kind(element).is_some() && element.get("MsgContent").is_some_and(|it| it.is_object())
        };
        let customs = body.items().filter(|it| kind(*it).as_deref() == Some("TIMCustomElem"));
        if customs.count() > 1 || body.items().next().is_none() || !body.items().all(whole) {
            return Err(Refusal::BODY_MALFORMED);
        }
        match body.raw() {
            raw if raw.len() > MAX_BODY => Err(Refusal::BODY_TOO_LARGE),
            raw => Ok(Some(raw)),
        }
    }

    /// The raw string literal of the custom data.
    pub fn custom(&self) -> Result<Option<&'r str>, Refusal> {
        match self.fields.get("CloudCustomData") {
            None => Ok(None),
            Some(custom) if custom.is_string() => Ok(Some(custom.raw())),
            Some(_) => Err(Refusal::CUSTOM_NOT_STRING),
        }
    }
}
