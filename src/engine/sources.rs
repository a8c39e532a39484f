//! The files of a rules folder as bytes, by name. Reading them is somebody else's work.

use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Files by path relative to the rules folder, with `/` between folders: `gambling.yaml`,
/// `lists/gambling.txt`, `never.txt`. Other files are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Sources {
    /// One rule file of this name, for tests and texts that come from nowhere.
    pub fn of(files: impl IntoIterator<Item = (impl Into<String>, impl Into<Vec<u8>>)>) -> Self {
        Self { files: files.into_iter().map(|(name, bytes)| (name.into(), bytes.into())).collect() }
    }

    /// SHA-256 over names and bytes, in hex: what names a rule set in the audit.
    pub fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        for (name, bytes) in &self.files {
            for part in [name.as_bytes(), bytes] {
                hasher.update((part.len() as u64).to_be_bytes());
                hasher.update(part);
            }
        }
        hex::encode(hasher.finalize())
    }

    /// Names of the rule files, in order.
    pub(super) fn rule_files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let yaml = |name: &str| name.ends_with(".yaml") || name.ends_with(".yml");
        self.files
            .iter()
            .filter(move |(name, _)| yaml(name))
            .map(|(n, b)| (n.as_str(), b.as_slice()))
    }

    /// The text of a file for an excerpt; what is no UTF-8 shows as U+FFFD.
    pub(super) fn text(&self, name: &str) -> Cow<'_, str> {
        self.files.get(name).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default()
    }
}
