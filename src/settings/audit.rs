//! `[audit]`: what proves the audit outside the database, and what seals the texts in it.

use super::dsa::DsaSettings;
use super::fault::Fault;
use super::load_section;
use super::reader::Section;
use super::value::{Setting, Wrong};
use config::ValueKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The default is what is in effect where nothing is set.
#[derive(Debug, Clone)]
pub struct AuditSettings {
    signing_key_file: Option<Place>,
    checkpoint_file: Option<Place>,
    encryption_key_file: Option<Place>,
    /// No event waits longer for a checkpoint …
    pub checkpoint_every: Duration,
    /// … nor for more events than these.
    pub checkpoint_events: u32,
    pub dsa: DsaSettings,
    /// How long texts are kept after their decision …
    pub retain_texts: Duration,
    /// … and everything else.
    pub retain_events: Duration,
}

/// Where a file is, if it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    At(PathBuf),
    Nowhere,
}

impl AuditSettings {
    /// Only this section, for commands that need nothing else.
    ///
    /// # Errors
    /// Faults of the section `audit`, or of the file as a whole.
    pub fn load(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Fault>> {
        load_section(file, env, "audit", Self::read)
    }

    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let shortest = Duration::from_millis(10);
        let day = Duration::from_secs(86_400);
        let default = Self::default();
        let longest = Duration::from_secs(86_400 * 36_500);
        let mut within =
            |name, default| section.within(name, default, Duration::from_millis(1)..=longest);
        let (retain_texts, retain_events) = (
            within("retain_texts", default.retain_texts),
            within("retain_events", default.retain_events),
        );
        if retain_texts > retain_events {
            let fix = "texts belong to events: at most as long as audit.retain_events";
            section.fault("retain_texts", "is longer than audit.retain_events", fix);
        }
        Self {
            signing_key_file: section.optional("signing_key_file"),
            checkpoint_file: section.optional("checkpoint_file"),
            encryption_key_file: section.optional("encryption_key_file"),
            checkpoint_every: section.within(
                "checkpoint_every",
                default.checkpoint_every,
                shortest..=day,
            ),
            checkpoint_events: section.within(
                "checkpoint_events",
                default.checkpoint_events,
                1..=1_000_000,
            ),
            dsa: section.table("dsa", DsaSettings::read),
            retain_texts,
            retain_events,
        }
    }

    /// The private key: by default beside the database, `.signing-key` in place of its extension; `None` for none.
    pub fn signing_key(&self, database: &Path) -> Option<PathBuf> {
        place(self.signing_key_file.as_ref(), database, "signing-key")
    }

    /// The checkpoints: by default beside the database, `.checkpoints` in place of its extension; `None` for none.
    pub fn checkpoints(&self, database: &Path) -> Option<PathBuf> {
        place(self.checkpoint_file.as_ref(), database, "checkpoints")
    }

    /// The key that texts are sealed with: by default beside the database, `.encryption-key` in place of its extension;
    /// `None` for none.
    pub fn encryption_key(&self, database: &Path) -> Option<PathBuf> {
        place(self.encryption_key_file.as_ref(), database, "encryption-key")
    }
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self {
            signing_key_file: None,
            checkpoint_file: None,
            encryption_key_file: None,
            checkpoint_every: Duration::from_secs(60),
            checkpoint_events: 1_000,
            dsa: DsaSettings::default(),
            retain_texts: Duration::from_secs(86_400 * 215),
            retain_events: Duration::from_secs(86_400 * 800),
        }
    }
}

fn place(given: Option<&Place>, database: &Path, extension: &str) -> Option<PathBuf> {
    match given {
        None => Some(database.with_extension(extension)),
        Some(Place::At(file)) => Some(file.clone()),
        Some(Place::Nowhere) => None,
    }
}

impl Setting for Place {
    const EXPECTED: &'static str = "write a path, or \"none\"";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        Ok(match String::parse(kind)?.as_str() {
            "none" => Self::Nowhere,
            path => Self::At(path.into()),
        })
    }
    fn show(&self) -> String {
        match self {
            Self::Nowhere => "none".to_owned().show(),
            Self::At(path) => path.show(),
        }
    }
}
