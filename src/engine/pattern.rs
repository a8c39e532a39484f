//! Regexes of moderators: compiled under limits that are the same on every machine.

use super::diagnostic::{Code, Diagnostic};
use super::rule::Place;
use regex::{Regex, RegexBuilder};
use regex_syntax::ast::ErrorKind;

/// Bytes of one compiled pattern.
const LARGEST: usize = 2 << 20;

/// Compiles a pattern: case-insensitive unless it says `(?-i)`.
pub fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).case_insensitive(true).size_limit(LARGEST).nest_limit(64).build()
}

/// Says what is wrong with a pattern that stands at `place` of `file_text`.
pub fn check(pattern: &str, place: &Place, file_text: &str) -> Result<(), Box<Diagnostic>> {
    let Err(error) = compile(pattern) else { return Ok(()) };
    if let regex::Error::CompiledTooBig(_) = error {
        let fault = Diagnostic::new(Code::RegexTooLarge, &place.file, place.span.clone(), "the regex is too large")
            .help("the limit is 2 MiB compiled: use smaller counts in `{...}`, or `(?-u:\\w)` for ASCII letters");
        return Err(Box::new(fault));
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
