//! `[alerts]`: whom to tell when something needs a person.

use super::fault::Fault;
use super::load_section;
use super::reader::Section;
use super::value::{Setting, Wrong};
use config::ValueKind;
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct AlertsSettings {
    /// Where alerts are posted; nowhere when `None`. A secret, because whoever knows it can post there.
    pub url: Option<SecretString>,
    pub format: AlertFormat,
    /// One message for each kind and subject in this time; what comes meanwhile is counted.
    pub every: Duration,
    /// An action that waits longer than this is worth an alert.
    pub pending_after: Duration,
    /// Webhooks refused in a minute that are worth an alert.
    pub refused_webhooks: u32,
    /// How often the audit's chain is verified; never when zero.
    pub verify_chain_every: Duration,
}

/// What the receiver of alerts understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertFormat {
    Generic,
    Slack,
    Lark,
    DingTalk,
}

impl AlertFormat {
    pub const ALL: [Self; 4] = [Self::Generic, Self::Slack, Self::Lark, Self::DingTalk];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::Slack => "slack",
            Self::Lark => "lark",
            Self::DingTalk => "dingtalk",
        }
    }
}

impl AlertsSettings {
    /// Only this section, for the command that tries it.
    ///
    /// # Errors
    /// Faults of the section `alerts`, or of the file as a whole.
    pub fn load(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Fault>> {
        load_section(file, env, "alerts", Self::read)
    }

    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let seconds = Duration::from_secs;
        let url = section.secret("url");
        if url.as_ref().is_some_and(|url| !is_url(url.expose_secret())) {
            section.fault("url", "has a value that is not valid", "give an http or https address");
        }
        Self {
            url,
            format: section.or("format", AlertFormat::Generic),
            every: section.within("every", seconds(600), seconds(1)..=seconds(86_400)),
            pending_after: section.within(
                "pending_after",
                seconds(600),
                seconds(1)..=seconds(30 * 86_400),
            ),
            refused_webhooks: section.within("refused_webhooks", 20, 1..=1_000_000),
            verify_chain_every: section.within(
                "verify_chain_every",
                seconds(86_400),
                Duration::ZERO..=seconds(30 * 86_400),
            ),
        }
    }
}

fn is_url(text: &str) -> bool {
    let url = reqwest::Url::parse(text.trim());
    url.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

impl Setting for AlertFormat {
    const EXPECTED: &'static str = "write one of generic, slack, lark, dingtalk";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        let word = String::parse(kind)?;
        Self::ALL.into_iter().find(|format| format.as_str() == word).ok_or(Wrong::Value)
    }
    fn show(&self) -> String {
        format!("\"{}\"", self.as_str())
    }
}
