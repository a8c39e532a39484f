//! All groups of one app: what was seen of each, who is due, and who is forgotten when there are too many.
//!
//! The webhook's path only takes the lock of its group's shard, finds the group and notes a number; whoever looks at
//! all groups holds one shard at a time. Promise: bounded memory, and groups that exist only in a forged webhook go
//! first.

use super::blob::{self, Record};
use super::stream::{Ask, Learned, Stream, Waits};
use crate::chat::History;
use crate::message::{Message, MessageKey};
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::time::Instant;

/// Groups and topics of one app that are followed, about.
const MAX_STREAMS: usize = 20_000;
/// Parts with a lock of their own, so that looking at all groups holds up one webhook in so many, and briefly.
const SHARDS: usize = 64;

/// Groups that are handed out at once: who is due is looked at anew before long.
const HANDFUL: usize = 64;

/// Where a stream of messages runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    pub group: String,
    /// Empty outside topics.
    pub topic: String,
}

impl Place {
    pub fn topic_id(&self) -> Option<&str> {
        Some(self.topic.as_str()).filter(|topic| !topic.is_empty())
    }
}

/// What was seen of an app's groups.
#[derive(Debug)]
pub struct Seen {
    waits: Waits,
    /// Unix ms of the app's first start.
    begun_at: i64,
    /// In ms: what a group not known yet is asked for goes back no further.
    reach: i64,
    shards: Vec<Mutex<Streams>>,
    /// Streams in all shards. One limit for all: each shard with its own would be full by chance long before.
    count: AtomicUsize,
    /// Keyed at random, so that nobody can choose groups that crowd one shard.
    hasher: RandomState,
    /// A group was heard of for the first time.
    news: Notify,
}

#[derive(Debug, Default)]
struct Streams {
    /// By group, then by topic: so that a lookup needs no key of its own.
    groups: HashMap<String, BTreeMap<String, Stream>>,
    /// Something is to be written down.
    changed: bool,
}

impl Seen {
    /// An app that begins at `begun_at` (Unix ms); a group not known yet is read back no further than `reach` ms.
    pub fn new(begun_at: i64, reach: i64, waits: Waits) -> Self {
        let shard = || Mutex::new(Streams { changed: true, ..Streams::default() });
        let shards = std::iter::repeat_with(shard).take(SHARDS).collect();
        Self {
            waits,
            begun_at,
            reach,
            shards,
            count: AtomicUsize::new(0),
            hasher: RandomState::new(),
            news: Notify::new(),
        }
    }

    /// Takes up what was written down before a restart.
    pub fn restore(&self, records: Vec<Record>, now: Instant) {
        for Record { group, topic, kind, floor, seen } in records.into_iter().take(MAX_STREAMS) {
            let stream = Stream::restored(seen, floor, now, &self.waits).of_kind(kind);
            let mut streams = self.shard_of(&group);
            let topics = streams.groups.entry(group).or_default();
            let replaced = topics.insert(topic, stream);
            self.count.fetch_add(usize::from(replaced.is_none()), Ordering::Relaxed);
        }
    }

    /// Follows a group by history alone.
    pub fn poll(&self, place: &Place, now: Instant) {
        let new = || Stream::new(self.floor(), now, &self.waits);
        self.change(&place.group, &place.topic, new, |stream| stream.poll(now));
    }

    /// A webhook told of a message: it exists, whatever becomes of it.
    pub fn tell(&self, message: &Message, now: Instant) {
        let Some((group, topic, number)) = coordinates(&message.key) else { return };
        let kind = || message.group_type.clone();
        let new = || Stream::new(self.floor(), now, &self.waits).of_kind(kind());
        let tell = |stream: &mut Stream| stream.tell(number, now, &self.waits);
        if self.change(group, topic, new, tell) {
            self.news.notify_one();
        }
    }

    /// Waits until a group is heard of that was not known.
    pub async fn news(&self) {
        self.news.notified().await;
    }

    /// The message was judged, and what follows is on disk.
    pub fn note(&self, key: &MessageKey) {
        let Some((group, topic, number)) = coordinates(key) else { return };
        let mut streams = self.shard_of(group);
        let news = streams.get(group, topic).is_some_and(|stream| stream.note(number));
        streams.changed |= news;
    }

    /// Who is due, at most a handful: those that miss something first, then by how long nobody asked.
    pub fn due(&self, now: Instant) -> Vec<Place> {
        let mut due = Vec::new();
        for shard in &self.shards {
            let (gone, found) = locked(shard).due(now, &self.waits);
            self.count.fetch_sub(gone, Ordering::Relaxed);
            due.extend(found);
        }
        due.sort_unstable_by_key(|(rank, _)| *rank);
        due.into_iter().take(HANDFUL).map(|(_, place)| place).collect()
    }

    /// What to ask about a group now, if there still is something.
    pub fn ask(&self, place: &Place, now: Instant) -> Option<Ask> {
        self.shard_of(&place.group).get(&place.group, &place.topic)?.ask(now).map(|(ask, _)| ask)
    }

    /// Takes an answer; with it comes the kind of the group, where a webhook told it.
    pub fn learn(
        &self,
        place: &Place,
        ask: Ask,
        page: &History,
        now: Instant,
    ) -> (Learned, Option<String>) {
        let mut streams = self.shard_of(&place.group);
        streams.changed = true;
        match streams.get(&place.group, &place.topic) {
            Some(stream) => (stream.learn(ask, page, now, &self.waits), stream.kind.clone()),
            None => (Learned::default(), None),
        }
    }

