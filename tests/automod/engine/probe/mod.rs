//! Links and personal data that nobody listed: made up and disguised, and texts that only look like them.
//!
//! Holds no list of what the engine knows; the floors stand in `docs/rules.md`. The same seed gives the same
//! texts.

mod contact;
mod innocent;
mod link;
mod number;

use crate::disguises::corpus::dice::Dice;
use crate::disguises::corpus::independent;
use crate::disguises::corpus::innocents::Group;
use chat_automod::engine::detect::Detector;
use std::fmt::Write;
use std::ops::Range;

/// A way to write something.
struct Way {
    name: &'static str,
    write: fn(&mut Dice) -> String,
}

const EACH: usize = 40;
const CARRIERS: [&str; 6] =
    ["{}", "please {} now", "有事 {} 找我", "여기 {} 입니다", "see ({}), ok", "> {}\nbye"];

fn inside(carrier: &str, what: &str) -> (String, Range<usize>) {
    let at = carrier.find("{}").unwrap_or_default();
    (carrier.replacen("{}", what, 1), at..at + what.len())
}

/// How many are found, of how many, and a line for each that is not.
type Told = (usize, usize, String);

fn recall(ways: &[Way], find: impl Fn(&str) -> Vec<Range<usize>>) -> Told {
    let (mut all, mut found, mut missed) = (0, 0, String::new());
    for way in ways {
        let mut dice = Dice::new(11).fork(way.name);
        for _ in 0..EACH {
            let what = (way.write)(&mut dice);
            let (text, span) = inside(dice.pick(&CARRIERS), &what);
            let hit = find(&text).iter().any(|hit| hit.start < span.end && span.start < hit.end);
            (all, found) = (all + 1, found + usize::from(hit));
            if !hit {
                _ = writeln!(missed, "{}: {text:?}", way.name);
            }
        }
    }
    (found, all, missed)
}

/// Whether one of the corpus' clean texts has a link or a number in it after all.
fn tells_openly(text: &str) -> bool {
    ["://", "www.", "+1 (555)"].iter().any(|sign| text.contains(sign))
}

/// How many innocents are hit, of how many, and which.
fn false_hits(find: impl Fn(&str) -> Vec<Range<usize>>) -> Told {
    let mut texts = innocent::texts(60);
    let prose = |group: Group| group.texts.into_iter().filter(|text| !tells_openly(text));
    texts.extend(independent::innocents::groups(100, 11).into_iter().flat_map(prose));
    let (mut hit, mut told) = (0, String::new());
    for text in &texts {
        let found = find(text);
        if !found.is_empty() {
            hit += 1;
            let parts: Vec<&str> = found.into_iter().map(|range| &text[range]).collect();
            _ = writeln!(told, "{parts:?} in {text:?}");
        }
    }
    (hit, texts.len(), told)
}

/// Both shares in per cent: at least so many found, at most so many innocents hit.
fn holds(
    what: &str,
    ways: &[Way],
    least: f64,
    most: f64,
    find: impl Fn(&str) -> Vec<Range<usize>>,
) {
    let share = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    let ((found, all, missed), (hit, texts, told)) = (recall(ways, &find), false_hits(&find));
    let told = format!(
        "{what}: {:.1} % of {all} found (floor {least}), {hit} of {texts} innocents hit (ceiling {most} %)\n{missed}{told}",
        share(found, all)
    );
    println!("{told}");
    assert!(share(found, all) >= least && share(hit, texts) <= most, "{told}");
}

fn detected(detector: Detector) -> impl Fn(&str) -> Vec<Range<usize>> {
    move |text| {
        let mut ranges = Vec::new();
        detector.find(text, &mut ranges);
        ranges
    }
}

#[test]
fn phones() {
    holds("phone", &number::PHONES, 98.0, 0.1, detected(Detector::Phone));
}

#[test]
fn cards() {
    holds("card", &number::CARDS, 98.0, 0.1, detected(Detector::Card));
}

#[test]
fn resident_numbers() {
    holds("resident_number", &number::RESIDENTS, 98.0, 0.1, detected(Detector::ResidentNumber));
}

#[test]
fn emails() {
    holds("email", &contact::EMAILS, 98.0, 0.1, detected(Detector::Email));
}

#[test]
fn contact_handles() {
    holds("contact_handle", &contact::HANDLES, 93.0, 0.1, detected(Detector::ContactHandle));
}

#[test]
fn links() {
    let sure = |text: &str| {
        let links = chat_automod::engine::link::find(text).into_iter();
        links.filter(|link| link.sure).map(|link| link.range).collect()
    };
    holds("links: any", &link::LINKS, 95.0, 0.1, sure);
}
