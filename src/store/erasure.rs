//! Erasing texts for good, at a person's wish: rows and salts go, and an event names exactly those rows.
//!
//! Holds what is erased and what must stay; `wipe` is the one way in which a text goes. Promise: nothing goes without
//! its event, in the same transaction; what an action still needs and what is held stays.

use super::audit::{self, Event};
use super::vault::Vault;
use super::writer::{Op, Written};
use super::{Reader, Store, StoreError};
use serde_json::{Value, json};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

/// Decisions erased in one transaction; each has about ten texts.
const AT_ONCE: i64 = 32;
/// Other texts erased in one transaction.
const TEXTS_AT_ONCE: i64 = 256;

/// A decision `d` about whose message something is still to be done, or may be: its texts are needed.
pub(super) const WAITS: &str = "EXISTS (SELECT 1 FROM decisions o WHERE (o.id = d.id OR (o.sdk_app_id = d.sdk_app_id \
    AND o.group_id = d.group_id AND o.topic_id = d.topic_id AND o.msg_seq = d.msg_seq)) \
    AND (o.outcome = 'pending' OR (o.outcome = 'withheld' AND o.cause = 'brake') \
    OR EXISTS (SELECT 1 FROM undos u WHERE u.decision_id = o.id AND u.state = 'pending')))";
/// A decision `d` that must not be erased: it, another about its message, or the person is held.
pub(super) const HELD: &str = "EXISTS (SELECT 1 FROM holds h LEFT JOIN decisions o ON o.id = h.decision_id \
    LEFT JOIN texts p ON p.event_seq = h.event_seq AND p.name = 'sender' \
    WHERE (h.app IS NULL OR h.app = d.app OR h.app = CAST(d.sdk_app_id AS TEXT)) AND (o.id = d.id \
    OR (o.sdk_app_id = d.sdk_app_id AND o.group_id = d.group_id AND o.topic_id = d.topic_id AND o.msg_seq = d.msg_seq) \
    OR EXISTS (SELECT 1 FROM texts t WHERE t.decision_id = d.id AND t.account = p.account)))";

/// Whose texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Everything about messages that this account wrote or edited, and its name wherever it stands; of one app, by
    /// its name or SDKAppID, where one is named.
    Person { account: String, app: Option<String> },
    /// Everything about the message that this decision is about.
    Decision(String),
}

/// What a person wants erased, and why.
#[derive(Debug, Clone)]
pub struct Erasure {
    pub id: String,
    pub whose: Whose,
    pub reason: String,
    /// Who asks, where told.
    pub by: Option<String>,
}

/// What went in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    pub texts: u64,
    pub decisions: u64,
}

/// Decisions that could not be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Left {
    /// Their action is still to be done.
    pub waiting: i64,
    pub held: i64,
}

/// Why a text is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone {
    /// When, in Unix ms.
    pub at: i64,
    /// A person had it erased; else its time was over.
    pub by_person: bool,
}

impl Store {
    /// Erases some; to be repeated until nothing went. `first` tells why, once.
    ///
    /// # Errors
    /// When the database is not available; what was erased before is erased.
    pub async fn erase(&self, erasure: &Erasure, first: bool) -> Result<Erased, StoreError> {
        match self.write(Op::Erase(Box::new(erasure.clone()), first)).await? {
            Written::Erased(erased) => Ok(erased),
            _ => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }
}

impl Reader {
    /// What is left of it, and why.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn left(&self, whose: &Whose) -> Result<Left, StoreError> {
        let mut query = QueryBuilder::new("SELECT count(*) FILTER (WHERE ");
        query.push(WAITS).push("), count(*) FILTER (WHERE NOT ").push(WAITS);
        query.push(" AND ").push(HELD).push(") FROM decisions d WHERE ");
        concerned(&mut query, whose, &self.vault);
        let row = query.build().fetch_one(&self.reads).await?;
        Ok(Left { waiting: row.try_get(0)?, held: row.try_get(1)? })
    }

