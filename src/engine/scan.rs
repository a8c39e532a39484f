//! A text and the compiled set: what was found where, before anybody judges it.

#[cfg(test)]
mod ungated;

use super::count::Count;
use super::detect::Detector;
use super::edge;
use super::fold::{Fold, Reading, Units};
use super::folded::Folded;
use super::glance::Glance;
use super::link::{self, LinkPattern};
use super::needs::{Literal, Needs};
use super::rule::{Disguises, On, Term};
use super::variants::{Shown, Spellings};
use super::vocabulary::{Found, Sighting, Target, Vocabulary, has_letters, is_telling};
use aho_corasick::AhoCorasick;
use regex::Regex;
use std::cell::RefCell;
use std::ops::Range;
use unicode_segmentation::{GraphemeCursor, GraphemeIncomplete};

/// More hits of one regex in one text say nothing more; they only cost time.
pub const MOST_MATCHES: usize = 1_000;

/// Everything that is searched for, under the numbers of the caller.
#[derive(Debug, Default)]
pub struct Searcher {
    vocabulary: Vocabulary,
    spellings: Spellings,
    literals: Option<AhoCorasick>,
    /// What the literals' patterns are, by their number.
    written: Vec<Written>,
    regexes: Vec<Pattern>,
    /// Regexes that no literal announces, by their number.
    unannounced: Vec<u32>,
    links: Vec<(Target, Vec<LinkPattern>)>,
    excused: Vec<(Target, Vec<LinkPattern>)>,
    detectors: Vec<(Target, Detector)>,
    counts: Vec<(Target, Count)>,
    /// Something waits for what a glance tells.
    glances: bool,
}

/// Everything that is searched for beside terms.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Terms whose characters may be written in other ways.
    pub spellings: Spellings,
    pub regexes: Vec<(Target, Regex, On)>,
    pub links: Vec<(Target, Vec<LinkPattern>)>,
    /// Links that lift what they hold.
    pub excused: Vec<(Target, Vec<LinkPattern>)>,
    pub detectors: Vec<(Target, Detector)>,
    pub counts: Vec<(Target, Count)>,
}

/// A regex and the digits without which it need not run.
#[derive(Debug)]
struct Pattern {
    target: Target,
    regex: Regex,
    on: On,
    digits: usize,
    /// How many sets of literals announce it; 0 for one that nothing announces.
    sets: u32,
}

/// Sets of literals are numbered through, so many for each regex.
const SETS: u32 = 4;

/// A term that is searched for as it is written.
#[derive(Debug)]
struct Written {
    target: Target,
    until: i64,
    open_start: bool,
    open_end: bool,
}

