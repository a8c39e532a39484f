//! What it costs a webhook to note its message's number, with as many groups as are followed at most, while several
//! threads do so and the reconciler looks who is due: is the lock they share worth replacing?
//!
//! `cargo bench --bench seen`. Prints; asserts nothing.

use chat_automod::message::{Content, Message, MessageKey, TextKeys};
use chat_automod::reconciler::{Seen, Waits};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const GROUPS: u64 = 20_000;
const THREADS: u64 = 4;
const MESSAGES: u64 = 100_000;

fn main() {
    // `cargo test` runs benches too, without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("seen: skipped, run it by `cargo bench --bench seen`");
        return;
    }
    let second = Duration::from_secs(1);
    let waits = Waits { after: 10 * second, quiet: 60 * second, poll: 5 * second };
    let seen = Seen::new(0, 3_600_000, waits);
    for group in 0..GROUPS {
        seen.tell(&message(group, 1), tokio::time::Instant::now());
    }
    let over = AtomicBool::new(false);
    let (mut took, mut looks) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        let looker = scope.spawn(|| {
            let mut looks = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let began = Instant::now();
                seen.due(tokio::time::Instant::now());
                looks.push(began.elapsed());
                std::thread::sleep(Duration::from_millis(250));
            }
            looks
        });
        let talkers: Vec<_> = (0..THREADS)
            .map(|from| {
                scope.spawn({
                    let seen = &seen;
                    move || talk(seen, from)
                })
            })
            .collect();
        for talker in talkers {
            took.extend(talker.join().unwrap_or_default());
        }
        over.store(true, Ordering::Relaxed);
        looks = looker.join().unwrap_or_default();
    });
    took.sort_unstable();
    let share = |of: f64| took[((took.len() - 1) as f64 * of) as usize];
    println!("{THREADS} threads, {GROUPS} groups, {} messages", took.len());
    println!(
        "a message: p50 {:?}, p99 {:?}, p99.9 {:?}, longest {:?}",
        share(0.5),
        share(0.99),
        share(0.999),
        share(1.0)
    );
    println!("a look at who is due: longest {:?}", looks.iter().max());
}

/// Tells and notes messages of groups all over; how long each took.
fn talk(seen: &Seen, from: u64) -> Vec<Duration> {
    let mut took = Vec::new();
    for nth in 0..MESSAGES / THREADS {
        let message = message((nth * 7919 + from) % GROUPS, 2 + nth);
        let began = Instant::now();
        seen.tell(&message, tokio::time::Instant::now());
        seen.note(&message.key);
        took.push(began.elapsed());
    }
    took
}

fn message(group: u64, seq: u64) -> Message {
    Message {
        app: "main".into(),
        key: MessageKey {
            sdk_app_id: 1,
            group_id: format!("@TGS#{group}"),
            topic_id: None,
            seq: Some(seq),
        },
        revision: 0,
        group_type: Some("Public".into()),
        sender: None,
        operator: None,
        sent_at: None,
        online_only: false,
        mentions: false,
        content: Content::new("[]", None, &TextKeys::default()).unwrap_or_else(|_| unreachable!()),
    }
}
