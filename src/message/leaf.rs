//! String leaves of raw JSON: what they say, where they stand, and how to replace a part of one.
//!
//! A leaf may lie inside JSON that is itself the text of a string (`Data`, `CloudCustomData`), to any depth.
//! Promise: [`patch`] changes the characters it was told to and leaves every other byte as it was.

use super::json::{Decoded, escape};
use std::ops::Range;

/// What may be done to a leaf that holds an offence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Text for people: it may be rewritten.
    Rewritable,
    /// An id, a name, a forwarded copy: it is judged, but the message can only be tagged for it.
    Fixed,
}

/// Which half of a message a leaf belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The message's elements.
    Body,
    /// The app's own data that travels with the message.
    Custom,
}

/// One string of a message that people may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// A stable name such as `body.0.Text` or `custom.messageReply.messageAbstract`.
    pub place: String,
    pub part: Part,
    pub role: Role,
    /// The decoded text; a lone surrogate is U+FFFD.
    pub text: String,
    /// The characters between the quotes, from the outermost string to this one; each range lies in the
    /// decoded text of the string before it.
    pub(super) path: Vec<Range<usize>>,
}

/// Replaces `range` (bytes of a leaf's text, on character borders) by `with`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub range: Range<usize>,
    pub with: String,
}

/// Applies edits to a plain text. Edits must be in order and apart from each other.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.with);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Applies each leaf's edits to the raw JSON that the leaves were found in.
pub fn patch<'a>(source: &str, leaves: impl IntoIterator<Item = (&'a Leaf, &'a [Edit])>) -> String {
    let mut raw: Vec<Edit> =
        leaves.into_iter().flat_map(|(leaf, edits)| to_source(source, &leaf.path, edits)).collect();
    raw.sort_by_key(|edit| edit.range.start);
    apply(source, &raw)
}

/// Carries a leaf's edits from its text up to the raw source, one string literal at a time.
fn to_source(source: &str, path: &[Range<usize>], edits: &[Edit]) -> Vec<Edit> {
    let Some((literal, inner)) = path.split_first() else { return edits.to_vec() };
    let decoded = Decoded::new(&source[literal.clone()]);
    let raise = |edit: Edit| {
        let raw = decoded.raw_range(&edit.range);
        let range = literal.start + raw.start..literal.start + raw.end;
        Edit { range, with: escape(&edit.with) }
    };
    to_source(&decoded.text, inner, edits).into_iter().map(raise).collect()
}
