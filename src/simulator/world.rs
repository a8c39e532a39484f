//! What the simulated platform holds: apps, their groups, and what may be done to a message.
//!
//! Pure: no clock, no network; the time comes in with each call and what a webhook should tell goes out as
//! an [`Event`]. Promise: a body or custom data is kept byte for byte as it was sent.

use super::event::{Event, Happened};
use super::group::{Group, GroupType, Role, State, Stored};
use super::refusal::Refusal;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct World {
    groups: BTreeMap<(u64, String), Group>,
    /// Time of the last event, so that two events never share one.
    last_event: i64,
}

/// Where a message stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub app: u64,
    pub group: String,
    pub topic: Option<String>,
}

impl Place {
    pub fn new(app: u64, group: &str, topic: Option<&str>) -> Self {
        Self { app, group: group.to_owned(), topic: topic.map(str::to_owned) }
    }
}

/// A message to be stored.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub sender: String,
    pub operator: String,
    pub random: u32,
    pub body: String,
    pub custom: Option<String>,
    pub mentions: Vec<Option<String>>,
    pub online_only: bool,
    pub system: bool,
    pub sent_at: Option<i64>,
}

/// What became of a recall.
#[derive(Debug)]
pub(super) struct Recalled {
    /// Each number and its own code.
    pub codes: Vec<(u64, i64)>,
    /// `None` where nothing was recalled.
    pub event: Option<Event>,
}

impl World {
    pub fn create_group(&mut self, app: u64, group: &str, kind: GroupType) {
        self.groups.entry((app, group.to_owned())).or_insert_with(|| Group::new(kind));
    }

    pub fn destroy_group(&mut self, app: u64, group: &str) {
        self.groups.remove(&(app, group.to_owned()));
    }

    /// Adds a topic, and the community around it where there is none yet.
    pub fn create_topic(&mut self, app: u64, group: &str, topic: &str) {
        self.create_group(app, group, GroupType::Community);
        if let Ok(group) = self.group_mut(app, group) {
            group.add_topic(topic);
        }
    }

    pub fn set_role(&mut self, app: u64, group: &str, account: &str, role: Role) {
        if let Ok(group) = self.group_mut(app, group) {
            group.roles.insert(account.to_owned(), role);
        }
    }

    pub fn group_ids(&self, app: u64) -> impl Iterator<Item = &str> {
        self.groups.keys().filter(move |(of, _)| *of == app).map(|(_, group)| group.as_str())
    }

    pub fn group(&self, app: u64, group: &str) -> Result<&Group, Refusal> {
        self.groups.get(&(app, group.to_owned())).ok_or(Refusal::NO_GROUP)
    }

    fn group_mut(&mut self, app: u64, group: &str) -> Result<&mut Group, Refusal> {
        self.groups.get_mut(&(app, group.to_owned())).ok_or(Refusal::NO_GROUP)
    }

    pub fn message(&self, place: &Place, seq: u64) -> Option<&Stored> {
        let group = self.group(place.app, &place.group).ok()?;
        group.stream(place.topic.as_deref())?.messages.get(&seq)
    }

    /// The messages of a place, oldest first.
    pub fn messages(&self, place: &Place) -> impl DoubleEndedIterator<Item = &Stored> {
        let group = self.group(place.app, &place.group).ok();
        let stream = group.and_then(|group| group.stream(place.topic.as_deref()));
        stream.into_iter().flat_map(|stream| stream.messages.values())
    }

