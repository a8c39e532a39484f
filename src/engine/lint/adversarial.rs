//! Texts made to cost: what any regex may stumble over, and what comes near to matching this one.

use super::super::pattern;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Bytes of each text: the longest message.
const LENGTH: usize = 12 * 1024;
/// Characters of a pattern that are repeated by themselves.
const MOST_RUNS: usize = 6;
/// A repetition is written out so often at most.
const MOST_TIMES: usize = 64;

/// The texts for one pattern, each of about [`LENGTH`] bytes, the same for the same pattern.
pub fn texts(text: &str) -> Vec<String> {
    let mut units: Vec<String> = [
        "a",
        "1",
        " ",
        "a ",
        "我们在车站见面",
        "나는 오늘 집에 있다 ",
        "The quick brown fox, 12:30. ",
    ]
    .map(str::to_owned)
    .to_vec();
    if let Some(hir) = pattern::parse(text) {
        let mut runs = Vec::new();
        characters(&hir, &mut runs);
        units.push(in_disorder(&runs));
        runs.truncate(MOST_RUNS);
        units.extend(runs.into_iter().map(String::from));
        for times in [1, MOST_TIMES] {
            let mut near = String::new();
            example(&hir, times, &mut near);
            // What lacks its end is no match, and all of it must be read to know that.
            near.pop();
            units.push(format!("{near} "));
            units.push(near);
        }
    }
    units.retain(|unit| !unit.is_empty());
    units.dedup();
    let fill = |unit: &String| unit.repeat(LENGTH.div_ceil(unit.len()));
    units.iter().map(fill).collect()
}

/// The characters of a pattern among a few others, in an order that does not repeat itself: what a search has
/// learnt of one part is of no use in the next.
fn in_disorder(characters: &[char]) -> String {
    let all: Vec<char> = characters.iter().copied().chain(['a', '1', ' ']).collect();
    let mut dice: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut out = String::new();
    while out.len() < LENGTH {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        out.extend(all.get((dice >> 33) as usize % all.len()));
    }
    out
}

/// A text that matches: of alternatives the last, of classes one character, repetitions as often as asked.
fn example(hir: &Hir, times: usize, out: &mut String) {
    if out.len() >= LENGTH {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(member(class)),
        HirKind::Capture(capture) => example(&capture.sub, times, out),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.map_or(times, |max| times.min(max as usize));
            let count = most.max((repetition.min as usize).min(LENGTH));
            (0..count).for_each(|_| example(&repetition.sub, times, out));
        }
        HirKind::Concat(parts) => parts.iter().for_each(|part| example(part, times, out)),
        HirKind::Alternation(parts) => {
            parts.last().into_iter().for_each(|part| example(part, times, out));
        }
    }
}

/// The characters that a pattern speaks of, each once, classes by one of theirs.
fn characters(hir: &Hir, out: &mut Vec<char>) {
    let mut put = |c: char| {
        if !out.contains(&c) {
            out.push(c);
        }
    };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().for_each(put),
        HirKind::Class(class) => member(class).into_iter().for_each(&mut put),
        HirKind::Capture(capture) => characters(&capture.sub, out),
        HirKind::Repetition(repetition) => characters(&repetition.sub, out),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|part| characters(part, out));
        }
    }
}

/// One character of a class; a letter or digit of ASCII if it has one.
fn member(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else { return Some('a') };
    let has = |c: &char| class.ranges().iter().any(|r| (r.start()..=r.end()).contains(c));
    let plain = ('a'..='z').chain('0'..='9').find(has);
    plain.or_else(|| class.ranges().first().map(|range| range.start()))
}
