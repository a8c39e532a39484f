//! Where text hides in a message: from raw elements to leaves.
//!
//! The elements stay as the platform wrote them, so this file is the one place inside the house that knows
//! how the platform spells an element (EN-33527). An element nobody knows is walked whole, never refused.

use super::json::Node;
use super::leaf::{Leaf, Part, Role};
use std::ops::Range;
use std::sync::Arc;

/// JSON inside strings inside JSON: deeper layers are judged as plain text.
const MAX_LAYERS: usize = 4;
/// Forwarded messages inside forwarded messages; the platform itself stops far earlier.
const MAX_FORWARDS: usize = 16;
/// Custom messages that carry signals between programs, not words between people.
const SIGNALS: [&str; 3] = ["user_typing_status", "av_call", "rtc_call"];

/// Names of custom-message leaves that hold text for people (setting `custom.text_keys`). Cheap to clone: every message
/// has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextKeys(Arc<[String]>);

impl TextKeys {
    pub fn new(keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(keys.into_iter().map(Into::into).collect())
    }

    fn role(&self, key: &str) -> Role {
        match self.0.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            true => Role::Rewritable,
            false => Role::Fixed,
        }
    }
}

impl Default for TextKeys {
    fn default() -> Self {
        Self::new(["text", "content", "title", "desc", "comment"])
    }
}

/// Element types and leaves of a raw array of elements.
pub(super) fn body(elements: Node<'_>, keys: &TextKeys) -> (Vec<String>, Vec<Leaf>) {
    let mut finder = Finder { keys, part: Part::Body, leaves: Vec::new() };
    let mut kinds = Vec::new();
    for (index, element) in elements.items().enumerate() {
        kinds.push(finder.element(element, &format!("body.{index}"), 0));
    }
    (kinds, finder.leaves)
}

/// Leaves of `CloudCustomData`: the words of others that UIKit quotes there (`messageAbstract`).
pub(super) fn custom(literal: Node<'_>, keys: &TextKeys) -> Vec<Leaf> {
    let mut finder = Finder { keys, part: Part::Custom, leaves: Vec::new() };
    let Some(decoded) = literal.string() else { return Vec::new() };
    let Ok(data) = Node::parse(&decoded.text) else { return Vec::new() };
    let outer = vec![literal.inside()];
    if let Some(quote) = data.get("messageReply").and_then(|reply| reply.get("messageAbstract")) {
        finder.push(quote, "custom.messageReply.messageAbstract".into(), Role::Rewritable, &outer);
    }
    let replies = data.get("messageReplies").and_then(|replies| replies.get("replies"));
    for (index, reply) in replies.into_iter().flat_map(|replies| replies.items()).enumerate() {
        if let Some(quote) = reply.get("messageAbstract") {
            let place = format!("custom.messageReplies.replies.{index}.messageAbstract");
            finder.push(quote, place, Role::Rewritable, &outer);
        }
    }
    finder.leaves
}

struct Finder<'k> {
    keys: &'k TextKeys,
    part: Part,
    leaves: Vec<Leaf>,
}

impl Finder<'_> {
    /// Collects one element's leaves and returns its type.
    fn element(&mut self, element: Node<'_>, place: &str, forwards: usize) -> String {
        let kind = element.get("MsgType").and_then(|kind| kind.scalar()).unwrap_or_default();
        let Some(content) = element.get("MsgContent") else { return kind };
        match kind.as_str() {
            "TIMTextElem" => self.fields(content, place, &["Text"], Role::Rewritable),
            "TIMLocationElem" => self.fields(content, place, &["Desc"], Role::Rewritable),
            "TIMFileElem" => self.fields(content, place, &["FileName"], Role::Fixed),
            "TIMFaceElem" => self.fields(content, place, &["Data"], Role::Fixed),
            "TIMCustomElem" => self.custom_element(content, place),
            "TIMRelayElem" => self.relay(content, place, forwards),
            "TIMSoundElem" | "TIMImageElem" | "TIMVideoFileElem" => {}
            _ => self.walk(content, place, "", &[], |_| Role::Fixed),
        }
        kind
    }

    fn fields(&mut self, content: Node<'_>, place: &str, names: &[&str], role: Role) {
        for (name, value) in content.members().filter(|(name, _)| names.contains(&&**name)) {
            self.push(value, format!("{place}.{name}"), role, &[]);
        }
    }

    fn custom_element(&mut self, content: Node<'_>, place: &str) {
        if is_signal(content) {
            return;
        }
        let keys = self.keys;
        self.walk(content, place, "", &[], |key| keys.role(key));
    }

    /// A merged forward: its title, the lines shown for it, and every message in it.
    fn relay(&mut self, content: Node<'_>, place: &str, forwards: usize) {
        for (name, value) in content.members() {
            let place = format!("{place}.{name}");
            match &*name {
                "MsgList" if forwards < MAX_FORWARDS => self.forwarded(value, &place, forwards),
                "Title" | "CompatibleText" | "AbstractList" | "MsgList" => {
                    self.walk(value, &place, &name, &[], |_| Role::Fixed);
                }
                _ => {}
            }
        }
    }

    fn forwarded(&mut self, messages: Node<'_>, place: &str, forwards: usize) {
        let before = self.leaves.len();
        for (m, message) in messages.items().enumerate() {
            let elements = message.get("MsgBody");
            for (e, element) in elements.into_iter().flat_map(|list| list.items()).enumerate() {
                self.element(element, &format!("{place}.{m}.{e}"), forwards + 1);
            }
        }
        // A copy inside a forward is not ours to change: only the message around it can be tagged.
        self.leaves[before..].iter_mut().for_each(|leaf| leaf.role = Role::Fixed);
    }

    /// Every string under `node`, JSON inside strings included.
    fn walk(
        &mut self,
        node: Node<'_>,
        place: &str,
        key: &str,
        outer: &[Range<usize>],
        role: impl Fn(&str) -> Role + Copy,
    ) {
        for (name, value) in node.members() {
            self.walk(value, &format!("{place}.{name}"), &name, outer, role);
        }
        for (index, item) in node.items().enumerate() {
            self.walk(item, &format!("{place}.{index}"), key, outer, role);
        }
        let Some(decoded) = node.string() else { return };
        let nested = Node::parse(&decoded.text).ok().filter(|n| n.is_object() || n.is_array());
        match nested {
            Some(nested) if outer.len() < MAX_LAYERS => {
                let outer: Vec<_> = outer.iter().cloned().chain([node.inside()]).collect();
                self.walk(nested, place, key, &outer, role);
            }
            _ => self.push(node, place.to_owned(), role(key), outer),
        }
    }

    fn push(&mut self, node: Node<'_>, place: String, role: Role, outer: &[Range<usize>]) {
        let Some(decoded) = node.string().filter(|decoded| !decoded.text.is_empty()) else {
            return;
        };
        let path = outer.iter().cloned().chain([node.inside()]).collect();
        self.leaves.push(Leaf { place, part: self.part, role, text: decoded.text, path });
    }
}

/// Typing notices and call signalling: UIKit shows no text of theirs.
fn is_signal(content: Node<'_>) -> bool {
    let data = content.get("Data").and_then(|data| data.string());
    data.is_some_and(|data| {
        let business =
            Node::parse(&data.text).ok().and_then(|data| data.get("businessID")?.scalar());
        business.is_some_and(|id| SIGNALS.contains(&id.as_str()))
    })
}
