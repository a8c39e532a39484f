//! What makes a rule the same rule: a hash over its own definition, whatever else changes in its file.

use super::rule::{MatcherKind, Rule};
use sha2::{Digest, Sha256};

/// What may change without making it another rule: words for people, and whether it acts.
const NOT_DEFINING: [&str; 4] = ["id", "description", "policy", "mode"];

impl Rule {
    /// SHA-256 in hex over everything that decides what the rule finds and does, its terms included.
    pub fn own_hash(&self) -> String {
        let mut hasher = Sha256::new();
        let mut put = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        let mut definition = serde_json::to_value(self).unwrap_or_default();
        if let Some(fields) = definition.as_object_mut() {
            fields.retain(|name, _| !NOT_DEFINING.contains(&name.as_str()));
        }
        put(definition.to_string().as_bytes());
        for matcher in &self.matchers {
            if let MatcherKind::Words { terms, .. } = &matcher.kind {
                put(&(terms.len() as u64).to_be_bytes());
                for term in terms {
                    put(term.text.as_bytes());
                    put(&[u8::from(term.open_start), u8::from(term.open_end)]);
                    put(&term.until.unwrap_or(i64::MAX).to_be_bytes());
                }
            }
        }
        hex::encode(hasher.finalize())
    }
}
