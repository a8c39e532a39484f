//! `[catch_up]` and `poll_groups`: finding what no webhook told.

use super::reader::Section;
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct CatchUpSettings {
    pub enabled: bool,
    /// How long a webhook may be on its way before its message is read from history.
    pub after: Duration,
    /// The longest wait between two looks at a group that says nothing.
    pub quiet_every: Duration,
    /// Messages found later than this are observed, not rewritten.
    pub enforce_max_age: Duration,
    /// Calls of one app's history for catching up, beside those of the enforcer.
    pub calls_per_second: u32,
    /// The wait between two looks at a group of `poll_groups`.
    pub poll_every: Duration,
}

impl CatchUpSettings {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let (ms, seconds) = (Duration::from_millis, Duration::from_secs);
        Self {
            enabled: section.or("enabled", true),
            after: section.within("after", seconds(10), ms(10)..=seconds(3_600)),
            quiet_every: section.within("quiet_every", seconds(60), ms(10)..=seconds(86_400)),
            enforce_max_age: section.within(
                "enforce_max_age",
                seconds(3_600),
                seconds(1)..=seconds(30 * 86_400),
            ),
            calls_per_second: section.within("calls_per_second", 20, 1..=100_000),
            poll_every: section.within("poll_every", seconds(5), ms(10)..=seconds(3_600)),
        }
    }
}

/// A group, or one topic of a community, that no webhook tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollGroup {
    pub group_id: String,
    pub topic_id: Option<String>,
}

impl PollGroup {
    /// The list `poll_groups` of an app.
    pub(super) fn read(section: &mut Section<'_>) -> Vec<Self> {
        let groups: Vec<String> = section.or("poll_groups", Vec::new());
        let groups: Vec<_> = groups.iter().map(|text| Self::parse(text)).collect();
        if !groups.iter().all(Self::is_complete) {
            let fix = "write group ids, and topics as \"group/topic\"; a slash inside an id is %2F";
            section.fault("poll_groups", "names a group or a topic without an id", fix);
        }
        groups
    }

    /// `group` or `group/topic`.
    fn parse(text: &str) -> Self {
        let id = |text: &str| text.replace("%2F", "/").replace("%2f", "/");
        match text.split_once('/') {
            Some((group, topic)) => Self { group_id: id(group), topic_id: Some(id(topic)) },
            None => Self { group_id: id(text), topic_id: None },
        }
    }

    fn is_complete(&self) -> bool {
        !self.group_id.is_empty() && self.topic_id.as_deref() != Some("")
    }
}
