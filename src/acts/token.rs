//! Tokens of the API: what one looks like, and making one.
//!
//! `automod_`, 256 random bits, and 32 bits of their SHA-256, in hex. The prefix lets people and scanners of
//! repositories recognise one; the check sum tells a slip of the pen without asking the database.

use crate::store::{Role, Store, StoreError, TokenPlan, TokenRow};
use secrecy::SecretString;
use serde_json::json;
use sha2::{Digest, Sha256};

const PREFIX: &str = "automod_";
/// Bytes that are random, and bytes of the check sum behind them.
const RANDOM: usize = 32;
const CHECK: usize = 4;
/// Longer names would hide in lists.
const LONGEST_NAME: usize = 100;

/// What a person wants a token for.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub name: String,
    pub role: Role,
    /// Only this app; all when `None`.
    pub sdk_app_id: Option<u64>,
    /// Unix ms.
    pub expires_at: Option<i64>,
    /// Who asks, where told.
    pub by: Option<String>,
}

/// A token that was made; its text is shown now and never again.
#[derive(Debug)]
pub struct Made {
    pub id: String,
    pub text: SecretString,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    #[error(
        "a token needs a name of 1 to {LONGEST_NAME} characters, none of them a control character"
    )]
    Name,
    #[error("it would have expired already")]
    Expired,
    #[error("a token of this name is in use; revoke it first, or choose another name")]
    Taken,
    #[error("the machine gives no random numbers")]
    NoRandom,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a token.
///
/// # Errors
/// Why there is none.
pub async fn make(store: &Store, wanted: Wanted) -> Result<Made, NoToken> {
    let name = wanted.name.trim();
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
    if !fits || name.chars().any(char::is_control) {
        return Err(NoToken::Name);
    }
    let now = jiff::Timestamp::now().as_millisecond();
    if wanted.expires_at.is_some_and(|at| at <= now) {
        return Err(NoToken::Expired);
    }
    let mut random = [0; RANDOM];
    getrandom::fill(&mut random).map_err(|_| NoToken::NoRandom)?;
    let text = write(&random);
    let plan = TokenPlan {
        id: uuid::Uuid::now_v7().to_string(),
        name: name.to_owned(),
        role: wanted.role,
        sdk_app_id: wanted.sdk_app_id,
        hash: hash(&text),
        expires_at: wanted.expires_at,
        by: wanted.by,
    };
    let id = plan.id.clone();
    match store.create_token(plan).await? {
        true => Ok(Made { id, text: text.into() }),
        false => Err(NoToken::Taken),
    }
}

/// What is kept of a token. A fast hash does: of 256 random bits none can be guessed, so there is nothing that a slow
/// one such as argon2 would protect, and every request is spared it.
fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// The hash of what may be a token; `None` for what none can be.
pub fn recognise(text: &str) -> Option<[u8; 32]> {
    let digits = text.strip_prefix(PREFIX)?;
    if digits.bytes().any(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let bytes = hex::decode(digits).ok()?;
    let (random, check) = bytes.split_at_checked(RANDOM)?;
    (Sha256::digest(random)[..CHECK] == *check).then(|| hash(text))
}

/// A token as programs read it, without what it opens, at this moment (Unix ms).
pub fn shown(token: &TokenRow, now: i64) -> serde_json::Value {
    let at = |time: Option<i64>| time.map(moment);
    json!({
        "id": token.id, "name": token.name, "role": token.role.as_str(), "sdk_app_id": token.sdk_app_id,
        "state": token.state(now), "created_at": moment(token.created_at), "expires_at": at(token.expires_at),
        "revoked_at": at(token.revoked_at), "last_used_at": at(token.last_used_at),
    })
}

/// Unix ms as RFC 3339 UTC, to the second.
pub fn moment(ms: i64) -> String {
    format!("{:.0}", jiff::Timestamp::from_millisecond(ms).unwrap_or_default())
}

fn write(random: &[u8; RANDOM]) -> String {
    let check = &Sha256::digest(random)[..CHECK];
    format!("{PREFIX}{}{}", hex::encode(random), hex::encode(check))
}
