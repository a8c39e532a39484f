//! What every match of a regex must contain: where a text lacks it, the regex need not run.
//!
//! Promise: never too much. A need is read off the compiled pattern, and what cannot be read is not needed.

use regex_syntax::hir::{Class, Hir, HirKind, Look};
use std::collections::BTreeSet;

/// More alternatives than this cost more than they save.
const MOST_LITERALS: usize = 64;

/// Sets that are waited for: a few tell as much as many.
const MOST_SETS: usize = 3;

/// What a text must have for a regex to match in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Of each of these one, in any letter case; empty when nothing is known.
    pub literals: Vec<Vec<Literal>>,
    /// So many digits, of any script.
    pub digits: usize,
}

/// A text that a match contains, in small letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Literal {
    pub text: String,
    /// It stands at the beginning of a word.
    pub opens_word: bool,
    /// It stands at the beginning of what it was read off.
    first: bool,
}

impl Needs {
    /// The needs of a pattern, read case-insensitively as moderators' patterns are.
    pub fn of(pattern: &str) -> Self {
        let parsed =
            regex_syntax::ParserBuilder::new().case_insensitive(true).build().parse(pattern);
        let Ok(hir) = parsed else { return Self::default() };
        let mut sets = Vec::new();
        each_required(&hir, &mut sets);
        sets.sort_by_key(|set| std::cmp::Reverse(worth(set)));
        sets.dedup();
        sets.truncate(MOST_SETS);
        let literals = sets.into_iter().map(|set| set.into_iter().collect()).collect();
        Self { literals, digits: digits(&hir) }
    }
}

/// What every match contains, part by part: of each set one.
fn each_required(hir: &Hir, sets: &mut Vec<Literals>) {
    match hir.kind() {
        HirKind::Capture(capture) => each_required(&capture.sub, sets),
        HirKind::Concat(parts) => walk(parts, |part| match part {
            Part::Text(set) => sets.push(set),
            Part::Other(hir, stands) => {
                let from = sets.len();
                each_required(hir, sets);
                sets[from..].iter_mut().for_each(|set| *set = stands.place(set));
            }
        }),
        _ => sets.extend(required(hir)),
    }
}

enum Part<'h> {
    Text(Literals),
    Other(&'h Hir, Stands),
}

/// Where a part stands.
#[derive(Clone, Copy)]
struct Stands {
    /// Nothing that takes room is before it.
    first: bool,
    /// The edge of a word is directly before it.
    edge: bool,
}

impl Stands {
    /// What was read off a part, as a part of the whole.
    fn place(self, set: &Literals) -> Literals {
        let opens = |literal: &Literal| self.edge && literal.first && is_word(&literal.text);
        let literals = set.iter().cloned();
        let place = |literal: Literal| Literal {
            opens_word: literal.opens_word || opens(&literal),
            first: literal.first && self.first,
            text: literal.text,
        };
        literals.map(place).collect()
    }
}

/// Before which an edge is the beginning of a word.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Goes through parts that stand side by side, letters taken together.
fn walk<'h>(parts: &'h [Hir], mut each: impl FnMut(Part<'h>)) {
    let mut text = String::new();
    // Of the text, and of what comes next.
    let (mut began, mut next) =
        (Stands { first: true, edge: false }, Stands { first: true, edge: false });
    let end = |text: &mut String, began: Stands| {
        let text = std::mem::take(text);
        let literal =
            Literal { opens_word: began.edge && is_word(&text), first: began.first, text };
        (!literal.text.is_empty()).then(|| Part::Text(Literals::from([literal])))
    };
    for part in parts {
        match letters(part) {
            Some(more) if more.is_empty() => next.edge |= is_edge(part),
            Some(more) => {
                if text.is_empty() {
                    began = next;
                }
                text.push_str(&more);
                next = Stands { first: false, edge: false };
            }
            None => {
                end(&mut text, began).into_iter().for_each(&mut each);
                each(Part::Other(part, next));
                next = Stands { first: false, edge: false };
            }
        }
    }
    end(&mut text, began).into_iter().for_each(each);
}

