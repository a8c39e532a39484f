//! Trying rules: every fault of rule files as programs read it, and the message that consists of one text.

use crate::engine::{Compiled, Diagnostic, Level, Sources, compile};
use crate::message::{Content, Message, MessageKey};
use serde_json::{Value, json};

/// What rule files are found to be: whether they could go live, how many rules they hold, and what is wrong.
pub fn check(sources: &Sources) -> Value {
    let (found, rules) = match compile(sources) {
        Ok(Compiled { ruleset, warnings }) => (warnings, Some(ruleset.rules().count())),
        Err(faults) => (faults, None),
    };
    let diagnostics: Vec<_> = found.iter().map(|fault| shown(fault, sources)).collect();
    json!({ "ok": rules.is_some(), "rules": rules, "diagnostics": diagnostics })
}

/// Line and column count from 1, the column in characters.
fn shown(fault: &Diagnostic, sources: &Sources) -> Value {
    let (line, column) = fault.line_column(sources);
    let level = match fault.code.level() {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    json!({
        "code": fault.code.id(), "meaning": fault.code.meaning(), "level": level, "file": fault.file,
        "line": line, "column": column, "message": fault.title, "label": fault.label, "help": fault.help,
    })
}

/// A message that consists of one text and comes from nowhere: rules apply whatever their scope.
pub fn spoken(text: &str) -> Message {
    Message {
        app: String::new(),
        key: MessageKey { sdk_app_id: 0, group_id: String::new(), topic_id: None, seq: None },
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
