//! Rule files to rules: every fault with its place, all of them in one go.
//!
//! A fault costs the rule it stands in, never the rest of the file: what is in order goes on to be
//! compiled and tested, so that one run tells everything.

mod condition;
mod dates;
mod input_method;
mod lists;
mod matchers;
mod reader;
mod rules;

pub(super) use lists::{term, text_lines};

use super::diagnostic::{Code, Diagnostic, Diagnostics};
use super::rule::Rule;
use super::sources::Sources;
use super::yaml::{self, Cause, Kind, Node, Refusal};
use lists::Lists;
use reader::Reader;
use std::collections::HashMap;
use std::sync::Arc;

/// The JSON Schema of rule files, for editors. Every key that is read here stands there.
pub const SCHEMA: &str = include_str!("schema.json");

/// Longer lines are no rules; they are an attack or a mistake.
const LONGEST_LINE: usize = 64 * 1024;

/// The rules of all files that are in order.
pub fn rules(sources: &Sources, faults: &mut Diagnostics) -> Vec<Rule> {
    let mut lists = Lists::new(sources);
    let mut rules = Vec::new();
    let mut files = 0;
    for (name, bytes) in sources.rule_files() {
        files += 1;
        if let Some(text) = utf8(name, bytes, faults) {
            let mut reader = Reader::new(name, text, faults);
            file(&mut reader, &mut lists, &mut rules);
        }
    }
    if files == 0 {
        let title = "the rules folder holds no rule file";
        let help = "put at least one file that ends with .yaml into it";
        faults.push(Diagnostic::new(Code::NoRules, ".", 0..0, title).help(help));
    }
    unique(&mut rules, faults);
    rules
}

/// The text of a file; its bytes are refused where they are no UTF-8 or hold an endless line.
fn utf8<'b>(name: &str, bytes: &'b [u8], faults: &mut Diagnostics) -> Option<&'b str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            faults.push(lists::not_utf8(name, bytes, error.valid_up_to()));
            return None;
        }
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.len() > LONGEST_LINE {
            let title = format!("a line of {} bytes; the limit is 64 KB a line", line.len());
            let help = "put long word lists into a file of their own, one term a line, and name it with `words_from`";
            faults.push(Diagnostic::new(Code::LineTooLong, name, at..at + 1, title).help(help));
            return None;
        }
        at += line.len();
    }
    Some(text)
}

fn file(reader: &mut Reader<'_>, lists: &mut Lists<'_>, rules: &mut Vec<Rule>) {
    let typed = input_method::faults(reader);
    match yaml::parse(reader.text) {
        Ok(Some(root)) => rules::file(reader, lists, &root, rules),
        Ok(None) => reader.push(
            reader
                .fault(Code::NoRules, &(0..0), "the file is empty")
                .help("write `rules:` and a rule below it"),
        ),
        Err(refusal) if typed && matches!(refusal.cause, Cause::Syntax(_)) => {}
        Err(refusal) if matches!(refusal.cause, Cause::Syntax(_)) => {
            recover(reader, lists, rules, refusal)
        }
        Err(refusal) => refuse(reader, &refusal),
    }
}

/// YAML stops at its first fault: read the file rule by rule, so that the others are judged too.
fn recover(reader: &mut Reader<'_>, lists: &mut Lists<'_>, rules: &mut Vec<Rule>, whole: Refusal) {
    let pieces = pieces(reader.text);
    let mut told = false;
    let mut defaults = rules::Defaults::default();
    for (number, (start, end)) in pieces.iter().enumerate() {
        // Blank lines in front keep every place what it is in the file.
        let blank: String = reader.text[..*start].chars().filter(|c| *c == '\n').collect();
        let piece = format!("{blank}{}", &reader.text[*start..*end]);
        let shift = start - blank.len();
        match yaml::parse(&piece) {
            Ok(Some(mut node)) => {
                node.shift(shift);
                match (number, &node.kind) {
                    (0, Kind::Map(_)) => defaults = rules::header(reader, &node),
                    (_, Kind::List(items)) => rules::items(reader, lists, items, &defaults, rules),
                    _ => {}
                }
            }
            Ok(None) => {}
            Err(refusal) => {
                told = true;
                refuse(reader, &Refusal { at: refusal.at + shift, cause: refusal.cause });
            }
        }
    }
    if !told {
        refuse(reader, &whole);
    }
}

