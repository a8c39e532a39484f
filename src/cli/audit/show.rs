//! `automod audit show`: one decision with every step.

use super::shape::{Format, chosen, inert};
use crate::cli::{Exit, Output, output, say};
use crate::store::{History, Reader};
use std::io::Write;

pub async fn show(reader: &Reader, id: &str, format: Option<Format>) -> anyhow::Result<Exit> {
    let Some(history) = reader.show(id).await? else {
        say(&format!("error: no decision has the id {id}; `automod audit list` shows the ids"));
        return Ok(Exit::Failed);
    };
    let mut out = output();
    match chosen(format) {
        Format::Ndjson => writeln!(out, "{}", serde_json::to_string(&history)?)?,
        Format::Table => tell(&history, &mut out)?,
    }
    Ok(Exit::Fine)
}

/// A decision for a person: the facts, both texts, then every step.
fn tell(history: &History, out: &mut Output) -> anyhow::Result<()> {
    let serde_json::Value::Object(facts) = serde_json::to_value(&history.decision)? else {
        anyhow::bail!("a decision is not an object");
    };
    for (name, value) in &facts {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        writeln!(out, "{name:<12} {}", inert(&value))?;
    }
    for (name, text) in [("original", &history.original), ("rewritten", &history.rewritten)] {
        let text = text.as_deref().unwrap_or("(not kept)");
        writeln!(out, "{name:<12} {}", inert(text))?;
    }
    if let Some(answer) = &history.answer {
        writeln!(out, "{:<12} {}", "answer", inert(answer))?;
    }
    writeln!(out, "\nevents")?;
    for event in &history.events {
        writeln!(out, "{:>8}  {}  {}  {}", event.seq, event.time, event.kind, &event.hash[..16])?;
        writeln!(out, "          {}", inert(&event.data.to_string()))?;
    }
    Ok(())
}
