//! `[api]`: whether people may ask over HTTP, and how much at a time.

use super::reader::Section;
use super::value::Bytes;
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct ApiSettings {
    pub enabled: bool,
    /// Decisions on a page, at most.
    pub page_limit: u32,
    /// How long a look may take before it is given up, and a body to arrive.
    pub query_timeout: Duration,
    /// Bytes of a body that is read; rule files that are checked come in one.
    pub body_limit: u64,
}

impl ApiSettings {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let shortest = Duration::from_millis(1);
        Self {
            enabled: section.or("enabled", true),
            page_limit: section.within("page_limit", 500, 1..=10_000),
            query_timeout: section.within(
                "query_timeout",
                Duration::from_secs(10),
                shortest..=Duration::from_secs(600),
            ),
            body_limit: section
                .within("body_limit", Bytes(1 << 20), Bytes(1 << 10)..=Bytes(256 << 20))
                .0,
        }
    }
}
