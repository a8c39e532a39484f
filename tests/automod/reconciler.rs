//! What must hold of the reconciler's bookkeeping, whatever webhooks and history tell.

use chat_automod::chat::{Entry, Found, Gone, History, Stored};
use chat_automod::message::{Content, Message, MessageKey};
use chat_automod::reconciler::blob::{self, Record};
use chat_automod::reconciler::ranges::Ranges;
use chat_automod::reconciler::stream::{Ask, Stream};
use chat_automod::reconciler::{Seen, Waits};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;

const AFTER: Duration = Duration::from_secs(10);
const WAITS: Waits =
    Waits { after: AFTER, quiet: Duration::from_secs(60), poll: Duration::from_secs(5) };
const PAGE: usize = 20;
/// Unix ms; when the app was started first.
const BEGUN: i64 = 1_700_000_000_000;

fn change() -> impl Strategy<Value = (bool, u64, u64)> {
    (any::<bool>(), 0u64..120, 0u64..25)
}

fn assert_sound(ranges: &Ranges) {
    let all = ranges.as_slice();
    assert!(all.iter().all(|(first, last)| first <= last), "{all:?}");
    assert!(all.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "{all:?}");
}

proptest! {
    #[test]
    fn ranges_are_a_set_of_numbers(changes in prop::collection::vec(change(), 0..60)) {
        let (mut ranges, mut model) = (Ranges::default(), BTreeSet::new());
        for (insert, first, length) in changes {
            let last = first + length;
            if insert {
                let news = (first..=first).all(|n| !ranges.touches(n) && !ranges.contains(n));
                let before = ranges.as_slice().len();
                if length == 0 && news {
                    ranges.insert(first, first);
                    prop_assert_eq!(ranges.as_slice().len(), before + 1);
                }
                ranges.insert(first, last);
                model.extend(first..=last);
            } else {
                ranges.remove(first, last);
                model.retain(|n| !(first..=last).contains(n));
            }
            assert_sound(&ranges);
        }
        for number in 0..150 {
            prop_assert_eq!(ranges.contains(number), model.contains(&number), "{}", number);
            let hole = (0..=number).rev().find(|n| !model.contains(n));
            prop_assert_eq!(ranges.highest_hole(number), hole);
        }
        let missing: BTreeSet<u64> = (10..130).filter(|n| !model.contains(n)).collect();
        let holes = ranges.holes(10, 129);
        let told: BTreeSet<u64> = holes.iter().flat_map(|(first, last)| *first..=*last).collect();
        prop_assert_eq!(told, missing);
        prop_assert_eq!(ranges.last(), model.last().copied());
    }

    #[test]
    fn ranges_know_no_overflow(a in any::<u64>(), b in any::<u64>(), c in any::<u64>()) {
        let mut ranges = Ranges::default();
        for (first, last) in [(a.min(b), a.max(b)), (c, u64::MAX), (0, a), (u64::MAX, u64::MAX)] {
            ranges.insert(first, last);
            assert_sound(&ranges);
        }
        let _ = (ranges.holes(0, u64::MAX), ranges.touches(u64::MAX), ranges.touches(0));
        ranges.remove(b, u64::MAX);
        assert_sound(&ranges);
        prop_assert!(!ranges.contains(u64::MAX));
    }

    #[test]
    fn what_is_written_down_is_read_back(records in prop::collection::vec(record(), 0..8)) {
        let bytes = written(&records);
        prop_assert_eq!(blob::read(&bytes), Ok(records.clone()));
        let runs: usize = records.iter().map(|record| record.seen.as_slice().len()).sum();
        let texts: usize = records.iter().map(|r| r.group.len() + r.topic.len() + 16).sum();
        prop_assert!(bytes.len() <= 1 + texts + records.len() * 30 + runs * 20);
    }

    #[test]
    fn bytes_of_another_kind_are_refused_and_do_no_harm(
        bytes in prop::collection::vec(any::<u8>(), 0..200), records in prop::collection::vec(record(), 1..3),
        cut in 1usize..40,
    ) {
        let _ = blob::read(&bytes);
        let _ = blob::read(&[&[1], bytes.as_slice()].concat());
        let whole = written(&records);
        let last = records.last().map_or(0, |record| record.seen.as_slice().len());
        // Cut inside the last record.
        let cut = cut.min(2 * last + 3);
        prop_assert!(blob::read(&whole[..whole.len() - cut]).is_err());
        prop_assert!(blob::read(&[&[2], &whole[1..]].concat()).is_err());
    }

    #[test]
    fn everything_stored_is_judged_once_and_few_questions_are_asked(
        kinds in prop::collection::vec(kind(), 1..300), forged in prop::option::of(1_000u64..u64::MAX / 4),
        begun in 0usize..50,
    ) {
        let group = Group { kinds, begun };
        let start = Instant::now();
        let mut stream = Stream::new(BEGUN, start, &WAITS);
        let mut judged = BTreeSet::new();
        for (number, kind) in group.numbered() {
            if kind == Kind::Told {
                stream.tell(number, start, &WAITS);
                prop_assert!(stream.note(number));
                judged.insert(number);
            }
        }
        if let Some(forged) = forged {
            stream.tell(forged, start, &WAITS);
            stream.note(forged);
        }
        let asked = group.settle(&mut stream, start, &mut judged)?;
        let expected: BTreeSet<u64> = group
            .numbered()
            .filter(|(number, kind)| match kind {
                Kind::Told => true,
                Kind::Lost => *number > group.begun as u64,
                _ => false,
            })
            .map(|(number, _)| number)
            .collect();
        prop_assert_eq!(&judged, &expected);
        // A page for each twenty numbers, and a few to learn how far the group reaches.
        let most = group.kinds.len().div_ceil(PAGE) * 2 + 12;
        prop_assert!(asked <= most, "{} questions about {} numbers", asked, group.kinds.len());
        // And then nothing but a look now and then.
        let later = start + 100 * AFTER;
        let idle = group.settle(&mut stream, later, &mut judged)?;
        prop_assert!(idle <= 12, "{} questions about nothing", idle);
        prop_assert_eq!(judged, expected);
    }
}

