//! Texts as rows: how a query picks them, and the one place where they are opened.
//!
//! Whoever reads a text of a decision joins it by [`join`] and opens it by [`opened`]. Promise: what cannot be opened is
//! an error that names the event, never a wrong text.

use super::vault::{Stored, Vault};
use super::{Reader, StoreError};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, TypeInfo, ValueRef};

/// Which of a decision's texts of a name, where there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    First,
    Last,
}

/// The columns of a text that was joined under this name; they follow after a comma.
pub(super) fn columns(name: &str) -> String {
    format!(
        ", {name}.event_seq AS {name}_event, {name}.name AS {name}_name, {name}.content AS {name}"
    )
}

/// Joins a text of the decision `d` under its name.
pub(super) fn join(name: &str, which: Which) -> String {
    join_where(name, &format!("t.name = '{name}'"), which)
}

/// Joins the text `t` that the condition chooses.
pub(super) fn join_where(alias: &str, condition: &str, which: Which) -> String {
    let order = match which {
        Which::First => "",
        Which::Last => " DESC",
    };
    format!(
        " LEFT JOIN texts {alias} ON {alias}.rowid = (SELECT t.rowid FROM texts t \
         WHERE t.decision_id = d.id AND {condition} ORDER BY t.event_seq{order} LIMIT 1)"
    )
}

/// The text that was joined under this name; `None` where there is none.
///
/// # Errors
/// When it cannot be opened.
pub(super) fn opened(
    row: &SqliteRow,
    vault: &Vault,
    name: &str,
) -> Result<Option<String>, StoreError> {
    let event: Option<i64> = row.try_get(format!("{name}_event").as_str())?;
    let Some(event) = event else { return Ok(None) };
    let called: String = row.try_get(format!("{name}_name").as_str())?;
    vault.open(event, &called, stored(row, name)?).map(Some)
}

/// The same for who must go on without it: a text that cannot be opened is as good as not kept, but told.
pub(super) fn opened_or_none(
    row: &SqliteRow,
    vault: &Vault,
    name: &str,
) -> Result<Option<String>, StoreError> {
    match opened(row, vault, name) {
        Err(error @ StoreError::Sealed { .. }) => {
            tracing::error!(%error, "the work goes on without it");
            Ok(None)
        }
        opened => opened,
    }
}

/// A column as it is stored: text, or the bytes of a sealed one.
pub(super) fn stored(row: &SqliteRow, column: &str) -> sqlx::Result<Stored> {
    let sealed = row.try_get_raw(column)?.type_info().name() == "BLOB";
    Ok(match sealed {
        true => Stored::Sealed(row.try_get(column)?),
        false => Stored::Plain(row.try_get(column)?),
    })
}

impl Reader {
    /// What stands for an account in `texts.account`: the same account, the same bytes.
    pub fn account_key(&self, account: &str) -> Vec<u8> {
        self.vault.account(account)
    }

    /// Whether texts are sealed that are written now.
    pub fn is_sealed(&self) -> bool {
        matches!(self.vault, Vault::Keyed(_))
    }
}
