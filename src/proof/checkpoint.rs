//! A checkpoint: one signed line that says which hash an event has, and which line stood before it.
//!
//! Holds the one definition of the line (docs/audit.md explains it to outsiders). No files here.

use super::key::{PublicKey, Signer};
use crate::store::Head;
use sha2::{Digest, Sha256};
use std::fmt;

/// The first word of a line.
const FORMAT: &str = "automod-checkpoint-1";
/// What stands for the line before the first.
const NO_LINE: [u8; 32] = [0; 32];

/// What one line says. Everything before the signature is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub head: Head,
    /// RFC 3339, as it stands there.
    pub time: String,
    pub key_id: String,
    /// SHA-256 of the line before, without its line break.
    pub previous: [u8; 32],
    signature: String,
}

/// Why a line is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    NoCheckpoint,
    UnknownKey,
    BadSignature,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoCheckpoint => "is no checkpoint",
            Self::UnknownKey => "is signed with a key that was not given",
            Self::BadSignature => "has a signature that is not true: it was changed or forged",
        })
    }
}

impl Checkpoint {
    /// The line, without its line break, that follows after a line with this digest.
    pub fn write(
        head: Head,
        time: jiff::Timestamp,
        after: Option<[u8; 32]>,
        by: &Signer,
    ) -> String {
        let signed = format!(
            "{FORMAT} {} {} {time:.3} {} {}",
            head.seq,
            hex::encode(head.hash),
            by.public().id(),
            hex::encode(after.unwrap_or(NO_LINE)),
        );
        let signature = by.sign(signed.as_bytes());
        format!("{signed} {signature}")
    }

    /// Reads a line; its signature is not looked at.
    pub fn parse(line: &[u8]) -> Option<Self> {
        let words: Vec<_> = std::str::from_utf8(line).ok()?.split(' ').collect();
        let [FORMAT, seq, hash, time, key_id, previous, signature] = words[..] else { return None };
        let bytes = |digits: &str| hex::decode(digits).ok()?.try_into().ok();
        let seq = seq.parse().ok().filter(|seq| *seq > 0)?;
        Some(Self {
            head: Head { seq, hash: bytes(hash)? },
            time: time.to_owned(),
            key_id: key_id.to_owned(),
            previous: bytes(previous)?,
            signature: signature.to_owned(),
        })
    }

    /// Reads a line that one of these keys has signed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(line: &[u8], keys: &[PublicKey]) -> Result<Self, Flaw> {
        let checkpoint = Self::parse(line).ok_or(Flaw::NoCheckpoint)?;
        let mut known = keys.iter().filter(|key| key.id() == checkpoint.key_id).peekable();
        if known.peek().is_none() {
            return Err(Flaw::UnknownKey);
        }
        let signed = &line[..line.len() - checkpoint.signature.len() - 1];
        match known.any(|key| key.signed(signed, &checkpoint.signature)) {
            true => Ok(checkpoint),
            false => Err(Flaw::BadSignature),
        }
    }

    /// Whether nothing stood before this line.
    pub fn is_first(&self) -> bool {
        self.previous == NO_LINE
    }
}

/// What the next line says of this one.
pub fn digest(line: &[u8]) -> [u8; 32] {
    Sha256::digest(line).into()
}

/// What the first line says of the line before.
pub fn no_line() -> [u8; 32] {
    NO_LINE
}
