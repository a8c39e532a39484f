//! The chain from its root to its end: each event against its number and the hash before it, with its texts.

use super::super::Root;
use super::super::audit::{GENESIS, Head, chain};
use super::damage::{Damage, Halt};
use super::snapshot::{Columns, Snapshot};
use super::{Verified, Witness, erasures, texts};
use rusqlite::Row;

pub(super) fn check(
    snapshot: &Snapshot,
    root: Option<&Root>,
    witness: &mut impl Witness,
) -> Result<Verified, Halt> {
    let begin = root.map_or(Head { seq: 0, hash: GENESIS }, |root| root.head);
    root.map_or(Ok(()), |root| witness.begin(root)).map_err(Damage::Disputed)?;
    let mut query = texts::query(snapshot)?;
    let mut texts = texts::Texts::read(snapshot, &mut query)?;
    let mut query = snapshot
        .query("SELECT seq, at, kind, decision_id, data, hash FROM audit_events ORDER BY seq")?;
    let mut events = query.query([])?;
    let mut head = begin;
    while let Some(event) = events.next()? {
        head = follow(event, &head)?;
        witness.see(head.seq, &head.hash).map_err(Damage::Disputed)?;
        let (kind, id, data) = (event.text(2), event.text(3), event.text(4).unwrap_or_default());
        texts.check(head.seq, id, data)?;
        erasures::check(snapshot, head.seq, kind, data, begin.seq)?;
    }
    witness.end(head.seq).map_err(Damage::Disputed)?;
    texts.end()?;
    let (events, last) = (head.seq - begin.seq, head.seq);
    Ok(Verified { events, last, root: root.cloned(), head: hex::encode(head.hash) })
}

/// One event against its number and the hash before it.
fn follow(event: &Row<'_>, before: &Head) -> Result<Head, Halt> {
    let seq: i64 = event.get(0)?;
    let expected = before.seq + 1;
    if seq != expected {
        return Err(Damage::Missing { expected, found: seq }.into());
    }
    let fields = || {
        let (at, kind, data) = (event.number(1)?, event.text(2)?, event.text(4)?);
        let id = event.text(3);
        let computed = chain(&before.hash, seq, at, kind, id, data);
        let typed = id.is_some() || event.is_null(3);
        (typed && event.blob(5)? == computed).then_some(computed)
    };
    let hash = fields().ok_or(Damage::Changed { seq })?;
    Ok(Head { seq, hash })
}
