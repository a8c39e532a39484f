//! The proof of an export: what was asked, how much came out, its SHA-256, where the audit stood, and a signature.
//!
//! Two lines: the statement, and the signature over exactly the first line's bytes.

use super::checkpoint::{Checkpoint, Flaw};
use super::key::{PublicKey, Signer};
use crate::store::Head;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// The first word of a statement; a space and a JSON object follow.
const FORMAT: &str = "automod-export-1";
/// A proof is small; what is larger is none.
const LARGEST: u64 = 1 << 20;

/// What an export is said to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// RFC 3339.
    pub time: String,
    /// `csv` or `ndjson`.
    pub format: String,
    /// The filters by their names; `null` does not restrict.
    pub query: Value,
    /// Where the audit stood before the first row was read: no row is older than it says.
    pub head: Head,
    /// The last checkpoint before that, as it stands in the checkpoint file.
    pub checkpoint: Option<String>,
    pub tally: Tally,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    pub rows: u64,
    pub bytes: u64,
    /// In hex.
    pub sha256: String,
}

/// Why a file is not the export that was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportFlaw {
    #[error("the proof is none: two lines are expected, `{FORMAT} {{…}}` and a signature")]
    NoProof,
    #[error("the proof {0}")]
    Proof(Flaw),
    #[error("the checkpoint in the proof {0}")]
    Checkpoint(Flaw),
    #[error("the checkpoint in the proof is later than the export")]
    Later,
    #[error("the file has {found} bytes where {told} were exported")]
    Length { found: u64, told: u64 },
    #[error("the file was changed: its SHA-256 is not that of the export")]
    Changed,
    #[error("the file has {found} rows where {told} are stated")]
    Rows { found: u64, told: u64 },
}

impl Statement {
    /// The proof, signed.
    pub fn write(&self, by: &Signer) -> String {
        let Self { time, format, query, head, checkpoint, tally } = self;
        let statement = json!({
            "time": time, "format": format, "query": query, "rows": tally.rows, "bytes": tally.bytes,
            "sha256": tally.sha256, "head": { "seq": head.seq, "hash": hex::encode(head.hash) },
            "checkpoint": checkpoint, "key": by.public().id(),
        });
        let line = format!("{FORMAT} {statement}");
        let signature = by.sign(line.as_bytes());
        format!("{line}\n{signature}\n")
    }

    /// Reads a proof that one of these keys has signed.
    ///
    /// # Errors
    /// When it is none, or what is wrong with it.
    pub fn check(
        proof: &mut impl Read,
        keys: &[PublicKey],
    ) -> io::Result<Result<Self, ExportFlaw>> {
        let mut text = Vec::new();
        proof.take(LARGEST).read_to_end(&mut text)?;
        let text = String::from_utf8(text).unwrap_or_default();
        let mut lines = text.lines();
        let (Some(line), Some(signature), None) = (lines.next(), lines.next(), lines.next()) else {
            return Ok(Err(ExportFlaw::NoProof));
        };
        let Some((key, statement)) = Self::parse(line) else { return Ok(Err(ExportFlaw::NoProof)) };
        let mut known = keys.iter().filter(|known| known.id() == key).peekable();
        if known.peek().is_none() {
            return Ok(Err(ExportFlaw::Proof(Flaw::UnknownKey)));
        }
        if !known.any(|key| key.signed(line.as_bytes(), signature)) {
            return Ok(Err(ExportFlaw::Proof(Flaw::BadSignature)));
        }
        Ok(statement.check_checkpoint(keys).map(|()| statement))
    }

    /// The key's id and what is stated.
    fn parse(line: &str) -> Option<(String, Self)> {
        let value: Value = serde_json::from_str(line.strip_prefix(FORMAT)?.trim_start()).ok()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let hash = hex::decode(value["head"]["hash"].as_str()?).ok()?.try_into().ok()?;
        let statement = Self {
            time: text(&value["time"])?,
            format: text(&value["format"])?,
            query: value["query"].clone(),
            head: Head { seq: value["head"]["seq"].as_i64()?, hash },
            checkpoint: text(&value["checkpoint"]),
            tally: Tally {
                rows: value["rows"].as_u64()?,
                bytes: value["bytes"].as_u64()?,
                sha256: text(&value["sha256"])?,
            },
        };
        Some((text(&value["key"])?, statement))
    }

    fn check_checkpoint(&self, keys: &[PublicKey]) -> Result<(), ExportFlaw> {
        let Some(line) = &self.checkpoint else { return Ok(()) };
        let checkpoint = match Checkpoint::check(line.as_bytes(), keys) {
            // A key may have been changed since; the statement's own signature holds.
            Err(Flaw::UnknownKey) => return Ok(()),
            other => other.map_err(ExportFlaw::Checkpoint)?,
        };
        match checkpoint.head.seq <= self.head.seq {
            true => Ok(()),
            false => Err(ExportFlaw::Later),
        }
    }

    /// Compares what is stated with what a file is.
    ///
    /// # Errors
    /// The first difference.
    pub fn compare(&self, found: &Tally) -> Result<(), ExportFlaw> {
        let told = &self.tally;
        if found.bytes != told.bytes {
            return Err(ExportFlaw::Length { found: found.bytes, told: told.bytes });
        }
        if found.sha256 != told.sha256 {
            return Err(ExportFlaw::Changed);
        }
        match found.rows == told.rows {
            true => Ok(()),
            false => Err(ExportFlaw::Rows { found: found.rows, told: told.rows }),
        }
    }
}

/// Counts and hashes an export as it goes by.
#[derive(Debug, Clone, Default)]
pub struct Counter {
    hasher: Sha256,
    bytes: u64,
    lines: u64,
    quoted: bool,
}

impl Counter {
    /// Takes the next bytes.
    pub fn take(&mut self, bytes: &[u8], csv: bool) {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        for byte in bytes {
            match byte {
                b'"' if csv => self.quoted = !self.quoted,
                b'\n' if !self.quoted => self.lines += 1,
                _ => {}
            }
        }
    }

    /// What went by; a CSV's first line is no row.
    pub fn tally(self, csv: bool) -> Tally {
        let rows = self.lines.saturating_sub(u64::from(csv));
        Tally { rows, bytes: self.bytes, sha256: hex::encode(self.hasher.finalize()) }
    }

    /// Reads a whole file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(from: &mut impl Read, csv: bool) -> io::Result<Tally> {
        let (mut counter, mut buffer) = (Self::default(), vec![0; 1 << 16]);
        loop {
            match from.read(&mut buffer)? {
                0 => return Ok(counter.tally(csv)),
                read => counter.take(&buffer[..read], csv),
            }
        }
    }
}