fn record() -> impl Strategy<Value = Record> {
    let ranges = prop::collection::vec((any::<u32>(), 0u64..1000), 1..20);
    let kind = prop::option::of("[A-Z][a-z]{1,8}");
    ("[ -~]{1,30}", "(|[ -~]{1,40})", kind, 0..i64::MAX, ranges).prop_map(
        |(group, topic, kind, floor, ranges)| {
            let mut seen = Ranges::default();
            ranges.iter().for_each(|(at, length)| {
                seen.insert(u64::from(*at) << 8, (u64::from(*at) << 8) + length);
            });
            Record { group, topic, kind, floor, seen }
        },
    )
}

fn written(records: &[Record]) -> Vec<u8> {
    let mut out = blob::begin();
    for Record { group, topic, kind, floor, seen } in records {
        blob::put(&mut out, group, topic, kind.as_deref(), *floor, seen);
    }
    out
}

/// What stands at a number, and whether anybody told us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Told,
    Lost,
    System,
    Recalled,
    Expired,
    /// Not even a placeholder: an online-only message took the number.
    Nothing,
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        6 => Just(Kind::Told),
        3 => Just(Kind::Lost),
        1 => Just(Kind::System),
        1 => Just(Kind::Recalled),
        1 => Just(Kind::Expired),
        1 => Just(Kind::Nothing),
    ]
}

/// A group of the platform: its first `begun` messages were sent before the app was started first.
struct Group {
    kinds: Vec<Kind>,
    begun: usize,
}

impl Group {
    fn numbered(&self) -> impl Iterator<Item = (u64, Kind)> {
        self.kinds.iter().enumerate().map(|(index, kind)| (index as u64 + 1, *kind))
    }

