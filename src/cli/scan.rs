//! `scan`: judges texts, one line out for each line in.

use super::rules::read;
use super::{Context, Exit, output};
use crate::acts::rules::spoken;
use crate::engine::{Ruleset, Verdict, compile};
use crate::message::apply;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};
use std::path::PathBuf;

/// Judge texts: one line out for each line in
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  echo 'play ｃａｓｉｎｏ now' | automod scan --rules rules")]
pub struct Scan {
    /// The rules folder.
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub rules: PathBuf,
    /// How lines are read and written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The texts to judge; without any, the lines of standard input.
    pub texts: Vec<String>,
}

impl Scan {
    pub fn run(self, _context: &Context) -> anyhow::Result<Exit> {
        let (input, mut error) = (std::io::stdin().lock(), anstream::stderr().lock());
        run(&self, input, &mut output(), &mut error).map(Exit::from_code)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A line is a text; out come verdict, rules and masked text, parted by tabs.
    Text,
    /// A line is an object with `text`; out comes an object a line.
    Ndjson,
}

#[derive(Deserialize)]
struct Asked {
    text: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    text: &'a str,
    verdict: &'static str,
    hits: Vec<Found<'a>>,
    masked: &'a str,
}

/// Byte offsets in the UTF-8 of the text as it came in.
#[derive(Serialize)]
struct Found<'a> {
    rule: &'a str,
    start: usize,
    end: usize,
    matched: &'a str,
}

#[derive(Serialize)]
struct Failed {
    error: String,
}

/// Judges texts and returns the exit code: 0 whatever was found, 1 when the rules are not in order.
///
/// # Errors
/// When the folder cannot be read, or a stream fails.
pub fn run(
    scan: &Scan,
    input: impl BufRead,
    out: &mut impl Write,
    err: &mut impl Write,
) -> anyhow::Result<u8> {
    let sources = read(&scan.rules)?;
    let set = match compile(&sources) {
        Ok(compiled) => compiled.ruleset,
        Err(faults) => {
            writeln!(err, "{}", faults.render(&sources, true))?;
            return Ok(1);
        }
    };
    let at_ms = jiff::Timestamp::now().as_millisecond();
    for text in &scan.texts {
        answer(&set, scan.format, text, at_ms, out)?;
    }
    if scan.texts.is_empty() {
        lines(&set, scan.format, at_ms, input, out)?;
    }
    out.flush()?;
    Ok(0)
}

fn lines(
    set: &Ruleset,
    format: Format,
    at_ms: i64,
    mut input: impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let body = line.strip_suffix(b"\n").unwrap_or(&line);
        let body = body.strip_suffix(b"\r").unwrap_or(body);
        match format {
            Format::Text => answer(set, format, &String::from_utf8_lossy(body), at_ms, out)?,
            Format::Ndjson => match serde_json::from_slice::<Asked>(body) {
                Ok(asked) => answer(set, format, &asked.text, at_ms, out)?,
                Err(error) => {
                    put(&Failed { error: format!("no object with `text`: {error}") }, out)?
                }
            },
        }
        line.clear();
    }
    Ok(())
}

fn answer(
    set: &Ruleset,
    format: Format,
    text: &str,
    at_ms: i64,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let verdict = set.judge(&spoken(text), at_ms);
    let edits = verdict.edits.first().map_or(&[][..], |(_, edits)| edits.as_slice());
    let masked = apply(text, edits);
    match format {
        Format::Text => {
            let mut rules: Vec<&str> = offences(&verdict).map(|hit| hit.rule.as_str()).collect();
            rules.sort_unstable();
            rules.dedup();
            let masked = masked.replace(['\n', '\r'], " ");
            writeln!(out, "{}\t{}\t{masked}", verdict.ruling.as_str(), rules.join(","))?;
            Ok(())
        }
        Format::Ndjson => {
            let hits = offences(&verdict).map(|hit| Found {
                rule: hit.rule.as_str(),
                start: hit.range.start,
                end: hit.range.end,
                matched: &text[hit.range.clone()],
            });
            let answer = Answer {
                text,
                verdict: verdict.ruling.as_str(),
                hits: hits.collect(),
                masked: &masked,
            };
            put(&answer, out)
        }
    }
}

fn offences(verdict: &Verdict) -> impl Iterator<Item = &crate::engine::Hit> {
    verdict.hits.iter().filter(|hit| !hit.context)
}

fn put(value: &impl Serialize, out: &mut impl Write) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}
