//! The audit chain: what an event is, its canonical bytes, and how it is appended.
//!
//! Holds the one definition of the canonical form (docs/audit.md explains it to outsiders). Promise: an event
//! is written in the same transaction as what it tells, and none can be changed unseen.

use super::StoreError;
use super::vault::{NONCE, Stored, Vault};
use super::words;
use super::writer::batches;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

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
    /// Plain facts; never a text or an account.
    pub data: Map<String, Value>,
    /// Texts and accounts by name; the event itself holds only their salted digests.
    pub texts: Vec<(&'static str, String)>,
}

impl Event {
    /// An event that tells `data`, which must be a JSON object (anything else tells nothing).
    pub fn new(kind: &'static str, decision_id: Option<String>, data: Value) -> Self {
        let data = match data {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        Self { kind, decision_id, data, texts: Vec::new() }
    }

    /// With a text beside it, if there is one.
    pub fn text(mut self, name: &'static str, content: Option<impl Into<String>>) -> Self {
        self.texts.extend(content.map(|content| (name, content.into())));
        self
    }
}

/// The end of the chain, as read inside the transaction that appends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub hash: [u8; 32],
}

/// Reads the end of the chain.
pub async fn head(connection: &mut SqliteConnection) -> sqlx::Result<Head> {
    let row = sqlx::query("SELECT seq, hash FROM audit_events ORDER BY seq DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
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
    decision_id: Option<String>,
    salt: [u8; SALT],
    content: Stored,
    account: Option<Vec<u8>>,
}

impl TextRow {
    fn seal(
        vault: &Vault,
        seq: i64,
        decision_id: Option<&String>,
        (name, text): (&'static str, String),
    ) -> Result<Self, StoreError> {
        let mut chance = [0; SALT + NONCE];
        getrandom::fill(&mut chance)
            .map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
        let (mut salt, mut nonce) = ([0; SALT], [0; NONCE]);
        salt.copy_from_slice(&chance[..SALT]);
        nonce.copy_from_slice(&chance[SALT..]);
        let account = vault.account_of(name, &text);
        let content = vault.seal(seq, name, nonce, text)?;
        Ok(Self { seq, name, decision_id: decision_id.cloned(), salt, content, account })
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
    let mut head = head(connection).await?;
    let (mut rows, mut texts) = (Vec::with_capacity(events.len()), Vec::new());
    for mut event in events {
        head.seq += 1;
        let mut digests = Map::new();
        for text in event.texts {
            let row = TextRow::seal(vault, head.seq, event.decision_id.as_ref(), text)?;
            digests.insert(row.name.into(), json!(hex::encode(row.digest())));
            texts.push(row);
        }
        if !digests.is_empty() {
            event.data.insert("texts".into(), Value::Object(digests));
        }
        let data = Value::Object(event.data).to_string();
        let id = event.decision_id;
        head.hash = chain(&head.hash, head.seq, at, event.kind, id.as_deref(), &data);
        rows.push((head.seq, event.kind, id, data, head.hash));
    }
    for rows in batches(&rows) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO audit_events (seq, at, kind, decision_id, data, hash) ",
        );
        insert.push_values(rows, |mut row, (seq, kind, id, data, hash)| {
            row.push_bind(seq).push_bind(at).push_bind(kind).push_bind(id);
            row.push_bind(data).push_bind(hash.as_slice());
        });
        insert.build().execute(&mut *connection).await?;
    }
    for texts in batches(&texts) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO texts (event_seq, name, decision_id, salt, content, account, decided_at) ",
        );
        insert.push_values(texts, |mut row, text| {
            row.push_bind(text.seq).push_bind(text.name).push_bind(&text.decision_id);
            row.push_bind(text.salt.as_slice());
            match &text.content {
                Stored::Plain(content) => row.push_bind(content),
                Stored::Sealed(content) => row.push_bind(content),
            };
            row.push_bind(&text.account);
            // The decision is there before its first text is.
            row.push("(SELECT created_at FROM decisions WHERE id = ");
            row.push_bind_unseparated(&text.decision_id).push_unseparated(")");
        });
        insert.build().execute(&mut *connection).await?;
    }
    let indexed =
        texts.iter().filter_map(|text| words::indexed(text.seq, text.name, &text.content));
    words::insert(connection, &indexed.collect::<Vec<_>>()).await?;
    Ok(())
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
