//! Names joined by dots, however the dot is written, and how sure it is that a link is meant.

use super::suffix::{self, SPOKEN, UNMISTAKABLE, Weight};
use crate::engine::plain::{Cell, reads};
use std::ops::Range;

/// How the dot before a label is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dot {
    /// `.` between the labels.
    Plain,
    /// `。`, `·` and the like.
    Wide,
    /// `[.]`, `(dot)`, `{点}`.
    Bracketed,
    /// `.` with a space before it, after it, or both.
    Spaced {
        before: bool,
        after: bool,
    },
    /// The word ` dot `.
    Word,
    /// `点` or `점`.
    Han,
    Comma,
}

#[derive(Debug, Clone)]
pub struct Label {
    pub cells: Range<usize>,
    /// As the eye reads it, in lower case.
    pub seen: String,
    /// The dot before it; of no meaning for the first.
    pub dot: Dot,
}

impl Label {
    fn has_digit(&self) -> bool {
        self.seen.bytes().any(|b| b.is_ascii_digit()) && !self.is_number()
    }

    fn is_number(&self) -> bool {
        self.seen.bytes().all(|b| b.is_ascii_digit())
    }

    /// Written with one capital, at its start.
    pub fn is_title(&self, cells: &[Cell]) -> bool {
        let mut cells = cells[self.cells.clone()].iter();
        cells.next().is_some_and(|c| c.is_capital) && cells.next().is_some_and(|c| !c.is_capital)
    }

    fn is_dense(&self, cells: &[Cell]) -> bool {
        cells[self.cells.start].is_dense()
    }
}

/// The end of the label that begins at `from` where no dot follows it: most words of a text.
pub fn lone(cells: &[Cell], from: usize) -> Option<usize> {
    let end = label(cells, from).end;
    dot_after(cells, end).is_none().then_some(end)
}

/// Labels that are joined by dots of any kind, from the label that begins at `from`.
pub fn run(cells: &[Cell], from: usize) -> Vec<Label> {
    let mut labels = Vec::new();
    let mut at = label(cells, from);
    let mut dot = Dot::Plain;
    loop {
        let next = dot_after(cells, at.end);
        labels.push(Label { seen: seen(&cells[at.clone()]), cells: at, dot });
        let Some((kind, start)) = next else { return labels };
        dot = kind;
        at = label(cells, start);
    }
}

/// The end of the label that begins at `from`: letters of one kind of script, hyphens inside.
fn label(cells: &[Cell], from: usize) -> Range<usize> {
    let dense = cells[from].is_dense();
    let mut end = from + 1;
    while let Some(cell) = cells.get(end) {
        let inside = match cell.c {
            '-' | '_' => {
                !dense
                    && cells.get(end + 1).is_some_and(|c| c.is_spaced() || matches!(c.c, '-' | '_'))
            }
            _ if dense => cell.is_dense() && !is_han_dot(cells, end),
            _ => cell.is_spaced(),
        };
        if !inside {
            break;
        }
        end += 1;
    }
    from..end
}

/// `点` behind a name of Han or Hangul is a dot only before a suffix that is unmistakable.
fn is_han_dot(cells: &[Cell], at: usize) -> bool {
    matches!(cells[at].c, '点' | '점')
        && UNMISTAKABLE.iter().any(|word| {
            reads(cells, at + 1, word)
                && !cells.get(at + 1 + word.len()).is_some_and(Cell::is_spaced)
        })
}

/// The dot that ends a label at `at`, and where the next label begins.
fn dot_after(cells: &[Cell], at: usize) -> Option<(Dot, usize)> {
    let spaces = |at: usize| cells.iter().skip(at).take(2).take_while(|c| c.c == ' ').count();
    let before = spaces(at);
    let open = at + before;
    let close = match cells.get(open)?.c {
        '[' => Some(']'),
        '(' => Some(')'),
        '{' => Some('}'),
        '<' => Some('>'),
        '【' => Some('】'),
        '「' => Some('」'),
        _ => None,
    };
    if let Some(close) = close {
        let core = open + 1 + spaces(open + 1);
        let after = core + dot_length(cells, core)?;
        let after = after + spaces(after);
        let next = after + 1 + spaces(after + 1);
        return (cells.get(after)?.c == close && cells.get(next)?.is_letter)
            .then_some((Dot::Bracketed, next));
    }
    let length = dot_length(cells, open)?;
    let after = spaces(open + length);
    let next = open + length + after;
    if !cells.get(next)?.is_letter {
        return None;
    }
    let tight = before == 0 && after == 0;
    let kind = match cells[open].c {
        '.' if tight => Dot::Plain,
        '.' => Dot::Spaced { before: before > 0, after: after > 0 },
        ',' => (tight).then_some(Dot::Comma)?,
        '点' | '점' => (!cells[next].is_dense()).then_some(Dot::Han)?,
        'd' => (before > 0 && after > 0).then_some(Dot::Word)?,
        _ => tight.then_some(Dot::Wide)?,
    };
    Some((kind, next))
}

