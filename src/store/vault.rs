//! Seals and opens texts, and tells people apart without naming them.
//!
//! Holds the one definition of what stands in `texts` (docs/audit.md explains it). No SQL and no files. Promise: with a
//! key, neither a text nor an account can be read from what is stored, nor moved unseen to another event or name.

use super::StoreError;
use chacha20poly1305::aead::{Aead, AeadInOut, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// Bytes of a nonce, which stand before the ciphertext.
pub(super) const NONCE: usize = 24;
/// Bytes of the tag, which stand after it.
const TAG: usize = 16;
/// Texts that are accounts: their rows can be found by whom they name.
pub(super) const ACCOUNTS: [&str; 3] = ["sender", "operator", "editor"];
/// The text that holds a decision's fingerprints: told as it is, so that they can be checked without the key.
pub(super) const FINGERPRINTS: &str = "digests";

/// What stands in `texts.content`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stored {
    Plain(String),
    /// Nonce, ciphertext, tag.
    Sealed(Vec<u8>),
}

impl Stored {
    /// The bytes as they are stored.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Plain(text) => text.as_bytes(),
            Self::Sealed(bytes) => bytes,
        }
    }
}

/// Whatever is needed to read and write texts; clones share the key.
#[derive(Debug, Clone)]
pub(super) enum Vault {
    /// Texts are stored as they are.
    Plain,
    Keyed(Arc<Keys>),
    /// Texts are sealed, and there is no key to open them.
    Locked,
}

/// One key for each use, all made from the one in the file.
pub(super) struct Keys {
    cipher: XChaCha20Poly1305,
    accounts: Hmac<Sha256>,
    digests: Hmac<Sha256>,
    id: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.id)
    }
}

impl Keys {
    /// The keys that follow from the one in the file.
    pub fn of(key: &[u8; 32]) -> Self {
        let made = |label: &str| -> [u8; 32] { tag(&keyed(key), label.as_bytes()) };
        Self {
            cipher: XChaCha20Poly1305::new(&made("automod texts").into()),
            accounts: keyed(&made("automod accounts")),
            digests: keyed(&made("automod digests")),
            id: hex::encode(&made("automod key id")[..8]),
        }
    }

    /// Names the key; tells nothing of it.
    pub fn id(&self) -> &str {
        &self.id
    }
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC fills a short key up with zeros.
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    <Hmac<Sha256> as KeyInit>::new(&block.into())
}

fn tag(mac: &Hmac<Sha256>, bytes: &[u8]) -> [u8; 32] {
    mac.clone().chain_update(bytes).finalize().into_bytes().into()
}

/// What stands for an account where no key is. An index leaves copies of its entries in pages that it has split, so not
/// even there may a name stand as it is: erasing could not find them.
pub(super) fn plain_account(account: &str) -> Vec<u8> {
    Sha256::digest(account).to_vec()
}

/// What binds a text to its place.
fn place(event_seq: i64, name: &str) -> Vec<u8> {
    [&event_seq.to_be_bytes(), name.as_bytes()].concat()
}

impl Vault {
    /// A text as it is to be stored. The nonce must be random and never be used again.
    pub fn seal(
        &self,
        event_seq: i64,
        name: &str,
        nonce: [u8; NONCE],
        text: String,
    ) -> Result<Stored, StoreError> {
        let keys = match self {
            _ if name == FINGERPRINTS => return Ok(Stored::Plain(text)),
            Self::Plain => return Ok(Stored::Plain(text)),
            Self::Keyed(keys) => keys,
            Self::Locked => return Err(StoreError::Sealed { event: event_seq, name: name.into() }),
        };
        let mut sealed = Vec::with_capacity(NONCE + text.len() + TAG);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(text.as_bytes());
        let (aad, text) = (place(event_seq, name), &mut sealed[NONCE..]);
        let tag = keys.cipher.encrypt_inout_detached(&XNonce::from(nonce), &aad, text.into());
        let tag = tag.map_err(|_| StoreError::Sealed { event: event_seq, name: name.into() })?;
        sealed.extend_from_slice(&tag);
        Ok(Stored::Sealed(sealed))
    }

    /// A stored text as it was written.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when there is no key to open it, or it was changed.
    pub fn open(&self, event_seq: i64, name: &str, stored: Stored) -> Result<String, StoreError> {
        let opened = match (self, stored) {
            (_, Stored::Plain(text)) => Some(text),
            (Self::Keyed(keys), Stored::Sealed(bytes)) => unsealed(keys, event_seq, name, &bytes),
            (_, Stored::Sealed(_)) => None,
        };
        opened.ok_or_else(|| StoreError::Sealed { event: event_seq, name: name.into() })
    }

    /// What stands for an account in `texts.account`.
    pub fn account(&self, account: &str) -> Vec<u8> {
        match self {
            Self::Keyed(keys) => tag(&keys.accounts, account.as_bytes()).to_vec(),
            Self::Plain | Self::Locked => plain_account(account),
        }
    }

    /// What stands in the database for a content with this digest.
    pub fn fingerprint(&self, digest: &str) -> String {
        match self {
            Self::Keyed(keys) => hex::encode(&tag(&keys.digests, digest.as_bytes())[..16]),
            Self::Plain | Self::Locked => digest.to_owned(),
        }
    }

    /// Whether what stands there is of the content with this digest. What was written before there was a key is the
    /// digest itself.
    pub fn is_fingerprint(&self, stored: &str, digest: &str) -> bool {
        stored == digest || stored == self.fingerprint(digest)
    }

    /// What stands beside a text of this name in `texts.account`.
    pub fn account_of(&self, name: &str, text: &str) -> Option<Vec<u8>> {
        ACCOUNTS.contains(&name).then(|| self.account(text))
    }
}

fn unsealed(keys: &Keys, event_seq: i64, name: &str, bytes: &[u8]) -> Option<String> {
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let aad = place(event_seq, name);
    let opened = keys.cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad });
    String::from_utf8(opened.ok()?).ok()
}
