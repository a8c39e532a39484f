//! What people wrote, on its way to where it is shown: a terminal, a program, a spreadsheet; harmless in all of them.
//!
//! Promise: it never reaches a terminal as anything but text. Programs get every character exactly.

use unicode_normalization::char::is_combining_mark;

/// Marks on one letter that are shown; languages need fewer.
const MARKS: usize = 4;

/// Whether a terminal or a spreadsheet shows it as itself, in its place: no control, no change of direction.
fn is_harmless(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e007f}'))
}

/// A text that does nothing to the terminal it is shown on: no escape sequence, no change of direction, no tower of
/// marks.
pub fn inert(text: &str) -> String {
    let (mut shown, mut marks) = (String::with_capacity(text.len()), 0);
    for c in text.chars() {
        marks = if is_combining_mark(c) { marks + 1 } else { close(&mut shown, marks) };
        match c {
            _ if marks > MARKS => {}
            c if is_harmless(c) => shown.push(c),
            c => shown.extend(c.escape_unicode()),
        }
    }
    close(&mut shown, marks);
    shown
}

/// Says how many marks were left out; none are counted after it.
fn close(shown: &mut String, marks: usize) -> usize {
    if let Some(more) = marks.checked_sub(MARKS).filter(|more| *more > 0) {
        shown.push_str(&format!("(+{more} marks)"));
    }
    0
}

/// JSON that says exactly the same and is as harmless as it is to a program: JSON itself escapes no more than it must.
pub fn inert_json(json: &str) -> String {
    if json.chars().all(is_harmless) {
        return json.to_owned();
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        // Outside a string JSON has none of these.
        match is_harmless(c) {
            true => escaped.push(c),
            false => {
                let mut units = [0; 2];
                c.encode_utf16(&mut units)
                    .iter()
                    .for_each(|unit| escaped.push_str(&format!("\\u{unit:04x}")));
            }
        }
    }
    escaped
}

/// One cell of a CSV; what a spreadsheet would run as a formula is made a plain text by a leading `'`.
pub fn csv_cell(value: &serde_json::Value) -> String {
    let text = match value {
        serde_json::Value::Null => return String::new(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => {
            let items: Vec<_> = items.iter().filter_map(|item| item.as_str()).collect();
            items.join(" ")
        }
        other => other.to_string(),
    };
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    let whole = |c: char| is_harmless(c) || matches!(c, '\t' | '\r' | '\n');
    let shown: String = text
        .chars()
        .map(|c| if whole(c) { c.to_string() } else { c.escape_unicode().to_string() })
        .collect();
    match shown.contains(['"', ',', '\n', '\r', '\t']) {
        true => format!("\"{guard}{}\"", shown.replace('"', "\"\"")),
        false => format!("{guard}{shown}"),
    }
}
