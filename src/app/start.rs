//! What the audit says of a start: version, apps, rules, keys, and which settings are not what they were.
//!
//! Promise: no value of a setting is in it, and nothing of a secret. The event holds salted digests of what
//! `config print` shows (a secret is `***` there), so that the next start can tell which settings changed.

use crate::proof::Notary;
use crate::rulebook::Rulebook;
use crate::settings::Settings;
use crate::store::{Event, Store, StoreError};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of a digest that are kept: enough to see a change.
const KEPT: usize = 8;

/// Writes the events of a start.
pub async fn record(
    store: &Store,
    settings: &Settings,
    rulebook: &Rulebook,
    notary: Option<&Notary>,
) -> Result<(), StoreError> {
    let apps: BTreeMap<_, _> =
        settings.apps.iter().map(|(name, app)| (name.as_str(), app.sdk_app_id)).collect();
    let last = store.reader().last_start().await?;
    let salt = uuid::Uuid::now_v7().simple().to_string();
    let data = json!({
        "version": env!("CARGO_PKG_VERSION"), "apps": apps, "ruleset": rulebook.live().hash(),
        "signing_key": notary.and_then(Notary::key_id),
        "settings": { "salt": salt, "digests": digests(settings, &salt) },
    });
    store.record(Event::new("service.started", None, data)).await?;
    let changed = last.map(|last| changed(settings, &last["settings"])).unwrap_or_default();
    if !changed.is_empty() {
        let data = json!({ "keys": changed });
        store.record(Event::new("configuration.changed", None, data)).await?;
    }
    Ok(())
}

/// Each setting's key with a digest of its value as it is shown: secrets are all alike there.
fn digests(settings: &Settings, salt: &str) -> BTreeMap<String, String> {
    let of = |key: &str, value: Option<&str>| {
        let value = value.map_or_else(|| "unset".to_owned(), |value| format!("={value}"));
        let digest = Sha256::new().chain_update(salt).chain_update(key).chain_update(value);
        hex::encode(&digest.finalize()[..KEPT])
    };
    let shown = settings.shown().iter();
    shown.map(|shown| (shown.key.clone(), of(&shown.key, shown.value.as_deref()))).collect()
}

/// The keys whose values are not those of the last start; none where it told nothing of them.
fn changed(settings: &Settings, last: &Value) -> BTreeSet<String> {
    let (Some(salt), Some(before)) = (last["salt"].as_str(), last["digests"].as_object()) else {
        return BTreeSet::new();
    };
    let now = digests(settings, salt);
    let differs = |key: &&String| {
        before.get(*key).and_then(Value::as_str) != now.get(*key).map(String::as_str)
    };
    now.keys().chain(before.keys()).filter(differs).cloned().collect()
}
