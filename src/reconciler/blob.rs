//! The compact form in which an app's groups are written down each second.
//!
//! Numbers are LEB128, ranges are distances, texts stand behind their length. Promise: what cannot be read is
//! refused whole; then catching up begins anew, and nothing that was stored is touched.

use super::ranges::Ranges;

/// The first byte; another one is another form.
const FORMAT: u8 = 1;

/// One group or topic as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub group: String,
    /// Empty outside topics.
    pub topic: String,
    pub kind: Option<String>,
    pub floor: i64,
    pub seen: Ranges,
}

/// The bytes are none of ours, or not all of them are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was written down of the groups cannot be read")]
pub struct Unreadable;

/// An empty list of records, to be written to.
pub fn begin() -> Vec<u8> {
    vec![FORMAT]
}

/// Writes one more record.
pub fn put(
    out: &mut Vec<u8>,
    group: &str,
    topic: &str,
    kind: Option<&str>,
    floor: i64,
    seen: &Ranges,
) {
    for text in [group, topic, kind.unwrap_or_default()] {
        put_number(out, text.len() as u64);
        out.extend_from_slice(text.as_bytes());
    }
    put_number(out, floor.max(0) as u64);
    put_number(out, seen.as_slice().len() as u64);
    let mut last = 0;
    for (start, end) in seen.as_slice() {
        put_number(out, start - last);
        put_number(out, end - start);
        last = *end;
    }
}

/// Reads what [`put`] wrote.
///
/// # Errors
/// [`Unreadable`].
pub fn read(bytes: &[u8]) -> Result<Vec<Record>, Unreadable> {
    let mut rest = bytes.strip_prefix(&[FORMAT]).ok_or(Unreadable)?;
    let mut records = Vec::new();
    while !rest.is_empty() {
        let (group, topic, kind) = (text(&mut rest)?, text(&mut rest)?, text(&mut rest)?);
        let floor = i64::try_from(number(&mut rest)?).map_err(|_| Unreadable)?;
        let mut seen = Ranges::default();
        let mut last = 0u64;
        for _ in 0..number(&mut rest)? {
            let start = last.checked_add(number(&mut rest)?).ok_or(Unreadable)?;
            last = start.checked_add(number(&mut rest)?).ok_or(Unreadable)?;
            seen.insert(start, last);
        }
        let kind = Some(kind).filter(|kind| !kind.is_empty());
        records.push(Record { group, topic, kind, floor, seen });
    }
    Ok(records)
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn number(rest: &mut &[u8]) -> Result<u64, Unreadable> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, tail) = rest.split_first().ok_or(Unreadable)?;
        *rest = tail;
        let bits = u64::from(byte & 0x7F);
        if bits << shift >> shift != bits {
            return Err(Unreadable);
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(Unreadable)
}

fn text(rest: &mut &[u8]) -> Result<String, Unreadable> {
    let length = usize::try_from(number(rest)?).map_err(|_| Unreadable)?;
    let (text, tail) = rest.split_at_checked(length).ok_or(Unreadable)?;
    *rest = tail;
    std::str::from_utf8(text).map(str::to_owned).map_err(|_| Unreadable)
}
