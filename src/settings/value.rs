//! The kinds of values a setting can have: how each is read from the file or from the environment's text,
//! and how it is shown.

use super::units;
use config::ValueKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// A value that a setting can have.
pub(super) trait Setting: Sized {
    /// How to write one: the fix of a fault.
    const EXPECTED: &'static str;
    fn parse(kind: &ValueKind) -> Result<Self, Wrong>;
    /// As TOML.
    fn show(&self) -> String;
}

/// Why a value is not the one that is meant.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wrong {
    Type,
    Value,
}

impl Wrong {
    pub fn problem(self) -> &'static str {
        match self {
            Self::Type => "has the wrong type",
            Self::Value => "has a value that is not valid",
        }
    }
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bytes(pub u64);

pub(super) fn text(kind: &ValueKind) -> Option<&str> {
    match kind {
        ValueKind::String(text) => Some(text.trim()),
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Reads text by `parse`.
fn from_text<T>(kind: &ValueKind, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Wrong> {
    parse(text(kind).ok_or(Wrong::Type)?).ok_or(Wrong::Value)
}

impl Setting for bool {
    const EXPECTED: &'static str = "write true or false";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        match kind {
            ValueKind::Boolean(value) => Ok(*value),
            kind => from_text(kind, |text| text.to_ascii_lowercase().parse().ok()),
        }
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Setting for u64 {
    const EXPECTED: &'static str = "write a whole number";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        match kind {
            ValueKind::I64(number) => Self::try_from(*number).map_err(|_| Wrong::Value),
            kind => from_text(kind, |text| text.parse().ok()),
        }
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Setting for u32 {
    const EXPECTED: &'static str = u64::EXPECTED;
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        u64::parse(kind).and_then(|number| Self::try_from(number).map_err(|_| Wrong::Value))
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Setting for Bytes {
    const EXPECTED: &'static str = "write bytes, or text such as \"256KiB\" or \"1MiB\"";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        u64::parse(kind).or_else(|_| from_text(kind, units::size)).map(Self)
    }
    fn show(&self) -> String {
        quoted(&units::show_size(self.0))
    }
}

impl Setting for Duration {
    const EXPECTED: &'static str = "write seconds, or text such as \"500ms\", \"10s\" or \"2m\"";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        match kind {
            ValueKind::I64(_) => u64::parse(kind).map(Self::from_secs),
            kind => from_text(kind, units::duration),
        }
    }
    fn show(&self) -> String {
        quoted(&units::show_duration(*self))
    }
}

impl Setting for String {
    const EXPECTED: &'static str = "write text that is not empty";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        from_text(kind, |text| (!text.is_empty()).then(|| text.to_owned()))
    }
    fn show(&self) -> String {
        quoted(self)
    }
}

impl Setting for PathBuf {
    const EXPECTED: &'static str = "write a path";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        String::parse(kind).map(Self::from)
    }
    fn show(&self) -> String {
        quoted(&self.to_string_lossy())
    }
}

impl Setting for SocketAddr {
    const EXPECTED: &'static str = "write address and port, such as \"0.0.0.0:8080\"";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        from_text(kind, |text| text.parse().ok())
    }
    fn show(&self) -> String {
        quoted(&self.to_string())
    }
}

/// A list of words; in the environment separated by commas.
impl Setting for Vec<String> {
    const EXPECTED: &'static str =
        "write a list of texts, in the environment separated by commas: title,text";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        match kind {
            ValueKind::Array(items) => items.iter().map(|item| String::parse(&item.kind)).collect(),
            kind => from_text(kind, |text| {
                let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
                Some(words.map(str::to_owned).collect())
            }),
        }
    }
    fn show(&self) -> String {
        let items: Vec<_> = self.iter().map(|item| quoted(item)).collect();
        format!("[{}]", items.join(", "))
    }
}
