//! The table of classes × levels, and of innocents × levels, as people read it.

use super::innocents::{Group, made_up, written};
use super::measure::{Tally, goal, probe};
use super::{Class, Level, Probe, Tongue, ruleset};
use chat_automod::engine::Ruleset;
use std::fmt::Write;
use std::ops::Range;

/// A level and its rule set.
pub struct Offered {
    pub level: Level,
    pub rules: Ruleset,
}

/// The two levels of disguises over these words.
///
/// # Errors
/// What the engine has against the rules.
pub fn levels(words: &[&str]) -> Result<Vec<Offered>, String> {
    let offered = |level| ruleset::of(words, level).map(|rules| Offered { level, rules });
    [Level::Simple, Level::Heavy].into_iter().map(offered).collect()
}

/// All levels.
///
/// # Errors
/// What the engine has against the rules.
pub fn offered() -> Result<Vec<Offered>, String> {
    let offered = |level| ruleset::at(level).map(|rules| Offered { level, rules });
    Level::ALL.into_iter().map(offered).collect()
}

/// A probe that was missed, or hit in the wrong place.
pub struct Miss {
    pub level: Level,
    pub class: usize,
    pub text: String,
    pub offence: Range<usize>,
    /// Empty where it was missed.
    pub hits: Vec<Range<usize>>,
}

/// What each level made of each class that it promises to see through, or might.
pub struct Recall {
    pub tallies: Vec<Vec<Option<Tally>>>,
    pub misses: Vec<Miss>,
}

/// Judges all probes by every level that promises to see through them: `heavy` also through what `simple` does.
pub fn recall(classes: &[Class], probes: &[Probe], offered: &[Offered]) -> Recall {
    let mut tallies = vec![vec![None; offered.len()]; classes.len()];
    let mut misses = Vec::new();
    for (column, Offered { level, rules }) in offered.iter().enumerate() {
        let promised = |class: &Class| {
            *level == class.level || *level == Level::Heavy && class.level == Level::Simple
        };
        for one in probes.iter().filter(|one| promised(&classes[one.class])) {
            let (tally, hits) = probe(rules, one);
            *tallies[one.class][column].get_or_insert_with(Tally::default) += tally;
            if tally.exact == 0 {
                let (class, text, offence) = (one.class, one.text.clone(), one.offence.clone());
                misses.push(Miss { level: *level, class, text, offence, hits });
            }
        }
    }
    Recall { tallies, misses }
}

impl Recall {
    /// Over all classes of a language that the level itself promises.
    pub fn of(
        &self,
        classes: &[Class],
        offered: &[Offered],
        level: Level,
        tongue: Tongue,
    ) -> Tally {
        self.over(classes, offered, level, tongue, |class| class.promised)
    }

    /// The same over some of the classes, whatever the level says of them.
    pub fn over(
        &self,
        classes: &[Class],
        offered: &[Offered],
        level: Level,
        tongue: Tongue,
        taken: impl Fn(&Class) -> bool,
    ) -> Tally {
        let column = offered.iter().position(|offered| offered.level == level);
        let mut sum = Tally::default();
        for (number, class) in classes.iter().enumerate() {
            let counts = taken(class)
                && class.tongue == tongue
                && (class.level == level || level == Level::Heavy && class.level == Level::Simple);
            if let (true, Some(tally)) =
                (counts, column.and_then(|column| self.tallies[number][column]))
            {
                sum += tally;
            }
        }
        sum
    }

