//! What a judgement costs: `cargo bench --bench engine`. Ratios inside one run are what counts.
//!
//! Beside the engine runs what it is compared with: a bare, case-insensitive Aho-Corasick search of the same
//! terms, which sees through nothing, and UTF-8 validation of the same text.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use chat_automod::engine::{Ruleset, Sources, compile};
use chat_automod::message::{Content, Message, MessageKey};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn word(&mut self) -> String {
        const PARTS: [&str; 24] = [
            "bra", "cho", "den", "fil", "gor", "hus", "jek", "kam", "lor", "mun", "nex", "pol",
            "qua", "rig", "sto", "tur", "vex", "wim", "yal", "zon", "thu", "sha", "cri", "dru",
        ];
        (0..2 + self.below(3)).map(|_| PARTS[self.below(PARTS.len())]).collect()
    }

    fn han(&mut self, length: usize) -> String {
        (0..length).filter_map(|_| char::from_u32(0x4E00 + self.below(6_000) as u32)).collect()
    }

    fn hangul(&mut self, length: usize) -> String {
        (0..length).filter_map(|_| char::from_u32(0xAC00 + self.below(11_172) as u32)).collect()
    }
}

/// Terms as lists have them: most of them Chinese, some Korean, the rest Latin.
fn terms(count: usize) -> Vec<String> {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let term = |dice: &mut Dice, n: usize| match n % 10 {
        0..5 => {
            let length = 2 + dice.below(3);
            dice.han(length)
        }
        5 => {
            let length = 3 + dice.below(2);
            dice.hangul(length)
        }
        _ => dice.word(),
    };
    (0..count).map(|n| term(&mut dice, n)).collect()
}

fn ruleset(terms: &[String]) -> Ruleset {
    let yaml = "rules:\n  - id: list\n    mode: enforce\n    match: { words_from: list.txt, disguises: heavy }\n    action: { mask: stars }\n";
    let sources = Sources::of([("rules.yaml", yaml.to_owned()), ("list.txt", terms.join("\n"))]);
    match compile(&sources) {
        Ok(compiled) => compiled.ruleset,
        Err(faults) => panic!("{}", faults.render(&sources, false)),
    }
}

const ENGLISH: &str = "Good morning everyone, shall we meet at the station before the concert? I can bring some coffee and the tickets you asked for. ";
const CHINESE: &str = "大家早上好，我们在车站见面然后一起去听音乐会吧，我带咖啡和你们要的票，别忘了带伞，听说下午会下雨。";
const KOREAN: &str =
    "여러분 좋은 아침입니다, 공연 전에 역에서 만나요. 커피랑 표는 제가 가져갈게요. ";

/// Texts of about this size, most of them English and Chinese.
fn mix(size: usize) -> Vec<String> {
    let source = [ENGLISH, CHINESE, ENGLISH, CHINESE, ENGLISH, KOREAN];
    (0..24)
        .map(|n| {
            let text = source[n % source.len()];
            let long: String = text.chars().cycle().skip(n * 5).take(size).collect();
            let mut end = size.min(long.len());
            while !long.is_char_boundary(end) {
                end -= 1;
            }
            long[..end].to_owned()
        })
        .collect()
}

fn message(text: &str) -> Message {
    Message {
        app: String::new(),
        key: MessageKey { sdk_app_id: 1, group_id: String::new(), topic_id: None, seq: None },
        revision: 0,
        group_type: None,
        sender: None,
        operator: None,
        sent_at: None,
        online_only: false,
        mentions: false,
        content: Content::of_text(text),
    }
}

fn clean(criterion: &mut Criterion) {
    for count in [10_000, 100_000] {
        let terms = terms(count);
        let rules = ruleset(&terms);
        let bare = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&terms)
            .expect("it is built");
        for size in [60, 2_000, 12_000] {
            let texts = mix(size);
            let messages: Vec<Message> = texts.iter().map(|text| message(text)).collect();
            let mut group =
                criterion.benchmark_group(format!("{count} terms, {size} bytes, 24 messages"));
            group.bench_function(BenchmarkId::from_parameter("judge"), |b| {
                b.iter(|| {
                    messages.iter().map(|m| rules.judge(black_box(m), 0).hits.len()).sum::<usize>()
                })
            });
            group.bench_function(BenchmarkId::from_parameter("bare Aho-Corasick"), |b| {
                b.iter(|| texts.iter().map(|t| bare.find_iter(black_box(t)).count()).sum::<usize>())
            });
            group.bench_function(BenchmarkId::from_parameter("UTF-8 validation"), |b| {
                b.iter(|| {
                    texts
                        .iter()
                        .filter(|t| std::str::from_utf8(black_box(t.as_bytes())).is_ok())
                        .count()
                })
            });
            group.finish();
        }
    }
}

/// Texts made to cost: 12 KB should cost about four times what 3 KB cost.
fn worst(criterion: &mut Criterion) {
    let terms = terms(10_000);
    let rules = ruleset(&terms);
    let joined = terms.join(" ");
    for (name, unit) in [
        ("one letter", "a"),
        ("stars", "a*"),
        ("marks", "a@$!"),
        ("zalgo", "a\u{301}\u{302}"),
        ("spaced", "b r a "),
        ("terms", joined.as_str()),
    ] {
        let mut group = criterion.benchmark_group(format!("worst case: {name}"));
        for size in [3_000, 12_000] {
            let text: String = unit.chars().cycle().take(size).collect();
            let mut end = size;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let message = message(&text[..end]);
            group.bench_function(BenchmarkId::from_parameter(size), |b| {
                b.iter(|| rules.judge(black_box(&message), 0).hits.len())
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30).measurement_time(std::time::Duration::from_secs(3));
    targets = clean, worst
}
criterion_main!(benches);
