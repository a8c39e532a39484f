//! The texts of an event against the digests in it, as they are stored: no key is needed.

use super::super::StoreError;
use super::super::audit::text_digest;
use super::super::texts::stored;
use super::super::vault::{ACCOUNTS, Stored, Vault, plain_account};
use super::Damage;
use super::erasures::Erasures;
use super::snapshot::{Snapshot, Span};
use serde::Deserialize;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::{BTreeMap, HashMap};
use std::iter::Peekable;
use std::vec;

/// Which accounts are not filed yet: those of the events from `filed` on, up to `until`.
pub(super) struct Filing {
    filed: i64,
    until: i64,
}

impl Filing {
    pub async fn read(snapshot: &mut Snapshot<'_>) -> Result<Self, StoreError> {
        let row = sqlx::query("SELECT filed, file_until FROM encryption");
        Ok(match row.fetch_optional(snapshot.db()).await {
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

/// The first schema whose texts say when their decision was made.
const WITH_TIMES: i64 = 7;

/// What an event says of its texts: their digests by their names.
#[derive(Default, Deserialize)]
struct Told {
    #[serde(default)]
    texts: Option<BTreeMap<String, String>>,
}

/// The texts of a page of events, in the order of these.
pub(super) struct Texts {
    rows: Peekable<vec::IntoIter<SqliteRow>>,
    /// When the decisions of these events were made; `None` where texts do not say it.
    decided: Option<HashMap<String, i64>>,
}

impl Texts {
    pub async fn of(snapshot: &mut Snapshot<'_>, events: Span<i64>) -> Result<Self, StoreError> {
        let mut query = events.rows("SELECT * FROM texts", "event_seq");
        query.push(" ORDER BY event_seq, name");
        let rows = query.build().fetch_all(snapshot.db()).await?.into_iter().peekable();
        if snapshot.schema < WITH_TIMES {
            return Ok(Self { rows, decided: None });
        }
        let select = "SELECT id, created_at FROM decisions WHERE id IN (SELECT decision_id FROM audit_events";
        let mut query = events.rows(select, "seq");
        let decided = query.push(")").build_query_as().fetch_all(snapshot.db()).await?;
        Ok(Self { rows, decided: Some(decided.into_iter().collect()) })
    }

    /// The first text of the next event that is not the one it was made with.
    pub async fn check(
        &mut self,
        snapshot: &mut Snapshot<'_>,
        filing: &Filing,
        erasures: &mut Erasures,
        event: &SqliteRow,
    ) -> Result<Option<Damage>, StoreError> {
        let seq: i64 = event.try_get("seq")?;
        let told: Told = serde_json::from_str(event.try_get("data")?).unwrap_or_default();
        let mut expected = told.texts.unwrap_or_default();
        while let Some(of) = self.peek()?.filter(|of| *of <= seq) {
            let Some(text) = self.rows.next() else { break };
            let name: &str = text.try_get("name")?;
            if of == seq && expected.contains_key(name) && is_blank(&text) {
                continue;
            }
            let Some(digest) = expected.remove(name).filter(|_| of == seq) else {
                return Ok(Some(Damage::TextInserted { seq: of, name: name.to_owned() }));
            };
            if !self.holds(snapshot.vault, filing, event, &text, &digest) {
                return Ok(Some(Damage::TextChanged { seq, name: name.to_owned() }));
            }
        }
        for (name, _) in expected {
            if !erasures.tell_of(snapshot, seq, &name).await? {
                return Ok(Some(Damage::TextMissing { seq, name }));
            }
        }
        Ok(None)
    }

    /// A text that is left when all events of the page had theirs: no event knows it.
    pub fn left(&mut self) -> Result<Option<Damage>, StoreError> {
        let Some(text) = self.rows.next() else { return Ok(None) };
        let (seq, name) = (text.try_get("event_seq")?, text.try_get("name")?);
        Ok(Some(Damage::TextInserted { seq, name }))
    }

    /// The event that the next text belongs to.
    fn peek(&mut self) -> sqlx::Result<Option<i64>> {
        self.rows.peek().map(|text| text.try_get("event_seq")).transpose()
    }

    fn holds(
        &self,
        vault: &Vault,
        filing: &Filing,
        event: &SqliteRow,
        text: &SqliteRow,
        digest: &str,
    ) -> bool {
        let found = || {
            let (seq, name) = (event.try_get("seq").ok()?, text.try_get("name").ok()?);
            let owner: Option<&str> = text.try_get("decision_id").ok()?;
            let content = stored(text, "content").ok()?;
            let account = match text.try_get::<Option<&[u8]>, _>("account") {
                Err(sqlx::Error::ColumnNotFound(_)) => None,
                account => account.ok()?,
            };
            let of_event = owner == event.try_get::<Option<&str>, _>("decision_id").ok()?
                && self.is_of_its_time(text, owner)
                && filing.fits(vault, seq, name, &content, account);
            let digest = text_digest(text.try_get("salt").ok()?, &content, account);
            of_event.then(|| hex::encode(digest))
        };
        found().as_deref() == Some(digest)
    }

    /// Whether a text is filed under the time of its decision.
    fn is_of_its_time(&self, text: &SqliteRow, owner: Option<&str>) -> bool {
        let Some(decided) = &self.decided else { return true };
        let expected = owner.and_then(|owner| decided.get(owner)).copied();
        text.try_get::<Option<i64>, _>("decided_at").ok() == Some(expected)
    }
}
