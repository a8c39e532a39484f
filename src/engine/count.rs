//! Too much of something: mentions, emoji, lines, links, one thing repeated.

use super::link;
use regex::Regex;
use serde::Serialize;
use std::ops::Range;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// `@` up to white space.
    Mentions,
    /// Pictures, and tokens such as `[TUIEmoji_Smile]`.
    Emoji,
    Lines,
    /// The same cluster one after the other.
    Repeat,
    Links,
}

pub const COUNTED: [(&str, Counted); 5] = [
    ("mentions", Counted::Mentions),
    ("emoji", Counted::Emoji),
    ("lines", Counted::Lines),
    ("repeat", Counted::Repeat),
    ("links", Counted::Links),
];

/// More than so many of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count(pub Vec<(Counted, usize)>);

static MENTION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"@[^\s@]+").ok());
static TOKEN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\[TUIEmoji_[A-Za-z]+\]").ok());

/// `>20` or `>=20` as the largest number that is not too much.
pub fn bound(text: &str) -> Option<usize> {
    let text = text.trim();
    match text.strip_prefix(">=") {
        Some(least) => least.trim().parse::<usize>().ok()?.checked_sub(1),
        None => text.strip_prefix('>')?.trim().parse().ok(),
    }
}

impl Count {
    /// Calls `each` with what is too much, where all bounds are passed.
    pub fn find(&self, text: &str, mut each: impl FnMut(Range<usize>)) {
        let mut all = Vec::new();
        for (counted, bound) in &self.0 {
            let (count, found) = counted.find(text);
            if count <= *bound {
                return;
            }
            all.extend(found);
        }
        all.into_iter().for_each(&mut each);
    }
}

impl Counted {
    pub fn as_str(self) -> &'static str {
        COUNTED.iter().find(|(_, counted)| *counted == self).map_or("", |(name, _)| name)
    }

    /// How many there are in a text.
    pub fn count(self, text: &str) -> usize {
        self.find(text).0
    }

    fn find(self, text: &str) -> (usize, Vec<Range<usize>>) {
        let found: Vec<Range<usize>> = match self {
            Self::Mentions => ranges(&MENTION, text),
            Self::Emoji => {
                let pictures = text
                    .grapheme_indices(true)
                    .filter(|(_, cluster)| cluster.chars().any(is_picture));
                let pictures = pictures.map(|(at, cluster)| at..at + cluster.len());
                pictures.chain(ranges(&TOKEN, text)).collect()
            }
            Self::Lines => return (text.lines().count(), std::iter::once(0..text.len()).collect()),
            Self::Repeat => return longest_run(text),
            Self::Links => {
                let links = link::find(text).into_iter();
                links
                    .filter(|link| link::LinkPattern::Any.matches(link))
                    .map(|link| link.range)
                    .collect()
            }
        };
        (found.len(), found)
    }
}

fn ranges(pattern: &LazyLock<Option<Regex>>, text: &str) -> Vec<Range<usize>> {
    let pattern = pattern.as_ref();
    pattern.map(|p| p.find_iter(text).map(|found| found.range()).collect()).unwrap_or_default()
}

fn is_picture(c: char) -> bool {
    matches!(c as u32, 0x1F300..=0x1FAFF | 0x2600..=0x27BF | 0x1F1E6..=0x1F1FF | 0x2B50 | 0x2B55)
}

/// The longest run of one cluster, white space left out.
fn longest_run(text: &str) -> (usize, Vec<Range<usize>>) {
    let (mut best, mut run): ((usize, Range<usize>), (usize, Range<usize>)) =
        ((0, 0..0), (0, 0..0));
    let mut last = "";
    for (at, cluster) in text.grapheme_indices(true) {
        let end = at + cluster.len();
        run = if cluster == last { (run.0 + 1, run.1.start..end) } else { (1, at..end) };
        last = cluster;
        if run.0 > best.0 && !cluster.trim().is_empty() {
            best = run.clone();
        }
    }
    (best.0, if best.0 > 0 { vec![best.1] } else { Vec::new() })
}
