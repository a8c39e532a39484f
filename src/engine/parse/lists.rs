//! Terms: those in rule files and those in list files.

use super::super::diagnostic::{Code, Diagnostic, Diagnostics};
use super::super::fold::{Kind, look};
use super::super::rule::{Place, Term};
use super::super::sources::Sources;
use super::dates::{End, moment};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

const LONGEST_TERM: usize = 256;

/// List files; the faults of each are told once.
pub struct Lists<'s> {
    sources: &'s Sources,
    told: HashSet<String>,
}

impl<'s> Lists<'s> {
    pub fn new(sources: &'s Sources) -> Self {
        Self { sources, told: HashSet::new() }
    }

    /// The terms of a list file; `None` when there is no such file.
    pub fn terms(&mut self, name: &str, faults: &mut Vec<Diagnostic>) -> Option<Vec<Term>> {
        let bytes = self.sources.files.get(name)?;
        let mut found = Vec::new();
        let terms = read(name, bytes, &mut found);
        if self.told.insert(name.to_owned()) {
            faults.extend(found);
        }
        Some(terms)
    }
}

fn read(name: &str, bytes: &[u8], faults: &mut Vec<Diagnostic>) -> Vec<Term> {
    let mut own = Diagnostics::default();
    let file: Arc<str> = name.into();
    let mut terms = Vec::new();
    for (line, span) in text_lines(name, bytes, &mut own) {
        match entry(line, Place { file: file.clone(), span: span.clone() }) {
            Ok(term) => terms.push(term),
            Err(fault) => faults.push(*fault),
        }
    }
    if terms.is_empty() && own.is_empty() && faults.is_empty() {
        let title = "the list holds no term";
        let help = "write one term a line, or take the list out of the rule";
        faults.push(Diagnostic::new(Code::EmptyList, name, 0..0, title).help(help));
    }
    faults.extend(own.iter().cloned());
    terms
}

/// `term` or `term | until=DATE`.
fn entry(line: &str, place: Place) -> Result<Term, Box<Diagnostic>> {
    let (text, options) = match line.split_once(" | ") {
        Some((text, options)) => (text, Some(options)),
        None => (line, None),
    };
    let mut term = term(text, place)?;
    if let Some(options) = options {
        let date =
            options.trim().strip_prefix("until=").and_then(|date| moment(date.trim(), End::Until));
        let Some(until) = date else {
            let place = &term.place;
            let title = format!("`{}` is no date", options.trim());
            let fault = Diagnostic::new(Code::BadDate, &place.file, place.span.clone(), title)
                .help("write `term | until=2026-12-07`, or take ` | ` out");
            return Err(Box::new(fault));
        };
        term.until = Some(until);
    }
    Ok(term)
}

/// One term; a `*` at an end opens that edge, `\*` is a star.
pub fn term(written: &str, place: Place) -> Result<Term, Box<Diagnostic>> {
    let refuse = |code, title: String, help: &str| {
        Err(Box::new(Diagnostic::new(code, &place.file, place.span.clone(), title).help(help)))
    };
    let trimmed = written.trim();
    if trimmed.len() > LONGEST_TERM {
        let title = format!("a term of {} bytes; the limit is 256 bytes a term", trimmed.len());
        return refuse(Code::TermTooLong, title, "search for the part of it that tells");
    }
    let open_start = trimmed.len() > 1 && trimmed.starts_with('*');
    let open_end = trimmed.len() > 1 && trimmed.ends_with('*') && !trimmed.ends_with(r"\*");
    let inner = &trimmed[usize::from(open_start)..trimmed.len() - usize::from(open_end)];
    let text = inner.trim().replace(r"\*", "*");
    if text.is_empty() {
        return refuse(
            Code::EmptyTerm,
            "the term is empty".into(),
            "write the word, or take it out",
        );
    }
    if text.chars().all(|c| look(c).kind == Kind::Ignorable || c.is_whitespace()) {
        let title = "the term folds to nothing: it holds only marks or invisible characters";
        return refuse(
            Code::FoldsToNothing,
            title.into(),
            "folding takes these away from every text; search for them with `regex`",
        );
    }
    Ok(Term { text, open_start, open_end, until: None, place })
}

