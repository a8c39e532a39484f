//! The sections of the settings, apart from the apps: what each setting means, its default, its range.

use super::fault::Fault;
use super::load_section;
use super::reader::Section;
use super::value::{Bytes, Setting, Wrong};
use crate::message::TextKeys;
use config::ValueKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct ServerSettings {
    pub listen: SocketAddr,
    pub metrics_listen: SocketAddr,
    /// Worker threads of the HTTP server; one a core when `None`.
    pub workers: Option<u32>,
}

#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// `sqlite:///absolute` or `sqlite://relative`.
    pub url: String,
    /// Bytes beyond which the database's file does not grow; `None` for as far as the disk goes.
    pub max_size: Option<u64>,
}

#[derive(Debug, Clone)]
pub struct RulesSettings {
    pub dir: PathBuf,
}

#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// How far `RequestTime` may be from our clock, either way.
    pub max_age: Duration,
    /// Bytes of a body that is read.
    pub body_limit: u64,
    /// How long a body may take to arrive; the platform itself gives up after 2 s (EN-34354).
    pub body_timeout: Duration,
    /// Webhooks that may wait for the disk at the same time.
    pub held_calls: u32,
    pub on_unavailable: OnUnavailable,
}

/// How a webhook ends whose decision is not on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUnavailable {
    /// It is answered 503.
    Answer,
    /// The connection ends without an answer.
    Close,
}

/// `[canary]`: proving the path in production.
#[derive(Debug, Clone)]
pub struct CanarySettings {
    /// A message that says this and nothing else is masked.
    pub phrase: Option<String>,
}

impl CanarySettings {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let phrase: Option<String> = section.optional("phrase");
        let length = phrase.as_ref().map(|phrase| phrase.trim().chars().count());
        if length.is_some_and(|length| !(4..=200).contains(&length)) {
            section.fault(
                "phrase",
                "out of range",
                "use 4 to 200 characters nobody says by chance",
            );
        }
        Self { phrase }
    }
}

#[derive(Debug, Clone)]
pub struct CustomSettings {
    /// Names of custom-message leaves that hold text for people and may be rewritten.
    pub text_keys: TextKeys,
}

#[derive(Debug, Clone)]
pub struct EnforcerSettings {
    /// Tries of a call that keeps failing with a code nobody documents.
    pub max_attempts: u32,
    /// How long a call is tried that fails for reasons that may pass.
    pub give_up_after: Duration,
    /// REST calls of one app at the same time.
    pub in_flight: u32,
    /// The first wait before another try is a random share of this; it doubles with each try.
    pub backoff: Duration,
    /// No wait before another try is longer.
    pub backoff_limit: Duration,
    /// How young a message must be to be tagged when history does not tell its custom data.
    pub tag_without_readback: Duration,
}

impl ServerSettings {
    /// Only where the service listens, for commands that need nothing else.
    ///
    /// # Errors
    /// Faults of the section `server`, or of the file as a whole.
    pub fn load(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Fault>> {
        load_section(file, env, "server", Self::read)
    }

    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let read = Self {
            listen: section.or("listen", local(8080)),
            metrics_listen: section.or("metrics_listen", local(9090)),
            workers: section.optional("workers"),
        };
        if read.workers == Some(0) {
            section.fault("workers", "out of range", "at least 1, or leave it out");
        }
        if read.listen == read.metrics_listen && read.listen.port() != 0 {
            section.fault("metrics_listen", "is the same as server.listen", "use another port");
        }
        read
    }
}

impl StoreSettings {
    /// Only where the database is, for commands that need nothing else.
    ///
    /// # Errors
    /// Faults of the section `store`, or of the file as a whole.
    pub fn load(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Fault>> {
        load_section(file, env, "store", Self::read)
    }

    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let max_size: Option<Bytes> = section.optional("max_size");
        if max_size.is_some_and(|size| size < Bytes(1 << 20)) {
            section.fault("max_size", "out of range", "at least \"1MiB\", or leave it out");
        }
        Self {
            url: section.or("url", StoreUrl("sqlite://automod.db".into())).0,
            max_size: max_size.map(|size| size.0),
        }
    }
}

impl RulesSettings {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        Self { dir: section.or("dir", PathBuf::from("rules")) }
    }
}

impl WebhookSettings {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let seconds = Duration::from_secs;
        Self {
            max_age: section.within("max_age", seconds(60), seconds(1)..=seconds(86_400)),
            body_limit: section
                .within("body_limit", Bytes(256 << 10), Bytes(1 << 10)..=Bytes(4 << 20))
                .0,
            body_timeout: section.within(
                "body_timeout",
                seconds(2),
                Duration::from_millis(100)..=seconds(60),
            ),
            held_calls: section.within("held_calls", 2048, 1..=4096),
            on_unavailable: section.or("on_unavailable", OnUnavailable::Answer),
        }
    }
}

impl Setting for OnUnavailable {
    const EXPECTED: &'static str = "write \"503\" or \"close\"";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        match kind {
            ValueKind::I64(503) => Ok(Self::Answer),
            kind => match String::parse(kind)?.as_str() {
                "503" => Ok(Self::Answer),
                "close" => Ok(Self::Close),
                _ => Err(Wrong::Value),
            },
        }
    }
    fn show(&self) -> String {
        match self {
            Self::Answer => r#""503""#.into(),
            Self::Close => r#""close""#.into(),
        }
    }
}

impl CustomSettings {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let defaults = ["text", "content", "title", "desc", "comment"].map(String::from);
        Self { text_keys: TextKeys::new(section.or("text_keys", Vec::from(defaults))) }
    }
}

impl EnforcerSettings {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let seconds = Duration::from_secs;
        let shortest = Duration::from_millis(1);
        Self {
            max_attempts: section.within("max_attempts", 5, 1..=100),
            give_up_after: section.within(
                "give_up_after",
                seconds(86_400),
                seconds(60)..=seconds(30 * 86_400),
            ),
            in_flight: section.within("in_flight", 256, 1..=10_000),
            backoff: section.within("backoff", Duration::from_millis(500), shortest..=seconds(60)),
            backoff_limit: section.within("backoff_limit", seconds(60), shortest..=seconds(3_600)),
            tag_without_readback: section.within(
                "tag_without_readback",
                seconds(10),
                Duration::ZERO..=seconds(3_600),
            ),
        }
    }
}

struct StoreUrl(String);

impl Setting for StoreUrl {
    const EXPECTED: &'static str =
        "write \"sqlite:///absolute/path.db\" or \"sqlite://relative/path.db\"";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        let url = String::parse(kind)?;
        let path = url.strip_prefix("sqlite://").filter(|path| !path.is_empty());
        match path.is_some_and(|path| !path.contains(":memory:")) {
            true => Ok(Self(url)),
            false => Err(Wrong::Value),
        }
    }
    fn show(&self) -> String {
        self.0.show()
    }
}
