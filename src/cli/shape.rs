//! How rows are shown: as a table for a terminal, as lines for a program.

use comfy_table::{ContentArrangement, Table};
use std::io::IsTerminal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
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

/// An empty table that fits the terminal.
pub(super) fn table<const N: usize>(columns: [&str; N]) -> Table {
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(columns);
    table
}
