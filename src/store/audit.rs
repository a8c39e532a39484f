//! The audit chain: what an event is, its canonical bytes, and how it is appended.
//!
//! Holds the one definition of the canonical form (docs/audit.md explains it to outsiders). Promise: an event
//! is written in the same transaction as what it tells, and none can be changed unseen.

use super::StoreError;
use super::vault::{NONCE, Stored, Vault};
use super::words;
use super::writer::batches;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use std::fmt::{Display, Write};
use std::sync::Arc;

/// The first byte of every event's canonical form.
const FORMAT: u8 = 1;
/// What stands for a missing decision id, where a length would stand.
const ABSENT: u32 = u32::MAX;
/// Bytes of a text's salt.
const SALT: usize = 16;
/// The hash before the first event.
pub const GENESIS: [u8; 32] = [0; 32];

/// Something that happened, about to be appended.
#[derive(Debug, Clone)]
pub struct Event {
    pub kind: &'static str,
    pub decision_id: Option<String>,
    /// Plain facts, a JSON object; never a text or an account.
    pub(super) data: String,
    /// Texts and accounts by name; the event itself holds only their salted digests.
    pub texts: Vec<(&'static str, String)>,
    /// It tells a decision that is made in the same transaction.
    pub(super) decides: bool,
}

impl Event {
    /// An event that tells `data`, which must be a JSON object (anything else tells nothing).
    pub fn new(kind: &'static str, decision_id: Option<String>, data: Value) -> Self {
        let data = if data.is_object() { data.to_string() } else { "{}".to_owned() };
        Self { kind, decision_id, data, texts: Vec::new(), decides: false }
    }

    /// The event that tells a new decision; `data` is a JSON object.
    pub(super) fn decision(kind: &'static str, id: String, data: String) -> Self {
        Self { kind, decision_id: Some(id), data, texts: Vec::new(), decides: true }
    }

    /// With one more fact, which is JSON.
    pub(super) fn fact(mut self, name: &str, value: impl Display) -> Self {
        put(&mut self.data, name, value);
        self
    }

    /// With a text beside it, if there is one.
    pub fn text(mut self, name: &'static str, content: Option<impl Into<String>>) -> Self {
        self.texts.extend(content.map(|content| (name, content.into())));
        self
    }
}

/// Puts a member at the end of a JSON object. The name must need no escape.
fn put(object: &mut String, name: &str, value: impl Display) {
    object.pop();
    let comma = if object.len() > 1 { "," } else { "" };
    // Writing to a string cannot fail.
    let _ = write!(object, r#"{comma}"{name}":{value}}}"#);
}

/// The end of the chain, as read inside the transaction that appends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub hash: [u8; 32],
}

/// Reads the end of the chain: its last event, or its root where all events are gone.
pub async fn head(connection: &mut SqliteConnection) -> sqlx::Result<Head> {
    let last = sqlx::query("SELECT seq, hash FROM audit_events ORDER BY seq DESC LIMIT 1");
    let row = match last.fetch_optional(&mut *connection).await? {
        None => sqlx::query("SELECT seq, hash FROM root").fetch_optional(connection).await?,
        last => last,
    };
    let Some(row) = row else { return Ok(Head { seq: 0, hash: GENESIS }) };
    let hash: Vec<u8> = row.try_get("hash")?;
    let hash = hash.try_into().map_err(|_| sqlx::Error::Decode("hash is not 32 bytes".into()))?;
    Ok(Head { seq: row.try_get("seq")?, hash })
}

/// The hash of an event, also of the one that the chain begins after; `None` where there is no such event.
pub(super) async fn hash_of(
    connection: &mut SqliteConnection,
    seq: i64,
) -> sqlx::Result<Option<[u8; 32]>> {
    let query = "SELECT hash FROM audit_events WHERE seq = ?1 UNION ALL SELECT hash FROM root WHERE seq = ?1";
    let query = sqlx::query_scalar(query).bind(seq);
    let hash: Option<Vec<u8>> = query.fetch_optional(connection).await?;
    Ok(hash.and_then(|hash| hash.try_into().ok()))
}

/// A text about to be appended.
struct TextRow {
    seq: i64,
    name: &'static str,
    decision_id: Option<Arc<str>>,
    salt: [u8; SALT],
    content: Stored,
    account: Option<Vec<u8>>,
    /// Unix ms, where the decision is made in the same transaction.
    decided_at: Option<i64>,
}

/// A text's salt and its nonce.
type Chance = [u8; SALT + NONCE];

/// So many salts and nonces from the system's generator, in one call.
fn chances(number: usize) -> sqlx::Result<Vec<Chance>> {
    let mut chances = vec![[0; SALT + NONCE]; number];
    getrandom::fill(chances.as_flattened_mut())
        .map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
    Ok(chances)
}

/// An event about to be appended.
struct EventRow {
    seq: i64,
    kind: &'static str,
    decision_id: Option<Arc<str>>,
    data: String,
    hash: [u8; 32],
}

impl TextRow {
    fn seal(
        vault: &Vault,
        seq: i64,
        decision_id: Option<Arc<str>>,
        decided_at: Option<i64>,
        (name, text): (&'static str, String),
        chance: Chance,
    ) -> Result<Self, StoreError> {
        let (mut salt, mut nonce) = ([0; SALT], [0; NONCE]);
        salt.copy_from_slice(&chance[..SALT]);
        nonce.copy_from_slice(&chance[SALT..]);
        let account = vault.account_of(name, &text);
        let content = vault.seal(seq, name, nonce, text)?;
        Ok(Self { seq, name, decision_id, salt, content, account, decided_at })
    }

    fn digest(&self) -> [u8; 32] {
        text_digest(&self.salt, &self.content, self.account.as_deref())
    }
}

/// Appends events in their order, with their texts. `at` is Unix ms.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    vault: &Vault,
    at: i64,
    events: Vec<Event>,
) -> Result<(), StoreError> {
    let head = head(connection).await?;
    let (events, texts) = rows(head, vault, at, events)?;
    for events in batches(&events) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO audit_events (seq, at, kind, decision_id, data, hash) ",
        );
        insert.push_values(events, |mut row, event| {
            row.push_bind(event.seq).push_bind(at).push_bind(event.kind);
            row.push_bind(event.decision_id.clone()).push_bind(&event.data);
            row.push_bind(event.hash.as_slice());
        });
        insert.build().execute(&mut *connection).await?;
    }
    for texts in batches(&texts) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO texts (event_seq, name, decision_id, salt, content, account, decided_at) ",
        );
        insert.push_values(texts, |mut row, text| {
            row.push_bind(text.seq).push_bind(text.name).push_bind(text.decision_id.clone());
            row.push_bind(text.salt.as_slice());
            match &text.content {
                Stored::Plain(content) => row.push_bind(content),
                Stored::Sealed(content) => row.push_bind(content),
            };
            row.push_bind(&text.account);
            // The decision is there before its first text is.
            row.push("coalesce(").push_bind_unseparated(text.decided_at);
            row.push_unseparated(", (SELECT created_at FROM decisions WHERE id = ");
            row.push_bind_unseparated(text.decision_id.clone()).push_unseparated("))");
        });
        insert.build().execute(&mut *connection).await?;
    }
    let indexed =
        texts.iter().filter_map(|text| words::indexed(text.seq, text.name, &text.content));
    words::insert(connection, &indexed.collect::<Vec<_>>()).await?;
    Ok(())
}

