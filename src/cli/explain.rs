//! `rules explain`: the explanation of a verdict, as a person at a terminal reads it, or as JSON.

use super::rules::read;
use crate::acts::rules::spoken;
use crate::engine::{
    Change, Considered, Explained, Explanation, Miss, Reach, ReadText, Step, compile,
};
use crate::message::Message;
use clap::ValueEnum;
use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;

/// Steps of a text in which nothing was hit that are shown.
const MOST_STEPS: usize = 20;

#[derive(Debug, Clone, clap::Args)]
pub struct Explain {
    /// The rules folder.
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub rules: PathBuf,
    /// How the explanation is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The app, as the settings name it; what is not said is not known, and then a rule applies.
    #[arg(long)]
    pub app: Option<String>,
    /// The sender's account.
    #[arg(long)]
    pub account: Option<String>,
    /// The group's id.
    #[arg(long)]
    pub group: Option<String>,
    /// The group's type, such as Public.
    #[arg(long)]
    pub group_type: Option<String>,
    /// The topic's id.
    #[arg(long)]
    pub topic: Option<String>,
    /// The message mentions somebody: `@name` is a mention.
    #[arg(long)]
    pub mentions: bool,
    /// The text to explain.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object; ranges are bytes of the text.
    Json,
}

/// Explains a text and returns the exit code: 0 whatever was found, 1 when the rules are not in order.
///
/// # Errors
/// When the folder cannot be read or the output not written.
pub fn run(explain: &Explain, out: &mut impl Write) -> anyhow::Result<u8> {
    let sources = read(&explain.rules)?;
    let set = match compile(&sources) {
        Ok(compiled) => compiled.ruleset,
        Err(faults) => {
            writeln!(out, "{}", faults.render(&sources, true))?;
            return Ok(1);
        }
    };
    let at_ms = jiff::Timestamp::now().as_millisecond();
    let explanation = set.explainer().explain(&explain.message(), at_ms);
    match explain.format {
        Format::Text => describe(&explanation, out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &explanation)?;
            writeln!(out)?;
        }
    }
    Ok(0)
}

impl Explain {
    fn message(&self) -> Message {
        let mut message = spoken(&self.text);
        message.app = self.app.clone().unwrap_or_default();
        message.sender = self.account.clone();
        message.key.group_id = self.group.clone().unwrap_or_default();
        message.key.topic_id = self.topic.clone();
        message.group_type = self.group_type.clone();
        message.mentions = self.mentions;
        message
    }
}

fn describe(explanation: &Explanation, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "verdict: {}", explanation.verdict.as_str())?;
    for read in &explanation.texts {
        text(read, explanation.hits.is_empty(), out)?;
    }
    if explanation.hits.is_empty() {
        writeln!(out, "\nno rule hits")?;
    }
    for explained in &explanation.hits {
        hit(explained, out)?;
    }
    exceptions(explanation, out)?;
    if !explanation.misses.is_empty() {
        writeln!(out, "\ncame near, and did not hit")?;
    }
    for Miss { rule, mode, severity, obstacles } in &explanation.misses {
        writeln!(out, "  {rule} ({}, {})", mode.as_str(), severity.as_str())?;
        for obstacle in obstacles {
            writeln!(out, "    {obstacle}")?;
        }
    }
    Ok(())
}

fn text(read: &ReadText, with_steps: bool, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "text:    {}", read.text)?;
    if read.reads != read.text {
        writeln!(out, "reads:   {}", read.reads)?;
    }
    if read.masked != read.text {
        writeln!(out, "becomes: {}", read.masked)?;
    }
    if with_steps {
        steps(&read.steps, out)?;
    }
    Ok(())
}

pub fn hit(explained: &Explained, out: &mut impl Write) -> anyhow::Result<()> {
    let Explained { hit, by, matched, code_points, utf16, steps } = explained;
    let role = if hit.context { ", context" } else { "" };
    writeln!(out, "\nhit: {} ({}, {}{role})", hit.rule, hit.mode.as_str(), hit.severity.as_str())?;
    writeln!(out, "  found by     {}", by.join(", "))?;
    writeln!(out, "  matched      {matched}")?;
    writeln!(out, "  bytes        {}..{}", hit.range.start, hit.range.end)?;
    writeln!(out, "  code points  {}..{}", code_points.start, code_points.end)?;
    writeln!(out, "  UTF-16       {}..{}", utf16.start, utf16.end)?;
    self::steps(steps, out)
}

