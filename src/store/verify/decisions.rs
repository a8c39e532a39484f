//! Decisions and their rules against the events that made them what they are.

use super::super::StoreError;
use super::belongings::Belongings;
use super::replay::{first_difference, replay};
use super::snapshot::{AT_ONCE, Snapshot, Span};
use super::{Damage, fingerprints, undo};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// Every decision against the events that made it what it is, and every event of a decision against these. Once events
/// are gone (`pruned`), later ones may be about a decision that went with them.
pub(super) async fn check(
    snapshot: &mut Snapshot<'_>,
    pruned: bool,
) -> Result<Option<Damage>, StoreError> {
    let mut after: Option<String> = None;
    loop {
        let (decisions, upto) = page(snapshot, after.as_deref()).await?;
        let span = Span { after: after.as_deref(), upto: upto.as_deref() };
        let mut belongings = Belongings::read(snapshot, span).await?;
        for row in &decisions {
            let id: String = row.try_get("id")?;
            let of = belongings.take(&id);
            let Some(expected) = replay(&of.events)? else {
                return Ok(Some(Damage::DecisionUnaccounted { id }));
            };
            let difference = match first_difference(row, &of.rules, &expected) {
                None => fingerprints::differ(snapshot, row, &of).await?,
                difference => difference,
            };
            let difference = match difference {
                None => undo::differ(row, &of)?.map(str::to_owned),
                difference => difference,
            };
            if let Some(field) = difference {
                return Ok(Some(Damage::DecisionChanged { id, field }));
            }
        }
        if let Some(id) = belongings.stray(pruned)? {
            return Ok(Some(Damage::DecisionUnaccounted { id }));
        }
        after = upto;
        if after.is_none() {
            return Ok(None);
        }
    }
}

/// The next decisions in the order of their ids, and the last one's id where more may follow.
async fn page(
    snapshot: &mut Snapshot<'_>,
    after: Option<&str>,
) -> Result<(Vec<SqliteRow>, Option<String>), StoreError> {
    // What has no id at all is met on the first page, and cannot be read.
    let query = match after {
        None => sqlx::query("SELECT * FROM decisions ORDER BY id LIMIT ?"),
        Some(after) => {
            sqlx::query("SELECT * FROM decisions WHERE id > ? ORDER BY id LIMIT ?").bind(after)
        }
    };
    let rows = query.bind(AT_ONCE as i64).fetch_all(snapshot.db()).await?;
    let last = rows.last().filter(|_| rows.len() == AT_ONCE);
    let last = last.map(|row| row.try_get("id")).transpose()?;
    Ok((rows, last))
}
