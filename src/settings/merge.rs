//! File and environment become one tree; the environment wins.
//!
//! Values of the environment stay text (the reader of each setting knows its type): guessing would turn a
//! numeric secret into a number.

use super::fault::Fault;
use config::{Config, Environment, File, FileFormat, Value, ValueKind};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use toml::de::{DeTable, DeValue};

const PREFIX: &str = "AUTOMOD_";

/// The merged settings before anybody gave them a type.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub root: HashMap<String, Value>,
    /// Where in the file each key stands.
    pub places: BTreeMap<String, String>,
}

impl Tree {
    pub fn merge(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Fault>> {
        let text = file.map(read).transpose().map_err(|fault| vec![fault])?.unwrap_or_default();
        let name = file.map(|path| path.display().to_string()).unwrap_or_default();
        let places = places(&name, &text)?;
        let (env, faults): (Vec<_>, Vec<_>) =
            env.filter(|(name, _)| is_ours(name)).partition(|(name, _)| {
                name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
            });
        if !faults.is_empty() {
            return Err(faults.into_iter().map(|(name, _)| unreadable(name)).collect());
        }
        let environment = Environment::with_prefix("AUTOMOD")
            .prefix_separator("_")
            .separator("__")
            .ignore_empty(true)
            .source(Some(env.into_iter().collect()));
        let merged = Config::builder()
            .add_source(File::from_str(&text, FileFormat::Toml))
            .add_source(environment)
            .build();
        match merged.map(|merged| merged.cache.kind) {
            Ok(ValueKind::Table(root)) => Ok(Self { root, places }),
            // The error's own text may quote a value.
            _ => Err(vec![of_file(name, None, "holds a number that does not fit 64 bits")]),
        }
    }
}

/// Whether the value was given by the environment, not by the file.
pub(super) fn from_environment(value: &Value) -> bool {
    value.origin().is_some()
}

/// `AUTOMOD_CONFIG` and `AUTOMOD_LOG` have no `__`: they are read elsewhere.
fn is_ours(name: &str) -> bool {
    name.strip_prefix(PREFIX).is_some_and(|rest| rest.contains("__"))
}

fn unreadable(name: String) -> Fault {
    Fault {
        place: None,
        key: name.trim_start_matches(PREFIX).to_lowercase().replace("__", "."),
        env: name,
        problem: "unknown setting".into(),
        fix: "names consist of letters, digits and underscores".into(),
    }
}

fn read(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|error| {
        let problem = match error.kind() {
            std::io::ErrorKind::NotFound => "no such file".to_owned(),
            std::io::ErrorKind::InvalidData => "is not UTF-8 text".to_owned(),
            kind => format!("cannot be read: {kind}"),
        };
        of_file(path.display().to_string(), None, &problem)
    })
}

fn of_file(name: String, line: Option<usize>, problem: &str) -> Fault {
    Fault {
        place: Some(line.map_or(name.clone(), |line| format!("{name}:{line}"))),
        key: "--config".into(),
        env: "AUTOMOD_CONFIG".into(),
        problem: problem.to_owned(),
        fix: "see automod.example.toml for how it is written".into(),
    }
}

/// Where each key stands, or every syntax error. The errors' excerpts are left out: they may show a secret.
fn places(name: &str, text: &str) -> Result<BTreeMap<String, String>, Vec<Fault>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let line = |at: usize| text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1;
    if !errors.is_empty() {
        let fault = |error: &toml::de::Error| {
            let line = error.span().map(|span| line(span.start));
            of_file(name.to_owned(), line, &format!("not TOML: {}", error.message()))
        };
        return Err(errors.iter().map(fault).collect());
    }
    let mut places = BTreeMap::new();
    collect(table.get_ref(), "", &mut |key, at| {
        places.insert(key, format!("{name}:{}", line(at)));
    });
    Ok(places)
}

fn collect(table: &DeTable<'_>, path: &str, found: &mut impl FnMut(String, usize)) {
    for (key, value) in table {
        let path = match path {
            "" => key.get_ref().to_string(),
            path => format!("{path}.{}", key.get_ref()),
        };
        if let DeValue::Table(table) = value.get_ref() {
            collect(table, &path, found);
        }
        found(path, key.span().start);
    }
}