fn steps(steps: &[Step], out: &mut impl Write) -> anyhow::Result<()> {
    for step in steps.iter().take(MOST_STEPS) {
        writeln!(out, "  byte {:<7} {}", step.at, said(step))?;
    }
    if let Some(more) = steps.len().checked_sub(MOST_STEPS + 1) {
        writeln!(out, "  and {} more", more + 1)?;
    }
    Ok(())
}

fn said(step: &Step) -> String {
    let Step { written, change, read, .. } = step;
    let named = match written.chars().collect::<Vec<_>>().as_slice() {
        [only] if *change == Change::Dropped || only.is_whitespace() => code(*only),
        [only] if only.is_ascii() => written.clone(),
        [only] => format!("{written} ({})", code(*only)),
        _ => written.clone(),
    };
    match change {
        Change::Dropped => format!("{named} is passed over"),
        Change::Folded => format!("{named} → {read}"),
        Change::LookAlike => format!("{named} is taken for {read}"),
        Change::Stands => format!("{named} stands for {read}"),
        Change::Hides => format!("{named} hides {read}"),
        Change::Between => format!("{named} stands between the letters"),
        Change::Again => format!("{named} is repeated"),
    }
}

/// The code point, and the script of letters that are taken for Latin ones.
fn code(c: char) -> String {
    let script = match c as u32 {
        0x20 => ", space",
        0x0370..=0x03FF | 0x1F00..=0x1FFF => ", Greek",
        0x0400..=0x052F | 0x1C80..=0x1C8F => ", Cyrillic",
        0x0530..=0x058F => ", Armenian",
        0x13A0..=0x13FF => ", Cherokee",
        _ => "",
    };
    format!("U+{:04X}{script}", c as u32)
}

/// What reached something, a line each; what did not, on one line a rule.
fn exceptions(explanation: &Explanation, out: &mut impl Write) -> anyhow::Result<()> {
    if !explanation.exceptions.is_empty() {
        writeln!(out, "\nexceptions considered")?;
    }
    for considered in explanation.exceptions.chunk_by(|a, b| a.rule == b.rule) {
        let rule = &considered[0].rule;
        let mut rest: Vec<(&str, Vec<String>)> = Vec::new();
        for Considered { kind, pattern, reach, .. } in considered {
            let name = format!("{} `{pattern}`", kind.as_str());
            match reached(reach, &explanation.texts) {
                Ok(reached) => writeln!(out, "  {rule}: {name} {reached}")?,
                Err(why) => match rest.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, names)) => names.push(name),
                    None => rest.push((why, vec![name])),
                },
            }
        }
        for (why, names) in rest {
            writeln!(out, "  {rule}: {why}: {}", names.join(", "))?;
        }
    }
    Ok(())
}

/// What an exception does, or in a few words why it does nothing.
fn reached(reach: &Reach, texts: &[ReadText]) -> Result<String, &'static str> {
    let part = |leaf: usize, range: &Range<usize>| {
        texts.get(leaf).and_then(|read| read.text.get(range.clone())).unwrap_or_default()
    };
    Ok(match reach {
        Reach::Lifts { leaf, matches, .. } => {
            let lifted = matches.iter().map(|range| format!("`{}`", part(*leaf, range)));
            format!("lifts {}", lifted.collect::<Vec<_>>().join(", "))
        }
        Reach::LiftsAll => "lifts everything this rule finds".to_owned(),
        Reach::Elsewhere { range, .. } => {
            format!("stands at bytes {}..{}, around no match", range.start, range.end)
        }
        Reach::Absent => return Err("not in the text"),
        Reach::Other => return Err("not this one"),
        Reach::Unknown => return Err("not known here"),
    })
}
