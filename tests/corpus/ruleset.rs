//! Rule sets over the terms of the corpus, at the levels that the engine offers.

use super::{Level, terms};
use chat_automod::engine::{Ruleset, Sources, compile};
use chat_automod::message::{Content, Message, MessageKey};
use std::ops::Range;

/// The rule set over all terms at this level. An add-on stands on `heavy`.
///
/// # Errors
/// What the engine has against the rules, rendered.
pub fn at(level: Level) -> Result<Ruleset, String> {
    let words: Vec<&str> = terms::all().map(|term| term.text).collect();
    of(&words, level)
}

/// The same over other words.
pub fn of(words: &[&str], level: Level) -> Result<Ruleset, String> {
    let more = match level {
        Level::Simple => "disguises: simple".to_owned(),
        Level::Heavy => "disguises: heavy".to_owned(),
        Level::AddOn(key, value) => format!("disguises: heavy, {key}: [{value}]"),
    };
    let sources = Sources::of([("corpus.yaml", yaml(words, &more))]);
    match compile(&sources) {
        Ok(compiled) => Ok(compiled.ruleset),
        Err(faults) => Err(faults.render(&sources, false)),
    }
}

fn yaml(words: &[&str], more: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    // In shadow, lest the lint of short common terms refuses what is only measured.
    format!(
        "rules:\n  - id: corpus\n    mode: shadow\n    match: {{ words: [{}], {more} }}\n    action: {{ mask: stars }}\n    tests: {{ catch: ['{}'] }}\n",
        quoted.join(", "),
        words.first().unwrap_or(&"x").trim_matches('*'),
    )
}

/// A message of one text from nobody in no group.
pub fn message(text: &str) -> Message {
    Message {
        app: String::new(),
        key: MessageKey { sdk_app_id: 1, group_id: String::new(), topic_id: None, seq: Some(1) },
        revision: 0,
        group_type: None,
        sender: None,
        operator: None,
        sent_at: None,
        online_only: false,
        mentions: false,
        content: Content::of_text(text),
    }
}

/// Where the rule set hits this text, in bytes.
pub fn hits(rules: &Ruleset, text: &str) -> Vec<Range<usize>> {
    rules.judge(&message(text), 0).hits.into_iter().map(|hit| hit.range).collect()
}
