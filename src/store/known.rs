//! What is known of a message already: whether a plan for it is a duplicate, or our own work that came back.
//!
//! Promise: a duplicate never makes a second decision, and an unconfirmed one never shuts the door to a different body
//! of the same message.

use super::decisions::{Decision, key_of};
use super::outcome::Source;
use super::plan::Plan;
use super::vault::Vault;
use super::writer::batches;
use crate::message::MessageKey;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

/// What is known of a message when a plan for it arrives.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub id: String,
    pub key: MessageKey,
    pub revision: i64,
    pub digest: String,
    pub written_digest: Option<String>,
    /// Of what was given back.
    pub restored_digest: Option<String>,
    pub reread: bool,
    /// A rule leaves a part of the message alone, because a person gave it back.
    pub spared: bool,
}

impl Known {
    pub fn of(Decision { plan, prints }: &Decision<'_>) -> Self {
        Self {
            id: plan.id.clone(),
            key: plan.key.clone(),
            revision: plan.revision,
            digest: prints.digest.clone(),
            written_digest: prints.written_digest.clone(),
            restored_digest: None,
            reread: plan.reread,
            spared: false,
        }
    }

    pub fn is_duplicate(&self, plan: &Plan, vault: &Vault) -> bool {
        // A person may decide about a message however often it was decided before.
        plan.source != Source::Person
            && plan.key.seq.is_some()
            && self.key == plan.key
            && self.revision == plan.revision
            && (self.reread || vault.is_fingerprint(&self.digest, &plan.digest))
    }

    /// Not what was given back.
    pub fn is_rewrite(&self, body_digest: &str, vault: &Vault) -> bool {
        let written = self.written_digest.as_deref();
        written.is_some_and(|written| vault.is_fingerprint(written, body_digest))
    }

    pub fn is_echo(&self, key: &MessageKey, body_digest: &str, vault: &Vault) -> bool {
        let restored = self.restored_digest.as_deref();
        let given_back = restored.is_some_and(|ours| vault.is_fingerprint(ours, body_digest));
        self.key == *key && (given_back || self.is_rewrite(body_digest, vault))
    }
}

/// Everything known of these messages.
pub(super) async fn known(
    connection: &mut SqliteConnection,
    keys: &[&MessageKey],
) -> sqlx::Result<Vec<Known>> {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    let mut known = Vec::new();
    for keys in batches(&keys) {
        known.extend(known_of(connection, keys).await?);
    }
    Ok(known)
}

async fn known_of(
    connection: &mut SqliteConnection,
    keys: &[&MessageKey],
) -> sqlx::Result<Vec<Known>> {
    let mut query = QueryBuilder::<Sqlite>::new("WITH k (app, grp, topic, seq) AS (");
    query.push_values(keys, |mut row, key| {
        row.push_bind(key.sdk_app_id as i64).push_bind(&key.group_id);
        row.push_bind(key.topic_id.as_deref().unwrap_or_default());
        row.push_bind(key.seq.map(|seq| seq as i64));
    });
    query.push(
        ") SELECT d.id, d.sdk_app_id, d.group_id, d.topic_id, d.msg_seq, d.revision, d.digest, \
         d.written_digest, d.restored_digest, d.reread, EXISTS (SELECT 1 FROM restored r \
         WHERE r.sdk_app_id = k.app AND r.group_id = k.grp AND r.topic_id = k.topic AND r.msg_seq = k.seq) \
         AS spared FROM k JOIN decisions d ON d.sdk_app_id = k.app AND d.group_id = k.grp \
         AND d.topic_id = k.topic AND d.msg_seq = k.seq",
    );
    let rows = query.build().fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Known {
                id: row.try_get("id")?,
                key: key_of(row)?,
                revision: row.try_get("revision")?,
                digest: row.try_get("digest")?,
                written_digest: row.try_get("written_digest")?,
                restored_digest: row.try_get("restored_digest")?,
                reread: row.try_get("reread")?,
                spared: row.try_get("spared")?,
            })
        })
        .collect()
}
