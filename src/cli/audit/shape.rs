//! How rows are shown: as a table for a terminal, as lines for a program.

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
