//! The chain from its root to its end: each event against its number and the hash before it, with its texts.

use super::super::audit::{GENESIS, Head, chain};
use super::super::{Root, StoreError};
use super::snapshot::{AT_ONCE, Snapshot, Span};
use super::{Damage, Verified, Witness, erasures, texts};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

pub(super) async fn check(
    snapshot: &mut Snapshot<'_>,
    root: Option<&Root>,
    witness: &mut impl Witness,
) -> Result<Result<Verified, Damage>, StoreError> {
    let filing = texts::Filing::read(snapshot).await?;
    let mut erasures = erasures::Erasures::default();
    let begin = root.map_or(Head { seq: 0, hash: GENESIS }, |root| root.head);
    if let Some(Err(words)) = root.map(|root| witness.begin(root)) {
        return Ok(Err(Damage::Disputed(words)));
    }
    let mut head = begin;
    let mut after = None;
    loop {
        let all = Span { after, upto: None };
        let mut query = all.rows("SELECT * FROM audit_events", "seq");
        query.push(" ORDER BY seq LIMIT ").push_bind(AT_ONCE as i64);
        let events = query.build().fetch_all(snapshot.db()).await?;
        let upto = events.last().filter(|_| events.len() == AT_ONCE);
        let span = Span { upto: upto.map(|event| event.try_get("seq")).transpose()?, ..all };
        let mut texts = texts::Texts::of(snapshot, span).await?;
        erasures.turn_to(snapshot, span).await?;
        for event in &events {
            let damage = match follow(event, &head, witness)? {
                Ok(next) => {
                    head = next;
                    match texts.check(snapshot, &filing, &mut erasures, event).await? {
                        None => erasures::check(snapshot, event, begin.seq).await?,
                        damage => damage,
                    }
                }
                Err(damage) => Some(damage),
            };
            if let Some(damage) = damage {
                return Ok(Err(damage));
            }
        }
        after = span.upto;
        let end = if after.is_none() { witness.end(head.seq) } else { Ok(()) };
        if let Err(words) = end {
            return Ok(Err(Damage::Disputed(words)));
        }
        if let Some(damage) = texts.left()? {
            return Ok(Err(damage));
        }
        if after.is_none() {
            let (events, last) = (head.seq - begin.seq, head.seq);
            let (root, head) = (root.cloned(), hex::encode(head.hash));
            return Ok(Ok(Verified { events, last, root, head }));
        }
    }
}

/// One event against its number, the hash before it, and who knows of it from elsewhere.
fn follow(
    event: &SqliteRow,
    before: &Head,
    witness: &mut impl Witness,
) -> sqlx::Result<Result<Head, Damage>> {
    let seq: i64 = event.try_get("seq")?;
    let expected = before.seq + 1;
    if seq != expected {
        return Ok(Err(Damage::Missing { expected, found: seq }));
    }
    // A column of another type than we write is damage too, not a failure to read.
    let fields = || {
        let at: i64 = event.try_get("at").ok()?;
        let kind: &str = event.try_get("kind").ok()?;
        let id: Option<&str> = event.try_get("decision_id").ok()?;
        let data: &str = event.try_get("data").ok()?;
        let hash: &[u8] = event.try_get("hash").ok()?;
        let computed = chain(&before.hash, seq, at, kind, id, data);
        (computed == hash).then_some(computed)
    };
    let Some(hash) = fields() else { return Ok(Err(Damage::Changed { seq })) };
    Ok(witness.see(seq, &hash).map(|()| Head { seq, hash }).map_err(Damage::Disputed))
}
