//! What was found and done in a time, counted by rule, category and outcome.

use super::rules_then::RulesThen;
use crate::store::{Judged, Reader, StoreError};
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;

/// What counts are given for, in this order.
const GROUPS: [&str; 4] = ["all", "outcome", "category", "rule"];
/// The category of a rule that has none, or whose rule set cannot be read any more.
const NO_CATEGORY: &str = "-";

/// What was counted of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// `all`, `outcome`, `category` or `rule`.
    pub by: &'static str,
    /// Which; empty for `all`.
    pub name: String,
    pub decisions: u64,
    /// Rewritten or recalled, whether given back since or not.
    pub acted: u64,
    pub undone: u64,
    /// The share of what was done that a person had given back; `None` where nothing was done.
    pub undo_rate: Option<f64>,
    /// From the decision to the accepted rewrite.
    pub median_ms: Option<u64>,
}

impl Line {
    /// As programs read it.
    pub fn shown(&self) -> Value {
        json!({
            "by": self.by, "name": Some(&self.name).filter(|_| self.by != "all"), "decisions": self.decisions,
            "acted": self.acted, "undone": self.undone, "undo_rate": self.undo_rate,
            "median_ms_to_rewrite": self.median_ms,
        })
    }
}

/// Counts the decisions from `since` until before `until` (Unix ms); `step` is told of each.
///
/// # Errors
/// When the database is not available.
pub async fn report(
    reader: &Reader,
    since: i64,
    until: i64,
    mut step: impl FnMut(),
) -> Result<Vec<Line>, StoreError> {
    let (mut counted, mut rules) = (Counted::default(), RulesThen::new(reader));
    let mut rows = pin!(reader.judged(since, until));
    while let Some(judged) = rows.try_next().await? {
        counted.count(&judged, categories(&mut rules, &judged).await?);
        step();
    }
    Ok(counted.lines())
}

/// The categories of a decision's rules, each once.
async fn categories(
    rules: &mut RulesThen<'_>,
    judged: &Judged,
) -> Result<BTreeSet<String>, StoreError> {
    let known = rules.of(&judged.ruleset).await?;
    let category = |rule: &String| {
        let category = known.get(rule).and_then(|rule| rule.category.clone());
        category.unwrap_or_else(|| NO_CATEGORY.to_owned())
    };
    Ok(judged.rules.iter().map(category).collect())
}

/// Counts by group and name; their number is that of rules, not of decisions.
#[derive(Default)]
struct Counted(BTreeMap<(usize, String), Counts>);

#[derive(Default)]
struct Counts {
    decisions: u64,
    /// Rewritten or recalled, whether given back since or not.
    acted: u64,
    undone: u64,
    /// How often a rewrite took so many ms, from a second on with three digits: this bounds their number.
    took: BTreeMap<u64, u64>,
}

impl Counted {
    fn count(&mut self, judged: &Judged, categories: BTreeSet<String>) {
        let of =
            |group: usize, names: Vec<String>| names.into_iter().map(move |name| (group, name));
        let all = of(0, vec![String::new()])
            .chain(of(1, vec![judged.outcome.clone()]))
            .chain(of(2, categories.into_iter().collect()))
            .chain(of(3, judged.rules.clone()));
        for key in all {
            self.0.entry(key).or_default().count(judged);
        }
    }

    fn lines(mut self) -> Vec<Line> {
        self.0.entry((0, String::new())).or_default();
        let line = |((group, name), counts): ((usize, String), Counts)| Line {
            by: GROUPS[group],
            name,
            decisions: counts.decisions,
            acted: counts.acted,
            undone: counts.undone,
            undo_rate: counts.undo_rate(),
            median_ms: counts.median(),
        };
        self.0.into_iter().map(line).collect()
    }
}

impl Counts {
    fn count(&mut self, judged: &Judged) {
        self.decisions += 1;
        self.acted += u64::from(judged.took.is_some());
        self.undone += u64::from(judged.took.is_some() && judged.given_back);
        if let Some(took) = judged.took {
            *self.took.entry(three_digits(took.unsigned_abs())).or_default() += 1;
        }
    }

    /// The share of what was done that a person had given back; `None` where nothing was done.
    fn undo_rate(&self) -> Option<f64> {
        let share = (self.undone as f64 / self.acted as f64 * 1e4).round() / 1e4;
        (self.acted > 0).then_some(share)
    }

    /// The middle one; of two in the middle the shorter.
    fn median(&self) -> Option<u64> {
        let mut before = 0;
        let middle = self.acted.div_ceil(2);
        let passed = self.took.iter().find(|(_, times)| {
            before += *times;
            before >= middle
        });
        passed.map(|(took, _)| *took)
    }
}

fn three_digits(ms: u64) -> u64 {
    let mut step = 1;
    while ms / step >= 1_000 {
        step *= 10;
    }
    ms / step * step
}