    /// Answers every question for ten waits and judges what is to be judged; how many there were.
    fn settle(
        &self,
        stream: &mut Stream,
        start: Instant,
        judged: &mut BTreeSet<u64>,
    ) -> Result<usize, TestCaseError> {
        let mut asked = 0;
        for step in 0..100 {
            let now = start + AFTER * step / 10;
            stream.ripen(now, &WAITS);
            while let Some((ask, _)) = stream.ask(now) {
                asked += 1;
                prop_assert!(asked < 1000, "no end of questions, the last is {:?}", ask);
                let learned = stream.learn(ask, &self.page(ask), now, &WAITS);
                for number in &learned.judge {
                    prop_assert!(judged.insert(*number), "{} is judged twice", number);
                }
                stream.settle(&learned.judge);
            }
        }
        Ok(asked)
    }

    fn page(&self, ask: Ask) -> History {
        let stored = self.numbered().filter(|(_, kind)| *kind != Kind::Nothing);
        let mut rest: Vec<_> =
            stored.filter(|(number, _)| ask.up_to.is_none_or(|up_to| *number <= up_to)).collect();
        let page = rest.split_off(rest.len().saturating_sub(PAGE));
        let entries = page
            .into_iter()
            .rev()
            .map(|(seq, kind)| Entry { seq, found: Some(self.found(seq, kind)) });
        History { complete: rest.is_empty(), entries: entries.collect() }
    }

    fn found(&self, seq: u64, kind: Kind) -> Found {
        let sent_at = BEGUN + (seq as i64 - self.begun as i64 - 1) * 1000;
        match kind {
            Kind::Recalled => Found::Gone(Gone::Recalled),
            Kind::Expired => Found::Gone(Gone::Expired),
            kind => Found::Present(Stored {
                seq,
                sender: Some("lee".into()),
                sent_at: Some(sent_at),
                system: kind == Kind::System,
                content: Content::of_text("hello"),
            }),
        }
    }
}

#[test]
fn a_flood_of_numbers_takes_no_more_room_than_it_should() {
    let now = Instant::now();
    let mut stream = Stream::new(BEGUN, now, &WAITS);
    let noted = (1..100_000u64).filter(|number| stream.note(number * 2)).count();
    assert!(noted < 300, "{noted} ranges");
    assert!(stream.note(1), "what fills a gap always finds room");
}

#[test]
fn a_question_without_an_answer_is_put_off_each_time_longer() {
    let start = Instant::now();
    let mut stream = Stream::new(BEGUN, start, &WAITS);
    let (mut now, mut waits) = (start, Vec::new());
    for _ in 0..6 {
        let asked = (0..).map(|second| now + Duration::from_secs(second));
        let at = asked.take(200).find(|at| stream.ask(*at).is_some());
        let at = at.unwrap_or_else(|| panic!("never asked again"));
        waits.push((at - now).as_secs());
        stream.fail(at, &WAITS);
        now = at;
    }
    assert_eq!(waits, [10, 10, 20, 40, 60, 60]);
}

#[test]
fn as_many_groups_as_there_is_room_for_are_all_followed_and_a_flood_finds_no_more_room() {
    let (seen, now) = (Seen::new(BEGUN, 3_600_000, WAITS), Instant::now());
    for group in 0..20_000 {
        seen.tell(&message_in(group), now);
    }
    assert_eq!(seen.len(), 20_000);
    for group in 20_000..60_000 {
        seen.tell(&message_in(group), now);
    }
    assert!((10_000..=20_000).contains(&seen.len()), "{} groups", seen.len());
}

fn message_in(group: u64) -> Message {
    let group_id = format!("@TGS#{group}");
    Message {
        app: "main".into(),
        key: MessageKey { sdk_app_id: 1, group_id, topic_id: None, seq: Some(1) },
        revision: 0,
        group_type: Some("Public".into()),
        sender: None,
        operator: None,
        sent_at: None,
        online_only: false,
        mentions: false,
        content: Content::empty(),
    }
}
