//! What to say of a setting that nobody asked for.

use config::{Value, ValueKind};

/// The settings under an unknown key: each was written by somebody, so each is named.
pub(super) fn leaves(key: String, value: &Value) -> Vec<String> {
    match &value.kind {
        ValueKind::Table(table) if !table.is_empty() => {
            let mut names: Vec<_> = table.iter().collect();
            names.sort_by_key(|(name, _)| *name);
            names.into_iter().flat_map(|(name, v)| leaves(format!("{key}.{name}"), v)).collect()
        }
        _ => vec![key],
    }
}

/// The known name that was probably meant.
pub(super) fn nearest(name: &str, known: &[String], prefix: &str) -> String {
    let likeness = |known: &&String| strsim::jaro_winkler(name, known);
    let best = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best.filter(|best| likeness(best) > 0.75) {
        Some(best) => format!("did you mean {prefix}{best}?"),
        None => "see automod.example.toml for all settings".into(),
    }
}
