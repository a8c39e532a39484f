//! `automod audit report`: what was found and done in a time, counted by rule, category and outcome.

use super::export::progress;
use super::rules_then::RulesThen;
use super::shape::{inert, inert_json};
use super::trace::Asker;
use super::wanted::{shown_time, time};
use crate::cli::{Context, Exit, Output, output};
use crate::store::{Judged, Store};
use comfy_table::{ContentArrangement, Table};
use futures_util::TryStreamExt;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal, Write};
use std::pin::pin;

/// Of which time, and for whom.
#[derive(Debug, clap::Args)]
pub struct Report {
    /// From then on: 2026-11-23, 2026-11-23T10:00:00Z, or an age such as 2h or 7d [default: from the beginning]
    #[arg(long, value_parser = time)]
    since: Option<i64>,
    /// Before then [default: until now]
    #[arg(long, value_parser = time)]
    until: Option<i64>,
    /// Default: text on a terminal, else ndjson
    #[arg(long)]
    format: Option<Format>,
    #[command(flatten)]
    asker: Asker,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Ndjson,
}

/// What counts are given for, in this order.
const GROUPS: [&str; 4] = ["all", "outcome", "category", "rule"];
/// The category of a rule that has none, or whose rule set cannot be read any more.
const NO_CATEGORY: &str = "-";

impl Report {
    pub async fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let query = json!({ "since": shown_time(self.since), "until": shown_time(self.until) });
        self.asker.queried(context, "report", &query).await;
        let reader = Store::open_to_read(&context.store_settings()?.url).await?;
        let mut counted = Counted::default();
        let (mut rules, bar) = (RulesThen::new(&reader), progress());
        let until = self.until.unwrap_or(i64::MAX);
        let mut rows = pin!(reader.judged(self.since.unwrap_or(i64::MIN), until));
        while let Some(judged) = rows.try_next().await? {
            counted.count(&judged, categories(&mut rules, &judged).await?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        let default = match std::io::stdout().is_terminal() {
            true => Format::Text,
            false => Format::Ndjson,
        };
        counted.tell(self.format.unwrap_or(default), &mut output())?;
        Ok(Exit::Fine)
    }
}

/// The categories of a decision's rules, each once.
async fn categories(
    rules: &mut RulesThen<'_>,
    judged: &Judged,
) -> anyhow::Result<BTreeSet<String>> {
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

    fn tell(mut self, format: Format, out: &mut Output) -> anyhow::Result<()> {
        self.0.entry((0, String::new())).or_default();
        let mut table = Table::new();
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(["by", "name", "decisions", "acted", "undone", "undo rate", "median ms"]);
        for ((group, name), counts) in &self.0 {
            let group = GROUPS[*group];
            let (rate, median) = (counts.undo_rate(), counts.median());
            if format == Format::Ndjson {
                let row = json!({
                    "by": group, "name": Some(name).filter(|_| group != "all"), "decisions": counts.decisions,
                    "acted": counts.acted, "undone": counts.undone, "undo_rate": rate,
                    "median_ms_to_rewrite": median,
                });
                writeln!(out, "{}", inert_json(&row.to_string()))?;
                continue;
            }
            let rate = rate.map_or_else(|| "-".into(), |rate| format!("{:.1} %", rate * 100.0));
            table.add_row([
                group.to_owned(),
                inert(name),
                counts.decisions.to_string(),
                counts.acted.to_string(),
                counts.undone.to_string(),
                rate,
                median.map_or_else(|| "-".into(), |ms| ms.to_string()),
            ]);
        }
        if format == Format::Text {
            writeln!(out, "{table}")?;
        }
        Ok(())
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