/// Whether a part asks for the beginning of a word, if a letter follows.
fn is_edge(part: &Hir) -> bool {
    let HirKind::Look(look) = part.kind() else { return false };
    matches!(
        look,
        Look::WordAscii
            | Look::WordUnicode
            | Look::WordStartAscii
            | Look::WordStartUnicode
            | Look::WordStartHalfAscii
            | Look::WordStartHalfUnicode
            | Look::Start
    )
}

type Literals = BTreeSet<Literal>;

/// The weakest literal tells how much a set is worth.
fn worth(literals: &Literals) -> usize {
    literals
        .iter()
        .map(|literal| literal.text.chars().map(|c| if c.is_ascii() { 1 } else { 3 }).sum())
        .min()
        .unwrap_or(0)
}

fn required(hir: &Hir) -> Option<Literals> {
    match hir.kind() {
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(branches) => {
            let mut all = Literals::new();
            for branch in branches {
                all.extend(required(branch)?);
            }
            (all.len() <= MOST_LITERALS).then_some(all)
        }
        HirKind::Concat(parts) => concat(parts),
        _ => {
            let text = letters(hir)?;
            (!text.is_empty())
                .then(|| Literals::from([Literal { text, opens_word: false, first: true }]))
        }
    }
}

/// The best of the parts, letters that stand beside each other taken together.
fn concat(parts: &[Hir]) -> Option<Literals> {
    let mut best: Option<Literals> = None;
    let mut keep = |found: Option<Literals>| {
        if let Some(found) =
            found.filter(|found| best.as_ref().is_none_or(|best| worth(best) < worth(found)))
        {
            best = Some(found);
        }
    };
    walk(parts, |part| {
        keep(match part {
            Part::Text(set) => Some(set),
            Part::Other(hir, stands) => required(hir).map(|set| stands.place(&set)),
        });
    });
    best
}

/// The one text a part stands for, in lower case; empty for what takes no room.
fn letters(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(String::new()),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            text.chars().map(plain).collect()
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut chars =
                class.ranges().iter().flat_map(|range| range.start()..=range.end()).take(5);
            let first = plain(chars.next()?)?;
            chars.all(|c| plain(c) == Some(first)).then(|| first.to_string())
        }
        HirKind::Capture(capture) => letters(&capture.sub),
        _ => None,
    }
}

/// A character whose letter cases the search folds to one: ASCII, Han, Kana, Hangul.
fn plain(c: char) -> Option<char> {
    match c {
        'ſ' => Some('s'),
        '\u{212A}' => Some('k'),
        _ if c.is_ascii() => Some(c.to_ascii_lowercase()),
        '\u{3041}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '가'..='힣' => Some(c),
        _ => None,
    }
}

/// How many digits every match has at least.
fn digits(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().filter(|b| b.is_ascii_digit()).count(),
        HirKind::Class(Class::Unicode(class)) => {
            let mut ranges = class.ranges().iter();
            usize::from(
                ranges.len() > 0
                    && ranges.all(|range| range.start().is_numeric() && range.end().is_numeric()),
            )
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut ranges = class.ranges().iter();
            usize::from(
                ranges.len() > 0
                    && ranges.all(|r| r.start().is_ascii_digit() && r.end().is_ascii_digit()),
            )
        }
        HirKind::Capture(capture) => digits(&capture.sub),
        HirKind::Repetition(repetition) => {
            digits(&repetition.sub).saturating_mul(repetition.min as usize)
        }
        HirKind::Alternation(branches) => branches.iter().map(digits).min().unwrap_or(0),
        HirKind::Concat(parts) => parts.iter().map(digits).sum(),
        HirKind::Empty | HirKind::Look(_) => 0,
    }
}
