//! What YAML does to text that a moderator types: swallowed `#`, full-width colons, curly quotes.

use super::super::diagnostic::{Code, Diagnostic};
use super::super::yaml::Node;
use super::reader::Reader;
use std::ops::Range;

/// Keys of the rule language: before a full-width colon they show what was meant.
const KEYS: [&str; 44] = [
    "version",
    "defaults",
    "rules",
    "id",
    "description",
    "category",
    "policy",
    "reference",
    "ground",
    "severity",
    "mode",
    "match",
    "any",
    "all",
    "none",
    "words",
    "words_from",
    "regex",
    "links",
    "detect",
    "count",
    "within",
    "disguises",
    "context",
    "on",
    "except",
    "phrases",
    "accounts",
    "groups",
    "scope",
    "apps",
    "group_types",
    "topics",
    "active",
    "from",
    "until",
    "action",
    "mask",
    "replace",
    "blank",
    "tag",
    "review",
    "keep_original",
    "tests",
];

/// Tells of every key that is followed by a full-width colon; whether there was one.
pub fn faults(reader: &mut Reader<'_>) -> bool {
    let (mut at, mut found) = (0, false);
    for line in reader.text.split_inclusive('\n') {
        if let Some(colon) = full_width_colon(line) {
            found = true;
            let span = at + colon..at + colon + '：'.len_utf8();
            let fault = reader
                .fault(Code::FullWidthColon, &span, "a full-width colon is no colon to YAML")
                .help("switch the input method off and type `:` and a space");
            reader.push(fault);
        }
        at += line.len();
    }
    found
}

fn full_width_colon(line: &str) -> Option<usize> {
    let colon = line.find('：')?;
    let key = line[..colon].trim_start_matches([' ', '-', '{']).trim_end();
    KEYS.contains(&key).then_some(colon)
}

/// Curly quotes around a plain text, or a `#` right behind it that made the rest a comment.
pub fn in_plain(reader: &Reader<'_>, node: &Node, text: &str) -> Option<Diagnostic> {
    if text.starts_with(['“', '”', '‘', '’', '„']) {
        let fault = reader
            .fault(Code::CurlyQuotes, &node.span, "curly quotes do not quote: they would be part of the text")
            .help("type straight quotes, ' or \"; to search for a curly quote, put it in straight quotes");
        return Some(fault);
    }
    hash_after(reader.text, node.span.end).map(|at| swallowed(reader, at))
}

/// `"\b"` is a backspace in double quotes, never the word border that was meant.
pub fn in_double(reader: &Reader<'_>, node: &Node, text: &str) -> Option<Diagnostic> {
    text.contains('\u{8}').then(|| {
        reader
            .fault(
                Code::Backspace,
                &node.span,
                "`\\b` in double quotes is a backspace, not a word border",
            )
            .help("put the text in 'single quotes', where a backslash is a backslash")
    })
}

/// A `#` with a word right behind it, after white space, on the line of byte `at`: rather a hashtag
/// than a comment.
pub fn hash_after(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let rest = &rest[..rest.find('\n').unwrap_or(rest.len())];
    let hash = at + rest.len() - rest.trim_start().len();
    let spaced = hash > at || text[..at].ends_with([' ', '\t']);
    let mut after = text.get(hash..)?.chars();
    let word =
        after.next() == Some('#') && after.next().is_some_and(|c| !c.is_whitespace() && c != '#');
    (spaced && word).then_some(hash)
}

/// Where a syntax error comes from a `#` that swallowed the end of a `[list]`.
pub fn hash_in_open_list(text: &str, error: usize) -> Option<usize> {
    let before = &text[..error];
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |n| n + 1);
    let open = before.rfind('[')?;
    let line = &text[line_start(open)..];
    let line = &line[..line.find('\n').unwrap_or(line.len())];
    let hash = line_start(open) + line.find(" #")?;
    (hash > open && !line[hash - line_start(open)..].contains(['\'', '"'])).then_some(hash + 1)
}

pub fn swallowed(reader: &Reader<'_>, at: usize) -> Diagnostic {
    let rest = &reader.text[at..];
    let span: Range<usize> = at..at + rest.find('\n').unwrap_or(rest.len());
    reader
        .fault(
            Code::SwallowedHash,
            &span,
            "YAML takes ` #` for a comment and drops the rest of the line",
        )
        .help("put the text in 'quotes'; for a comment, leave a space behind the #")
}
