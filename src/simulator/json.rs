//! Raw JSON written and read without touching what is inside values.

use crate::message::{Node, escape};

/// A string literal.
pub(super) fn string(text: &str) -> String {
    format!("\"{}\"", escape(text))
}

/// An object of raw values.
pub(super) fn object<N: AsRef<str>>(fields: impl IntoIterator<Item = (N, String)>) -> String {
    let fields = fields.into_iter().map(|(name, raw)| format!("{}:{raw}", string(name.as_ref())));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

/// The same value with every object's keys in alphabetical order, as webhooks have them. Strings and
/// numbers stay as they are written.
pub(super) fn sorted(raw: &str) -> String {
    Node::parse(raw).map_or_else(|_| raw.to_owned(), sorted_node)
}

fn sorted_node(node: Node<'_>) -> String {
    if node.is_object() {
        let mut members: Vec<_> =
            node.members().map(|(name, value)| (name, sorted_node(value))).collect();
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        object(members)
    } else if node.is_array() {
        array(node.items().map(sorted_node))
    } else {
        node.raw().to_owned()
    }
}

/// The same elements with `MsgType` before `MsgContent`, as history has them.
pub(super) fn type_first(raw: &str) -> String {
    let Ok(body) = Node::parse(raw) else { return raw.to_owned() };
    array(body.items().map(|element| {
        let mut members: Vec<_> =
            element.members().map(|(name, value)| (name, value.raw().to_owned())).collect();
        members.sort_by_key(|(name, _)| name != "MsgType");
        if element.is_object() { object(members) } else { element.raw().to_owned() }
    }))
}

/// The same value with every media address signed anew, as history has them.
pub(super) fn signed_afresh(raw: &str, signature: i64) -> String {
    Node::parse(raw).map_or_else(|_| raw.to_owned(), |node| signed(node, "", signature))
}

fn signed(node: Node<'_>, key: &str, signature: i64) -> String {
    if node.is_object() {
        object(node.members().map(|(name, value)| {
            let value = signed(value, &name, signature);
            (name, value)
        }))
    } else if node.is_array() {
        array(node.items().map(|item| signed(item, key, signature)))
    } else if node.is_string() && ["URL", "Url", "VideoUrl"].contains(&key) {
        let raw = node.raw();
        format!("{}?sign={signature}\"", &raw[..raw.len() - 1])
    } else {
        node.raw().to_owned()
    }
}

fn array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// The text of a member that is a string.
pub(super) fn text(node: Node<'_>, name: &str) -> Option<String> {
    Some(node.get(name)?.string()?.text)
}

/// A member that is a whole number, never negative.
pub(super) fn number(node: Node<'_>, name: &str) -> Option<u64> {
    node.get(name)?.raw().parse().ok()
}
