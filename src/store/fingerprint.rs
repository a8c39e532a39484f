//! What tells contents apart without holding them: a digest, keyed where texts are sealed, so that nobody without the
//! key can confirm a guess by it.

use super::vault::Vault;

/// A digest of a content as it stands in the database.
#[derive(Debug, Clone)]
pub struct Fingerprint {
    stored: String,
    vault: Vault,
}

impl Fingerprint {
    pub(super) fn new(stored: String, vault: &Vault) -> Self {
        Self { stored, vault: vault.clone() }
    }

    /// Whether it is that of the content with this digest.
    pub fn is_of(&self, digest: &str) -> bool {
        self.vault.is_fingerprint(&self.stored, digest)
    }
}
