//! Texts whose time is over, and how far back the events must go.
//!
//! Holds what may go and what must stay; the caller paces it. Promise: what an action needs and what is held stays,
//! however old, and each text that goes is named by an event of the same transaction.

use super::audit::Event;
use super::erasure::{Erased, HELD, WAITS, Way, texts_of, wipe};
use super::writer::{Op, Written};
use super::{Reader, Store, StoreError};
use serde_json::json;
use sqlx::{Row, SqliteConnection};

/// Events whose texts go in one transaction.
const AT_ONCE: i64 = 64;

/// What is kept no longer; Unix ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Texts of decisions made before then go, and of other events of before.
    pub texts_before: i64,
    /// Events of before then go, with their decisions.
    pub events_before: i64,
}

/// What is over its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outdated {
    pub texts: i64,
    pub decisions: i64,
    /// The last event that may go, if any may.
    pub upto: i64,
}

/// One step of forgetting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expired {
    pub erased: Erased,
    /// Where the next step begins; `None` at the end.
    pub next: Option<i64>,
}

/// Texts before `before`, from the event after `after` to `upto`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expiry {
    before: i64,
    after: i64,
    upto: i64,
}

impl Store {
    /// Forgets some texts of before `before` (Unix ms), from the event after `after` on.
    ///
    /// # Errors
    /// When the database is not available; what went before is gone.
    pub async fn expire(&self, before: i64, after: i64) -> Result<Expired, StoreError> {
        let upto = self.reader().last_before(before).await?;
        match self.write(Op::Expire(Expiry { before, after, upto })).await? {
            Written::Expired(expired) => Ok(expired),
            _ => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }
}

/// Whether a text `t` of a decision `d`, or of none, goes: of before ?1, up to event ?2.
fn goes() -> String {
    format!(
        "(CASE WHEN t.salt = zeroblob(16) THEN t.event_seq <= ?2 \
         WHEN t.decision_id IS NULL THEN t.event_seq <= ?2 \
         AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.event_seq = t.event_seq) \
         ELSE d.created_at < ?1 AND NOT {WAITS} AND NOT {HELD} END)"
    )
}

impl Reader {
    /// What is over its time now.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn outdated(&self, retention: &Retention) -> Result<Outdated, StoreError> {
        let upto = self.last_before(retention.texts_before).await?;
        let goes = goes();
        let query = format!(
            "SELECT count(*) FILTER (WHERE {goes} AND t.salt <> zeroblob(16)), \
             count(DISTINCT iif({goes}, d.id, NULL)), min(iif({goes}, NULL, t.event_seq)) \
             FROM texts t LEFT JOIN decisions d ON d.id = t.decision_id"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(query));
        let row = query.bind(retention.texts_before).bind(upto).fetch_one(&self.reads).await?;
        let first_kept: Option<i64> = row.try_get(2)?;
        let upto = self.prunable(retention.events_before, first_kept).await?;
        Ok(Outdated { texts: row.try_get(0)?, decisions: row.try_get(1)?, upto })
    }

    /// The last event that may go, once no text stands before `first_kept`; 0 where none may.
    async fn prunable(&self, before: i64, first_kept: Option<i64>) -> Result<i64, StoreError> {
        // The oldest decision that something is still to be done about, or that is held.
        let query = "SELECT min(created_at) FROM (SELECT min(created_at) AS created_at FROM decisions \
             WHERE outcome = 'pending' UNION ALL \
             SELECT min(created_at) FROM decisions WHERE outcome = 'withheld' AND cause = 'brake' UNION ALL \
             SELECT min(d.created_at) FROM undos u JOIN decisions d ON d.id = u.decision_id WHERE u.state = 'pending' \
             UNION ALL SELECT min(d.created_at) FROM holds h JOIN decisions d ON d.id = h.decision_id)";
        let needed: Option<i64> = sqlx::query_scalar(query).fetch_one(&self.reads).await?;
        let last = self.last_before(needed.map_or(before, |needed| needed.min(before))).await?;
        let query = "SELECT min(event_seq) FROM holds";
        let held: Option<i64> = sqlx::query_scalar(query).fetch_one(&self.reads).await?;
        let kept = [first_kept, held].into_iter().flatten().min();
        Ok(kept.map_or(last, |kept| last.min(kept - 1)))
    }

    /// The last event that may go now: no text that is kept stands at or before it.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn prunable_before(&self, before: i64) -> Result<i64, StoreError> {
        let query = "SELECT min(event_seq) FROM texts";
        let first: Option<i64> = sqlx::query_scalar(query).fetch_one(&self.reads).await?;
        self.prunable(before, first).await
    }

    /// The last event of before then; 0 where there is none. Times rise with numbers, but for a clock that was set.
    async fn last_before(&self, before: i64) -> Result<i64, StoreError> {
        let mut low = self.root().await?.map_or(0, |root| root.head.seq);
        let mut high = self.head().await?.seq;
        while low < high {
            let middle = low + (high - low + 1) / 2;
            let query = sqlx::query_scalar("SELECT at FROM audit_events WHERE seq = ?");
            let at: Option<i64> = query.bind(middle).fetch_optional(&self.reads).await?;
            match at {
                Some(at) if at >= before => high = middle - 1,
                _ => low = middle,
            }
        }
        Ok(low)
    }
}

/// Forgets some, and adds the event that says so.
pub(super) async fn expire(
    connection: &mut SqliteConnection,
    expiry: Expiry,
    events: &mut Vec<Event>,
) -> sqlx::Result<Expired> {
    let query = "SELECT DISTINCT event_seq FROM texts WHERE event_seq > ? AND event_seq <= ? ORDER BY event_seq LIMIT ?";
    let query = sqlx::query_scalar(query).bind(expiry.after).bind(expiry.upto).bind(AT_ONCE);
    let seqs: Vec<i64> = query.fetch_all(&mut *connection).await?;
    let (Some(first), Some(last)) = (seqs.first(), seqs.last()) else {
        return Ok(Expired { erased: Erased::default(), next: None });
    };
    let query = format!(
        "SELECT t.event_seq, t.name, t.decision_id, t.salt = zeroblob(16) FROM texts t \
         LEFT JOIN decisions d ON d.id = t.decision_id \
         WHERE t.event_seq >= ?3 AND t.event_seq <= ?4 AND {} ORDER BY t.event_seq, t.name",
        goes()
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(expiry.before).bind(expiry.upto);
    let found: Vec<(i64, String, Option<String>, bool)> =
        query.bind(first).bind(last).fetch_all(&mut *connection).await?;
    let (mut rows, mut ids) = (Vec::new(), Vec::new());
    for (seq, name, decision_id, blank) in found {
        match decision_id {
            _ if blank => {
                let query = sqlx::query(Way::Delete.statement()).bind(seq).bind(name);
                query.execute(&mut *connection).await?;
            }
            None => rows.push((seq, name)),
            Some(id) => ids.push(id),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    rows.extend(texts_of(connection, &ids).await?);
    rows.sort_unstable();
    let event = Event::new("texts.expired", None, json!({ "before": expiry.before }));
    wipe(connection, Way::Delete, event, &ids, &rows, events).await?;
    let erased = Erased { texts: rows.len() as u64, decisions: ids.len() as u64 };
    Ok(Expired { erased, next: Some(*last) })
}