/// The rows of events that follow the end of the chain, and of their texts.
fn rows(
    mut head: Head,
    vault: &Vault,
    at: i64,
    events: Vec<Event>,
) -> Result<(Vec<EventRow>, Vec<TextRow>), StoreError> {
    let number = events.iter().map(|event| event.texts.len()).sum();
    let mut chances = chances(number)?.into_iter();
    let (mut rows, mut texts) = (Vec::with_capacity(events.len()), Vec::with_capacity(number));
    for Event { kind, decision_id, mut data, texts: told, decides } in events {
        head.seq += 1;
        let id: Option<Arc<str>> = decision_id.map(Arc::from);
        let decided_at = decides.then_some(at);
        let mut digests = "{}".to_owned();
        for (text, chance) in told.into_iter().zip(&mut chances) {
            let row = TextRow::seal(vault, head.seq, id.clone(), decided_at, text, chance)?;
            put(&mut digests, row.name, format_args!(r#""{}""#, hex::encode(row.digest())));
            texts.push(row);
        }
        if digests.len() > 2 {
            put(&mut data, "texts", digests);
        }
        head.hash = chain(&head.hash, head.seq, at, kind, id.as_deref(), &data);
        rows.push(EventRow { seq: head.seq, kind, decision_id: id, data, hash: head.hash });
    }
    Ok((rows, texts))
}

/// `SHA-256(previous ‖ canonical bytes)`: the format byte, then `seq` and `at` as eight bytes big-endian,
/// then kind, decision id and data, each behind its length as four bytes big-endian.
pub fn chain(
    previous: &[u8; 32],
    seq: i64,
    at: i64,
    kind: &str,
    decision_id: Option<&str>,
    data: &str,
) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update([FORMAT]);
    hasher.update(seq.to_be_bytes());
    hasher.update(at.to_be_bytes());
    for field in [Some(kind), decision_id, Some(data)] {
        match field {
            Some(field) => {
                hasher.update((field.len() as u32).to_be_bytes());
                hasher.update(field);
            }
            None => hasher.update(ABSENT.to_be_bytes()),
        }
    }
    hasher.finalize().into()
}

/// `SHA-256(salt ‖ content)` over what is stored; of a sealed account `SHA-256(salt ‖ content ‖ account)`.
pub(super) fn text_digest(salt: &[u8], content: &Stored, account: Option<&[u8]>) -> [u8; 32] {
    let digest = Sha256::new().chain_update(salt).chain_update(content.bytes());
    let account = account.filter(|_| matches!(content, Stored::Sealed(_)));
    digest.chain_update(account.unwrap_or_default()).finalize().into()
}