    /// Why a decision has no text of this name; `None` when none was ever erased.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn gone(&self, decision_id: &str, name: &str) -> Result<Option<Gone>, StoreError> {
        let query = "SELECT b.at, b.kind = 'texts.erased' FROM audit_events e \
                     JOIN erased x ON x.event_seq = e.seq AND x.name = ? JOIN audit_events b ON b.seq = x.by_event \
                     WHERE e.decision_id = ? ORDER BY b.seq DESC LIMIT 1";
        let row =
            sqlx::query(query).bind(name).bind(decision_id).fetch_optional(&self.reads).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Gone { at: row.try_get(0)?, by_person: row.try_get(1)? }))
    }
}

/// The condition that a decision `d` is meant.
fn concerned(query: &mut QueryBuilder<Sqlite>, whose: &Whose, vault: &Vault) {
    match whose {
        Whose::Decision(id) => {
            query.push(
                "d.id IN (SELECT m.id FROM decisions o JOIN decisions m ON m.id = o.id OR (m.sdk_app_id = o.sdk_app_id \
                 AND m.group_id = o.group_id AND m.topic_id = o.topic_id AND m.msg_seq = o.msg_seq) WHERE o.id = ",
            );
            query.push_bind(id.clone()).push(")");
            query.push(" AND EXISTS (SELECT 1 FROM texts t WHERE t.decision_id = d.id)");
        }
        Whose::Person { account, app } => {
            query.push("d.id IN (SELECT decision_id FROM texts WHERE account = ");
            query.push_bind(vault.account(account)).push(" AND name IN ('sender', 'editor'))");
            of_app(query, app.as_deref());
        }
    }
}

fn of_app(query: &mut QueryBuilder<Sqlite>, app: Option<&str>) {
    if let Some(app) = app {
        query.push(" AND (d.app = ").push_bind(app.to_owned());
        query.push(" OR CAST(d.sdk_app_id AS TEXT) = ").push_bind(app.to_owned()).push(")");
    }
}

/// Erases some of it, and adds the event that says so.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    vault: &Vault,
    erasure: &Erasure,
    first: bool,
    events: &mut Vec<Event>,
) -> Result<Erased, StoreError> {
    let mut query = QueryBuilder::new("SELECT d.id FROM decisions d WHERE ");
    concerned(&mut query, &erasure.whose, vault);
    query.push(" AND NOT ").push(WAITS).push(" AND NOT ").push(HELD);
    query.push(" LIMIT ").push_bind(AT_ONCE);
    let ids: Vec<String> = query.build_query_scalar().fetch_all(&mut *connection).await?;
    let ids = with_the_same_words(connection, ids).await?;
    let mut rows = texts_of(connection, &ids).await?;
    if ids.is_empty()
        && let Whose::Person { account, app } = &erasure.whose
    {
        rows = mentions(connection, &vault.account(account), app.as_deref()).await?;
    }
    let data = json!({ "erasure": erasure.id });
    let mut event = Event::new("texts.erased", None, data);
    if first {
        event = event.text("reason", Some(&erasure.reason)).text("by", erasure.by.as_ref());
    }
    wipe(connection, Way::Overwrite, event, &ids, &rows, events).await?;
    Ok(Erased { texts: rows.len() as u64, decisions: ids.len() as u64 })
}

/// With the decisions that are about the same words of the same message, or took the place of one of these: they may not
/// name who wrote them.
async fn with_the_same_words(
    connection: &mut SqliteConnection,
    ids: Vec<String>,
) -> sqlx::Result<Vec<String>> {
    let query = "WITH RECURSIVE line (id) AS (SELECT value FROM json_each(?) \
                 UNION SELECT m.id FROM line JOIN decisions m ON m.supersedes = line.id \
                 UNION SELECT m.id FROM line JOIN decisions o ON o.id = line.id JOIN decisions m \
                 ON m.sdk_app_id = o.sdk_app_id AND m.group_id = o.group_id AND m.topic_id = o.topic_id \
                 AND m.msg_seq = o.msg_seq AND m.body_digest = o.body_digest AND o.body_digest <> '') \
                 SELECT id FROM line";
    sqlx::query_scalar(query).bind(json!(ids).to_string()).fetch_all(connection).await
}

