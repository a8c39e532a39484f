//! The texts of an event against the digests in it, as they are stored: no key is needed.

use super::super::audit::text_digest;
use super::super::texts::stored;
use super::super::vault::{ACCOUNTS, Stored, Vault, plain_account};
use super::super::{Reader, StoreError};
use super::Damage;
use super::erasures::Erasures;
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// Which accounts are not filed yet: those of the events from `filed` on, up to `until`.
pub(super) struct Filing {
    filed: i64,
    until: i64,
}

impl Filing {
    pub async fn read(reader: &Reader) -> Result<Self, StoreError> {
        let row = sqlx::query("SELECT filed, file_until FROM encryption");
        Ok(match row.fetch_optional(&reader.reads).await {
            Ok(Some(row)) => Self { filed: row.try_get(0)?, until: row.try_get(1)? },
            // A copy from before accounts were filed.
            Ok(None) | Err(sqlx::Error::Database(_)) => Self { filed: 0, until: i64::MAX },
            Err(error) => return Err(error.into()),
        })
    }

    /// Whether what stands in `account` beside a text may stand there.
    fn fits(
        &self,
        vault: &Vault,
        seq: i64,
        name: &str,
        text: &Stored,
        account: Option<&[u8]>,
    ) -> bool {
        if !ACCOUNTS.contains(&name) {
            return account.is_none();
        }
        let waits = seq > self.filed && seq <= self.until;
        match (text, account) {
            // The digest covers both; their lengths keep the two apart.
            (Stored::Sealed(_), account) => account.is_some_and(|account| account.len() == 32),
            (Stored::Plain(_), None) => waits,
            (Stored::Plain(text), Some(account)) if waits && account == plain_account(text) => true,
            (Stored::Plain(_), Some(account)) if matches!(vault, Vault::Locked) => {
                account.len() == 32
            }
            (Stored::Plain(text), Some(account)) => account == vault.account(text),
        }
    }
}

/// Whether nothing is left in the row: it was overwritten when its text was erased.
fn is_blank(text: &SqliteRow) -> bool {
    let zeros = |column: &str| {
        let bytes = text.try_get::<Option<&[u8]>, _>(column).ok().flatten();
        bytes.is_none_or(|bytes| bytes.iter().all(|byte| *byte == 0))
    };
    let owner: Option<&str> = text.try_get("decision_id").ok().flatten();
    let nobody = owner.is_none_or(|owner| owner.bytes().all(|byte| byte == b'0'));
    nobody && zeros("salt") && zeros("content") && zeros("account")
}

/// The first text of an event that is not the one it was made with.
pub(super) async fn check(
    reader: &Reader,
    filing: &Filing,
    erasures: &mut Erasures,
    event: &SqliteRow,
) -> Result<Option<Damage>, StoreError> {
    let seq: i64 = event.try_get("seq")?;
    let id: Option<&str> = event.try_get("decision_id")?;
    let data: Value = serde_json::from_str(event.try_get("data")?).unwrap_or_default();
    let mut expected = data["texts"].as_object().cloned().unwrap_or_default();
    let query = "SELECT * FROM texts WHERE event_seq = ? ORDER BY name";
    for text in sqlx::query(query).bind(seq).fetch_all(&reader.reads).await? {
        let name: String = text.try_get("name")?;
        if expected.contains_key(&name) && is_blank(&text) {
            continue;
        }
        let Some(digest) = expected.remove(&name) else {
            return Ok(Some(Damage::TextInserted { seq, name }));
        };
        let found = || {
            let owner: Option<&str> = text.try_get("decision_id").ok()?;
            let content = stored(&text, "content").ok()?;
            let account = match text.try_get::<Option<&[u8]>, _>("account") {
                Err(sqlx::Error::ColumnNotFound(_)) => None,
                account => account.ok()?,
            };
            let fits = filing.fits(&reader.vault, seq, &name, &content, account);
            let digest = text_digest(text.try_get("salt").ok()?, &content, account);
            (owner == id && fits).then(|| hex::encode(digest))
        };
        if found().as_deref() != digest.as_str() {
            return Ok(Some(Damage::TextChanged { seq, name }));
        }
    }
    for (name, _) in expected {
        if !erasures.tell_of(reader, seq, &name).await? {
            return Ok(Some(Damage::TextMissing { seq, name }));
        }
    }
    Ok(None)
}
