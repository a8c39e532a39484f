//! Where the chain begins once its oldest events are gone, and how they go.
//!
//! Promise: the event that says up to which number events go is written before the first of them goes; after each step
//! what is left is a sound audit from its root on.

use super::audit::{self, Event, Head};
use super::erasure::{HELD, WAITS};
use super::writer::Op;
use super::{Reader, Store, StoreError, tokens};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{Row, SqliteConnection};

/// Events that go in one transaction.
const AT_ONCE: i64 = 256;

/// The last event that is gone, and the signed checkpoint of it, where there was one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    pub head: Head,
    pub checkpoint: Option<String>,
}

/// What goes: all events up to this one, whose checkpoint becomes the root.
#[derive(Debug, Clone)]
pub(super) struct Pruning {
    pub upto: i64,
    pub checkpoint: Option<String>,
}

impl Store {
    /// Removes some of the events up to `upto`, with their decisions; to be repeated until `false`.
    ///
    /// # Errors
    /// When the database is not available; what was removed before is gone.
    pub async fn prune(&self, upto: i64, checkpoint: Option<String>) -> Result<bool, StoreError> {
        self.done(Op::Prune(Pruning { upto, checkpoint })).await
    }
}

impl Reader {
    /// Where the chain begins; `None` while no event is gone.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn root(&self) -> Result<Option<Root>, StoreError> {
        Ok(root_or_none(&mut *self.reads.acquire().await?).await?)
    }
}

/// Where the audit begins; a copy from before there were roots has none.
async fn root_or_none(connection: &mut SqliteConnection) -> sqlx::Result<Option<Root>> {
    match root(connection).await {
        Err(sqlx::Error::Database(error)) if error.message().contains("no such table") => Ok(None),
        root => root,
    }
}

async fn root(connection: &mut SqliteConnection) -> sqlx::Result<Option<Root>> {
    let query = sqlx::query("SELECT seq, hash, checkpoint FROM root");
    let Some(row) = query.fetch_optional(connection).await? else { return Ok(None) };
    let hash: Vec<u8> = row.try_get("hash")?;
    let hash = hash.try_into().map_err(|_| sqlx::Error::Decode("hash is not 32 bytes".into()))?;
    let head = Head { seq: row.try_get("seq")?, hash };
    Ok(Some(Root { head, checkpoint: row.try_get("checkpoint")? }))
}

/// Removes the oldest events; whether there may be more to remove.
pub(super) async fn prune(
    connection: &mut SqliteConnection,
    pruning: &Pruning,
    events: &mut Vec<Event>,
) -> sqlx::Result<bool> {
    let from = root(connection).await?.map_or(0, |root| root.head.seq);
    let upto = pruning.upto.min(from + AT_ONCE);
    if upto <= from || is_needed(connection, from, upto).await? {
        return Ok(false);
    }
    announce(connection, pruning, events).await?;
    let gone = "SELECT DISTINCT decision_id FROM audit_events \
                WHERE seq > ? AND seq <= ? AND decision_id IS NOT NULL";
    let query = sqlx::query_scalar(gone).bind(from).bind(upto);
    let ids = json!(query.fetch_all(&mut *connection).await? as Vec<String>).to_string();
    for statement in [
        "DELETE FROM restored WHERE undo_id IN (SELECT id FROM undos WHERE decision_id IN (SELECT value FROM json_each(?)))",
        "DELETE FROM undos WHERE decision_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM decision_rules WHERE decision_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM decisions WHERE id IN (SELECT value FROM json_each(?))",
    ] {
        sqlx::query(statement).bind(&ids).execute(&mut *connection).await?;
    }
    let query = "INSERT INTO root (id, seq, hash, checkpoint) \
                 SELECT 1, seq, hash, ? FROM audit_events WHERE seq = ? ON CONFLICT (id) DO UPDATE \
                 SET seq = excluded.seq, hash = excluded.hash, checkpoint = excluded.checkpoint";
    let signed = pruning.checkpoint.as_ref().filter(|_| upto == pruning.upto);
    sqlx::query(query).bind(signed).bind(upto).execute(&mut *connection).await?;
    for statement in [
        "DELETE FROM erased WHERE event_seq > ? AND event_seq <= ?",
        "DELETE FROM audit_events WHERE seq > ? AND seq <= ?",
    ] {
        sqlx::query(statement).bind(from).bind(upto).execute(&mut *connection).await?;
    }
    Ok(upto < pruning.upto)
}

/// Whether a decision of these events is needed or held, or a text of it is kept: since this was planned, somebody may
/// have asked for it.
async fn is_needed(connection: &mut SqliteConnection, from: i64, upto: i64) -> sqlx::Result<bool> {
    let query = format!(
        "SELECT EXISTS (SELECT 1 FROM audit_events e JOIN decisions d ON d.id = e.decision_id \
         WHERE e.seq > ?1 AND e.seq <= ?2 AND ({WAITS} OR {HELD} \
         OR EXISTS (SELECT 1 FROM texts t WHERE t.decision_id = d.id))) \
         OR EXISTS (SELECT 1 FROM texts WHERE event_seq <= ?2) \
         OR EXISTS (SELECT 1 FROM holds WHERE event_seq <= ?2)"
    );
    let query = sqlx::query_scalar(sqlx::AssertSqlSafe(query));
    query.bind(from).bind(upto).fetch_one(connection).await
}

/// Says up to where events go, unless the newest such event says so already. Which rule sets were live last by an event
/// that goes, and which tokens were made by one, is said there too.
async fn announce(
    connection: &mut SqliteConnection,
    pruning: &Pruning,
    events: &mut Vec<Event>,
) -> sqlx::Result<()> {
    let upto = pruning.upto;
    let query = "SELECT json_extract(data, '$.root') FROM audit_events WHERE decision_id IS NULL AND kind = 'events.pruned' \
                 ORDER BY seq DESC LIMIT 1";
    let said: Option<i64> = sqlx::query_scalar(query).fetch_optional(&mut *connection).await?;
    if said == Some(upto) {
        return Ok(());
    }
    let query = "SELECT hash, activated_at FROM rulesets WHERE hash NOT IN (SELECT json_extract(data, '$.ruleset') \
                 FROM audit_events WHERE decision_id IS NULL AND kind = 'ruleset.loaded' AND seq > ?)";
    let rulesets: Vec<(String, i64)> =
        sqlx::query_as(query).bind(upto).fetch_all(&mut *connection).await?;
    let tokens = tokens::made_up_to(connection, upto).await?;
    let hash = audit::hash_of(connection, upto).await?.map(hex::encode);
    let signed = pruning.checkpoint.as_ref().map(|line| hex::encode(Sha256::digest(line)));
    let data = json!({ "root": upto, "hash": hash, "checkpoint": signed, "rulesets": rulesets, "tokens": tokens });
    events.push(Event::new("events.pruned", None, data));
    Ok(())
}
