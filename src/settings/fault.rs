//! What is wrong with the configuration, one line a fault.
//!
//! Promise: a fault names the key, its environment variable and the mend, and never shows a value, because
//! a value in the wrong place may be a secret.

use std::fmt;

/// One thing wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where in the file (`automod.toml:12`), when it stands in a file.
    pub place: Option<String>,
    /// The setting (`webhook.max_age`).
    pub key: String,
    /// Its environment variable (`AUTOMOD_WEBHOOK__MAX_AGE`).
    pub env: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do about it.
    pub fix: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{}: ", place.escape_debug())?;
        }
        let (key, env) = (self.key.escape_debug(), self.env.escape_debug());
        write!(f, "{key} ({env}): {}; {}", self.problem, self.fix)
    }
}

/// The environment variable of a key.
pub(super) fn env_name(key: &str) -> String {
    format!("AUTOMOD_{}", key.to_uppercase().replace('.', "__"))
}
