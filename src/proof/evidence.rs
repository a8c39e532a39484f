//! Where the signed checkpoints lie, for whoever verifies beside the running service.

use super::key::PublicKey;
use super::witness::Checkpoints;
use std::path::PathBuf;

/// Where a verification finds the signed checkpoints.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub checkpoints: PathBuf,
    /// Who signed them.
    pub public_key: PathBuf,
}

impl Evidence {
    /// The checkpoints as a witness; `None` where file or key cannot be read, as before the first of them is written.
    pub fn witness(&self) -> Option<Checkpoints> {
        let key = PublicKey::read(&self.public_key.display().to_string()).ok()?;
        Checkpoints::open(&self.checkpoints, vec![key]).ok()
    }
}