    /// Stores a message under the next number.
    pub fn send(&mut self, place: &Place, draft: Draft, now: i64) -> Result<Event, Refusal> {
        let at = self.tick(now);
        let group = self.group_mut(place.app, &place.group)?;
        let kind = group.kind;
        let stream = group.stream_mut(place.topic.as_deref()).ok_or(Refusal::NO_TOPIC)?;
        let keeps = kind.keeps_history() && !draft.online_only;
        let stored = Stored {
            seq: stream.number(),
            sender: draft.sender,
            operator: draft.operator,
            random: draft.random,
            sent_at: draft.sent_at.unwrap_or(now),
            body: draft.body,
            custom: draft.custom,
            mentions: draft.mentions,
            online_only: draft.online_only,
            system: draft.system,
            state: if keeps { State::Kept } else { State::Passing },
            edits: 0,
        };
        stream.messages.insert(stored.seq, stored.clone());
        Ok(Event { place: place.clone(), kind, at, happened: Happened::Sent(stored) })
    }

    /// Overwrites a message's body, its custom data, or both.
    pub fn edit(
        &mut self,
        place: &Place,
        seq: u64,
        editor: &str,
        body: Option<&str>,
        custom: Option<&str>,
        now: i64,
    ) -> Result<Event, Refusal> {
        let at = self.tick(now);
        let stored = self.editable(place, seq)?;
        if let Some(body) = body {
            stored.body = body.to_owned();
        }
        if let Some(custom) = custom {
            stored.custom = Some(custom.to_owned());
        }
        stored.edits += 1;
        let happened = Happened::Edited { stored: stored.clone(), editor: editor.to_owned() };
        let kind = self.group(place.app, &place.group)?.kind;
        Ok(Event { place: place.clone(), kind, at, happened })
    }

    fn editable(&mut self, place: &Place, seq: u64) -> Result<&mut Stored, Refusal> {
        let group = self.group_mut(place.app, &place.group)?;
        if !group.kind.keeps_history() {
            return Err(Refusal::NO_HISTORY);
        }
        let stream = group.stream_mut(place.topic.as_deref()).ok_or(Refusal::NO_TOPIC)?;
        let stored = stream.messages.get_mut(&seq).ok_or(Refusal::NO_MESSAGE)?;
        match stored.state {
            State::Kept => Ok(stored),
            State::Recalled => Err(Refusal::ALREADY_RECALLED),
            State::Passing | State::Expired => Err(Refusal::NO_MESSAGE),
        }
    }

    /// Recalls messages, each for itself.
    pub fn recall(
        &mut self,
        place: &Place,
        seqs: &[u64],
        operator: &str,
        now: i64,
    ) -> Result<Recalled, Refusal> {
        let at = self.tick(now);
        let group = self.group_mut(place.app, &place.group)?;
        let kind = group.kind;
        let stream = group.stream_mut(place.topic.as_deref()).ok_or(Refusal::NO_TOPIC)?;
        let mut codes = Vec::new();
        for seq in seqs {
            let code = match stream.messages.get_mut(seq) {
                None => Refusal::NO_SUCH_NUMBER.code,
                Some(stored) if stored.state == State::Recalled => Refusal::ALREADY_RECALLED.code,
                Some(stored) if stored.state == State::Expired => Refusal::NO_SUCH_NUMBER.code,
                Some(stored) if stored.online_only => Refusal::NO_SUCH_NUMBER.code,
                Some(stored) => {
                    stored.state = State::Recalled;
                    0
                }
            };
            codes.push((*seq, code));
        }
        let done: Vec<u64> =
            codes.iter().filter(|(_, code)| *code == 0).map(|(seq, _)| *seq).collect();
        let happened = Happened::Recalled { seqs: done.clone(), operator: operator.to_owned() };
        let event = Event { place: place.clone(), kind, at, happened };
        Ok(Recalled { codes, event: (!done.is_empty()).then_some(event) })
    }

    /// Lets a message fall out of the time of keeping.
    pub fn expire(&mut self, place: &Place, seq: u64) {
        if let Ok(stored) = self.editable(place, seq) {
            stored.state = State::Expired;
        }
    }

    /// The time of an event: never the same twice.
    fn tick(&mut self, now: i64) -> i64 {
        self.last_event = now.max(self.last_event + 1);
        self.last_event
    }
}
