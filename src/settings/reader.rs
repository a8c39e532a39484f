//! Reads typed settings out of the merged tree and remembers everything: each fault, and each value for
//! `config print`. A setting exists because something asks for it here; what nobody asked for is unknown.

use super::fault::{Fault, env_name};
use super::merge::{Tree, from_environment};
use super::value::{Setting, text};
use config::{Value, ValueKind};
use secrecy::SecretString;
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

/// A secret file larger than this is no secret file.
const SECRET_LIMIT: u64 = 64 << 10;

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

    fn take(&mut self, name: &str) -> Option<Value> {
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

    /// A secret, given as `name` or as the path of a file that holds it, `name_file`.
    pub fn secret(&mut self, name: &str) -> Option<SecretString> {
        let file_name = format!("{name}_file");
        let (direct, file) = (self.take(name), self.take(&file_name));
        let origins = (origin(direct.as_ref()), origin(file.as_ref()));
        let (secret, origin) = match (direct, file) {
            (Some(_), Some(_)) if origins.0 == origins.1 => {
                self.fault(name, format!("given twice, also as {file_name}"), "remove one");
                (None, origins.0)
            }
            (direct, Some(file)) if direct.is_none() || origins.1 == Origin::Environment => {
                (self.secret_of_file(&file_name, &file), origins.1)
            }
            (direct, _) => (direct.and_then(|text| self.secret_of_text(name, &text)), origins.0),
        };
        self.show(name, secret.as_ref().map(|_| r#""***""#.to_owned()), origin);
        secret
    }

    fn secret_of_text(&mut self, name: &str, value: &Value) -> Option<SecretString> {
        match &value.kind {
            ValueKind::String(text) if !text.trim().is_empty() => Some(text.as_str().into()),
            ValueKind::String(_) => {
                self.fault(name, "is empty", "set it or leave it out");
                None
            }
            _ => {
                self.fault(name, "is not text", "put it in quotes");
                None
            }
        }
    }

    fn secret_of_file(&mut self, name: &str, value: &Value) -> Option<SecretString> {
        let read = text(&value.kind).ok_or("is not a path".to_owned()).and_then(read_secret);
        match read {
            Ok(secret) => Some(secret),
            Err(problem) => {
                self.fault(name, problem, "give the path of a file that holds only the secret");
                None
            }
        }
    }

    fn show(&mut self, name: &str, value: Option<String>, origin: Origin) {
        let key = self.key(name);
        self.reader.shown.push(Shown { key, value, origin });
    }

    /// What is left was never asked for.
    fn finish(self) {
        let mut left: Vec<_> = self.table.into_iter().collect();
        left.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, value) in left {
            let prefix = if self.path.is_empty() { "" } else { &format!("{}.", self.path) };
            let fix = nearest(&name, &self.known, prefix);
            for key in leaves(format!("{prefix}{name}"), &value) {
                self.reader.fault(&key, "unknown setting", fix.as_str());
            }
        }
    }
}

fn origin(value: Option<&Value>) -> Origin {
    match value {
        None => Origin::Default,
        Some(value) if from_environment(value) => Origin::Environment,
        Some(_) => Origin::File,
    }
}

fn leaves(key: String, value: &Value) -> Vec<String> {
    match &value.kind {
        ValueKind::Table(table) if !table.is_empty() => {
            let mut names: Vec<_> = table.iter().collect();
            names.sort_by_key(|(name, _)| *name);
            names.into_iter().flat_map(|(name, v)| leaves(format!("{key}.{name}"), v)).collect()
        }
        _ => vec![key],
    }
}

fn nearest(name: &str, known: &[String], prefix: &str) -> String {
    let likeness = |known: &&String| strsim::jaro_winkler(name, known);
    let best = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best.filter(|best| likeness(best) > 0.75) {
        Some(best) => format!("did you mean {prefix}{best}?"),
        None => "see automod.example.toml for all settings".into(),
    }
}

/// Its path stays out of the problem: somebody may have put the secret itself there.
fn read_secret(path: &str) -> Result<SecretString, String> {
    let refuse = |error: std::io::Error| format!("cannot be read: {}", error.kind());
    let size = std::fs::metadata(path).map_err(refuse)?.len();
    if size > SECRET_LIMIT {
        return Err("is far too large for a secret".into());
    }
    let text = std::fs::read_to_string(path).map_err(refuse)?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err("is empty".into()),
        secret => Ok(secret.into()),
    }
}
