//! Decisions as rows of a file: for a spreadsheet, a program or an authority.
//!
//! Promise: no cell is a formula, and nothing in a row does anything to a terminal that shows it.

use super::dsa::Statements;
use super::harmless::{csv_cell, inert_json};
use crate::settings::DsaSettings;
use crate::store::{DecisionRow, Reader, StoreError};
use serde_json::Value;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetFormat {
    /// For a spreadsheet.
    Csv,
    /// One JSON object a decision, exactly.
    Ndjson,
    /// One JSON object a decision that was acted on: a statement of reasons as the EU's DSA Transparency Database takes
    /// it.
    Dsa,
}

impl SheetFormat {
    pub const ALL: [Self; 3] = [Self::Csv, Self::Ndjson, Self::Dsa];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Dsa => "dsa",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }
}

/// Turns decisions into rows.
pub struct Sheet<'r> {
    format: SheetFormat,
    statements: Option<Statements<'r>>,
}

impl<'r> Sheet<'r> {
    pub fn new(format: SheetFormat, reader: &'r Reader, dsa: DsaSettings) -> Self {
        let statements = (format == SheetFormat::Dsa).then(|| Statements::new(reader, dsa));
        Self { format, statements }
    }

    /// What stands above the rows.
    pub fn head(&self) -> String {
        match self.format {
            SheetFormat::Csv => line(&COLUMNS.join(",")),
            SheetFormat::Ndjson | SheetFormat::Dsa => String::new(),
        }
    }

    /// The rows of these decisions, each with its line feed.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn rows(&mut self, rows: &[DecisionRow]) -> Result<String, StoreError> {
        if let Some(statements) = &mut self.statements {
            let statements = statements.of(rows).await?;
            return Ok(statements.iter().map(|one| line(&inert_json(&one.to_string()))).collect());
        }
        Ok(rows.iter().map(|row| self.row(row)).collect())
    }

    fn row(&self, row: &DecisionRow) -> String {
        // A row of ours is JSON.
        let value = serde_json::to_value(row).unwrap_or_default();
        match self.format {
            SheetFormat::Csv => {
                let cell = |column: &&str| csv_cell(value.get(*column).unwrap_or(&Value::Null));
                line(&COLUMNS.iter().map(cell).collect::<Vec<_>>().join(","))
            }
            SheetFormat::Ndjson | SheetFormat::Dsa => line(&inert_json(&value.to_string())),
        }
    }
}

/// What is hashed is what arrives: nothing is left in a line that a terminal's output would drop.
fn line(text: &str) -> String {
    format!("{}\n", anstream::adapter::strip_str(text))
}

const COLUMNS: [&str; 21] = [
    "id",
    "time",
    "sdk_app_id",
    "group_id",
    "topic_id",
    "msg_seq",
    "revision",
    "sender",
    "editor",
    "rules",
    "severity",
    "verdict",
    "outcome",
    "cause",
    "error_code",
    "attempts",
    "source",
    "ruleset",
    "app",
    "operator",
    "categories",
];
