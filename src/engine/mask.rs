//! Text and the spans to cover → edits. Whole grapheme clusters, whole links, mentions and emoji tokens.

use super::rule;
use crate::message::Edit;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

use super::fold::{Kind, look};

/// A span and what is to stand there. Earlier covers go before later ones where two disagree.
#[derive(Debug, Clone)]
pub struct Cover<'r> {
    pub range: Range<usize>,
    pub with: Covering<'r>,
}

#[derive(Debug, Clone, Copy)]
pub enum Covering<'r> {
    Mask(rule::Mask),
    Replace(&'r str),
}

/// The edits that cover all spans, in order and apart. Where a mask and a replacement overlap, both
/// become the replacement.
pub fn edits(text: &str, covers: &[Cover<'_>], mentions: bool) -> Vec<Edit> {
    let tokens = tokens(text, mentions);
    let mut covers: Vec<(usize, Cover<'_>)> = covers.iter().cloned().enumerate().collect();
    for (_, cover) in &mut covers {
        cover.range = whole_tokens(&tokens, cover.range.clone());
    }
    covers.sort_by_key(|(order, cover)| (cover.range.start, *order));
    let mut edits = Vec::new();
    let mut rest = covers.as_slice();
    while let Some((_, first)) = rest.first() {
        let mut union = first.range.clone();
        let overlapping = rest.iter().take_while(|(_, cover)| {
            let meets = cover.range.start < union.end;
            union.end = if meets { union.end.max(cover.range.end) } else { union.end };
            meets
        });
        let (group, later) = rest.split_at(overlapping.count().max(1));
        rest = later;
        let mut group = group.to_vec();
        group.sort_by_key(|(order, _)| *order);
        let replacement = group.iter().find_map(|(_, cover)| match cover.with {
            Covering::Replace(with) => Some(with),
            Covering::Mask(_) => None,
        });
        match replacement {
            Some(with) => edits.push(Edit { range: union, with: with.to_owned() }),
            None => mask(text, union, &group, &mut edits),
        }
    }
    edits
}

/// The edits that put stars over all of a text.
pub fn cover_all(text: &str, mentions: bool) -> Vec<Edit> {
    cover_spans(text, std::slice::from_ref(&(0..text.len())), mentions)
}

/// The edits that put stars over all of these spans.
pub fn cover_spans(text: &str, spans: &[Range<usize>], mentions: bool) -> Vec<Edit> {
    let with = Covering::Mask(rule::Mask { with: '*', keep_first: 0 });
    let covers: Vec<_> = spans.iter().map(|range| Cover { range: range.clone(), with }).collect();
    edits(text, &covers, mentions)
}

/// One edit for each stretch of clusters that are covered.
fn mask(text: &str, union: Range<usize>, group: &[(usize, Cover<'_>)], edits: &mut Vec<Edit>) {
    let mut marks: Vec<(Range<usize>, Option<char>)> = text[union.clone()]
        .grapheme_indices(true)
        .map(|(at, cluster)| (union.start + at..union.start + at + cluster.len(), None))
        .collect();
    for (_, cover) in group {
        let Covering::Mask(style) = cover.with else { continue };
        let inside =
            |range: &Range<usize>| cover.range.start <= range.start && range.end <= cover.range.end;
        let shown = |range: &Range<usize>| !is_invisible(&text[range.clone()]);
        let visible = marks.iter().filter(|(range, _)| inside(range) && shown(range)).count();
        // However much may stay, the last cluster does not: a mask that hides nothing is none.
        let mut keep = style.keep_first.min(visible.saturating_sub(1));
        for (range, mark) in marks.iter_mut().filter(|(range, _)| inside(range)) {
            match keep {
                0 => *mark = mark.or(Some(style.with)),
                _ => keep -= usize::from(shown(range)),
            }
        }
    }
    let mut current: Option<Edit> = None;
    for (range, mark) in marks {
        let cluster = &text[range.clone()];
        let Some(mark) = mark.filter(|_| !is_line_break(cluster)) else {
            edits.extend(current.take());
            continue;
        };
        let edit = current
            .get_or_insert_with(|| Edit { range: range.start..range.start, with: String::new() });
        edit.range.end = range.end;
        if !is_invisible(cluster) {
            edit.with.push(mark);
        }
    }
    edits.extend(current);
}

fn is_line_break(cluster: &str) -> bool {
    cluster.contains(['\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}'])
}

fn is_invisible(cluster: &str) -> bool {
    cluster.chars().all(|c| look(c).kind == Kind::Ignorable)
}

/// `range`, widened to every token that it touches.
fn whole_tokens(tokens: &[Range<usize>], range: Range<usize>) -> Range<usize> {
    tokens
        .iter()
        .filter(|token| token.start < range.end && range.start < token.end)
        .fold(range.clone(), |all, token| all.start.min(token.start)..all.end.max(token.end))
}

/// Names of the networks that people write without `https://` before them.
const NETWORKS: &str = "com|net|org|info|biz|io|co|me|tv|cc|gg|to|ly|ai|app|dev|xyz|top|vip|club|shop|site|\
    online|live|link|casino|bet|win|fun|work|wang|ltd|icu|cn|kr|jp|tw|hk|ru|uk|de|us|eu|in|id|vn|th|my|sg|ph";

/// `https://` or `www.` and what follows, or a bare domain with a path. Only ASCII: Chinese glued to a
/// link is text again.
static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let rest = r#"[a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*[a-z0-9\-_~/#=&%+]"#;
    let host = r"[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?";
    let pattern = format!(
        r"(?i-u)(?:[a-z][a-z0-9+.\-]*://|www\.){rest}|(?:{host}\.)+(?:{NETWORKS})\b(?:[:/?#]{rest})?"
    );
    Regex::new(&pattern).ok()
});

static EMOJI: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\[TUIEmoji_[A-Za-z]+\]").ok());
static MENTION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"@\S+").ok());

/// Links, emoji tokens and, where somebody is mentioned, mentions.
fn tokens(text: &str, mentions: bool) -> Vec<Range<usize>> {
    let patterns = [Some(&LINK), Some(&EMOJI), mentions.then_some(&MENTION)];
    let patterns = patterns.into_iter().flatten().filter_map(|pattern| pattern.as_ref());
    patterns.flat_map(|pattern| pattern.find_iter(text).map(|found| found.range())).collect()
}
