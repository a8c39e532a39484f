//! Regexes of moderators: compiled under limits that are the same on every machine.

use super::diagnostic::{Code, Diagnostic};
use super::rule::Place;
use regex::{Regex, RegexBuilder};
use regex_syntax::ast::ErrorKind;
use regex_syntax::hir::{Hir, HirKind};

/// Bytes of one compiled pattern.
const LARGEST: usize = 2 << 20;

/// Characters that one pattern may ask for, counted repetitions written out: a search takes at most so
/// many steps for each character of a text.
const MOST_POSITIONS: usize = 10_000;

/// The pattern as it is read; `None` if it cannot be.
pub fn parse(pattern: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().case_insensitive(true).build().parse(pattern).ok()
}

/// How many characters a pattern asks for, counted repetitions written out.
pub fn positions(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().count(),
        HirKind::Class(_) => 1,
        HirKind::Capture(capture) => positions(&capture.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.max(1));
            positions(&repetition.sub).saturating_mul(times as usize)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(0, |sum: usize, part| sum.saturating_add(positions(part)))
        }
    }
}

/// Compiles a pattern: case-insensitive unless it says `(?-i)`.
pub fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).case_insensitive(true).size_limit(LARGEST).nest_limit(64).build()
}

/// Says what is wrong with a pattern that stands at `place` of `file_text`.
pub fn check(pattern: &str, place: &Place, file_text: &str) -> Result<(), Box<Diagnostic>> {
    let too_large = |help: &str| {
        let place = (place.file.as_ref(), place.span.clone());
        let fault =
            Diagnostic::new(Code::RegexTooLarge, place.0, place.1, "the regex is too large");
        Err(Box::new(fault.help(help)))
    };
    if parse(pattern).is_some_and(|hir| positions(&hir) > MOST_POSITIONS) {
        return too_large(
            "it asks for more than 10,000 characters, `{...}` written out: use smaller counts",
        );
    }
    let Err(error) = compile(pattern) else { return Ok(()) };
    if let regex::Error::CompiledTooBig(_) = error {
        return too_large(
            "the limit is 2 MiB compiled: use smaller counts in `{...}`, or `(?-u:\\w)` for ASCII letters",
        );
    }
    let (message, span, around) = match regex_syntax::Parser::new().parse(pattern) {
        Err(regex_syntax::Error::Parse(error)) => {
            let around = matches!(
                error.kind(),
                ErrorKind::UnsupportedLookAround | ErrorKind::UnsupportedBackreference
            );
            (error.kind().to_string(), error.span().start.offset..error.span().end.offset, around)
        }
        Err(regex_syntax::Error::Translate(error)) => {
            (error.kind().to_string(), error.span().start.offset..error.span().end.offset, false)
        }
        _ => ("it cannot be compiled".into(), 0..pattern.len(), false),
    };
    // The place inside the pattern is a place in the file only where it is written without escapes.
    let written = file_text.get(place.span.clone()).unwrap_or_default();
    let span = match written.find(pattern) {
        Some(at) => {
            place.span.start + at + span.start..place.span.start + at + span.end.max(span.start)
        }
        None => place.span.clone(),
    };
    let fault = if around {
        Diagnostic::new(
            Code::LooksAround,
            &place.file,
            span,
            "look-around and back-references are not supported",
        )
        .help("match the words around too, or lift them with `except: phrases`")
    } else {
        Diagnostic::new(
            Code::BadRegex,
            &place.file,
            span,
            format!("the regex does not compile: {message}"),
        )
        .help("the syntax is that of https://docs.rs/regex/latest/regex/#syntax")
    };
    Err(Box::new(fault))
}
