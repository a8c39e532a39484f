//! Whether the matchers of a rule come together as its condition asks, and which of their matches count.

use super::rule::Condition;
use super::vocabulary::Sighting;
use std::ops::Range;

/// Matches of one text that are tried for nearness; more of them are a flood, and near in any case.
const MOST_TRIED: usize = 400;

/// What the matchers of one rule found, by target, leaf and place.
pub struct Held<'h> {
    pub sightings: &'h [&'h (usize, Sighting)],
    /// The target of the rule's first matcher.
    pub first: u32,
    pub texts: &'h [&'h str],
}

/// A match that a condition holds by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub matcher: usize,
    pub leaf: usize,
    pub range: Range<usize>,
}

impl Held<'_> {
    /// The matches that a condition holds by; `None` where it does not hold.
    pub fn by(&self, condition: &Condition) -> Option<Vec<Part>> {
        match condition {
            Condition::Matcher(index) => Some(self.of(*index)).filter(|parts| !parts.is_empty()),
            Condition::Any(items) => {
                let held: Vec<Vec<Part>> = items.iter().filter_map(|item| self.by(item)).collect();
                (!held.is_empty()).then(|| held.concat())
            }
            Condition::All(items) => self.all(items).map(|held| held.concat()),
            Condition::Near(items, within) => {
                let near = self.near(&self.all(items)?, *within);
                (!near.is_empty()).then_some(near)
            }
            Condition::None(items) => {
                items.iter().all(|item| self.by(item).is_none()).then(Vec::new)
            }
        }
    }

    fn of(&self, matcher: usize) -> Vec<Part> {
        let target = self.first + matcher as u32;
        let from = self.sightings.partition_point(|(_, s)| s.target < target);
        let to = self.sightings.partition_point(|(_, s)| s.target <= target);
        let part =
            |(leaf, s): &(usize, Sighting)| Part { matcher, leaf: *leaf, range: s.range.clone() };
        self.sightings[from..to].iter().map(|sighting| part(sighting)).collect()
    }

    fn all(&self, items: &[Condition]) -> Option<Vec<Vec<Part>>> {
        items.iter().map(|item| self.by(item)).collect()
    }

    /// The matches of every item that lie in one text with at most so many characters from the end of
    /// the first to the start of the last.
    fn near(&self, held: &[Vec<Part>], within: usize) -> Vec<Part> {
        // What only asks that something is absent has no place to be near to.
        let held: Vec<&Vec<Part>> = held.iter().filter(|parts| !parts.is_empty()).collect();
        let mut near = Vec::new();
        for leaf in 0..self.texts.len() {
            let mut parts: Vec<(usize, &Part)> = Vec::new();
            for (item, found) in held.iter().enumerate() {
                parts.extend(
                    found
                        .iter()
                        .filter(|part| part.leaf == leaf)
                        .map(|part| (item, part))
                        .take(MOST_TRIED),
                );
            }
            parts.sort_by_key(|(_, part)| (part.range.start, part.range.end));
            for first in 0..parts.len() {
                let window = self.window(&parts[first..], within);
                let complete =
                    (0..held.len()).all(|item| window.iter().any(|(other, _)| *other == item));
                if complete {
                    near.extend(window.iter().map(|(_, part)| (*part).clone()));
                }
            }
        }
        near.sort_by_key(|part| (part.matcher, part.leaf, part.range.start, part.range.end));
        near.dedup();
        near
    }

    /// The parts that begin within so many characters of the end of the first.
    fn window<'p>(&self, parts: &'p [(usize, &'p Part)], within: usize) -> &'p [(usize, &'p Part)] {
        let Some((_, first)) = parts.first() else { return parts };
        let text = self.texts[first.leaf];
        let rest = &text[first.range.end..];
        let reach =
            rest.char_indices().nth(within).map_or(text.len(), |(at, _)| first.range.end + at);
        &parts[..parts.partition_point(|(_, part)| part.range.start <= reach)]
    }
}
