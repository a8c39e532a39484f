//! Giving people their words back: which decisions can be undone, and planning it. The running service does it.

use crate::store::{DecisionRow, Filter, Gone, Outcome, Reader, Store, StoreError, UndoPlan};
use futures_util::TryStreamExt;
use std::pin::pin;

/// Undos written in one transaction.
const AT_ONCE: usize = 256;

/// Why a decision cannot be undone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Objection {
    #[error("it is {0}, and only what was applied can be")]
    Outcome(String),
    #[error("the message was recalled, and the platform cannot bring it back")]
    Recalled,
    #[error("its original was not kept, as a rule wants it (keep_original)")]
    NotKept,
    #[error("its words were erased on {0} at a person's wish")]
    Erased(String),
    #[error("its words were kept until {0} (audit.retain_texts)")]
    Expired(String),
    #[error("an undo of it waits to be carried out already")]
    Waits,
}

/// Why and by whom something is given back.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Only what this rule did; everything when `None`.
    pub rule: Option<String>,
    pub reason: String,
    /// Who asks, where told.
    pub by: Option<String>,
}

/// What a rule did in a time and can be given back.
#[derive(Debug, Default)]
pub struct Candidates {
    pub ids: Vec<String>,
    /// How many cannot be.
    pub left_out: u64,
}

/// Why this decision cannot be undone, if it cannot.
///
/// # Errors
/// When the database is not available.
pub async fn objection(
    reader: &Reader,
    row: &DecisionRow,
) -> Result<Option<Objection>, StoreError> {
    if row.outcome != Outcome::Applied.as_str() {
        return Ok(Some(Objection::Outcome(row.outcome.clone())));
    }
    if reader.was_recalled(&row.id).await? {
        return Ok(Some(Objection::Recalled));
    }
    if !reader.keeps_original(&row.id).await? {
        return Ok(Some(match reader.gone(&row.id, "original").await? {
            None => Objection::NotKept,
            Some(Gone { at, by_person }) => {
                let day = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
                let day = day.strftime("%Y-%m-%d").to_string();
                if by_person { Objection::Erased(day) } else { Objection::Expired(day) }
            }
        }));
    }
    Ok(reader.is_being_undone(&row.id).await?.then_some(Objection::Waits))
}

/// Everything that matches, was applied, and can be undone.
///
/// # Errors
/// When the database is not available.
pub async fn candidates(reader: &Reader, filter: Filter) -> Result<Candidates, StoreError> {
    let filter = Filter { outcome: Some(Outcome::Applied.as_str().to_owned()), ..filter };
    let mut found = Candidates::default();
    let mut rows = pin!(reader.list(&filter));
    while let Some(row) = rows.try_next().await? {
        match objection(reader, &row).await? {
            None => found.ids.push(row.id),
            Some(_) => found.left_out += 1,
        }
    }
    Ok(found)
}

/// Plans the undo of these decisions; `step` is told of each part that is on disk. `true` when all were planned: a
/// decision that changed meanwhile is left out.
///
/// # Errors
/// When they are not on disk.
pub async fn plan(
    store: &Store,
    ids: &[String],
    ground: &Ground,
    mut step: impl FnMut(usize),
) -> Result<bool, StoreError> {
    let mut whole = true;
    for ids in ids.chunks(AT_ONCE) {
        let plans = ids.iter().map(|id| UndoPlan {
            id: uuid::Uuid::now_v7().to_string(),
            decision_id: id.clone(),
            rule: ground.rule.clone(),
            reason: ground.reason.clone(),
            by: ground.by.clone(),
        });
        whole &= store.plan_undos(plans.collect()).await?;
        step(ids.len());
    }
    Ok(whole)
}
