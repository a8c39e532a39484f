//! What a verdict makes of a message: the content as it will stand, and what had to be left out.

use crate::engine::Verdict;
use crate::message::{Content, Part, TagRefused, tagged};
use crate::store::Cause;

/// The platform refuses more than 12 KiB; what we add must stay clear of it.
const ROOM: usize = 11 * 1024;

/// A message as it will stand after the action.
#[derive(Debug, Clone)]
pub struct Rewrite {
    pub content: Content,
    /// The elements differ from what is there.
    pub body_changed: bool,
    /// The custom data differs from what is there.
    pub custom_changed: bool,
    /// Tags that the custom data carries after it.
    pub tags: Vec<String>,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

impl Rewrite {
    /// What `verdict` makes of `content`; without custom data that is known, only the elements are touched.
    ///
    /// # Errors
    /// The cause, when nothing of what the rules ask for can be done.
    pub fn of(content: &Content, verdict: &Verdict, custom_known: bool) -> Result<Self, Cause> {
        let touched = |part| {
            let leaves = content.leaves();
            verdict.edits.iter().any(|(leaf, _)| leaves.get(*leaf).is_some_and(|l| l.part == part))
        };
        let edits: Vec<_> = verdict
            .edits
            .iter()
            .filter(|(leaf, _)| custom_known || content.leaves()[*leaf].part == Part::Body)
            .cloned()
            .collect();
        let mut left_out = Vec::new();
        if touched(Part::Custom) && !custom_known {
            left_out.push(Cause::CustomDataUnknown);
        }
        let patched = content.patched(&edits).map_err(|_| Cause::Refused)?;
        let (rewritten, tags) = match tag(&patched, &verdict.tags, content.size(), custom_known) {
            Ok(tagged) => (tagged, verdict.tags.clone()),
            Err(cause) => {
                left_out.push(cause);
                (patched, Vec::new())
            }
        };
        let body_changed = rewritten.body() != content.body();
        let custom_changed = rewritten.custom() != content.custom();
        match left_out.first() {
            Some(cause) if !body_changed && !custom_changed => Err(*cause),
            _ => {
                let notes = left_out.iter().map(|cause| format!("left_out:{cause}")).collect();
                Ok(Self { content: rewritten, body_changed, custom_changed, tags, notes })
            }
        }
    }
}

/// The content with its tags, or the cause why it goes without.
fn tag(content: &Content, tags: &[String], size: usize, known: bool) -> Result<Content, Cause> {
    if tags.is_empty() {
        return Ok(content.clone());
    }
    if !known {
        return Err(Cause::CustomDataUnknown);
    }
    let custom = tagged(content.custom(), tags).map_err(|refused| match refused {
        TagRefused::NotAnObject => Cause::CustomDataNotJson,
        TagRefused::TooLarge => Cause::TagTooLarge,
    })?;
    if content.body().len() + custom.len() > size.max(ROOM) {
        return Err(Cause::TagTooLarge);
    }
    content.with_custom(Some(&custom)).map_err(|_| Cause::CustomDataNotJson)
}
