//! Reads typed settings out of the merged tree and remembers everything: each fault, and each value for
//! `config print`. A setting exists because something asks for it here; what nobody asked for is unknown.

use super::fault::{Fault, env_name};
use super::merge::{Tree, from_environment};
use super::unknown;
use super::value::Setting;
use config::{Value, ValueKind};
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

/// What came of reading, beside the values.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub faults: Vec<Fault>,
    pub shown: Vec<Shown>,
    places: BTreeMap<String, String>,
}

/// One setting as `config print` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub key: String,
    /// As TOML, a secret as `"***"`; `None` when not set.
    pub value: Option<String>,
    pub origin: Origin,
}

/// Who set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Default,
    File,
    Environment,
}

impl Reader {
    /// Reads the whole tree: `read` asks for what there is, the rest is unknown.
    pub fn run<T>(tree: Tree, read: impl FnOnce(&mut Section<'_>) -> T) -> (T, Self) {
        let mut reader = Self { places: tree.places, ..Self::default() };
        let mut root = Section::new(&mut reader, String::new(), tree.root);
        let read = read(&mut root);
        root.finish();
        (read, reader)
    }

    fn fault(&mut self, key: &str, problem: impl Into<String>, fix: impl Into<String>) {
        self.faults.push(Fault {
            place: self.places.get(key).cloned(),
            key: key.to_owned(),
            env: env_name(key),
            problem: problem.into(),
            fix: fix.into(),
        });
    }
}

/// One table of the tree.
pub(super) struct Section<'r> {
    reader: &'r mut Reader,
    path: String,
    table: HashMap<String, Value>,
    known: Vec<String>,
}

impl<'r> Section<'r> {
    fn new(reader: &'r mut Reader, path: String, table: HashMap<String, Value>) -> Self {
        Self { reader, path, table, known: Vec::new() }
    }

    fn key(&self, name: &str) -> String {
        match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }

    /// Whether somebody set it, to whatever.
    pub fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.known.push(name.to_owned());
        self.table.remove(name)
    }

    pub fn fault(&mut self, name: &str, problem: impl Into<String>, fix: impl Into<String>) {
        let key = self.key(name);
        self.reader.fault(&key, problem, fix);
    }

    /// Reads the table called `name`, empty when absent.
    pub fn table<T>(&mut self, name: &str, read: impl FnOnce(&mut Section<'_>) -> T) -> T {
        let (key, value) = (self.key(name), self.take(name));
        let table = match value.map(|value| value.kind) {
            None | Some(ValueKind::Nil) => HashMap::new(),
            Some(ValueKind::Table(table)) => table,
            Some(_) => {
                let fix = format!("write it as a table: [{key}]");
                self.reader.fault(&key, "is one value where a section is meant", fix);
                HashMap::new()
            }
        };
        let mut section = Section::new(self.reader, key, table);
        let read = read(&mut section);
        section.finish();
        read
    }

    /// Reads each table of this section under its own name, in the order of names.
    pub fn each<T>(&mut self, mut read: impl FnMut(&str, &mut Section<'_>) -> T) -> Vec<T> {
        let mut names: Vec<_> = self.table.keys().cloned().collect();
        names.sort_unstable();
        names.into_iter().map(|name| self.table(&name, |section| read(&name, section))).collect()
    }

    pub fn optional<T: Setting>(&mut self, name: &str) -> Option<T> {
        let value = self.take(name);
        let origin = origin(value.as_ref());
        let parsed = value.and_then(|value| {
            T::parse(&value.kind)
                .map_err(|wrong| self.fault(name, wrong.problem(), T::EXPECTED))
                .ok()
        });
        self.show(name, parsed.as_ref().map(Setting::show), origin);
        parsed
    }

    pub fn required<T: Setting>(&mut self, name: &str, fix: &str) -> Option<T> {
        let value = self.optional(name);
        if value.is_none() {
            self.missing(name, fix);
        }
        value
    }

    /// Says that the setting is missing, unless it is there and something else was wrong with it.
    pub fn missing(&mut self, name: &str, fix: &str) {
        let (key, file) = (self.key(name), self.key(&format!("{name}_file")));
        if !self.reader.faults.iter().any(|fault| fault.key == key || fault.key == file) {
            self.reader.fault(&key, "missing", fix);
        }
    }

    pub fn or<T: Setting>(&mut self, name: &str, default: T) -> T {
        let parsed = self.optional(name);
        let shown = self.reader.shown.last_mut().filter(|shown| shown.value.is_none());
        if let Some(shown) = shown {
            shown.value = Some(default.show());
        }
        parsed.unwrap_or(default)
    }

    pub fn within<T>(&mut self, name: &str, default: T, range: RangeInclusive<T>) -> T
    where
        T: Setting + PartialOrd,
    {
        let value = self.or(name, default);
        if !range.contains(&value) {
            let fix = format!("from {} to {}", range.start().show(), range.end().show());
            self.fault(name, "out of range", fix.replace('"', ""));
        }
        value
    }

    pub(super) fn show(&mut self, name: &str, value: Option<String>, origin: Origin) {
        let key = self.key(name);
        self.reader.shown.push(Shown { key, value, origin });
    }

    /// What is left was never asked for.
    fn finish(self) {
        let mut left: Vec<_> = self.table.into_iter().collect();
        left.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, value) in left {
            let prefix = if self.path.is_empty() { "" } else { &format!("{}.", self.path) };
            let fix = unknown::nearest(&name, &self.known, prefix);
            for key in unknown::leaves(format!("{prefix}{name}"), &value) {
                self.reader.fault(&key, "unknown setting", fix.as_str());
            }
        }
    }
}

pub(super) fn origin(value: Option<&Value>) -> Origin {
    match value {
        None => Origin::Default,
        Some(value) if from_environment(value) => Origin::Environment,
        Some(_) => Origin::File,
    }
}