/// All texts of these decisions, as event and name.
pub(super) async fn texts_of(
    connection: &mut SqliteConnection,
    ids: &[String],
) -> sqlx::Result<Vec<(i64, String)>> {
    let query = "SELECT event_seq, name FROM texts WHERE decision_id IN (SELECT value FROM json_each(?)) \
                 ORDER BY event_seq, name";
    sqlx::query_as(query).bind(json!(ids).to_string()).fetch_all(connection).await
}

/// Where a person is named otherwise: as the operator of another's message, or in events about no decision, whose texts
/// then all go.
async fn mentions(
    connection: &mut SqliteConnection,
    account: &[u8],
    app: Option<&str>,
) -> sqlx::Result<Vec<(i64, String)>> {
    let mut query = QueryBuilder::new(
        "SELECT t.event_seq, t.name FROM texts t JOIN decisions d ON d.id = t.decision_id \
         WHERE t.name = 'operator' AND t.account = ",
    );
    query.push_bind(account).push(" AND NOT ").push(WAITS).push(" AND NOT ").push(HELD);
    of_app(&mut query, app);
    query.push(" LIMIT ").push_bind(TEXTS_AT_ONCE);
    let rows: Vec<(i64, String)> = query.build_query_as().fetch_all(&mut *connection).await?;
    if !rows.is_empty() || app.is_some() {
        return Ok(rows);
    }
    let held =
        "SELECT 1 FROM holds h JOIN texts p ON p.event_seq = h.event_seq WHERE p.account = ?1";
    let query = format!(
        "SELECT event_seq, name FROM texts WHERE NOT EXISTS ({held}) AND event_seq IN \
         (SELECT event_seq FROM texts WHERE account = ?1 AND decision_id IS NULL LIMIT {AT_ONCE})"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(query));
    query.bind(account).fetch_all(connection).await
}

/// How a text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Overwritten where it stands. Deleting rows here and there has SQLite move their neighbours between pages, and what
    /// they leave behind is not overwritten when these are erased later.
    Overwrite,
    /// With its row: for the oldest rows, whose pages are emptied whole, and then overwritten.
    Delete,
}

impl Way {
    pub fn statement(self) -> &'static str {
        match self {
            // Of the same size, so that SQLite writes it to the same place.
            Self::Overwrite => {
                "UPDATE texts SET salt = zeroblob(length(salt)), \
                 content = zeroblob(length(CAST(content AS BLOB))), \
                 account = iif(account IS NULL, NULL, zeroblob(length(account))), \
                 decision_id = iif(decision_id IS NULL, NULL, replace(hex(zeroblob(length(decision_id))), '00', '0')) \
                 WHERE event_seq = ? AND name = ?"
            }
            Self::Delete => "DELETE FROM texts WHERE event_seq = ? AND name = ?",
        }
    }
}

/// Has these texts go, with what tells the contents of these decisions apart, and adds `event`, which names the rows.
pub(super) async fn wipe(
    connection: &mut SqliteConnection,
    way: Way,
    event: Event,
    decisions: &[String],
    rows: &[(i64, String)],
    events: &mut Vec<Event>,
) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let by_event = audit::head(connection).await?.seq + events.len() as i64 + 1;
    for (event_seq, name) in rows {
        let query = "INSERT INTO erased (event_seq, name, by_event) VALUES (?, ?, ?)";
        let query = sqlx::query(query).bind(event_seq).bind(name).bind(by_event);
        query.execute(&mut *connection).await?;
        let query = sqlx::query(way.statement()).bind(event_seq).bind(name);
        query.execute(&mut *connection).await?;
    }
    let query = "UPDATE decisions SET digest = '', body_digest = '', written_digest = NULL, restored_digest = NULL \
                 WHERE id IN (SELECT value FROM json_each(?))";
    sqlx::query(query).bind(json!(decisions).to_string()).execute(connection).await?;
    events.push(event.fact("rows", named(rows)));
    Ok(())
}

/// `[[event, [name, …]], …]`.
fn named(rows: &[(i64, String)]) -> Value {
    let groups = rows.chunk_by(|one, other| one.0 == other.0);
    let named = groups.map(|group| {
        let names: Vec<_> = group.iter().map(|(_, name)| name).collect();
        json!([group[0].0, names])
    });
    named.collect()
}
