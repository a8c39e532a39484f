//! Disguised offences and innocent texts, made up the same way on every machine, and what a rule set makes
//! of them. Shared by the test, the table (`cargo run --example corpus`) and the benches.
//!
//! Holds no expectation of how the engine works: a probe is a text, the span of its offence, and the
//! level that promises to see through it. Promise: the same seed gives the same texts.
#![allow(dead_code)] // each of the three programs uses its part of it

pub mod add_ons;
pub mod chinese;
pub mod dice;
pub mod english;
pub mod independent;
pub mod innocents;
pub mod korean;
pub mod measure;
pub mod ruleset;
pub mod spelled;
pub mod table;
pub mod terms;

use dice::Dice;
use spelled::Spelled;
use std::fmt;
use std::ops::Range;
use terms::Term;

/// The language of a term and of the sentence around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tongue {
    English,
    Chinese,
    Korean,
}

impl Tongue {
    pub const ALL: [Self; 3] = [Self::English, Self::Chinese, Self::Korean];
}

/// What promises to see through a disguise: a level, or an add-on by its key and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Simple,
    Heavy,
    AddOn(&'static str, &'static str),
}

impl Level {
    pub const ALL: [Self; 11] = [
        Self::Simple,
        Self::Heavy,
        Self::AddOn("sounds", "pinyin"),
        Self::AddOn("sounds", "pinyin_initials"),
        Self::AddOn("sounds", "homophones"),
        Self::AddOn("sounds", "choseong"),
        Self::AddOn("shapes", "split"),
        Self::AddOn("keyboard", "dubeolsik"),
        Self::AddOn("typos", "swapped"),
        Self::AddOn("typos", "dropped"),
        Self::AddOn("typos", "reversed"),
    ];
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Simple => "simple",
            Self::Heavy => "heavy",
            Self::AddOn(_, name) => name,
        })
    }
}

/// One way to write a term so that a plain search misses it.
pub struct Class {
    pub name: &'static str,
    pub tongue: Tongue,
    pub level: Level,
    /// Whether the level promises it. What no level promises is measured all the same, apart.
    pub promised: bool,
    /// `None` where the disguise does nothing to this term.
    pub write: fn(&Term, &mut Dice) -> Option<Spelled>,
}

/// A sentence with one disguised term in it.
#[derive(Debug, Clone)]
pub struct Probe {
    pub class: usize,
    pub term: &'static str,
    pub text: String,
    /// Bytes of the offence in `text`.
    pub offence: Range<usize>,
}

/// All classes: English, Chinese, Korean, then the add-ons.
pub fn classes() -> Vec<Class> {
    let mut classes = english::simple();
    classes.extend(english::heavy());
    classes.extend(chinese::classes());
    classes.extend(korean::classes());
    classes.extend(add_ons::classes());
    classes
}

/// Every class over every term of its language, `each` times in different sentences.
pub fn probes(classes: &[Class], each: usize, seed: u64) -> Vec<Probe> {
    let mut probes = Vec::new();
    for (number, class) in classes.iter().enumerate() {
        for term in terms::of(class.tongue) {
            let mut dice = Dice::new(seed).fork(class.name).fork(term.text);
            for _ in 0..each {
                let Some(spelled) = (class.write)(term, &mut dice) else { continue };
                if spelled.text() != term.text {
                    let carrier = dice.pick(terms::carriers(class.tongue));
                    let (text, offence) = spelled.inside(carrier);
                    probes.push(Probe { class: number, term: term.text, text, offence });
                }
            }
        }
    }
    probes
}