/// The head of a file (up to and with `rules:`), and each item below it.
fn pieces(text: &str) -> Vec<(usize, usize)> {
    let (mut borders, mut at, mut indent, mut inside) = (vec![0], 0, None, false);
    for line in text.split_inclusive('\n') {
        let body = line.trim_start();
        let depth = line.len() - body.len();
        if line.starts_with("rules:") {
            inside = true;
        } else if inside && body.starts_with("- ") && *indent.get_or_insert(depth) == depth {
            borders.push(at);
        }
        at += line.len();
    }
    borders.push(text.len());
    borders.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

fn refuse(reader: &mut Reader<'_>, refusal: &Refusal) {
    let at = refusal.at.min(reader.text.len());
    let span = at..(at + 1).min(reader.text.len()).max(at);
    let fault = match &refusal.cause {
        Cause::TooDeep => reader
            .fault(Code::TooDeep, &span, "nested too deeply; the limit is 16 levels of matchers")
            .help("take matchers out of `any`, `all` and `none` that hold only one"),
        Cause::Feature(what) => reader
            .fault(Code::YamlFeature, &span, format!("{what} is not part of the rule language"))
            .help("write the value out; text that begins with `*`, `&` or `!` belongs in quotes"),
        Cause::Syntax(info) => syntax(reader, &span, info),
    };
    reader.push(fault);
}

/// The mend that a syntax error most likely needs.
fn syntax(reader: &Reader<'_>, span: &std::ops::Range<usize>, info: &str) -> Diagnostic {
    let text = reader.text;
    let next = text[span.start..].chars().next();
    if let Some(c @ ('@' | '`')) = next {
        let title = format!("text that begins with `{c}` must stand in quotes");
        let help = "YAML keeps this character for itself: put the whole text in 'single quotes'";
        return reader.fault(Code::UnquotedAt, span, title).help(help);
    }
    if let Some(at) = input_method::hash_in_open_list(text, span.start) {
        return input_method::swallowed(reader, at);
    }
    let help = match next {
        Some('\t') => "indent with spaces: YAML does not take tabs",
        _ => "check indentation, brackets and quotes here and on the line before",
    };
    reader.fault(Code::Syntax, span, format!("this is not YAML: {info}")).help(help)
}

/// An id names one rule over all files.
fn unique(rules: &mut Vec<Rule>, faults: &mut Diagnostics) {
    let mut first: HashMap<Arc<str>, String> = HashMap::new();
    rules.retain(|rule| match first.get(&rule.id.0) {
        None => {
            first.insert(rule.id.0.clone(), rule.place.file.to_string());
            true
        }
        Some(file) => {
            let title = format!("the id `{}` is taken", rule.id);
            let fault =
                Diagnostic::new(Code::DoubleId, &rule.place.file, rule.place.span.clone(), title)
                    .label(format!("stands in {file} already"))
                    .help("ids name a rule in the audit for good: choose another one");
            faults.push(fault);
            false
        }
    });
}

impl Node {
    /// Moves every place in the tree by so many bytes.
    fn shift(&mut self, by: usize) {
        self.span = self.span.start + by..self.span.end + by;
        match &mut self.kind {
            Kind::Scalar { .. } => {}
            Kind::List(items) => items.iter_mut().for_each(|item| item.shift(by)),
            Kind::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
                key.shift(by);
                value.shift(by);
            }),
        }
    }
}
