//! Tokens of the API: who may do what, and since when not any more.
//!
//! Holds rows and their SQL; the writer calls it inside its transaction. A token's text never comes here, only its
//! hash. Promise: making and revoking one is in the audit, in the same transaction, and counts for the next request.

use super::audit::Event;
use super::writer::Op;
use super::{Reader, Store, StoreError};
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Rules, undo, mask and recall by hand; sees the texts of what was hit.
    Moderator,
    /// Reads, exports, verifies; sees a text when saying why.
    Auditor,
    /// Tokens, and what the others may.
    Admin,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Moderator, Self::Auditor, Self::Admin];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Moderator => "moderator",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// A token about to be made.
#[derive(Debug, Clone)]
pub struct TokenPlan {
    pub id: String,
    pub name: String,
    pub role: Role,
    /// Only this app; all when `None`.
    pub sdk_app_id: Option<u64>,
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// Unix ms.
    pub expires_at: Option<i64>,
    /// Who makes it, where told.
    pub by: Option<String>,
}

/// A token as it is kept. Times are Unix ms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    pub id: String,
    pub name: String,
    pub role: Role,
    pub sdk_app_id: Option<u64>,
    pub hash: [u8; 32],
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
    /// To the hour.
    pub last_used_at: Option<i64>,
}

/// How coarse `last_used_at` is.
const HOUR: i64 = 3_600_000;

impl TokenRow {
    /// `live`, `revoked` or `expired` at this moment (Unix ms).
    pub fn state(&self, now: i64) -> &'static str {
        match self.expires_at.is_some_and(|at| at <= now) {
            _ if self.revoked_at.is_some() => "revoked",
            true => "expired",
            false => "live",
        }
    }

    /// Whether its use ought to be noted at this moment (Unix ms).
    pub fn is_news(&self, now: i64) -> bool {
        self.last_used_at.is_none_or(|at| now - at >= HOUR)
    }
}

/// Something about tokens to be written.
#[derive(Debug, Clone)]
pub(super) enum TokenOp {
    Create(TokenPlan),
    Revoke { id: String, by: Option<String> },
    Use { id: String },
}

impl Store {
    /// Makes a token; `false` when one that may be used bears this name.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn create_token(&self, plan: TokenPlan) -> Result<bool, StoreError> {
        self.done(Op::Token(TokenOp::Create(plan))).await
    }

    /// Ends a token for good; `false` when there is none of this id, or it was revoked before.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn revoke_token(&self, id: &str, by: Option<String>) -> Result<bool, StoreError> {
        self.done(Op::Token(TokenOp::Revoke { id: id.to_owned(), by })).await
    }

    /// Notes that a token was used in this hour.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn token_used(&self, id: &str) -> Result<(), StoreError> {
        self.done(Op::Token(TokenOp::Use { id: id.to_owned() })).await.map(drop)
    }
}

impl Reader {
    /// All tokens, the oldest first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM tokens ORDER BY created_at, id");
        let rows = rows.fetch_all(&self.reads).await?;
        Ok(rows.iter().map(row).collect::<sqlx::Result<_>>()?)
    }

    /// The token with this hash, whatever its state.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn token(&self, hash: &[u8; 32]) -> Result<Option<TokenRow>, StoreError> {
        let found = sqlx::query("SELECT * FROM tokens WHERE hash = ?").bind(hash.as_slice());
        let found = found.fetch_optional(&self.reads).await?;
        Ok(found.as_ref().map(row).transpose()?)
    }
}

fn row(row: &SqliteRow) -> sqlx::Result<TokenRow> {
    let role = Role::parse(row.try_get("role")?);
    let hash: Vec<u8> = row.try_get("hash")?;
    Ok(TokenRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        role: role.ok_or_else(|| sqlx::Error::Decode("no role of ours".into()))?,
        sdk_app_id: row.try_get::<Option<i64>, _>("sdk_app_id")?.map(|id| id as u64),
        hash: hash.try_into().map_err(|_| sqlx::Error::Decode("hash is not 32 bytes".into()))?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        revoked_at: row.try_get("revoked_at")?,
        last_used_at: row.try_get("last_used_at")?,
    })
}

/// Writes it and adds what it means to the events; whether there was anything to write.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    at: i64,
    op: &TokenOp,
    events: &mut Vec<Event>,
) -> sqlx::Result<bool> {
    match op {
        TokenOp::Create(plan) => {
            let made = insert(connection, at, plan).await?;
            events.extend(made.then(|| created(plan)));
            Ok(made)
        }
        TokenOp::Revoke { id, by } => {
            let query = "UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL";
            let done = sqlx::query(query).bind(at).bind(id).execute(connection).await?;
            let event = || Event::new("token.revoked", None, json!({ "token": id }));
            let revoked = done.rows_affected() == 1;
            events.extend(revoked.then(|| event().text("by", by.as_ref())));
            Ok(revoked)
        }
        TokenOp::Use { id } => {
            let query = "UPDATE tokens SET last_used_at = ? WHERE id = ?";
            let done = sqlx::query(query).bind(at - at.rem_euclid(HOUR)).bind(id);
            Ok(done.execute(connection).await?.rows_affected() == 1)
        }
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    at: i64,
    plan: &TokenPlan,
) -> sqlx::Result<bool> {
    let query = "INSERT INTO tokens (id, name, role, sdk_app_id, hash, created_at, expires_at) \
                 SELECT ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM tokens WHERE name = ? \
                 AND revoked_at IS NULL AND coalesce(expires_at > ?, TRUE))";
    let done = sqlx::query(query)
        .bind(&plan.id)
        .bind(&plan.name)
        .bind(plan.role.as_str())
        .bind(plan.sdk_app_id.map(|id| id as i64))
        .bind(plan.hash.as_slice())
        .bind(at)
        .bind(plan.expires_at)
        .bind(&plan.name)
        .bind(at)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The hash is in the event, so that a token that was put into the table by other means is found.
fn created(plan: &TokenPlan) -> Event {
    let data = json!({
        "token": plan.id, "role": plan.role.as_str(), "sdk_app_id": plan.sdk_app_id,
        "hash": hex::encode(plan.hash), "expires_at": plan.expires_at,
    });
    let event = Event::new("token.created", None, data);
    event.text("name", Some(&plan.name)).text("by", plan.by.as_ref())
}
