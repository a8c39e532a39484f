//! What a judgement says: what hit, what is to be written over it, and what had to be left out.
//!
//! Holds the words and no decision; `decide` makes them.

use super::rule::{KeepOriginal, Mode, RuleId, Severity};
use crate::message::Edit;
use serde::Serialize;
use std::ops::Range;

/// What is to be done with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ruling {
    Pass,
    /// Something was found, but no enforced rule changes anything.
    Flag,
    /// An enforced rule changes text or tags, or takes the message away.
    Rewrite,
}

impl Ruling {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Flag => "flag",
            Self::Rewrite => "rewrite",
        }
    }
}

/// What was considered and left out, or done otherwise than the rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// A replacement or blank text would have made the message too large.
    MaskedForSize,
    /// The tag would have made the message too large.
    TagLeftOutForSize,
    /// The masked text was still caught, so the leaf was blanked.
    BlankedAfterMask,
    /// The offence stands where nothing may be changed, so the message is only tagged.
    TaggedOnly,
}

impl Note {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MaskedForSize => "masked_for_size",
            Self::TagLeftOutForSize => "tag_left_out_for_size",
            Self::BlankedAfterMask => "blanked_after_mask",
            Self::TaggedOnly => "tagged_only",
        }
    }
}

/// One offence, or a context that a rule requires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    pub rule: RuleId,
    pub severity: Severity,
    pub mode: Mode,
    /// Index into the message's leaves.
    pub leaf: usize,
    pub place: String,
    /// Bytes of the leaf's text, on borders of grapheme clusters.
    pub range: Range<usize>,
    /// Required by the rule, but not an offence.
    pub context: bool,
}

/// What the rule set thinks of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub ruling: Ruling,
    /// The highest of the rules that hit.
    pub severity: Option<Severity>,
    /// Of all rules that hit, shadow, review and enforced alike, by leaf and place.
    pub hits: Vec<Hit>,
    /// Leaf index → edits in order and apart.
    pub edits: Vec<(usize, Vec<Edit>)>,
    /// For the custom data, sorted.
    pub tags: Vec<String>,
    /// What to tag with instead when the platform refuses the body.
    pub fallback_tags: Vec<String>,
    /// The whole message is to be taken away, whatever else is asked for.
    pub recall: bool,
    pub review: bool,
    pub notes: Vec<Note>,
    /// The strictest of all rules that hit, those too that only watch.
    pub keep_original: KeepOriginal,
}

impl Default for Verdict {
    /// Nothing to object to.
    fn default() -> Self {
        Self {
            ruling: Ruling::Pass,
            severity: None,
            hits: Vec::new(),
            edits: Vec::new(),
            tags: Vec::new(),
            fallback_tags: Vec::new(),
            recall: false,
            review: false,
            notes: Vec::new(),
            keep_original: KeepOriginal::Yes,
        }
    }
}

impl Verdict {
    pub(super) fn pass() -> Self {
        Self::default()
    }
}
