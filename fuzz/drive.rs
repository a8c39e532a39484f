//! What the fuzz targets do with their input; the tests run it over the seeds.

use chat_automod::engine::{Ruleset, Ruling, Sources, compile};
use chat_automod::message::{Content, Message, MessageKey, apply};
use std::sync::LazyLock;

const MATCHERS: &str = "any: [{ words: [casino, 'cat*', 百家乐, 카지노, 시발, бет, 18禁, 'free money']LEVEL }, { regex: '\\bbet\\d+' }]";

fn yaml(level: &str) -> String {
    let matchers = MATCHERS.replace("LEVEL", level);
    format!(
        "rules:\n  - id: a\n    mode: enforce\n    match: {{ {matchers} }}\n    action: {{ mask: stars }}\n    tests: {{ catch: [casino] }}\n"
    )
}

/// At the strongest level that the engine offers.
static RULES: LazyLock<Option<Ruleset>> = LazyLock::new(|| {
    [", disguises: heavy", ""]
        .iter()
        .find_map(|level| compile(&Sources::of([("a.yaml", yaml(level))])).ok())
        .map(|compiled| compiled.ruleset)
});

fn message(text: &str) -> Message {
    Message {
        app: String::new(),
        key: MessageKey { sdk_app_id: 1, group_id: String::new(), topic_id: None, seq: Some(1) },
        revision: 0,
        group_type: None,
        sender: None,
        operator: None,
        sent_at: None,
        online_only: false,
        mentions: true,
        content: Content::of_text(text),
    }
}

/// Judges any text, and what is left of it after masking.
pub fn judge(text: &str) {
    let rules = RULES.as_ref().unwrap_or_else(|| panic!("the rules compile"));
    let verdict = rules.judge(&message(text), 0);
    assert!(verdict.hits.iter().all(|hit| text.get(hit.range.clone()).is_some()));
    let shown = verdict.edits.iter().fold(text.to_owned(), |text, (_, edits)| apply(&text, edits));
    assert!(shown.len() <= text.len().max("***".len()), "a mask made the text longer");
    assert_ne!(
        rules.judge(&message(&shown), 0).ruling,
        Ruling::Rewrite,
        "{text:?} became {shown:?}"
    );
}

/// Reads any bytes as a rule file, or as a list behind a good one.
pub fn rules(bytes: &[u8]) {
    let listed = "rules:\n  - id: a\n    match: { words_from: list.txt }\n    action: { tag: a }\n";
    let files = [
        Sources::of([("a.yaml", bytes.to_vec())]),
        Sources::of([("a.yaml", listed.as_bytes().to_vec()), ("list.txt", bytes.to_vec())]),
        Sources::of([("a.yaml", yaml("").into_bytes()), ("never.txt", bytes.to_vec())]),
    ];
    for sources in &files {
        if let Err(faults) = compile(sources) {
            assert!(!faults.render(sources, false).is_empty());
        }
    }
}
