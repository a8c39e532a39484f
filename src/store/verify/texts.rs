//! The texts of an event against the digests in it, as they are stored: no key is needed.

use super::super::audit::text_digest;
use super::super::vault::{ACCOUNTS, Stored, Vault, plain_account};
use super::damage::{Damage, Halt};
use super::erasures::Erasures;
use super::snapshot::{Beside, Columns, Snapshot};
use rusqlite::{CachedStatement, Row};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Which accounts are not filed yet: those of the events from `filed` on, up to `until`.
pub(super) struct Filing {
    filed: i64,
    until: i64,
}

impl Filing {
    fn read(snapshot: &Snapshot) -> Result<Self, Halt> {
        let row = snapshot.first("SELECT filed, file_until FROM encryption", [], |row| {
            Ok(Self { filed: row.get(0)?, until: row.get(1)? })
        })?;
        Ok(row.unwrap_or(Self { filed: 0, until: i64::MAX }))
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

/// The first schema whose texts say when their decision was made.
const WITH_TIMES: i64 = 7;

/// What an event says of its texts: their digests by their names.
#[derive(Default, Deserialize)]
struct Told {
    #[serde(default)]
    texts: Option<BTreeMap<String, String>>,
}

/// All texts, in the order of their events.
pub(super) fn query(snapshot: &Snapshot) -> Result<CachedStatement<'_>, Halt> {
    let time = if snapshot.schema >= WITH_TIMES { "decided_at" } else { "NULL" };
    Ok(snapshot.query(&format!(
        "SELECT event_seq, name, decision_id, salt, content, account, {time} FROM texts \
         ORDER BY event_seq, name"
    ))?)
}

/// The texts of the events, read beside these.
pub(super) struct Texts<'s> {
    snapshot: &'s Snapshot,
    rows: Beside<'s>,
    filing: Filing,
    erasures: Erasures,
}

impl<'s> Texts<'s> {
    pub fn read(snapshot: &'s Snapshot, query: &'s mut CachedStatement<'_>) -> Result<Self, Halt> {
        let (rows, filing) = (Beside::of(query.query([])?)?, Filing::read(snapshot)?);
        Ok(Self { snapshot, rows, filing, erasures: Erasures::default() })
    }

    /// The first text of the next event that is not the one it was made with. `id` is that of the event's decision.
    pub fn check(&mut self, seq: i64, id: Option<&str>, data: &str) -> Result<(), Halt> {
        let told: Told = serde_json::from_str(data).unwrap_or_default();
        let mut expected = told.texts.unwrap_or_default();
        let decided = if expected.is_empty() { None } else { self.decided(id)? };
        while let Some(text) = self.rows.next() {
            let (of, name): (i64, String) = (text.get(0)?, text.get(1)?);
            if of > seq {
                break;
            }
            let blank = of == seq && expected.contains_key(&name) && is_blank(text);
            if !blank {
                let Some(digest) = expected.remove(&name).filter(|_| of == seq) else {
                    return Err(Damage::TextInserted { seq: of, name }.into());
                };
                if self.found(text, seq, &name, id, decided) != Some(digest) {
                    return Err(Damage::TextChanged { seq, name }.into());
                }
            }
            self.rows.pass()?;
        }
        for (name, _) in expected {
            if !self.erasures.tell_of(self.snapshot, seq, &name)? {
                return Err(Damage::TextMissing { seq, name }.into());
            }
        }
        Ok(())
    }

    /// All events had their texts: what is left belongs to none.
    pub fn end(&self) -> Result<(), Halt> {
        let Some(text) = self.rows.next() else { return Ok(()) };
        Err(Damage::TextInserted { seq: text.get(0)?, name: text.get(1)? }.into())
    }

    /// When the decision was made.
    fn decided(&self, id: Option<&str>) -> Result<Option<i64>, Halt> {
        let Some(id) = id.filter(|_| self.snapshot.schema >= WITH_TIMES) else { return Ok(None) };
        let query = "SELECT created_at FROM decisions WHERE id = ?";
        Ok(self.snapshot.first(query, [id], |row| Ok(row.number(0)))?.flatten())
    }

    /// The digest of a text as it lies there; `None` where it is filed under what it is not.
    fn found(
        &self,
        text: &Row<'_>,
        seq: i64,
        name: &str,
        id: Option<&str>,
        decided: Option<i64>,
    ) -> Option<String> {
        let owner = text.text(2);
        let (salt, content, account) = (text.blob(3)?, text.stored(4)?, text.blob(5));
        let typed = (owner.is_some() || text.is_null(2))
            && (account.is_some() || text.is_null(5))
            && (decided.is_some() || text.is_null(6));
        let of_event = typed
            && owner == id
            && text.number(6) == decided
            && self.filing.fits(&self.snapshot.vault, seq, name, &content, account);
        of_event.then(|| hex::encode(text_digest(salt, &content, account)))
    }
}

/// Whether nothing is left in the row: it was overwritten when its text was erased.
fn is_blank(text: &Row<'_>) -> bool {
    let bytes = |at: usize| text.value(at)?.as_bytes_or_null().ok();
    let zeros = |at: usize| bytes(at).is_some_and(|bytes| bytes.is_none_or(all_zero));
    let nobody = text.text(2).is_none_or(|owner| owner.bytes().all(|byte| byte == b'0'));
    nobody && zeros(3) && zeros(4) && zeros(5)
}

fn all_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}
