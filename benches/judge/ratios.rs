//! The judgement against other ways to treat the same text: interleaved, medians, in one run.

use super::corpus::ruleset;
use super::material::{Material, Messages, SIZES, Set, load};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

const ROUNDS: usize = 15;

type Work<'a> = Box<dyn Fn(&str, usize) + 'a>;

/// The processor's time this thread has had: what else runs on the machine counts for little.
pub fn cpu_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.try_into().unwrap_or(0), now.tv_nsec.try_into().unwrap_or(0))
}

/// Median nanoseconds a message of every way, taken in turns so that all suffer the same disturbances.
pub fn medians(messages: &Messages, ways: &[Work<'_>]) -> Vec<f64> {
    let mut times = vec![Vec::new(); ways.len()];
    for _ in 0..ROUNDS {
        for (way, times) in ways.iter().zip(&mut times) {
            messages.texts.iter().enumerate().for_each(|(number, text)| way(text, number));
            let began = cpu_time();
            messages.texts.iter().enumerate().for_each(|(number, text)| way(text, number));
            times.push((cpu_time() - began).as_nanos() as f64 / messages.texts.len().max(1) as f64);
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    times.into_iter().map(median).collect()
}

fn judge<'a>(set: &'a Set, messages: &'a Messages) -> Work<'a> {
    Box::new(|_, number| _ = black_box(set.rules.judge(black_box(&messages.all[number]), 0)))
}

fn plain_search(set: &Set) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .ascii_case_insensitive(true)
        .build(&set.terms)
        .ok()
}

fn loaded(out: &mut String, name: &str, set: &Set, goal: &str) {
    let (seconds, megabytes) = (set.compiled_in.as_secs_f64(), set.megabytes);
    _ = writeln!(out, "compiled {name} in {seconds:.2} s, {megabytes:.0} MB   {goal}");
}

pub fn print(material: &Material) -> String {
    let mut out = String::new();
    for (name, set, goal) in [
        ("10,000 terms", &material.small, ""),
        ("with all else", &material.full, ""),
        ("100,000 terms", &material.large, "goal: under 1 s, under 100 MB"),
    ] {
        loaded(&mut out, name, set, goal);
    }
    if let Ok(largest) = load(1_000_000) {
        loaded(&mut out, "1,000,000 terms", &largest, "goal: under 10 s");
    }
    let Some(plain) = plain_search(&material.small) else { return out };
    for (kind, sizes) in [("mix", &material.mix), ("Chinese", &material.chinese)] {
        for (size, messages) in SIZES.iter().zip(sizes.iter()) {
            let ways: [Work<'_>; 7] = [
                judge(&material.full, messages),
                judge(&material.small, messages),
                judge(&material.large, messages),
                Box::new(|text, _| {
                    _ = black_box(plain.find_iter(black_box(text.as_bytes())).count())
                }),
                Box::new(|text, _| {
                    _ = black_box(rustrict::Censor::from_str(black_box(text)).analyze())
                }),
                Box::new(|text, _| {
                    let cured = decancer::cure(black_box(text), decancer::Options::default());
                    _ = black_box(cured.map(|cured| plain.find_iter(cured.as_bytes()).count()));
                }),
                Box::new(|text, _| _ = black_box(std::str::from_utf8(black_box(text.as_bytes())))),
            ];
            let t = medians(messages, &ways);
            _ = writeln!(
                out,
                "\n{kind}, {size} bytes, {} messages; ns a message\n  full judgement {:.0} · terms only {:.0} · 100,000 terms {:.0} · plain Aho-Corasick {:.0} · rustrict {:.0} · decancer + Aho-Corasick {:.0} · UTF-8 validation {:.0}",
                messages.texts.len(),
                t[0],
                t[1],
                t[2],
                t[3],
                t[4],
                t[5],
                t[6]
            );
            let mut row = |what: &str, ratio: f64, goal: &str| {
                _ = writeln!(out, "  {what:46} {ratio:8.2}   {goal}")
            };
            if *size == 60 {
                row("full judgement / plain Aho-Corasick", t[0] / t[3], "must 0.8, aim 0.3");
                row("terms only / plain Aho-Corasick", t[1] / t[3], "");
                row("rustrict / full judgement", t[4] / t[0], "at least 60");
                row("decancer + Aho-Corasick / full judgement", t[5] / t[0], "at least 10");
            } else {
                row("full judgement / UTF-8 validation", t[0] / t[6], "must 5, aim 2");
                row("terms only / UTF-8 validation", t[1] / t[6], "");
            }
            row("100,000 terms / 10,000 terms", t[2] / t[1], "must 2");
        }
    }
    out
}

/// Median milliseconds for one text.
pub fn milliseconds(set: &Set, text: &str) -> f64 {
    let messages = Messages { all: vec![ruleset::message(text)], texts: vec![text.to_owned()] };
    medians(&messages, &[judge(set, &messages)])[0] / 1e6
}
