//! Actions that wait to be done: they live in the database, not in memory, so that a crash loses none.

use super::decisions::key_of;
use super::texts::{Which, columns, join, opened_or_none};
use super::vault::Vault;
use super::{Action, Fingerprint, Reader, StoreError};
use crate::message::MessageKey;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// A decision whose action is due, with what the enforcer needs to do it.
#[derive(Debug, Clone)]
pub struct Pending {
    pub id: String,
    /// Unix ms.
    pub created_at: i64,
    pub app: String,
    pub key: MessageKey,
    pub revision: i64,
    pub group_type: Option<String>,
    pub sent_at: Option<i64>,
    pub sender: Option<String>,
    pub editor: Option<String>,
    pub mentions: bool,
    pub body_digest: Fingerprint,
    pub written_digest: Option<Fingerprint>,
    pub tags: Vec<String>,
    /// How much of it the rules of the plan allow to keep.
    pub keep_original: String,
    pub source: String,
    pub action: Action,
    pub ruleset: String,
    /// The decision that this one took the place of: then it judged what was read, not what was told.
    pub supersedes: Option<String>,
    pub attempts: i64,
    flight: i64,
    /// Why it waits, where an earlier try left a word about it.
    pub cause: Option<String>,
    /// As the webhook told it; `None` where the rule forbids keeping it.
    pub original: Option<String>,
    /// As planned; with every offence masked, or nothing, where a rule forbids keeping more.
    pub rewritten: Option<String>,
}

impl Pending {
    /// It was in flight when the process died.
    pub fn is_suspect(&self) -> bool {
        self.flight >= 2
    }
}

/// Which due actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Never tried.
    Fresh,
    /// Tried before.
    Retries,
}

impl Reader {
    /// Due actions of an app: most severe first, newest first among equals. Those that were alone in flight
    /// when the process died come only `with_suspected_twice`.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn due(
        &self,
        sdk_app_id: u64,
        which: Due,
        with_suspected_twice: bool,
        now: i64,
        limit: usize,
    ) -> Result<Vec<Pending>, StoreError> {
        let (queue, tried) = match which {
            Due::Fresh => ("decisions_fresh", "d.attempts = 0"),
            Due::Retries => ("decisions_retries", "d.attempts > 0"),
        };
        let texts = ["sender", "editor", "original", "rewritten"];
        let chosen: String = texts.map(columns).concat();
        let joined = [Which::Last, Which::First, Which::First, Which::Last];
        let joined: String =
            texts.iter().zip(joined).map(|(name, which)| join(name, which)).collect();
        let query = format!(
            "SELECT d.*{chosen} FROM decisions d INDEXED BY {queue}{joined} \
             WHERE d.outcome = 'pending' AND {tried} AND d.sdk_app_id = ? AND d.next_try_at <= ? \
             AND (d.flight < 4 OR ?) \
             ORDER BY d.severity DESC, d.created_at DESC LIMIT ?",
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(sdk_app_id as i64)
            .bind(now)
            .bind(with_suspected_twice)
            .bind(limit as i64)
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(|row| pending(row, &self.vault)).collect()
    }

    /// Whether an action waits for one of these messages.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn is_any_pending(&self, keys: &[MessageKey]) -> Result<bool, StoreError> {
        let mut connection = self.reads.acquire().await?;
        Ok(!super::decisions::resting(&mut connection, keys, 0).await?.is_empty())
    }

    /// How often a message was rewritten by us.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn rewrites_of(&self, key: &MessageKey) -> Result<i64, StoreError> {
        let query = "SELECT count(*) FROM decisions WHERE sdk_app_id = ? AND group_id = ? \
                     AND topic_id = ? AND msg_seq = ? AND outcome = 'applied'";
        let count = sqlx::query_scalar(query)
            .bind(key.sdk_app_id as i64)
            .bind(&key.group_id)
            .bind(key.topic_id.as_deref().unwrap_or_default())
            .bind(key.seq.map(|seq| seq as i64))
            .fetch_one(&self.reads)
            .await?;
        Ok(count)
    }

    /// When an action that a rule asked for was last done (Unix ms).
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn last_applied(&self, rule: &str) -> Result<Option<i64>, StoreError> {
        let query = "SELECT d.settled_at FROM decision_rules r JOIN decisions d ON d.id = r.decision_id \
                     WHERE r.rule = ? AND d.outcome = 'applied' ORDER BY r.created_at DESC LIMIT 1";
        Ok(sqlx::query_scalar(query).bind(rule).fetch_optional(&self.reads).await?.flatten())
    }

    /// How many actions wait, and since when the oldest does (Unix ms).
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn backlog(&self) -> Result<(i64, Option<i64>), StoreError> {
        let query = "SELECT count(*), min(created_at) FROM decisions WHERE outcome = 'pending'";
        let row = sqlx::query(query).fetch_one(&self.reads).await?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }
}

fn pending(row: &SqliteRow, vault: &Vault) -> Result<Pending, StoreError> {
    let text = |name| opened_or_none(row, vault, name);
    let written: Option<String> = row.try_get("written_digest")?;
    let tags: String = row.try_get("tags")?;
    Ok(Pending {
        id: row.try_get("id")?,
        created_at: row.try_get("created_at")?,
        app: row.try_get("app")?,
        key: key_of(row)?,
        revision: row.try_get("revision")?,
        group_type: row.try_get("group_type")?,
        sent_at: row.try_get("sent_at")?,
        sender: text("sender")?,
        editor: text("editor")?,
        mentions: row.try_get("mentions")?,
        body_digest: Fingerprint::new(row.try_get("body_digest")?, vault),
        written_digest: written.map(|digest| Fingerprint::new(digest, vault)),
        tags: serde_json::from_str(&tags).map_err(|error| sqlx::Error::Decode(error.into()))?,
        keep_original: row.try_get("keep_original")?,
        source: row.try_get("source")?,
        action: Action::parse(row.try_get("action")?).unwrap_or(Action::Rewrite),
        ruleset: row.try_get("ruleset")?,
        supersedes: row.try_get("supersedes")?,
        attempts: row.try_get("attempts")?,
        flight: row.try_get("flight")?,
        cause: row.try_get("cause")?,
        original: text("original")?,
        rewritten: text("rewritten")?,
    })
}
