//! What a rule writes to name links: `any`, a domain with all below it, or a domain with globs.

use super::{Link, host, suffix};
use crate::engine::glob::Glob;
use serde::Serialize;
use std::fmt;

/// One entry of `links:` or of `except.links:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkPattern {
    /// Every link that is beyond doubt.
    Any,
    /// The last labels of a host, one glob each; whatever stands before them matches too.
    Domain { labels: Vec<Glob>, written: String, literal: bool },
}

/// Why a text names no domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkPatternError {
    #[error("the domain is empty")]
    Empty,
    #[error("an e-mail address is no domain")]
    Email,
    #[error("a domain has no scheme, port, path or query: write `{0}`")]
    MoreThanADomain(String),
    #[error("`{0}` has no dot: a domain is `name.com`, every domain under a suffix is `*.{0}`")]
    NoDot(String),
    #[error("`{0}` is a public suffix: write `*.{0}` for every domain under it")]
    Suffix(String),
    #[error("`{0}` is no suffix that exists")]
    UnknownSuffix(String),
    #[error("`{0}` cannot stand in a domain")]
    BadLabel(String),
}

impl LinkPattern {
    /// Reads `any`, `bet365.com`, `*.casino`, `bet*.com` or a domain in its own script or in punycode.
    ///
    /// # Errors
    /// When the text names no domain.
    pub fn parse(text: &str) -> Result<Self, LinkPatternError> {
        let text = text.trim().to_lowercase();
        match text.as_str() {
            "" => return Err(LinkPatternError::Empty),
            "any" => return Ok(Self::Any),
            _ if text.contains('@') => return Err(LinkPatternError::Email),
            _ => {}
        }
        let after_scheme = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
        let domain = after_scheme.split(['/', ':', '#']).next().unwrap_or_default();
        let domain = domain.strip_suffix('.').unwrap_or(domain);
        if domain.len() < text.len() && text != format!("{domain}.") {
            return Err(LinkPatternError::MoreThanADomain(domain.to_owned()));
        }
        let labels: Vec<String> = domain.split('.').map(canonical).collect();
        if let Some(bad) = labels.iter().find(|label| !may_be_label(label)) {
            return Err(LinkPatternError::BadLabel(bad.clone()));
        }
        if labels.len() < 2 {
            return Err(LinkPatternError::NoDot(domain.to_owned()));
        }
        let written = labels.join(".");
        let last = &labels[labels.len() - 1];
        let is_address = labels.len() == 4 && labels.iter().all(|l| l.parse::<u8>().is_ok());
        if suffix::is_suffix(&written) {
            return Err(LinkPatternError::Suffix(written));
        }
        if !is_address && !is_glob(last) && !suffix::is_suffix(last) {
            return Err(LinkPatternError::UnknownSuffix(last.clone()));
        }
        let literal = !labels.iter().any(|label| is_glob(label));
        Ok(Self::Domain { labels: labels.into_iter().map(Glob::new).collect(), written, literal })
    }

    /// Whether a link is meant, as a browser opens it or as the eye reads it. A pattern without globs also
    /// takes a link that is in doubt: who names `main.rs` means it.
    pub fn matches(&self, link: &Link) -> bool {
        match self {
            Self::Any => link.sure,
            Self::Domain { literal, .. } if !literal && !link.sure => false,
            Self::Domain { .. } => {
                self.takes(&link.host) || link.seen.as_deref().is_some_and(|seen| self.takes(seen))
            }
        }
    }

    /// Whether a host has the domain's name below another suffix: `bet365.net` for `bet365.com`.
    pub fn resembles(&self, host: &str) -> bool {
        let Self::Domain { labels, literal: true, .. } = self else { return false };
        let Some(name) = labels.get(labels.len().saturating_sub(2)) else { return false };
        host.split('.').any(|label| name.matches(label))
    }

    /// Whether a link truly leads there: what only looks like the domain is not excused with it.
    pub fn excuses(&self, link: &Link) -> bool {
        match self {
            Self::Any => true,
            Self::Domain { .. } => self.takes(&link.host),
        }
    }

    fn takes(&self, host: &str) -> bool {
        let Self::Domain { labels, literal, written } = self else { return true };
        if *literal {
            return host
                .strip_suffix(written.as_str())
                .is_some_and(|before| before.is_empty() || before.ends_with('.'));
        }
        let mut parts = host.rsplit('.');
        labels.iter().rev().all(|glob| parts.next().is_some_and(|part| glob.matches(part)))
    }
}

impl Serialize for LinkPattern {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for LinkPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any",
            Self::Domain { written, .. } => written,
        })
    }
}

/// In lower case, width and punycode undone; a label with globs only loses its case.
fn canonical(label: &str) -> String {
    if is_glob(label) { label.to_owned() } else { host::unicode(&idna::domain_to_unicode(label).0) }
}

fn is_glob(label: &str) -> bool {
    label.contains(['*', '?'])
}

fn may_be_label(label: &str) -> bool {
    let inside = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '-' | '_' | '*' | '?')
            || !c.is_ascii() && !c.is_whitespace()
    };
    !label.is_empty()
        && label.len() <= 253
        && label.chars().all(inside)
        && !label.starts_with('-')
        && !label.ends_with('-')
}