/// How many cells the dot at `at` takes.
fn dot_length(cells: &[Cell], at: usize) -> Option<usize> {
    match cells.get(at)?.seen() {
        '.' | '。' | '·' | '•' | '∙' | '⋅' | '・' | '‧' | ',' | '点' | '점' => Some(1),
        'd' if reads(cells, at, "dot") && !cells.get(at + 3).is_some_and(|c| c.is_letter) => {
            Some(3)
        }
        _ => None,
    }
}

/// Letters of another script that look Latin read as Latin beside a Latin letter.
fn seen(cells: &[Cell]) -> String {
    let mixed = cells.iter().any(|cell| cell.c.is_ascii_alphabetic());
    cells.iter().map(|cell| if mixed { cell.seen() } else { cell.c }).collect()
}

/// One name out of a run: which labels, and what speaks for it so far.
#[derive(Debug)]
pub struct Name {
    pub labels: Range<usize>,
    /// Whether the way the dots are written leaves no doubt.
    pub clear: bool,
}

/// Cuts a run into names where a dot cannot belong to one. Every label is looked at once.
pub fn names(cells: &[Cell], labels: &[Label]) -> Vec<Name> {
    let mut names = Vec::new();
    let (mut first, mut clear) = (0, true);
    for at in 1..labels.len() {
        match joint(cells, labels, first, at) {
            Joint::Split => {
                names.push(Name { labels: first..at, clear });
                (first, clear) = (at, true);
            }
            Joint::Doubtful => clear = false,
            // The dot before the suffix is the one that decides.
            Joint::Clear => clear = true,
        }
    }
    names.push(Name { labels: first..labels.len(), clear });
    names.retain(|name| name.labels.len() > 1);
    names
}

enum Joint {
    Split,
    Doubtful,
    Clear,
}

fn joint(cells: &[Cell], labels: &[Label], first: usize, at: usize) -> Joint {
    let (left, right) = (&labels[at - 1], &labels[at]);
    let word = right.seen.as_str();
    let www = labels[first].seen == "www";
    let more = labels.get(at + 1).is_some_and(|next| next.dot == right.dot);
    let spoken = SPOKEN.contains(&word);
    let sure = |sure| if sure { Joint::Clear } else { Joint::Doubtful };
    match right.dot {
        Dot::Plain => sure(true),
        Dot::Bracketed => sure(true),
        Dot::Wide => {
            let spaced = !left.is_dense(cells) && !right.is_dense(cells);
            match () {
                () if !spaced => Joint::Split,
                () if www || UNMISTAKABLE.contains(&word) => Joint::Clear,
                () if spoken => sure(left.has_digit() || at - first > 1),
                () if more && is_suffix_ahead(labels, at) => Joint::Doubtful,
                () => Joint::Split,
            }
        }
        Dot::Spaced { before, after } => match () {
            () if www => Joint::Clear,
            () if more && is_suffix_ahead(labels, at) && before == after && before => {
                Joint::Doubtful
            }
            // `end. Com` begins a sentence.
            () if after && !before && right.is_title(cells) => Joint::Split,
            () if !spoken || left.is_number() && word != "com" => Joint::Split,
            () if before && after => sure(UNMISTAKABLE.contains(&word) || left.has_digit()),
            () if after => sure(left.has_digit() || word == "com"),
            () => {
                sure(left.has_digit() || UNMISTAKABLE.contains(&word) && ends_there(cells, right))
            }
        },
        Dot::Word => match () {
            () if www => Joint::Clear,
            () if more && is_suffix_ahead(labels, at) => Joint::Doubtful,
            () if !spoken || ARTICLES.contains(&left.seen.as_str()) => Joint::Split,
            () if follows_boom(cells, right.cells.end) => Joint::Split,
            () => sure(left.has_digit() || UNMISTAKABLE.contains(&word)),
        },
        Dot::Han => match () {
            () if left.is_number() => sure(matches!(word, "com" | "cn" | "net")),
            () if spoken || www => Joint::Clear,
            () if more && is_suffix_ahead(labels, at) => Joint::Doubtful,
            () if suffix::is_suffix(word) => sure(left.has_digit()),
            () => Joint::Split,
        },
        Dot::Comma => {
            let list = cells.get(right.cells.end).is_some_and(|c| c.c == ',') && !www;
            let letters = !left.is_number() && !left.is_dense(cells);
            match () {
                () if www && labels[first].cells != left.cells => sure(spoken),
                () if www => Joint::Clear,
                () if list || !letters || !matches!(word, "com" | "net" | "cn" | "org") => {
                    Joint::Split
                }
                () => sure(left.has_digit() || word == "com" && left.seen.len() > 3),
            }
        }
    }
}

