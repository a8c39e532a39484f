//! A group of the simulated platform: its kind, its people, and its streams of numbered messages.

use std::collections::BTreeMap;

/// Kinds of groups. `Work` and `Meeting` are the newer names of `Private` and `ChatRoom`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupType {
    Private,
    Work,
    Public,
    ChatRoom,
    Meeting,
    AVChatRoom,
    Community,
    Live,
}

impl GroupType {
    const ALL: [Self; 8] = [
        Self::Private,
        Self::Work,
        Self::Public,
        Self::ChatRoom,
        Self::Meeting,
        Self::AVChatRoom,
        Self::Community,
        Self::Live,
    ];

    /// The platform's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "Private",
            Self::Work => "Work",
            Self::Public => "Public",
            Self::ChatRoom => "ChatRoom",
            Self::Meeting => "Meeting",
            Self::AVChatRoom => "AVChatRoom",
            Self::Community => "Community",
            Self::Live => "Live",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Live rooms keep no history, so nothing in them can be read again or edited.
    pub fn keeps_history(self) -> bool {
        !matches!(self, Self::AVChatRoom | Self::Live)
    }
}

/// What somebody is in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Owner,
    Admin,
    Member,
}

impl Role {
    /// The platform's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Member => "Member",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [Self::Owner, Self::Admin, Self::Member].into_iter().find(|role| role.as_str() == name)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Group {
    pub kind: GroupType,
    pub roles: BTreeMap<String, Role>,
    main: Stream,
    topics: BTreeMap<String, Stream>,
}

impl Group {
    pub fn new(kind: GroupType) -> Self {
        Self { kind, roles: BTreeMap::new(), main: Stream::default(), topics: BTreeMap::new() }
    }

    pub fn add_topic(&mut self, topic: &str) {
        self.topics.entry(topic.to_owned()).or_default();
    }

    /// The group's own stream, or a topic's: each counts by itself.
    pub fn stream(&self, topic: Option<&str>) -> Option<&Stream> {
        topic.map_or(Some(&self.main), |topic| self.topics.get(topic))
    }

    pub fn stream_mut(&mut self, topic: Option<&str>) -> Option<&mut Stream> {
        match topic {
            Some(topic) => self.topics.get_mut(topic),
            None => Some(&mut self.main),
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Stream {
    newest: u64,
    pub messages: BTreeMap<u64, Stored>,
}

impl Stream {
    /// Takes the next number.
    pub fn number(&mut self) -> u64 {
        self.newest += 1;
        self.newest
    }
}

/// A message of the simulated platform.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub seq: u64,
    pub sender: String,
    /// Who issued the request: the admin where an app relays by REST.
    pub operator: String,
    pub random: u32,
    /// Unix time in ms.
    pub sent_at: i64,
    /// The raw array of elements, as sent or last edited.
    pub body: String,
    /// The raw string literal of the custom data.
    pub custom: Option<String>,
    /// Accounts mentioned; `None` stands for everybody.
    pub mentions: Vec<Option<String>>,
    pub online_only: bool,
    /// Written by the platform itself, such as "x joined".
    pub system: bool,
    pub state: State,
    pub edits: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Kept,
    /// Shown when it was sent, never stored: live rooms and online-only messages.
    Passing,
    Recalled,
    Expired,
}
