//! Why a text is judged as it is: what hit and by which matcher, how its letters were read, which
//! exceptions were considered, and which rules came near without hitting.
//!
//! The hits are those of the live engine. What came near is found by the same engine on a second set in
//! which nothing is in the way: every word in any disguise and with open edges, no exception, no scope.
//! No wording beyond one line for each obstacle; how it is shown is somebody else's work.

mod exceptions;
mod misses;
mod obstacle;
mod probes;
mod reading;
mod relaxed;
mod shapes;
mod written;

pub use exceptions::{Considered, ExceptionKind, Reach};
pub use misses::Miss;
pub use obstacle::Obstacle;
pub use reading::{Change, Step};

use super::compile::Ruleset;
use super::scope::Subject;
use super::verdict::{Hit, Ruling};
use crate::message::{Message, apply};
pub(super) use probes::sightings;
use probes::{Probes, Seen};
pub(super) use relaxed::bare;
use serde::Serialize;
use std::ops::Range;

/// Everything there is to say about one message. Ranges count bytes of a leaf's text unless they say
/// otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    pub verdict: Ruling,
    pub texts: Vec<ReadText>,
    pub hits: Vec<Explained>,
    /// Exceptions of the rules whose words stand in the message, whether they lift something or not.
    pub exceptions: Vec<Considered>,
    /// Rules that did not hit, the nearest first.
    pub misses: Vec<Miss>,
}

/// One text of the message, as it was written and as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadText {
    /// Where it stands, such as `body.0.Text`.
    pub place: String,
    pub text: String,
    /// The text as the verdict leaves it.
    pub masked: String,
    /// The text with every character folded.
    pub reads: String,
    /// Only characters that folding changes.
    pub steps: Vec<Step>,
}

/// One hit with its places in every count that people use, and how its characters were read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    #[serde(flatten)]
    pub hit: Hit,
    /// What of the rule found it, such as ``the word `casino` ``.
    pub by: Vec<String>,
    pub matched: String,
    pub code_points: Range<usize>,
    pub utf16: Range<usize>,
    pub steps: Vec<Step>,
}

/// Explains the verdicts of one rule set. To make one costs as much as to compile the set: keep it where
/// much is to be explained.
#[derive(Debug)]
pub struct Explainer<'r> {
    ruleset: &'r Ruleset,
    probes: Probes,
}

impl Ruleset {
    pub fn explainer(&self) -> Explainer<'_> {
        Explainer { ruleset: self, probes: Probes::of(&self.rules) }
    }
}

impl Explainer<'_> {
    /// Explains the verdict on a message at a moment (ms of Unix time).
    pub fn explain(&self, message: &Message, at_ms: i64) -> Explanation {
        let verdict = self.ruleset.judge(message, at_ms);
        let leaves = message.content.leaves();
        let texts: Vec<&str> = leaves.iter().map(|leaf| leaf.text.as_str()).collect();
        let subject = Subject::of(message);
        let seen = self.probes.seen(self.ruleset, &texts, at_ms);
        let exceptions = exceptions::considered(self.ruleset, &seen, &subject);
        let misses = misses::misses(self.ruleset, &seen, &texts, &subject, &verdict.hits, at_ms);
        let read = leaves.iter().enumerate().map(|(index, leaf)| {
            let edits = verdict.edits.iter().find(|(at, _)| *at == index);
            ReadText {
                place: leaf.place.clone(),
                masked: edits.map_or(leaf.text.clone(), |(_, edits)| apply(&leaf.text, edits)),
                reads: reading::reads(&leaf.text),
                steps: reading::steps(&leaf.text, &(0..leaf.text.len())),
                text: leaf.text.clone(),
            }
        });
        Explanation {
            verdict: verdict.ruling,
            texts: read.collect(),
            hits: verdict.hits.into_iter().map(|hit| self.explained(hit, &texts, &seen)).collect(),
            exceptions,
            misses,
        }
    }

    fn explained(&self, hit: Hit, texts: &[&str], seen: &Seen) -> Explained {
        let text = texts[hit.leaf];
        let rules = &self.ruleset.rules;
        let rule = rules.iter().position(|rule| rule.id == hit.rule).unwrap_or_default();
        let found = seen.behind(rule, hit.leaf, &hit.range);
        let terms = found.iter().filter_map(|sight| sight.term(rules));
        let steps =
            terms.filter_map(|term| reading::laid_over(text, &hit.range, &term.text)).next();
        let mut by: Vec<String> = found.iter().map(|sight| sight.describe(rules)).collect();
        by.dedup();
        Explained {
            by,
            matched: text[hit.range.clone()].to_owned(),
            code_points: counted(text, &hit.range, |part| part.chars().count()),
            utf16: counted(text, &hit.range, |part| part.encode_utf16().count()),
            steps: steps.unwrap_or_else(|| reading::steps(text, &hit.range)),
            hit,
        }
    }
}

fn counted(text: &str, range: &Range<usize>, count: impl Fn(&str) -> usize) -> Range<usize> {
    let start = count(&text[..range.start]);
    start..start + count(&text[range.clone()])
}
