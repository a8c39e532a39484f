//! UserSig, the platform's proof of identity (TLSSigAPIv2, EN-34385): made here, kept, and renewed early.
//!
//! Knows no HTTP. Promise: neither the key nor a signature can be printed by accident.

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::ZlibEncoder};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// What the signature inside a UserSig vouches for.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    pub sdk_app_id: u64,
    pub identifier: &'a str,
    /// Unix time in seconds.
    pub made_at: u64,
    /// Seconds from `made_at`.
    pub life: u64,
}

impl Claim<'_> {
    /// `TLS.sig`: HMAC-SHA256 over the claim, in padded Base64. The key is taken as text, never as hex.
    pub fn signature(&self, secret_key: &SecretString) -> String {
        let content = format!(
            "TLS.identifier:{}\nTLS.sdkappid:{}\nTLS.time:{}\nTLS.expire:{}\n",
            self.identifier, self.sdk_app_id, self.made_at, self.life
        );
        // HMAC takes keys of any length, so the empty key of the fallback is never reached.
        let mut mac = Hmac::<Sha256>::new_from_slice(secret_key.expose_secret().as_bytes())
            .unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
        mac.update(content.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }

    /// The whole UserSig: the claim and its signature as JSON, deflated, in the platform's own Base64.
    pub fn sign(&self, secret_key: &SecretString) -> SecretString {
        let json = serde_json::json!({
            "TLS.ver": "2.0",
            "TLS.identifier": self.identifier,
            "TLS.sdkappid": self.sdk_app_id,
            "TLS.expire": self.life,
            "TLS.time": self.made_at,
            "TLS.sig": self.signature(secret_key),
        });
        let text: String = STANDARD
            .encode(deflated(json.to_string().as_bytes()))
            .chars()
            .map(own_alphabet)
            .collect();
        SecretString::from(text)
    }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail; if it did, the platform would answer 70003 and we would say so.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

/// The platform's replacements for what a URL gives a meaning to. Not RFC 4648's.
fn own_alphabet(character: char) -> char {
    match character {
        '+' => '*',
        '/' => '-',
        '=' => '_',
        other => other,
    }
}

/// Makes the UserSig of one identity when one is needed and hands out the same until it grows old.
#[derive(Debug)]
pub struct Signer {
    sdk_app_id: u64,
    identifier: String,
    secret_key: SecretString,
    life: u64,
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug, Clone)]
struct Kept {
    usersig: SecretString,
    made_at: u64,
}

impl Signer {
    /// `life` in seconds; the platform advises a day or more.
    pub fn new(sdk_app_id: u64, identifier: String, secret_key: SecretString, life: u64) -> Self {
        Self { sdk_app_id, identifier, secret_key, life: life.max(1), kept: Mutex::new(None) }
    }

    /// A UserSig good at `now` (Unix seconds). A new one is made in the last 24th of its life, or when the
    /// clock was set back to before the old one was made.
    pub fn current(&self, now: u64) -> SecretString {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let young =
            |kept: &&Kept| (kept.made_at..kept.made_at + self.life - self.life / 24).contains(&now);
        match kept.as_ref().filter(young) {
            Some(kept) => kept.usersig.clone(),
            None => self.make(&mut kept, now),
        }
    }

    /// A UserSig in place of one that the platform no longer takes. Of many callers that hold the same
    /// refused one, only the first makes another.
    pub fn renew(&self, refused: &SecretString, now: u64) -> SecretString {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = |kept: &&Kept| kept.usersig.expose_secret() != refused.expose_secret();
        match kept.as_ref().filter(newer) {
            Some(kept) => kept.usersig.clone(),
            None => self.make(&mut kept, now),
        }
    }

    fn make(&self, kept: &mut Option<Kept>, now: u64) -> SecretString {
        let claim = Claim {
            sdk_app_id: self.sdk_app_id,
            identifier: &self.identifier,
            made_at: now,
            life: self.life,
        };
        let usersig = claim.sign(&self.secret_key);
        *kept = Some(Kept { usersig: usersig.clone(), made_at: now });
        usersig
    }
}
