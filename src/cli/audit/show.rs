//! `automod audit show`: one decision with every step, its texts side by side, and the rules as they were.

use super::marks::{Marked, marked};
use super::trace::Asker;
use crate::acts::harmless::{inert, inert_json};
use crate::cli::shape::{Format, chosen, table};
use crate::cli::{Context, Exit, Output, explain, output, say};
use crate::engine::Explained;
use crate::moderation::Hindsight;
use crate::store::{History, Reader};
use comfy_table::{ColumnConstraint, Width};
use serde_json::Value;
use std::io::Write;

/// Which decision, and why it is looked at.
#[derive(Debug, clap::Args)]
pub struct Show {
    id: String,
    /// Why its texts are looked at; it is kept in the audit
    #[arg(long)]
    reason: Option<String>,
    /// Show no text of the message
    #[arg(long)]
    no_texts: bool,
    #[arg(long)]
    format: Option<Format>,
    #[command(flatten)]
    asker: Asker,
}

/// Columns of a terminal that one of two texts takes.
const HALF: u16 = 60;

impl Show {
    pub async fn run(self, reader: &Reader, context: &Context) -> anyhow::Result<Exit> {
        let id = &self.id;
        let Some(history) = reader.show(id).await? else {
            say(&format!("error: no decision has the id {id}; `automod audit list` shows the ids"));
            return Ok(Exit::Failed);
        };
        let history = match self.no_texts {
            true => {
                self.asker.looked_at(context, id).await;
                history.without_texts()
            }
            false => {
                self.asker.revealed(context, id, self.reason.as_deref()).await;
                history
            }
        };
        let hindsight = Hindsight::of(reader, &history).await?;
        let mut out = output();
        match chosen(self.format) {
            Format::Ndjson => {
                let mut shown = serde_json::to_value(&history)?;
                shown["rules_then"] = serde_json::to_value(&hindsight.rules)?;
                shown["hits"] = serde_json::to_value(&hindsight.hits)?;
                writeln!(out, "{}", inert_json(&shown.to_string()))?;
            }
            Format::Table => tell(&history, &hindsight, &mut out)?,
        }
        Ok(Exit::Fine)
    }
}

/// A decision for a person: the facts, the texts, the rules and how they read, then every step.
fn tell(history: &History, hindsight: &Hindsight, out: &mut Output) -> anyhow::Result<()> {
    let Value::Object(facts) = serde_json::to_value(&history.decision)? else {
        anyhow::bail!("a decision is not an object");
    };
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_null()) {
        writeln!(out, "{name:<12} {}", inert(&words(value)))?;
    }
    texts(history, out)?;
    if let Some(answer) = &history.answer {
        writeln!(out, "\nanswer of the platform\n  {}", inert(answer))?;
    }
    let ruleset = &history.decision.ruleset;
    for rule in &hindsight.rules {
        writeln!(
            out,
            "\nrule {} as it was, in {} of {}",
            inert(&rule.id),
            inert(&rule.file),
            &ruleset[..8.min(ruleset.len())]
        )?;
        for line in rule.source.lines() {
            writeln!(out, "  {}", inert(line))?;
        }
    }
    for hit in &hindsight.hits {
        explain::hit(&harmless(hit), out)?;
    }
    writeln!(out, "\nevents")?;
    for event in &history.events {
        writeln!(out, "{:>8}  {}  {}  {}", event.seq, event.time, event.kind, &event.hash[..16])?;
        let known = event.data.as_object().into_iter().flatten();
        let told = known.filter(|(name, value)| {
            *name != "texts" && !value.is_null() && **value != Value::Array(Vec::new())
        });
        for (name, value) in told {
            writeln!(out, "          {name}: {}", inert(&words(value)))?;
        }
        for (name, text) in &event.texts {
            writeln!(out, "          {name}: {}", inert(text))?;
        }
    }
    Ok(())
}

/// The original and what it became side by side, each text of the message by itself.
fn texts(history: &History, out: &mut Output) -> anyhow::Result<()> {
    let texts = marked(history);
    if texts.is_empty() {
        return Ok(writeln!(out, "\nno text is shown: none was kept, or none was asked for")?);
    }
    let mut table = table(["place", "original", "rewritten"]);
    for index in [1, 2] {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(HALF)));
        }
    }
    for Marked { place, original, rewritten } in texts {
        table.add_row([inert(&place), original, rewritten.unwrap_or_else(|| "-".into())]);
    }
    Ok(writeln!(out, "\n{table}")?)
}

/// A value as a person reads it.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

/// The explanation of a hit with nothing in it that a terminal could act on.
fn harmless(hit: &Explained) -> Explained {
    let mut hit = hit.clone();
    hit.matched = inert(&hit.matched);
    hit.by.iter_mut().for_each(|by| *by = inert(by));
    for step in &mut hit.steps {
        step.written = inert(&step.written);
        step.read = inert(&step.read);
    }
    hit
}
