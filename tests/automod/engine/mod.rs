//! What the engine finds, what it leaves alone, and what it says about rule files.

mod commands;
mod detect;
mod diagnostics;
mod documentation;
mod example_rules;
mod explain;
mod folded;
mod glance;
mod heavy;
mod links;
mod lint;
mod matching;
mod probe;
mod properties;
mod purity;
mod reference;
mod regexes;
mod schema;
mod shapes;
mod spellings;
mod tables;
mod verdict;

use chat_automod::engine::{Ruleset, Sources, Verdict, compile};
use chat_automod::message::{Content, Message, MessageKey, apply};

/// A rule set of one file; panics with the rendered faults when it does not compile.
pub fn ruleset(yaml: &str) -> Ruleset {
    ruleset_of(&Sources::of([("rules.yaml", yaml)]))
}

pub fn ruleset_of(sources: &Sources) -> Ruleset {
    match compile(sources) {
        Ok(compiled) => compiled.ruleset,
        Err(faults) => panic!("{}", faults.render(sources, false)),
    }
}

/// A set of one enforced rule that masks these words.
pub fn words(words: &[&str], more: &str) -> Ruleset {
    let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    ruleset(&format!(
        "rules:\n  - id: words\n    mode: enforce\n    match: {{ words: [{}] }}\n    action: {{ mask: stars }}\n{more}",
        words.join(", ")
    ))
}

pub fn message(content: Content) -> Message {
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
        content,
    }
}

pub fn judge(rules: &Ruleset, text: &str) -> Verdict {
    rules.judge(&message(Content::of_text(text)), 0)
}

/// The text as the group would show it.
pub fn masked(rules: &Ruleset, text: &str) -> String {
    let verdict = judge(rules, text);
    verdict.edits.iter().fold(text.to_owned(), |text, (_, edits)| apply(&text, edits))
}
