//! Why a text is judged as it is: the hits of the live engine, and what folding made of their letters.

use super::compile::Ruleset;
use super::decide::Hit;
use super::fold::{Kind, look};
use crate::message::Message;
use serde::Serialize;
use std::ops::Range;

/// Everything that a message's texts are caught for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    pub hits: Vec<Explained>,
}

/// One hit with its places in every count that people use, and the folding of its characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    pub hit: Hit,
    pub matched: String,
    pub code_points: Range<usize>,
    pub utf16: Range<usize>,
    /// Only characters that folding changes.
    pub steps: Vec<Step>,
}

/// What folding does to one character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Byte in the leaf's text.
    pub at: usize,
    pub written: char,
    /// The letters it stands for; empty where it is passed over.
    pub folded: String,
    /// The ASCII letter it is taken for, where it is a letter of another script.
    pub like: Option<char>,
}

impl Ruleset {
    /// Explains the verdict on a message at a moment (ms of Unix time).
    pub fn explain(&self, message: &Message, at_ms: i64) -> Explanation {
        let leaves = message.content.leaves();
        let hits = self.judge(message, at_ms).hits;
        let explained = hits.into_iter().map(|hit| {
            let text = leaves[hit.leaf].text.as_str();
            Explained {
                matched: text[hit.range.clone()].to_owned(),
                code_points: counted(text, &hit.range, |part| part.chars().count()),
                utf16: counted(text, &hit.range, |part| part.encode_utf16().count()),
                steps: steps(text, &hit.range),
                hit,
            }
        });
        Explanation { hits: explained.collect() }
    }
}

fn counted(text: &str, range: &Range<usize>, count: impl Fn(&str) -> usize) -> Range<usize> {
    let start = count(&text[..range.start]);
    start..start + count(&text[range.clone()])
}

/// What folding does to the characters of a part of a text, those left out that stay what they are.
pub fn steps(text: &str, range: &Range<usize>) -> Vec<Step> {
    let chars = text[range.clone()].char_indices();
    let steps = chars.map(|(at, written)| {
        let look = look(written);
        let (mut folded, mut alike) = (String::new(), None);
        if look.kind != Kind::Ignorable {
            look.letters(|letter, like| {
                folded.push(letter);
                alike = alike.or(like);
            });
        }
        Step { at: range.start + at, written, folded, like: alike }
    });
    steps.filter(|step| step.like.is_some() || step.folded != step.written.to_string()).collect()
}
