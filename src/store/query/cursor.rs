//! Where a list goes on: the place of the last decision that was looked at, as an opaque word.
//!
//! Promise: a word that was cut, mistyped or made by another version is refused, never half understood.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The first byte; another form of cursor gets another one.
const VERSION: u8 = 1;
const CHECK_BYTES: usize = 4;
/// Ids are far shorter.
const LONGEST: usize = 256;

/// A place in the order of decisions: what follows is older.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Unix ms.
    pub(super) at: i64,
    pub(super) id: String,
}

/// It is no cursor that this program made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no cursor: give the one that the page before ended with, unchanged")]
pub struct BadCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![VERSION];
        bytes.extend(self.at.to_be_bytes());
        bytes.extend(self.id.as_bytes());
        bytes.extend(check(&bytes));
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(word: &str) -> Result<Self, BadCursor> {
        if word.len() > LONGEST {
            return Err(BadCursor);
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(word).map_err(|_| BadCursor)?;
        let (told, sum) = bytes.split_last_chunk::<CHECK_BYTES>().ok_or(BadCursor)?;
        let (version, rest) = told.split_first().ok_or(BadCursor)?;
        let (at, id) = rest.split_first_chunk().ok_or(BadCursor)?;
        if *version != VERSION || *sum != check(told) {
            return Err(BadCursor);
        }
        let id = String::from_utf8(id.to_vec()).map_err(|_| BadCursor)?;
        Ok(Self { at: i64::from_be_bytes(*at), id })
    }
}

fn check(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    [digest[0], digest[1], digest[2], digest[3]]
}