/// `shop 点 abc 点 com`: the dot after the next one leads to a suffix.
fn is_suffix_ahead(labels: &[Label], at: usize) -> bool {
    labels.get(at + 1).is_some_and(|next| SPOKEN.contains(&next.seen.as_str()))
}

/// Nothing but punctuation or another script follows, so that `.com` is no adjective.
fn ends_there(cells: &[Cell], label: &Label) -> bool {
    let mut rest = cells[label.cells.end..].iter().skip_while(|c| c.c == ' ');
    !rest.next().is_some_and(|cell| cell.is_letter && !cell.is_dense())
}

/// What stands before "dot com" where no name is meant.
const ARTICLES: &[&str] = &[
    "the", "a", "an", "this", "that", "of", "in", "my", "your", "our", "some", "any", "every",
    "was", "is", "are", "and", "or", "old", "new", "first", "early", "big", "another", "with",
    "for", "to", "say", "said",
];

fn follows_boom(cells: &[Cell], at: usize) -> bool {
    ["bubble", "boom", "crash", "era", "burst", "bust", "compan", "stock", "startup", "million"]
        .iter()
        .any(|word| reads(cells, at, " ") && reads(cells, at + 1, word))
}

/// What of `labels` is a domain: trailing labels behind the suffix are dropped, so are leading ones
/// beyond what a host can hold. The host as it is read, and the weight of its suffix.
pub fn domain(labels: &[Label], name: &Name) -> Option<(Range<usize>, Weight)> {
    let mut end = name.labels.end;
    while end > name.labels.start + 1 {
        let last = labels[end - 1].seen.as_str();
        if suffix::is_suffix(&unicode(last)) {
            break;
        }
        end -= 1;
    }
    if end < name.labels.start + 2 {
        return None;
    }
    let mut start = end;
    let mut length = 0;
    while start > name.labels.start && end - start < 12 {
        let label = &labels[start - 1].seen;
        length += label.len() + 1;
        if length > 253 || label.chars().count() > 63 {
            break;
        }
        start -= 1;
    }
    let host = join(&labels[start..end]);
    let suffix = suffix::of(&host)?;
    let weight = if suffix.contains('.') { Weight::Proof } else { suffix::weight(suffix) };
    Some((start..end, weight))
}

/// The labels with dots between them, punycode decoded.
pub fn join(labels: &[Label]) -> String {
    let parts: Vec<String> = labels.iter().map(|label| unicode(&label.seen)).collect();
    parts.join(".")
}

/// A label with its punycode decoded; as it is where that is broken.
pub fn unicode(label: &str) -> String {
    match label.starts_with("xn--") {
        true => idna::domain_to_unicode(label).0,
        false => label.to_owned(),
    }
}

/// Whether the suffix is backed by a name that no sentence or file would have.
pub fn is_telling(labels: &[Label]) -> bool {
    let name = &labels[labels.len().saturating_sub(2)];
    name.has_digit() || name.seen.contains('-')
}