/// Buffers that live as long as their thread: judging a message allocates nothing of its own.
#[derive(Default)]
struct Scratch {
    fold: Fold,
    units: Units,
    shown: Shown,
    /// Sets of which a literal was seen.
    announced: Vec<u32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Searcher {
    /// # Errors
    /// When the literals are more than the automaton can hold.
    pub fn new(
        terms: &[(Target, &Term, Disguises)],
        wanted: Wanted,
    ) -> Result<Self, aho_corasick::BuildError> {
        let Wanted { spellings, regexes, links, excused, detectors, counts } = wanted;
        let as_written =
            |term: &Term, disguises| disguises == Disguises::None || !has_letters(&term.text);
        let (literals, folded): (Vec<_>, Vec<_>) =
            terms.iter().partition(|(_, term, disguises)| as_written(term, *disguises));
        let automaton = match literals.is_empty() {
            true => None,
            false => {
                Some(AhoCorasick::new(literals.iter().map(|(_, term, _)| term.text.as_str()))?)
            }
        };
        let written = literals.iter().map(|(target, term, _)| Written {
            target: *target,
            until: term.until.unwrap_or(i64::MAX),
            open_start: term.open_start,
            open_end: term.open_end,
        });
        let needs: Vec<Needs> =
            regexes.iter().map(|(_, regex, _)| Needs::of(regex.as_str())).collect();
        // What is common in clean text is not worth waiting for.
        let telling: Vec<Vec<&Vec<Literal>>> = needs
            .iter()
            .map(|needs| {
                needs.literals.iter().filter(|set| set.iter().all(|l| is_telling(&l.text)))
            })
            .map(Iterator::collect)
            .collect();
        let mut literals: Vec<(u32, &Literal)> = Vec::new();
        for (number, sets) in (0_u32..).zip(&telling) {
            for (set, all) in (number * SETS..).zip(sets) {
                literals.extend(all.iter().map(|literal| (set, literal)));
            }
        }
        let vocabulary = Vocabulary::new(folded, literals);
        let sets: Vec<u32> = telling.iter().map(|sets| sets.len() as u32).collect();
        let unannounced = (0_u32..).zip(&sets).filter(|(_, sets)| **sets == 0);
        let unannounced = unannounced.map(|(number, _)| number);
        let glances = !links.is_empty()
            || !excused.is_empty()
            || !detectors.is_empty()
            || needs.iter().any(|needs| needs.digits > 0);
        Ok(Self {
            written: written.collect(),
            literals: automaton,
            vocabulary,
            spellings: spellings.finish(),
            unannounced: unannounced.collect(),
            links,
            excused,
            detectors,
            counts,
            glances,
            regexes: regexes
                .into_iter()
                .zip(needs.iter().zip(sets))
                .map(|((target, regex, on), (needs, sets))| Pattern {
                    target,
                    regex,
                    on,
                    digits: needs.digits,
                    sets,
                })
                .collect(),
        })
    }

    /// Calls `each` for everything found in `text`, in no particular order; ranges lie on the borders
    /// of grapheme clusters.
    pub fn scan(&self, text: &str, at_ms: i64, mut each: impl FnMut(Sighting)) {
        let mut each = |target, range| each(Sighting { target, range: widen(text, range) });
        SCRATCH.with(|scratch| {
            // A caller that scans while it is told of a sighting gets buffers of its own.
            let mut own = Scratch::default();
            let mut shared = scratch.try_borrow_mut();
            let Scratch { fold, units, shown, announced } =
                shared.as_deref_mut().unwrap_or(&mut own);
            announced.clear();
            fold.fill(text, Reading::Plain);
            let glance = match self.glances {
                true => Glance::at(text, fold.notes()),
                false => Glance::default(),
            };
            self.vocabulary.search(text, fold, units, at_ms, |found| match found {
                Found::Term(sighting) => each(sighting.target, sighting.range),
                Found::Literal(number) => announced.push(number),
            });
            announced.sort_unstable();
            announced.dedup();
            self.spellings.search(text, units, shown, at_ms, &mut each);
            self.scan_regexes(text, announced, glance.digits, &mut each);
            self.scan_shapes(text, glance, &mut each);
        });
        self.scan_literals(text, at_ms, &mut each);
    }

    /// Runs the regexes that can match at all: hits come from the pattern as it was written.
    fn scan_regexes(
        &self,
        text: &str,
        announced: &[u32],
        digits: usize,
        each: &mut impl FnMut(Target, Range<usize>),
    ) {
        if self.unannounced.is_empty() && announced.is_empty() {
            return;
        }
        let mut folded = None;
        // All sets of a regex stand side by side: it is announced where none is missing.
        let announced = announced.chunk_by(|a, b| a / SETS == b / SETS).filter_map(|sets| {
            let number = sets[0] / SETS;
            (sets.len() as u32 == self.regexes[number as usize].sets).then_some(number)
        });
        for number in self.unannounced.iter().copied().chain(announced) {
            let pattern = &self.regexes[number as usize];
            if pattern.on == On::Folded {
                let folded = folded.get_or_insert_with(|| Folded::of(text));
                let found = pattern.regex.find_iter(&folded.text).filter(|found| !found.is_empty());
                found
                    .take(MOST_MATCHES)
                    .for_each(|found| each(pattern.target, folded.original(found.range())));
            } else if pattern.digits <= digits {
                let found = pattern.regex.find_iter(text).filter(|found| !found.is_empty());
                found.take(MOST_MATCHES).for_each(|found| each(pattern.target, found.range()));
            }
        }
    }

    /// Links, detectors and counts.
    fn scan_shapes(&self, text: &str, glance: Glance, each: &mut impl FnMut(Target, Range<usize>)) {
        let links = !self.links.is_empty() || !self.excused.is_empty();
        for link in if links && glance.link { link::search(text) } else { Vec::new() } {
            let meant = |patterns: &[LinkPattern]| patterns.iter().any(|it| it.matches(&link));
            let caught = self.links.iter().filter(|(_, patterns)| meant(patterns));
            caught.for_each(|(target, _)| each(*target, link.range.clone()));
            let led = |patterns: &[LinkPattern]| patterns.iter().any(|it| it.excuses(&link));
            let lifted = self.excused.iter().filter(|(_, patterns)| led(patterns));
            lifted.for_each(|(target, _)| each(*target, link.range.clone()));
        }
        if !self.detectors.is_empty() {
            let (mut found, mut cells) = (Vec::new(), None);
            for (target, detector) in &self.detectors {
                detector.find_with(text, glance.facts, &mut cells, &mut found);
                found.drain(..).for_each(|range| each(*target, range));
            }
        }
        for (target, count) in &self.counts {
            count.find(text, |range| each(*target, range));
        }
    }

    fn scan_literals(&self, text: &str, at_ms: i64, each: &mut impl FnMut(Target, Range<usize>)) {
        let Some(literals) = &self.literals else { return };
        for found in literals.find_overlapping_iter(text) {
            let written = &self.written[found.pattern().as_usize()];
            if at_ms < written.until && written.stands_alone(text, &found.range()) {
                each(written.target, found.range());
            }
        }
    }
}

impl Written {
    fn stands_alone(&self, text: &str, range: &Range<usize>) -> bool {
        let word = &text[range.clone()];
        let (Some(first), Some(last)) = (word.chars().next(), word.chars().next_back()) else {
            return false;
        };
        let before = text[..range.start].chars().next_back();
        let after = text[range.end..].chars().next();
        (self.open_start || edge::may_start(before, first, word.chars().count()))
            && (self.open_end || edge::may_end(last, after))
    }
}

/// The smallest range of whole grapheme clusters around `range`.
pub fn widen(text: &str, range: Range<usize>) -> Range<usize> {
    let start = border(text, range.start, false);
    start..border(text, range.end, true)
}

fn border(text: &str, at: usize, forward: bool) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    let next = |cursor: &mut GraphemeCursor| -> Result<Option<usize>, GraphemeIncomplete> {
        if cursor.is_boundary(text, 0)? {
            return Ok(Some(at));
        }
        if forward { cursor.next_boundary(text, 0) } else { cursor.prev_boundary(text, 0) }
    };
    // The whole text is given at once, so the cursor never asks for more of it.
    next(&mut cursor).ok().flatten().unwrap_or(at)
}
