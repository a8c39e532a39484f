//! Reads values out of a tree and says what is wrong with them.

use super::super::diagnostic::{Code, Diagnostic, Diagnostics};
use super::super::rule::Place;
use super::super::yaml::{Kind, Node, Style};
use super::input_method;
use std::ops::Range;
use std::sync::Arc;

pub struct Reader<'f> {
    pub file: Arc<str>,
    pub text: &'f str,
    faults: &'f mut Diagnostics,
    told: usize,
}

/// The entries of a mapping whose keys are in order.
pub struct Fields<'n> {
    pub span: Range<usize>,
    entries: Vec<(&'n str, &'n Node, &'n Node)>,
}

impl<'n> Fields<'n> {
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(name, ..)| *name == key).map(|(_, _, value)| *value)
    }

    /// Name, key and value of every entry.
    pub fn iter(&self) -> impl Iterator<Item = (&'n str, &'n Node, &'n Node)> {
        self.entries.iter().copied()
    }
}

impl<'f> Reader<'f> {
    pub fn new(file: &str, text: &'f str, faults: &'f mut Diagnostics) -> Self {
        Self { file: file.into(), text, faults, told: 0 }
    }

    /// How many errors were told of so far: a rule during which it grew is not in order.
    pub fn told(&self) -> usize {
        self.told
    }

    pub fn fault(&self, code: Code, span: &Range<usize>, title: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, &self.file, span.clone(), title)
    }

    pub fn push(&mut self, fault: Diagnostic) {
        self.told += 1;
        self.faults.push(fault);
    }

    pub fn place(&self, node: &Node) -> Place {
        Place { file: self.file.clone(), span: node.span.clone() }
    }

    /// A mapping with these keys only, each at most once.
    pub fn fields<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> Option<Fields<'n>> {
        let Kind::Map(entries) = &node.kind else {
            self.wrong_kind(node, &format!("{what} is written as `key: value` lines"));
            return None;
        };
        let mut fields = Fields { span: node.span.clone(), entries: Vec::new() };
        for (key, value) in entries {
            let Kind::Scalar { text: name, .. } = &key.kind else {
                self.wrong_kind(key, "a key is one word");
                continue;
            };
            if fields.get(name).is_some() {
                let title = format!("`{name}` stands here twice");
                self.push(self.fault(Code::DoubleKey, &key.span, title).help("keep one of them"));
            } else if known.contains(&name.as_str()) {
                fields.entries.push((name, key, value));
            } else {
                self.unknown_key(key, name, what, known);
            }
        }
        Some(fields)
    }

    fn unknown_key(&mut self, key: &Node, name: &str, what: &str, known: &[&str]) {
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", known.join(", ")),
        };
        let title = format!("{what} has no key `{name}`");
        self.push(self.fault(Code::UnknownKey, &key.span, title).help(help));
    }

    pub fn wrong_kind(&mut self, node: &Node, title: &str) {
        let found = match &node.kind {
            Kind::Scalar { text, .. } if text.is_empty() => "nothing stands here",
            Kind::Scalar { .. } => "this is one text",
            Kind::List(_) => "this is a list",
            Kind::Map(_) => "these are `key: value` lines",
        };
        let mut fault = self
            .fault(Code::WrongKind, &self.first_line(&node.span), title)
            .label(found)
            .help("write it that way; docs/rules.md shows each key with an example");
        if let Kind::Scalar { text, style: Style::Plain } = &node.kind {
            if text.is_empty() && input_method::hash_after(self.text, node.span.start).is_some() {
                return self.empty(node, Code::WrongKind, title);
            }
            if text.contains('：') {
                fault = fault.help("`：` is the full-width colon: type `:` and a space");
            }
        }
        self.push(fault);
    }

    /// Excerpts of a whole mapping say less than its first line.
    fn first_line(&self, span: &Range<usize>) -> Range<usize> {
        let end = span.end.min(self.text.len());
        let start = span.start.min(end);
        let text = self.text.get(start..end).unwrap_or_default();
        start..start + text.find('\n').unwrap_or(text.len())
    }

    /// One text as it is written; faults of quoting are told.
    pub fn scalar(&mut self, node: &Node, what: &str) -> Option<String> {
        let Kind::Scalar { text, style } = &node.kind else {
            self.wrong_kind(node, &format!("{what} is one text"));
            return None;
        };
        let fault = match style {
            Style::Plain => input_method::in_plain(self, node, text),
            Style::Double => input_method::in_double(self, node, text),
            Style::Single | Style::Block => None,
        };
        match fault {
            Some(fault) => {
                self.push(fault);
                None
            }
            None => Some(text.clone()),
        }
    }

    /// A text that is not empty.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = self.scalar(node, what)?;
        if text.trim().is_empty() {
            self.empty(node, Code::EmptyText, &format!("{what} is empty"));
            return None;
        }
        Some(text)
    }

    /// Tells of a text that is empty, or that YAML took for a comment.
    pub fn empty(&mut self, node: &Node, code: Code, title: &str) {
        let fault = match input_method::hash_after(self.text, node.span.start) {
            Some(at) => input_method::swallowed(self, at),
            None => {
                self.fault(code, &node.span, title).help("write the text, or take the line out")
            }
        };
        self.push(fault);
    }

    pub fn list<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        match &node.kind {
            Kind::List(items) => Some(items),
            _ => {
                self.wrong_kind(
                    node,
                    &format!("{what} is a list: `[a, b]`, or one `- item` a line"),
                );
                None
            }
        }
    }

    /// A list of texts that are not empty.
    pub fn texts(&mut self, node: &Node, what: &str) -> Vec<(String, Place)> {
        let items = self.list(node, what).unwrap_or_default();
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            if let Some(text) = self.text(item, what) {
                texts.push((text, self.place(item)));
            }
        }
        texts
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, node: &Node, what: &str, known: &[(&str, T)]) -> Option<T> {
        let word = self.text(node, what)?;
        if let Some((_, value)) = known.iter().find(|(name, _)| *name == word) {
            return Some(*value);
        }
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let near = nearest(&word, names.iter().copied());
        let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
        let fault = self
            .fault(Code::UnknownValue, &node.span, format!("{what} is never `{word}`"))
            .help(format!("{near}possible: {}", names.join(", ")));
        self.push(fault);
        None
    }

    pub fn flag(&mut self, node: &Node, what: &str) -> Option<bool> {
        self.choice(node, what, &[("true", true), ("false", false), ("yes", true), ("no", false)])
    }
}

/// The known word that is nearest to what was written, if it is near enough to be meant.
fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let word: Vec<char> = word.to_lowercase().chars().take(40).collect();
    let near = known.map(|name| (distance(&word, name), name)).min_by_key(|(far, _)| *far)?;
    (near.0 <= 1 + word.len() / 4).then_some(near.1)
}

/// How many letters must change (Levenshtein).
fn distance(word: &[char], name: &str) -> usize {
    let name: Vec<char> = name.chars().collect();
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (i, a) in word.iter().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in name.iter().enumerate() {
            let change = corner + usize::from(a != b);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[name.len()]
}
