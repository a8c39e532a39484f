//! How rows look: for a terminal or for a program, and harmless in both.

use std::io::IsTerminal;

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Format {
    Table,
    Ndjson,
}

pub(super) fn chosen(format: Option<Format>) -> Format {
    format.unwrap_or(match std::io::stdout().is_terminal() {
        true => Format::Table,
        false => Format::Ndjson,
    })
}

/// A text that does nothing to the terminal it is shown on: no escape sequence, no change of direction.
pub(super) fn inert(text: &str) -> String {
    let harmless = |c: char| match c {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        c => !c.is_control(),
    };
    let show = |c: char| match harmless(c) {
        true => c.to_string(),
        false => c.escape_unicode().to_string(),
    };
    text.chars().map(show).collect()
}