/// Lines of a text file that are neither empty nor comments, without `\` before a leading `#`.
pub fn text_lines<'b>(
    name: &str,
    bytes: &'b [u8],
    faults: &mut Diagnostics,
) -> Vec<(&'b str, Range<usize>)> {
    let Some(text) = super::utf8(name, bytes, faults) else { return Vec::new() };
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let mut body = line.trim_end_matches(['\n', '\r']);
        let mut start = at;
        at += line.len();
        if let Some(rest) = body.strip_prefix('\u{FEFF}').filter(|_| start == 0) {
            start += body.len() - rest.len();
            body = rest;
        }
        let span = start..start + body.len();
        if body.trim().is_empty() || body.starts_with('#') {
            continue;
        }
        lines.push((if body.starts_with(r"\#") { &body[1..] } else { body }, span));
    }
    lines
}

/// A file that is no UTF-8, with the encoding it is most likely in.
pub fn not_utf8(name: &str, bytes: &[u8], at: usize) -> Diagnostic {
    let encoding = likely_encoding(bytes);
    let title = format!("the file is not UTF-8; it looks like {encoding}");
    Diagnostic::new(Code::NotUtf8, name, at..at, title).help(format!(
        "convert it: iconv -f {encoding} -t UTF-8 {name} > converted && mv converted {name}"
    ))
}

/// The most common syllables of Korean text, in EUC-KR.
const COMMON_KOREAN: [u16; 50] = [
    0xB0A1, 0xB0C5, 0xB0D4, 0xB0ED, 0xB1D7, 0xB1E2, 0xB3AA, 0xB3EB, 0xB4C2, 0xB4CF, 0xB4D9, 0xB4EB,
    0xB5B5, 0xB6F3, 0xB7CE, 0xB8A6, 0xB8AE, 0xB8B8, 0xB9D9, 0xBAB8, 0xBACE, 0xBBE7, 0xBCAD, 0xBCF6,
    0xBDBA, 0xBDC3, 0xBEC6, 0xBEC8, 0xBEEE, 0xBEF8, 0xBFA1, 0xBFA9, 0xBFE4, 0xC0B8, 0xC0BB, 0xC0C7,
    0xC0CC, 0xC0CE, 0xC0CF, 0xC0D6, 0xC0DA, 0xC0FC, 0xC1A4, 0xC1D6, 0xC1F6, 0xC4AB, 0xC5E4, 0xC7CF,
    0xC7D1, 0xC7D8,
];

/// Told apart by byte-order marks, else by what is common: Hangul fills the rows B0 to C8 of EUC-KR, and
/// some fifty syllables make up much of any Korean text.
fn likely_encoding(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xFF, 0xFE, ..] => return "UTF-16LE",
        [0xFE, 0xFF, ..] => return "UTF-16BE",
        _ => {}
    }
    let (mut pairs, mut hangul, mut common, mut odd, mut at) = (0, 0, 0, 0, 0);
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (0..=0x7F, _) => at += 1,
            (lead @ 0x81..=0xFE, Some(trail @ 0x40..=0xFE)) => {
                let code = u16::from_be_bytes([lead, *trail]);
                common += usize::from(COMMON_KOREAN.contains(&code));
                pairs += 1;
                hangul += usize::from((0xB0..=0xC8).contains(&lead));
                at += 2;
            }
            _ => {
                odd += 1;
                at += 1;
            }
        }
    }
    match () {
        () if odd > 0 || pairs == 0 => "WINDOWS-1252",
        () if hangul * 10 >= pairs * 9 && common * 5 >= pairs => "EUC-KR",
        () => "GB18030",
    }
}
