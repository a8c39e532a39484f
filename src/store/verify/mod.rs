//! Verification: recomputes the whole chain from a database and names the first thing that is not as it was written.
//!
//! Reads only. Promise: it needs nothing but the file, and constant memory.

mod damage;
mod decisions;
mod erasures;
mod fingerprints;
mod holds;
mod root;
mod rulesets;
mod texts;
mod tokens;
mod undo;

pub use damage::Damage;

use super::audit::{GENESIS, Head, chain};
use super::{Reader, Root, StoreError};
use futures_util::TryStreamExt;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// What a sound audit says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub events: i64,
    /// The last event's number.
    pub last: i64,
    /// Where it begins, once its oldest events are gone.
    pub root: Option<Root>,
    /// The last event's hash in hex: keep it elsewhere, and a shortened log cannot hide.
    pub head: String,
}

/// Somebody who knows of the events from elsewhere and is shown them in their order.
pub trait Witness {
    /// The events up to this one are gone.
    ///
    /// # Errors
    /// What the witness objects to.
    fn begin(&mut self, root: &Root) -> Result<(), String>;

    /// An event whose chain holds up to here.
    ///
    /// # Errors
    /// What the witness objects to.
    fn see(&mut self, seq: i64, hash: &[u8; 32]) -> Result<(), String>;

    /// There is no event after this one.
    ///
    /// # Errors
    /// What the witness objects to.
    fn end(&mut self, last: i64) -> Result<(), String>;
}

/// Nobody knows of the events from elsewhere.
impl Witness for () {
    fn begin(&mut self, _: &Root) -> Result<(), String> {
        Ok(())
    }

    fn see(&mut self, _: i64, _: &[u8; 32]) -> Result<(), String> {
        Ok(())
    }

    fn end(&mut self, _: i64) -> Result<(), String> {
        Ok(())
    }
}

/// Recomputes everything; `Ok(Err(damage))` names the first thing that is wrong.
///
/// `ruleset_hash` gives the hash of a kept rule set's files (a JSON object of names and texts). `witness` is shown
/// each event whose chain holds, and the end.
///
/// # Errors
/// When the database cannot be read at all.
pub async fn verify(
    reader: &Reader,
    ruleset_hash: impl Fn(&str) -> Option<String>,
    witness: &mut impl Witness,
) -> Result<Result<Verified, Damage>, StoreError> {
    let root = reader.root().await?;
    let found = match walk(reader, root.as_ref(), witness).await? {
        Ok(verified) => {
            check_state(reader, root.as_ref(), ruleset_hash).await?.map_or(Ok(verified), Err)
        }
        damage => damage,
    };
    // What was read before and after events went does not fit together.
    if found.is_err() && reader.root().await? != root {
        return Err(StoreError::Pruning);
    }
    Ok(found)
}

/// The chain from its root to its end, with the texts of each event.
async fn walk(
    reader: &Reader,
    root: Option<&Root>,
    witness: &mut impl Witness,
) -> Result<Result<Verified, Damage>, StoreError> {
    let filing = texts::Filing::read(reader).await?;
    let mut erasures = erasures::Erasures::default();
    let begin = root.map_or(Head { seq: 0, hash: GENESIS }, |root| root.head);
    let Head { seq: mut last, hash: mut previous } = begin;
    if let Some(Err(words)) = root.map(|root| witness.begin(root)) {
        return Ok(Err(Damage::Disputed(words)));
    }
    let mut rows = sqlx::query("SELECT * FROM audit_events ORDER BY seq").fetch(&reader.reads);
    let mut texts = texts::Texts::beside(reader);
    while let Some(row) = rows.try_next().await? {
        let damage = match check_event(&row, last + 1, &previous)? {
            Ok((seq, hash)) => {
                (last, previous) = (seq, hash);
                match witness.see(seq, &hash) {
                    Ok(()) => match texts::check(reader, &filing, &mut texts, &mut erasures, &row)
                        .await?
                    {
                        None => erasures::check(reader, &row, begin.seq).await?,
                        damage => damage,
                    },
                    Err(words) => Some(Damage::Disputed(words)),
                }
            }
            Err(damage) => Some(damage),
        };
        if let Some(damage) = damage {
            return Ok(Err(damage));
        }
    }
    drop((rows, texts));
    if let Err(words) = witness.end(last) {
        return Ok(Err(Damage::Disputed(words)));
    }
    let (events, head) = (last - begin.seq, hex::encode(previous));
    Ok(Ok(Verified { events, last, root: root.cloned(), head }))
}

/// What is kept beside the chain against what the chain tells of it.
async fn check_state(
    reader: &Reader,
    root: Option<&Root>,
    ruleset_hash: impl Fn(&str) -> Option<String>,
) -> Result<Option<Damage>, StoreError> {
    if let Some(damage) = root::check(reader, root).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = check_strays(reader, root.is_some()).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = decisions::check(reader).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = undo::check(reader).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = holds::check(reader).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = tokens::check(reader).await? {
        return Ok(Some(damage));
    }
    rulesets::check(reader, ruleset_hash).await
}

/// One event against its number and the hash before it.
fn check_event(
    row: &SqliteRow,
    expected: i64,
    previous: &[u8; 32],
) -> sqlx::Result<Result<(i64, [u8; 32]), Damage>> {
    let seq: i64 = row.try_get("seq")?;
    if seq != expected {
        return Ok(Err(Damage::Missing { expected, found: seq }));
    }
    // A column of another type than we write is damage too, not a failure to read.
    let fields = || {
        let at: i64 = row.try_get("at").ok()?;
        let kind: &str = row.try_get("kind").ok()?;
        let id: Option<&str> = row.try_get("decision_id").ok()?;
        let data: &str = row.try_get("data").ok()?;
        let hash: &[u8] = row.try_get("hash").ok()?;
        let computed = chain(previous, seq, at, kind, id, data);
        (computed == hash).then_some(computed)
    };
    Ok(fields().map(|hash| (seq, hash)).ok_or(Damage::Changed { seq }))
}

/// Rows that no event accounts for.
async fn check_strays(reader: &Reader, pruned: bool) -> Result<Option<Damage>, StoreError> {
    let query = "SELECT event_seq, name FROM texts WHERE event_seq NOT IN (SELECT seq FROM audit_events) LIMIT 1";
    if let Some(row) = sqlx::query(query).fetch_optional(&reader.reads).await? {
        let (seq, name) = (row.try_get(0)?, row.try_get(1)?);
        return Ok(Some(Damage::TextInserted { seq, name }));
    }
    if let Some(damage) = erasures::strays(reader).await? {
        return Ok(Some(damage));
    }
    // Once events are gone, later ones may be about a decision that went with them; not a plan.
    let plan = if pruned { "AND json_extract(e.data, '$.sdk_app_id') IS NOT NULL" } else { "" };
    let query = format!(
        "SELECT e.decision_id FROM audit_events e LEFT JOIN decisions d ON d.id = e.decision_id \
         WHERE e.decision_id IS NOT NULL AND d.id IS NULL {plan} LIMIT 1"
    );
    let query = sqlx::AssertSqlSafe(query);
    let id: Option<String> = sqlx::query_scalar(query).fetch_optional(&reader.reads).await?;
    Ok(id.map(|id| Damage::DecisionUnaccounted { id }))
}
