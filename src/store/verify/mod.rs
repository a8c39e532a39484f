//! Verification: recomputes the whole chain from a database and names the first thing that is not as it was written.
//!
//! Reads only. Promise: it needs nothing but the file, and constant memory.

mod erasures;
mod fingerprints;
mod holds;
mod root;
mod rulesets;
mod texts;
mod tokens;
mod undo;

use super::audit::{GENESIS, Head, chain};
use super::{Reader, Root, StoreError};
use futures_util::TryStreamExt;
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::fmt;

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

/// The first thing found that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// An event is missing: numbers jump from the one before to this one.
    Missing { expected: i64, found: i64 },
    /// An event, or one before it, was changed, inserted or moved.
    Changed { seq: i64 },
    /// A text is not the one that the event was made with.
    TextChanged { seq: i64, name: String },
    /// An event's text is gone.
    TextMissing { seq: i64, name: String },
    /// A text that no event knows.
    TextInserted { seq: i64, name: String },
    /// An event and the list of erased texts do not belong together.
    ErasureChanged { seq: i64 },
    /// A hold that no event knows, or one that is gone or changed without an event.
    HoldChanged { id: String },
    /// A decision's row does not say what its events say.
    DecisionChanged { id: String, field: String },
    /// A decision without an event, or an event without its decision.
    DecisionUnaccounted { id: String },
    /// A rule set that went live is not kept, or one is kept that never did.
    RulesetUnaccounted { hash: String },
    /// A kept rule set is not the one its hash names.
    RulesetChanged { hash: String },
    /// The audit does not begin where an event says that it does.
    RootChanged { seq: i64 },
    /// A token of the API that is not what its events say.
    TokenChanged { id: String },
    /// A witness outside the database says otherwise, in its own words.
    Disputed(String),
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { expected, found } => {
                write!(f, "event {expected} is missing (event {found} stands in its place)")
            }
            Self::Changed { seq } => write!(f, "event {seq} was changed, inserted or moved"),
            Self::TextChanged { seq, name } => {
                write!(f, "the text `{name}` of event {seq} was changed")
            }
            Self::TextMissing { seq, name } => {
                write!(f, "the text `{name}` of event {seq} is gone, and no event says why")
            }
            Self::TextInserted { seq, name } => {
                write!(f, "event {seq} was given a text `{name}` that it never had")
            }
            Self::ErasureChanged { seq } => {
                write!(f, "event {seq} does not say that just these texts were erased")
            }
            Self::HoldChanged { id } => {
                write!(f, "the hold {id} and its events do not belong together")
            }
            Self::DecisionChanged { id, field } => {
                write!(f, "decision {id} does not say what its events say: `{field}` was changed")
            }
            Self::DecisionUnaccounted { id } => {
                write!(
                    f,
                    "decision {id} and its events do not belong together: one of them was added or removed"
                )
            }
            Self::RulesetUnaccounted { hash } => {
                write!(f, "the rule set {hash} and its events do not belong together")
            }
            Self::RulesetChanged { hash } => write!(f, "the kept rule set {hash} was changed"),
            Self::RootChanged { seq } => {
                write!(
                    f,
                    "the audit begins after event {seq}, and no event says that those before it went"
                )
            }
            Self::TokenChanged { id } => {
                write!(
                    f,
                    "the token {id} is not what its events say: it was added, removed or changed"
                )
            }
            Self::Disputed(words) => f.write_str(words),
        }
    }
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
    while let Some(row) = rows.try_next().await? {
        let damage = match check_event(&row, last + 1, &previous)? {
            Ok((seq, hash)) => {
                (last, previous) = (seq, hash);
                match witness.see(seq, &hash) {
                    Ok(()) => match texts::check(reader, &filing, &mut erasures, &row).await? {
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
    drop(rows);
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
    if let Some(damage) = check_decisions(reader).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = undo::check(reader).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = tokens::check(reader, root).await? {
        return Ok(Some(damage));
    }
    if let Some(damage) = holds::check(reader).await? {
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

/// Every decision against the events that made it what it is.
async fn check_decisions(reader: &Reader) -> Result<Option<Damage>, StoreError> {
    // Schemas before 7 know no categories, and events of that time tell none.
    let category = if reader.schema >= 7 { "category" } else { "NULL" };
    let query = format!(
        "SELECT d.*, (SELECT json_group_array(rule) FROM (SELECT rule FROM decision_rules r \
         WHERE r.decision_id = d.id ORDER BY rule)) AS rules, (SELECT json_group_object(rule, {category}) \
         FROM decision_rules r WHERE r.decision_id = d.id AND {category} IS NOT NULL) AS categories \
         FROM decisions d ORDER BY id"
    );
    let mut rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch(&reader.reads);
    while let Some(row) = rows.try_next().await? {
        let id: String = row.try_get("id")?;
        let query =
            "SELECT seq, at, kind, data FROM audit_events WHERE decision_id = ? ORDER BY seq";
        let events = sqlx::query(query).bind(&id).fetch_all(&reader.reads).await?;
        let Some(expected) = replay(&events)? else {
            return Ok(Some(Damage::DecisionUnaccounted { id }));
        };
        let difference = match first_difference(&row, &expected) {
            None => fingerprints::differ(reader, &row, &events).await?,
            difference => difference,
        };
        if let Some(field) = difference {
            return Ok(Some(Damage::DecisionChanged { id, field }));
        }
    }
    drop(rows);
    let query = "SELECT r.decision_id FROM decision_rules r LEFT JOIN decisions d ON d.id = r.decision_id \
                 AND d.created_at = r.created_at WHERE d.id IS NULL LIMIT 1";
    let id: Option<String> = sqlx::query_scalar(query).fetch_optional(&reader.reads).await?;
    match id {
        Some(id) => Ok(Some(Damage::DecisionUnaccounted { id })),
        None => check_times_of_texts(reader).await,
    }
}

/// Texts that are filed under another time than that of their decision.
async fn check_times_of_texts(reader: &Reader) -> Result<Option<Damage>, StoreError> {
    if reader.schema < 7 {
        return Ok(None);
    }
    let query = "SELECT t.event_seq, t.name FROM texts t LEFT JOIN decisions d ON d.id = t.decision_id \
                 WHERE t.decided_at IS NOT d.created_at LIMIT 1";
    let row = sqlx::query(query).fetch_optional(&reader.reads).await?;
    let damage = |row: SqliteRow| {
        Ok::<_, StoreError>(Damage::TextChanged { seq: row.try_get(0)?, name: row.try_get(1)? })
    };
    row.map(damage).transpose()
}

/// What a decision's row must say after these events; `None` when they do not begin with a plan.
fn replay(events: &[SqliteRow]) -> Result<Option<Value>, StoreError> {
    let mut state = Value::Null;
    for event in events {
        let at: i64 = event.try_get("at")?;
        let data: Value = serde_json::from_str(event.try_get("data")?).unwrap_or_default();
        match event.try_get("kind")? {
            "decision.confirmed" => state["confirmed_at"] = at.into(),
            kind if ["undo.", "hold.", "audit."].iter().any(|of| kind.starts_with(of)) => {}
            _ if state.is_null() => {
                if data["ruleset"].is_null() {
                    return Ok(None);
                }
                state = data;
                state["created_at"] = at.into();
                state["attempts"] = 0.into();
                if state["categories"].is_null() {
                    state["categories"] = Value::Object(Default::default());
                }
                settle(&mut state, at, Some(at));
            }
            _ => step(&mut state, &data, at),
        }
    }
    Ok(Some(state).filter(|state| !state.is_null()))
}

fn step(state: &mut Value, data: &Value, at: i64) {
    for field in ["outcome", "cause"] {
        state[field] = data[field].clone();
    }
    for field in ["error_code", "tags"] {
        if !data[field].is_null() {
            state[field] = data[field].clone();
        }
    }
    if data["reread"] == true {
        state["reread"] = true.into();
    }
    let attempts = state["attempts"].as_i64().unwrap_or(0) + data["attempts"].as_i64().unwrap_or(0);
    state["attempts"] = attempts.into();
    settle(state, at, data["next_try_at"].as_i64().or(Some(at)));
}

fn settle(state: &mut Value, at: i64, next_try_at: Option<i64>) {
    let pending = state["outcome"] == "pending";
    state["settled_at"] = if pending { Value::Null } else { at.into() };
    state["next_try_at"] = next_try_at.filter(|_| pending).map_or(Value::Null, Into::into);
}

/// The first column that does not say what the events say.
fn first_difference(row: &SqliteRow, expected: &Value) -> Option<String> {
    const TEXTS: [&str; 12] = [
        "app",
        "group_id",
        "group_type",
        "topic_id",
        "verdict",
        "keep_original",
        "source",
        "ruleset",
        "supersedes",
        "action",
        "outcome",
        "cause",
    ];
    const NUMBERS: [&str; 10] = [
        "created_at",
        "sdk_app_id",
        "msg_seq",
        "revision",
        "sent_at",
        "error_code",
        "attempts",
        "next_try_at",
        "settled_at",
        "confirmed_at",
    ];
    let text = |name: &str| row.try_get::<Option<String>, _>(name).ok();
    let number = |name: &str| row.try_get::<Option<i64>, _>(name).ok();
    let same_text = |name: &&str| {
        let empty_is_none = *name == "topic_id";
        let found = text(name).map(|t| t.filter(|t| !(empty_is_none && t.is_empty())));
        found == Some(expected[*name].as_str().map(str::to_owned))
    };
    let same_number = |name: &&str| number(name) == Some(expected[*name].as_i64());
    let same_flag = |name: &&str| number(name) == Some(expected[*name].as_bool().map(i64::from));
    let same_json = |name: &&str| {
        let found = text(name).flatten().and_then(|t| serde_json::from_str::<Value>(&t).ok());
        found.as_ref() == Some(&expected[*name])
    };
    let severity = |name: &&str| {
        let known = ["low", "medium", "high", "critical"];
        let lane = known.iter().position(|known| expected[*name] == **known);
        number(name) == Some(lane.map(|lane| lane as i64))
    };
    TEXTS
        .iter()
        .find(|name| !same_text(name))
        .or_else(|| NUMBERS.iter().find(|name| !same_number(name)))
        .or_else(|| ["mentions", "reread", "review"].iter().find(|name| !same_flag(name)))
        .or_else(|| ["hits", "tags", "rules", "categories"].iter().find(|name| !same_json(name)))
        .or_else(|| ["severity"].iter().find(|name| !severity(name)))
        .map(|name| (*name).to_owned())
}
