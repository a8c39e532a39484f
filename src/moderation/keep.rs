//! What the audit may keep of a message: what the strictest rule that hit allows.

use crate::engine::{KeepOriginal, Verdict, cover_spans};
use crate::message::{Content, Edit};
use std::ops::Range;

/// What is kept, as records of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub original: Option<String>,
    /// What is to be written; of a redacted message, what it looks like with every offence masked.
    pub rewritten: Option<String>,
}

impl Kept {
    /// What `keep` allows to keep of a message and of what it becomes.
    pub fn of(
        keep: KeepOriginal,
        verdict: &Verdict,
        original: &Content,
        rewritten: Option<&Content>,
        mentions: bool,
    ) -> Self {
        match keep {
            KeepOriginal::Yes => Self {
                original: Some(original.to_record()),
                rewritten: rewritten.map(Content::to_record),
            },
            KeepOriginal::Redacted => {
                Self { original: None, rewritten: redacted(verdict, original, mentions) }
            }
            KeepOriginal::No => Self { original: None, rewritten: None },
        }
    }
}

/// The message with every offence masked, whichever rule found it and whatever that rule does; `None` where that cannot
/// be made.
fn redacted(verdict: &Verdict, original: &Content, mentions: bool) -> Option<String> {
    let mut edits: Vec<(usize, Vec<Edit>)> = Vec::new();
    for (number, leaf) in original.leaves().iter().enumerate() {
        let offences = verdict.hits.iter().filter(|hit| hit.leaf == number && !hit.context);
        let spans: Vec<Range<usize>> = offences.map(|hit| hit.range.clone()).collect();
        if !spans.is_empty() {
            edits.push((number, cover_spans(&leaf.text, &spans, mentions)));
        }
    }
    original.patched(&edits).ok().map(|redacted| redacted.to_record())
}
