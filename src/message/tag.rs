//! Our mark in `CloudCustomData`: one key, `automod`, beside whatever the app keeps there.
//!
//! Promise: a JSON object gains (or renews) that one key and keeps every other byte; anything else is left alone.

use super::json::{Decoded, Node, escape};
use super::leaf::{Edit, apply};
use serde_json::json;

/// The key that is ours.
const KEY: &str = "automod";
/// Bytes of our value at most: the app's own data needs the room.
const MAX_BYTES: usize = 512;

/// Why a message cannot be tagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TagRefused {
    /// The app keeps something else than a JSON object there.
    #[error("the custom data is not a JSON object")]
    NotAnObject,
    /// Our value would be 512 bytes or more.
    #[error("the tag is too large")]
    TooLarge,
}

/// The custom data (a raw string literal, quotes included) with `tags` added to those that are there.
///
/// # Errors
/// [`TagRefused`]; then nothing must be sent.
pub fn tagged(custom: Option<&str>, tags: &[String]) -> Result<String, TagRefused> {
    let custom = custom.unwrap_or("\"\"");
    let inside =
        Node::parse(custom).ok().filter(Node::is_string).ok_or(TagRefused::NotAnObject)?.inside();
    let decoded = Decoded::new(&custom[inside.clone()]);
    if decoded.text.trim().is_empty() {
        let object = format!(r#"{{"{KEY}":{}}}"#, value(&[], tags)?);
        return Ok(format!("\"{}\"", escape(&object)));
    }
    let object = Node::parse(&decoded.text).ok().filter(Node::is_object);
    let object = object.ok_or(TagRefused::NotAnObject)?;
    let edit = match object.get(KEY) {
        Some(ours) => Edit { range: ours.range(), with: value(&tags_in(ours), tags)? },
        None => {
            let end = object.range().end - 1;
            let comma = if object.members().next().is_some() { "," } else { "" };
            Edit { range: end..end, with: format!(r#"{comma}"{KEY}":{}"#, value(&[], tags)?) }
        }
    };
    let raw = decoded.raw_range(&edit.range);
    let edit =
        Edit { range: inside.start + raw.start..inside.start + raw.end, with: escape(&edit.with) };
    Ok(apply(custom, &[edit]))
}

/// The custom data (a raw string literal, quotes included) without our key; every other byte stays.
pub fn untagged(custom: &str) -> String {
    let without = || {
        let inside = Node::parse(custom).ok().filter(Node::is_string)?.inside();
        let decoded = Decoded::new(&custom[inside.clone()]);
        let object = Node::parse(&decoded.text).ok().filter(Node::is_object)?;
        let raw = decoded.raw_range(&member(&decoded.text, &object)?);
        let range = inside.start + raw.start..inside.start + raw.end;
        Some(apply(custom, &[Edit { range, with: String::new() }]))
    };
    without().unwrap_or_else(|| custom.to_owned())
}

/// Our member of the object with one of the commas beside it.
fn member(text: &str, object: &Node<'_>) -> Option<std::ops::Range<usize>> {
    let members: Vec<_> = object.members().collect();
    let at = members.iter().position(|(name, _)| name == KEY)?;
    let ours = members[at].1.range();
    let begin = match at.checked_sub(1) {
        Some(before) => members[before].1.range().end,
        None => object.range().start + 1,
    };
    let end = match members.len() {
        1 => object.range().end - 1,
        _ if at == 0 => ours.end + text[ours.end..].find(',')? + 1,
        _ => ours.end,
    };
    Some(begin..end)
}

/// The tags of ours that the custom data carries.
pub fn tags(custom: Option<&str>) -> Vec<String> {
    let literal = custom.and_then(|custom| Node::parse(custom).ok()).and_then(|node| node.string());
    let Some(decoded) = literal else { return Vec::new() };
    let object = Node::parse(&decoded.text).ok();
    object.and_then(|object| object.get(KEY)).map(tags_in).unwrap_or_default()
}

fn tags_in(ours: Node<'_>) -> Vec<String> {
    let tags = ours.get("tags");
    tags.into_iter().flat_map(|tags| tags.items()).filter_map(|tag| tag.scalar()).collect()
}

fn value(before: &[String], tags: &[String]) -> Result<String, TagRefused> {
    let mut all: Vec<_> = before.iter().chain(tags).collect();
    all.sort_unstable();
    all.dedup();
    let value = json!({ "tags": all }).to_string();
    // A sender may have put tags of his own making there: they must not keep ours out.
    match value.len() {
        length if length < MAX_BYTES => Ok(value),
        _ if !before.is_empty() => self::value(&[], tags),
        _ => Err(TagRefused::TooLarge),
    }
}
