//! Where, when and for whom a rule applies.

use super::glob::Glob;
use super::link::LinkPattern;
use crate::message::Message;
use serde::Serialize;

/// Where a rule applies. An empty list admits everything, and so does what is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Scope {
    pub apps: Vec<Glob>,
    pub groups: Vec<Glob>,
    pub group_types: Vec<String>,
    pub topics: Vec<Glob>,
}

/// What is known of where a text was said and by whom.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Subject<'a> {
    pub app: Option<&'a str>,
    pub group: Option<&'a str>,
    pub group_type: Option<&'a str>,
    pub topic: Option<&'a str>,
    pub account: Option<&'a str>,
}

impl Scope {
    pub(super) fn admits(&self, subject: &Subject<'_>) -> bool {
        self.refuses(subject).next().is_none()
    }

    /// What of the subject the scope does not admit: the key, and what stands in its place.
    pub(super) fn refuses<'s>(
        &self,
        subject: &Subject<'s>,
    ) -> impl Iterator<Item = (&'static str, &'s str)> {
        let globs = |globs: &[Glob], id: Option<&'s str>| {
            id.filter(|id| !globs.is_empty() && !globs.iter().any(|glob| glob.matches(id)))
        };
        let other = |kind: &&str| {
            let types = &self.group_types;
            !types.is_empty() && !types.iter().any(|known| group_type(known) == group_type(kind))
        };
        let refused = [
            ("app", globs(&self.apps, subject.app)),
            ("group", globs(&self.groups, subject.group)),
            ("topic", globs(&self.topics, subject.topic)),
            ("group type", subject.group_type.filter(other)),
        ];
        refused.into_iter().filter_map(|(key, id)| Some((key, id?)))
    }
}

/// Group types as the platform names them; some have an old name and a new one.
pub(super) const GROUP_TYPES: [&str; 9] = [
    "Public",
    "Private",
    "Work",
    "ChatRoom",
    "Meeting",
    "AVChatRoom",
    "Community",
    "Live",
    "BChatRoom",
];

/// One name for a group type that has two.
fn group_type(name: &str) -> &str {
    match name {
        "Work" => "Private",
        "Meeting" => "ChatRoom",
        name => name,
    }
}

/// What lifts a match: phrases around it, and people and places it does not apply to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Except {
    pub phrases: Vec<String>,
    pub links: Vec<LinkPattern>,
    pub accounts: Vec<Glob>,
    pub groups: Vec<Glob>,
}

impl Except {
    /// Whether the sender or the group is exempt; one that is not known is not.
    pub(super) fn lifts(&self, subject: &Subject<'_>) -> bool {
        let any = |globs: &[Glob], id: Option<&str>| {
            id.is_some_and(|id| globs.iter().any(|glob| glob.matches(id)))
        };
        any(&self.accounts, subject.account) || any(&self.groups, subject.group)
    }
}

/// From and until, in ms of Unix time; `until` is the first moment that is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Active {
    pub from: Option<i64>,
    pub until: Option<i64>,
}

impl Active {
    pub(super) fn at(&self, at_ms: i64) -> bool {
        self.from.is_none_or(|from| from <= at_ms) && self.until.is_none_or(|until| at_ms < until)
    }
}

impl<'m> Subject<'m> {
    pub(super) fn of(message: &'m Message) -> Self {
        let told = |id: &'m str| Some(id).filter(|id| !id.is_empty());
        Self {
            app: told(&message.app),
            group: told(&message.key.group_id),
            group_type: message.group_type.as_deref(),
            topic: message.key.topic_id.as_deref(),
            account: message.sender.as_deref(),
        }
    }
}