    pub fn print(&self, classes: &[Class], offered: &[Offered]) -> String {
        let mut out = format!("{:32} {:8} {:15}", "class", "", "level");
        let shown: Vec<usize> =
            (0..offered.len()).filter(|i| !matches!(offered[*i].level, Level::AddOn(..))).collect();
        shown.iter().for_each(|i| _ = write!(out, " {:>20}", offered[*i].level.to_string()));
        out.push_str("               add-on\n");
        for (number, class) in classes.iter().enumerate() {
            _ = write!(
                out,
                "{:32} {:8} {:15}",
                class.name,
                format!("{:?}", class.tongue),
                if class.promised { class.level.to_string() } else { "not promised".into() }
            );
            let own = offered
                .iter()
                .position(|o| o.level == class.level && matches!(o.level, Level::AddOn(..)));
            for cell in shown.iter().copied().map(Some).chain([own]) {
                let tally = cell.and_then(|column| self.tallies[number][column]);
                let text = tally.map_or("-".into(), |t| {
                    format!("{:.1} ({}) {:.0}", t.recall(), t.probes, t.exactness())
                });
                _ = write!(out, " {text:>20}");
            }
            out.push('\n');
        }
        out.push_str("\nrecall in per cent (probes) and the share of spans equal to the offence\n");
        for Offered { level, .. } in offered {
            for tongue in Tongue::ALL {
                let tally = self.of(classes, offered, *level, tongue);
                if tally.probes > 0 {
                    let (name, goal) = (level.to_string(), goal(*level, tongue));
                    _ = writeln!(
                        out,
                        "{name:16} {:8} found {:6.2} (must {:.1})   spans {:6.2} (must {:.0})   of {}",
                        format!("{tongue:?}"),
                        tally.recall(),
                        goal.recall,
                        tally.exactness(),
                        goal.exactness,
                        tally.probes
                    );
                    let all = self.over(classes, offered, *level, tongue, |_| true);
                    if all.probes > tally.probes {
                        _ = writeln!(
                            out,
                            "{:16} {:8} found {:6.2} with what is not promised, of {}",
                            "",
                            "",
                            all.recall(),
                            all.probes
                        );
                    }
                }
            }
        }
        out
    }
}

/// Innocent texts that were hit, by group and level.
pub struct FalseHits {
    pub groups: Vec<(&'static str, usize)>,
    pub hits: Vec<Vec<usize>>,
    pub texts: Vec<(Level, &'static str, String, Vec<Range<usize>>)>,
}

/// All innocent texts: those written by hand, and `each` of every kind made up.
pub fn innocents(each: usize, seed: u64) -> Vec<Group> {
    let mut groups = written();
    groups.extend(made_up(each, seed));
    groups
}

pub fn false_hits(groups: &[Group], offered: &[Offered]) -> FalseHits {
    let mut hits = vec![vec![0; offered.len()]; groups.len()];
    let mut texts = Vec::new();
    for (row, group) in groups.iter().enumerate() {
        for text in &group.texts {
            for (column, Offered { level, rules }) in offered.iter().enumerate() {
                let found = ruleset::hits(rules, text);
                if !found.is_empty() {
                    hits[row][column] += 1;
                    texts.push((*level, group.name, text.clone(), found));
                }
            }
        }
    }
    let groups = groups.iter().map(|group| (group.name, group.texts.len())).collect();
    FalseHits { groups, hits, texts }
}

impl FalseHits {
    /// Per cent of all innocent texts that were hit.
    pub fn share(&self, column: usize) -> f64 {
        let all: usize = self.groups.iter().map(|(_, texts)| texts).sum();
        let hit: usize = self.hits.iter().map(|row| row[column]).sum();
        100.0 * hit as f64 / all.max(1) as f64
    }

    pub fn print(&self, offered: &[Offered]) -> String {
        let mut out = format!("{:24} {:>7}", "innocents hit", "texts");
        offered.iter().for_each(|o| _ = write!(out, " {:>15}", o.level));
        out.push('\n');
        for ((name, texts), hits) in self.groups.iter().zip(&self.hits) {
            _ = write!(out, "{name:24} {texts:>7}");
            hits.iter().for_each(|hits| _ = write!(out, " {hits:>15}"));
            out.push('\n');
        }
        _ = write!(out, "{:32}", "per cent of all");
        (0..offered.len()).for_each(|column| _ = write!(out, " {:>15.3}", self.share(column)));
        out.push('\n');
        out
    }
}