    /// Changes one group.
    pub fn with(&self, place: &Place, change: impl FnOnce(&mut Stream, &Waits)) {
        let mut streams = self.shard_of(&place.group);
        streams.changed = true;
        if let Some(stream) = streams.get(&place.group, &place.topic) {
            change(stream, &self.waits);
        }
    }

    pub fn begun_at(&self) -> i64 {
        self.begun_at
    }

    /// Everything worth keeping, if anything changed since the last time.
    pub fn to_write(&self) -> Option<Vec<u8>> {
        let changed = |shard| std::mem::take(&mut locked(shard).changed);
        if self.shards.iter().filter(|shard| changed(shard)).count() == 0 {
            return None;
        }
        let mut out = blob::begin();
        for shard in &self.shards {
            for (group, topics) in &locked(shard).groups {
                for (topic, stream) in topics.iter().filter(|(_, stream)| !stream.is_resting()) {
                    let kind = stream.kind.as_deref();
                    blob::put(&mut out, group, topic, kind, stream.floor, &stream.seen);
                }
            }
        }
        Some(out)
    }

    /// What was to be written was not: next time again.
    pub fn not_written(&self) {
        self.shards.iter().take(1).for_each(|shard| locked(shard).changed = true);
    }

    /// How many groups and topics are followed.
    pub fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Changes a group, which is made where there is none yet; whether it was.
    fn change(
        &self,
        group: &str,
        topic: &str,
        new: impl FnOnce() -> Stream,
        change: impl FnOnce(&mut Stream),
    ) -> bool {
        let mut streams = self.shard_of(group);
        if let Some(stream) = streams.get(group, topic) {
            change(stream);
            return false;
        }
        if self.len() >= MAX_STREAMS {
            self.count.fetch_sub(streams.make_room(), Ordering::Relaxed);
        }
        let mut stream = new();
        change(&mut stream);
        streams.groups.entry(group.to_owned()).or_default().insert(topic.to_owned(), stream);
        streams.changed = true;
        self.count.fetch_add(1, Ordering::Relaxed);
        true
    }

    fn floor(&self) -> i64 {
        self.begun_at.max(jiff::Timestamp::now().as_millisecond() - self.reach)
    }

    fn shard_of(&self, group: &str) -> MutexGuard<'_, Streams> {
        locked(&self.shards[self.hasher.hash_one(group) as usize % SHARDS])
    }
}

fn locked(shard: &Mutex<Streams>) -> MutexGuard<'_, Streams> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Less is asked sooner: whether it misses nothing, then when it was asked last.
type Rank = (bool, Instant);

impl Streams {
    /// How many were forgotten, and who is due, at most a handful, each with its rank.
    fn due(&mut self, now: Instant, waits: &Waits) -> (usize, Vec<(Rank, Place)>) {
        let mut over = false;
        for stream in self.groups.values_mut().flat_map(BTreeMap::values_mut) {
            stream.ripen(now, waits);
            over |= stream.is_over(now);
        }
        let gone = if over { self.keep_only(|stream| !stream.is_over(now)) } else { 0 };
        let mut due = Vec::new();
        for (group, topics) in &self.groups {
            for (topic, stream) in topics {
                if let Some((_, misses)) = stream.ask(now) {
                    due.push(((!misses, stream.asked_at()), group, topic));
                }
            }
        }
        due.sort_unstable_by_key(|(rank, ..)| *rank);
        due.truncate(HANDFUL);
        let place =
            |group: &String, topic: &String| Place { group: group.clone(), topic: topic.clone() };
        (gone, due.into_iter().map(|(rank, group, topic)| (rank, place(group, topic))).collect())
    }

    fn get(&mut self, group: &str, topic: &str) -> Option<&mut Stream> {
        self.groups.get_mut(group)?.get_mut(topic)
    }

    /// Forgets the sixteenth that is worth least, and tells how many those were: one at a time would mean looking at
    /// all each time.
    fn make_room(&mut self) -> usize {
        let mut worths: Vec<_> =
            self.groups.values().flat_map(|topics| topics.values().map(Stream::worth)).collect();
        if worths.is_empty() {
            return 0;
        }
        let few = worths.len() / 16;
        let (_, least, _) = worths.select_nth_unstable(few);
        let least = *least;
        tracing::warn!("too many groups to follow: the least recent are forgotten");
        self.keep_only(|stream| stream.worth() > least)
    }

    /// How many were not kept.
    fn keep_only(&mut self, keep: impl Fn(&Stream) -> bool) -> usize {
        let mut gone = 0;
        for topics in self.groups.values_mut() {
            let before = topics.len();
            topics.retain(|_, stream| keep(stream));
            gone += before - topics.len();
        }
        self.groups.retain(|_, topics| !topics.is_empty());
        gone
    }
}

/// Numbers beyond what a database can hold are nobody's.
fn coordinates(key: &MessageKey) -> Option<(&str, &str, u64)> {
    let number = key.seq.filter(|seq| (1..=i64::MAX as u64).contains(seq))?;
    Some((&key.group_id, key.topic_id.as_deref().unwrap_or_default(), number))
}
