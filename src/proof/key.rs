//! Ed25519 keys as files: the private one for its owner alone (PKCS #8), the public one beside it (SPKI), both PEM.
//!
//! Promise: no key file is ever overwritten, and no private key is ever shown.

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, KeypairBytes,
};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// How the one-line form of a public key begins; 64 hex digits follow.
const ONE_LINE: &str = "ed25519:";

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{}: {problem}", .file.display())]
    File { file: PathBuf, problem: io::Error },
    #[error("{} is there already, and a key is never overwritten", .0.display())]
    Exists(PathBuf),
    #[error("{0} holds no Ed25519 key")]
    NoKey(String),
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
}

/// Signs.
pub struct Signer(SigningKey);

impl Signer {
    /// Reads a private key (PKCS #8, PEM).
    ///
    /// # Errors
    /// When the file cannot be read or holds none.
    pub fn read(file: &Path) -> Result<Self, KeyError> {
        let pem = std::fs::read_to_string(file).map_err(|problem| at(file, problem))?;
        let key = SigningKey::from_pkcs8_pem(&pem);
        key.map(Self).map_err(|_| KeyError::NoKey(file.display().to_string()))
    }

    /// Reads the key, or makes it where there is none.
    ///
    /// # Errors
    /// When it can be neither read nor made.
    pub fn read_or_make(file: &Path) -> Result<Self, KeyError> {
        if !file.exists() {
            make(file)?;
        }
        Self::read(file)
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The signature in hex.
    pub fn sign(&self, bytes: &[u8]) -> String {
        hex::encode(self.0.sign(bytes).to_bytes())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public().id())
    }
}

/// Makes a key pair: the private key in `file`, the public one beside it.
///
/// # Errors
/// When one of them is there already or cannot be written.
pub fn make(file: &Path) -> Result<PublicKey, KeyError> {
    let public_file = public_beside(file);
    if let Some(there) = [file, &public_file].into_iter().find(|file| file.exists()) {
        return Err(KeyError::Exists(there.to_owned()));
    }
    let mut secret_key = [0; 32];
    getrandom::fill(&mut secret_key).map_err(KeyError::Random)?;
    let public = PublicKey(SigningKey::from_bytes(&secret_key).verifying_key());
    // Without the public key inside, every tool can read it.
    let pair = KeypairBytes { secret_key, public_key: None };
    let no_key = || KeyError::NoKey(file.display().to_string());
    write_new(file, 0o600, &pair.to_pkcs8_pem(LineEnding::LF).map_err(|_| no_key())?)?;
    write_new(&public_file, 0o644, &public.to_pem().ok_or_else(no_key)?)?;
    Ok(public)
}

/// Where the public key is that belongs to a private key's file.
pub fn public_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

fn write_new(file: &Path, mode: u32, text: &str) -> Result<(), KeyError> {
    let write = || {
        let mut file =
            std::fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(file)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|problem| match problem.kind() {
        io::ErrorKind::AlreadyExists => KeyError::Exists(file.to_owned()),
        _ => at(file, problem),
    })
}

fn at(file: &Path, problem: io::Error) -> KeyError {
    KeyError::File { file: file.to_owned(), problem }
}

/// Checks signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// From the one-line form, or from a file that holds that or PEM.
    ///
    /// # Errors
    /// When it is neither.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        if text.starts_with(ONE_LINE) {
            return Self::parse(text).ok_or_else(|| KeyError::NoKey(text.to_owned()));
        }
        let held = std::fs::read_to_string(text).map_err(|problem| at(Path::new(text), problem))?;
        Self::parse(&held).ok_or_else(|| KeyError::NoKey(text.to_owned()))
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let key = match text.strip_prefix(ONE_LINE) {
            Some(digits) => {
                let bytes: [u8; 32] = hex::decode(digits).ok()?.try_into().ok()?;
                VerifyingKey::from_bytes(&bytes).ok()?
            }
            None => VerifyingKey::from_public_key_pem(text).ok()?,
        };
        Some(Self(key))
    }

    fn to_pem(&self) -> Option<String> {
        self.0.to_public_key_pem(LineEnding::LF).ok()
    }

    /// The first 16 hex digits of the SHA-256 of the key's 32 bytes.
    pub fn id(&self) -> String {
        hex::encode(&Sha256::digest(self.0.as_bytes())[..8])
    }

    /// Whether the owner of this key signed these bytes; the signature is in hex.
    pub fn signed(&self, bytes: &[u8], signature: &str) -> bool {
        let mut raw = [0; 64];
        let read = hex::decode_to_slice(signature, &mut raw).is_ok();
        read && self.0.verify_strict(bytes, &Signature::from_bytes(&raw)).is_ok()
    }
}

/// The one-line form.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ONE_LINE}{}", hex::encode(self.0.as_bytes()))
    }
}
