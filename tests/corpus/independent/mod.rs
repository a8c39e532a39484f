//! A second corpus by another hand: other words, other disguises, other sentences, other innocents.
//!
//! Written from the rule language's promises alone, with no look at the engine nor at the first corpus,
//! so that the two do not share one author's blind spots. Same promise: the same seed gives the same texts.

pub mod alphabets;
pub mod carriers;
pub mod chinese;
pub mod english;
pub mod innocents;
pub mod korean;
pub mod prose;
pub mod vocabulary;

use super::dice::Dice;
use super::spelled::Spelled;
use super::terms::{Term, plain};
use super::{Class, Level, Probe, Tongue};

/// All classes: English, Chinese, Korean.
pub fn classes() -> Vec<Class> {
    let mut classes = english::classes();
    classes.extend(chinese::classes());
    classes.extend(korean::classes());
    classes
}

/// Every class over every word of its language, `each` times in different sentences.
pub fn probes(classes: &[Class], each: usize, seed: u64) -> Vec<Probe> {
    let mut probes = Vec::new();
    for (number, class) in classes.iter().enumerate() {
        for word in vocabulary::of(class.tongue) {
            let mut dice = Dice::new(seed).fork("independent").fork(class.name).fork(word);
            for _ in 0..each {
                let Some(spelled) = (class.write)(&plain(word), &mut dice) else { continue };
                if spelled.text() == word {
                    continue;
                }
                let carrier = carriers::fitting(class.tongue, word, &spelled, &mut dice);
                let (text, offence) = spelled.inside(carrier);
                probes.push(Probe { class: number, term: word, text, offence });
            }
        }
    }
    probes
}

/// What no level promises to see through: letters drawn with several marks, and two of them hidden.
const BEYOND: [&str; 2] = ["strokes for letters", "two starred out"];

/// A class of one language and level.
fn class(
    tongue: Tongue,
    level: Level,
    name: &'static str,
    write: fn(&Term, &mut Dice) -> Option<Spelled>,
) -> Class {
    Class { name, tongue, level, promised: !BEYOND.contains(&name), write }
}
