//! The texts of a message before and after, with what was found and what was written marked.
//!
//! A mark is `⟦` and `⟧`; where people wrote these themselves they are shown as escapes, so that no mark is a lie.

use crate::acts::harmless::inert;
use crate::message::{Content, TextKeys};
use crate::store::History;
use std::ops::Range;

/// One text of a message, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marked {
    /// Such as `body.0.Text`.
    pub place: String,
    pub original: String,
    /// `None` where nothing was written.
    pub rewritten: Option<String>,
}

/// The texts that were found fault with or changed; all, where none was.
pub(super) fn marked(history: &History) -> Vec<Marked> {
    let content = |record: &Option<String>| {
        let content = Content::from_record(record.as_deref()?, &TextKeys::default()).ok()?;
        Some(content)
    };
    let (original, rewritten) = (content(&history.original), content(&history.rewritten));
    let leaves = |content: &Option<Content>| -> Vec<(String, String)> {
        let leaves = content.iter().flat_map(|content| content.leaves().iter());
        leaves.map(|leaf| (leaf.place.clone(), leaf.text.clone())).collect()
    };
    let (before, after) = (leaves(&original), leaves(&rewritten));
    let known = if original.is_some() { &before } else { &after };
    let all = known.iter().map(|(place, _)| {
        let text = |leaves: &[(String, String)]| {
            leaves.iter().find(|(other, _)| other == place).map(|(_, text)| text.clone())
        };
        (place, spans(history, place), text(&before), text(&after))
    });
    let all: Vec<_> = all.collect();
    let some = all.iter().filter(|(_, spans, before, after)| {
        !spans.is_empty() || (after.is_some() && before != after)
    });
    let some: Vec<_> = some.collect();
    let chosen = if some.is_empty() { all.iter().collect() } else { some };
    chosen
        .into_iter()
        .map(|(place, spans, before, after)| show(place, spans, before, after))
        .collect()
}

fn show(
    place: &str,
    spans: &[Range<usize>],
    before: &Option<String>,
    after: &Option<String>,
) -> Marked {
    let original = match before {
        Some(text) => with_marks(text, spans),
        None => "(not kept)".to_owned(),
    };
    let written = before.as_ref().zip(after.as_ref());
    let written = written.and_then(|(before, after)| counterparts(before, spans, after));
    let rewritten = after.as_ref().map(|text| with_marks(text, &written.unwrap_or_default()));
    Marked { place: place.to_owned(), original, rewritten }
}

/// Where the rules hit in a text, in order and apart; what only had to be there too is no offence.
fn spans(history: &History, place: &str) -> Vec<Range<usize>> {
    let hits = history.events.iter().filter_map(|event| event.data["hits"].as_array()).flatten();
    let here = hits.filter(|hit| hit["place"] == place && hit["context"] != true);
    let byte = |at: &serde_json::Value| at.as_u64().and_then(|at| usize::try_from(at).ok());
    let mut spans: Vec<_> =
        here.filter_map(|hit| Some(byte(&hit["start"])?..byte(&hit["end"])?)).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}

/// What stands in the new text where the spans stood in the old one: what is between them did not change. `None` where
/// that is not so, as in a text that was blanked.
fn counterparts(before: &str, spans: &[Range<usize>], after: &str) -> Option<Vec<Range<usize>>> {
    let (mut found, mut at, mut kept) = (Vec::new(), 0, 0);
    for (index, span) in spans.iter().enumerate() {
        let between = before.get(kept..span.start)?;
        let start = at + after.get(at..)?.starts_with(between).then_some(between.len())?;
        let next = spans.get(index + 1).map_or(before.len(), |next| next.start);
        let follows = before.get(span.end..next)?;
        let rest = after.get(start..)?;
        let length = match (next == before.len(), follows) {
            (true, follows) => rest.strip_suffix(follows)?.len(),
            (false, follows) => rest.find(follows)?,
        };
        found.push(start..start + length);
        (at, kept) = (start + length, span.end);
    }
    Some(found)
}

fn with_marks(text: &str, spans: &[Range<usize>]) -> String {
    let own = |part: &str| inert(part).replace('⟦', "\\u{27e6}").replace('⟧', "\\u{27e7}");
    let (mut shown, mut at) = (String::new(), 0);
    for span in spans {
        let (Some(before), Some(inside)) = (text.get(at..span.start), text.get(span.clone()))
        else {
            continue;
        };
        shown.push_str(&format!("{}⟦{}⟧", own(before), own(inside)));
        at = span.end;
    }
    shown + &own(text.get(at..).unwrap_or_default())
}
