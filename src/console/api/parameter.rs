//! What an operation takes: each parameter's name, kind and meaning. From the same table it is read, refused and
//! documented.

use crate::store::Cursor;
use serde_json::{Map, Value, json};

/// One parameter of an operation: in the path where the path names it, else in the query of `GET` and `DELETE`, else
/// in the body.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    pub what: &'static str,
}

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A name or an id of the platform: so many characters at most, none of them a control character.
    Text(usize),
    /// What a person writes: so many characters at most, not blank.
    Prose(usize),
    /// An id of ours.
    Id,
    Number {
        from: i64,
        to: i64,
    },
    /// Kept as Unix ms.
    Time,
    Flag,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    Cursor,
    /// Files by name.
    Files,
}

/// Ids of ours are far shorter.
const LONGEST_ID: usize = 64;

impl Parameter {
    pub const fn new(name: &'static str, kind: Kind, what: &'static str) -> Self {
        Self { name, kind, required: false, what }
    }

    /// The same, but it must be given.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The value that a text in the path or the query stands for, unless it can be none.
    pub fn read(&self, text: &str) -> Option<Value> {
        self.take(match self.kind {
            Kind::Number { .. } => json!(text.parse::<i64>().ok()?),
            Kind::Flag => json!(text.parse::<bool>().ok()?),
            _ => json!(text),
        })
    }

    /// The value, if it is one of this kind.
    pub fn take(&self, value: Value) -> Option<Value> {
        let fits = match self.kind {
            Kind::Text(most) => value.as_str().is_some_and(|text| {
                let length = text.chars().count();
                (1..=most).contains(&length) && !text.chars().any(char::is_control)
            }),
            Kind::Prose(most) => value
                .as_str()
                .is_some_and(|text| !text.trim().is_empty() && text.chars().count() <= most),
            Kind::Id => value.as_str().is_some_and(is_id),
            Kind::Number { from, to } => {
                value.as_i64().is_some_and(|number| (from..=to).contains(&number))
            }
            Kind::Time => return value.as_str().and_then(moment).map(|ms| json!(ms)),
            Kind::Flag => value.is_boolean(),
            Kind::Word(words) => value.as_str().is_some_and(|word| words().contains(&word)),
            Kind::Cursor => value.as_str().is_some_and(|word| word.parse::<Cursor>().is_ok()),
            Kind::Files => value
                .as_object()
                .is_some_and(|files| !files.is_empty() && files.values().all(Value::is_string)),
        };
        fits.then_some(value)
    }

    /// What is expected, for whoever gave something else.
    pub fn expected(&self) -> String {
        match self.kind {
            Kind::Text(most) => {
                format!("a text of 1 to {most} characters, none of them a control character")
            }
            Kind::Prose(most) => format!("a text of at most {most} characters that is not blank"),
            Kind::Id => "an id as an answer showed it".into(),
            Kind::Number { from, to } => format!("a whole number from {from} to {to}"),
            Kind::Time => "a time (2026-11-23T10:00:00Z) or a date (2026-11-23, UTC)".into(),
            Kind::Flag => "true or false".into(),
            Kind::Word(words) => format!("one of {}", words().join(", ")),
            Kind::Cursor => "the cursor that the page before ended with, unchanged".into(),
            Kind::Files => "an object of file names and their texts".into(),
        }
    }

    /// As JSON Schema.
    pub fn schema(&self) -> Value {
        match self.kind {
            Kind::Text(most) | Kind::Prose(most) => {
                json!({ "type": "string", "minLength": 1, "maxLength": most })
            }
            Kind::Id => {
                json!({ "type": "string", "pattern": format!("^[0-9A-Za-z_-]{{1,{LONGEST_ID}}}$") })
            }
            Kind::Number { from, to } => {
                json!({ "type": "integer", "minimum": from, "maximum": to })
            }
            Kind::Time => {
                json!({ "type": "string", "examples": ["2026-11-23T10:00:00Z", "2026-11-23"] })
            }
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Word(words) => json!({ "type": "string", "enum": words() }),
            Kind::Cursor => json!({ "type": "string" }),
            Kind::Files => json!({
                "type": "object", "minProperties": 1, "additionalProperties": { "type": "string" },
            }),
        }
    }
}

fn is_id(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(fits)
}

/// Unix ms of a time or of a day's beginning in UTC.
fn moment(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_millisecond());
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    let start = jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0));
    start.ok().map(|start| start.as_millisecond())
}

/// The values that a request gave, each checked.
#[derive(Debug, Default)]
pub struct Given(Map<String, Value>);

impl Given {
    pub fn has(&self, parameter: &Parameter) -> bool {
        self.0.contains_key(parameter.name)
    }

    /// What narrows a search, by name; times are Unix ms.
    pub fn filters(&self) -> Map<String, Value> {
        let others = ["id", "limit", "cursor", "format", "reason", "dry_run"];
        let all = self.0.iter().filter(|(name, _)| !others.contains(&name.as_str()));
        all.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    pub fn put(&mut self, parameter: &Parameter, value: Value) {
        self.0.insert(parameter.name.to_owned(), value);
    }

    pub fn text(&self, parameter: Parameter) -> Option<&str> {
        self.0.get(parameter.name)?.as_str()
    }

    /// A number, or a time as Unix ms.
    pub fn number(&self, parameter: Parameter) -> Option<i64> {
        self.0.get(parameter.name)?.as_i64()
    }

    pub fn flag(&self, parameter: Parameter) -> bool {
        self.0.get(parameter.name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Files by name.
    pub fn files(&self, parameter: Parameter) -> Vec<(String, String)> {
        let files = self.0.get(parameter.name).and_then(Value::as_object);
        let text =
            |(name, text): (&String, &Value)| Some((name.clone(), text.as_str()?.to_owned()));
        files.map(|files| files.iter().filter_map(text).collect()).unwrap_or_default()
    }
}
