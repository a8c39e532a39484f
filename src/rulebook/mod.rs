//! The live rule set: loads it, watches its folder, swaps it at once, and keeps the last good one.
//!
//! Holds no rule's meaning. Promise: a bad rule file never takes moderation down, not even over a restart.

mod change;
mod folder;
mod watch;

pub use folder::read_folder;

use crate::engine::{self, Ruleset, Sources};
use crate::store::{Event, Store, StoreError};
use crate::telemetry::Metrics;
use arc_swap::ArcSwap;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Why no rules are live.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{0}\nand there is no earlier good rule set to go on with")]
    Rules(Refused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a folder's rules did not go live.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("rules folder {folder} cannot be read: {problem}")]
    Unreadable { folder: String, problem: String },
    #[error("rules folder {folder} holds no rule")]
    Empty { folder: String },
    /// `report` is for people: every fault with its place and its mend.
    #[error("{faults} fault(s) in the rules:\n{report}")]
    Faulty { faults: usize, report: String },
}

/// What a look at the folder led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reloaded {
    Unchanged,
    Loaded { hash: String, rules: usize },
    Kept(Refused),
}

/// The rules that are live, and the folder they come from.
#[derive(Debug)]
pub struct Rulebook {
    dir: PathBuf,
    live: ArcSwap<Ruleset>,
    store: Store,
    metrics: Arc<Metrics>,
    seen: Mutex<Seen>,
    /// One look at a time.
    looking: tokio::sync::Mutex<()>,
}

/// What the folder held when we last looked.
#[derive(Debug, Default)]
struct Seen {
    hash: Option<String>,
    trouble: Option<Refused>,
}

impl Rulebook {
    /// Loads the folder; where it is broken or empty, goes on with the set that was live last.
    ///
    /// # Errors
    /// When there is neither.
    pub async fn open(dir: &Path, store: Store, metrics: Arc<Metrics>) -> Result<Self, OpenError> {
        let found = load(dir).await;
        let (ruleset, seen) = match found.result {
            Ok(ruleset) => {
                let last = last_kept(&store).await?;
                let is_same = last.as_ref().is_some_and(|last| last.hash() == ruleset.hash());
                let other = last.filter(|_| !is_same).and_then(|last| good(&last));
                let before = if is_same { Some(&ruleset) } else { other.as_ref() };
                activate(&store, &found.sources, before, &ruleset, None).await?;
                metrics.reloaded("loaded");
                (ruleset, Seen { hash: found.hash, trouble: None })
            }
            Err(refused) => {
                let Some(ruleset) = last_kept(&store).await?.as_ref().and_then(good) else {
                    return Err(OpenError::Rules(refused));
                };
                tracing::error!(problem = %refused, "the rules are broken: going on with the last good set");
                record_refusal(&store, &found.hash, &refused, None).await?;
                metrics.reloaded("refused");
                (ruleset, Seen { hash: found.hash, trouble: Some(refused) })
            }
        };
        let live = ArcSwap::from_pointee(ruleset);
        let (dir, seen) = (dir.to_owned(), Mutex::new(seen));
        Ok(Self { dir, live, store, metrics, seen, looking: tokio::sync::Mutex::default() })
    }

    /// The rules of this moment; a message is judged by one set from beginning to end.
    pub fn live(&self) -> Arc<Ruleset> {
        self.live.load_full()
    }

    /// Why the folder's rules are not live, if they are not.
    pub fn trouble(&self) -> Option<Refused> {
        self.seen().trouble.clone()
    }

    /// Looks at the folder and swaps the rules if they changed and are good; `by` is who asked for it, where anybody did.
    ///
    /// # Errors
    /// When the new set cannot be kept: then it does not go live either.
    pub async fn reload(&self, by: Option<&str>) -> Result<Reloaded, StoreError> {
        let _alone = self.looking.lock().await;
        let found = load(&self.dir).await;
        if found.hash.is_some() && found.hash == self.seen().hash {
            return Ok(Reloaded::Unchanged);
        }
        let reloaded = match found.result {
            Ok(ruleset) => {
                let (hash, rules) = (ruleset.hash().to_owned(), ruleset.rules().count());
                let live = self.live();
                activate(&self.store, &found.sources, Some(&live), &ruleset, by).await?;
                self.live.store(Arc::new(ruleset));
                tracing::info!(ruleset = %hash, rules, "new rules are live");
                self.metrics.reloaded("loaded");
                self.see(Seen { hash: found.hash, trouble: None });
                Reloaded::Loaded { hash, rules }
            }
            Err(refused) => {
                if self.trouble().as_ref() == Some(&refused) {
                    return Ok(Reloaded::Unchanged);
                }
                tracing::error!(problem = %refused, "the rules are broken: the last good set stays");
                record_refusal(&self.store, &found.hash, &refused, by).await?;
                self.metrics.reloaded("refused");
                self.see(Seen { hash: found.hash, trouble: Some(refused.clone()) });
                Reloaded::Kept(refused)
            }
        };
        Ok(reloaded)
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn see(&self, seen: Seen) {
        *self.seen() = seen;
    }
}

/// What a folder held, and what came of it.
struct Found {
    hash: Option<String>,
    sources: Sources,
    result: Result<Ruleset, Refused>,
}

/// Reads and compiles off the async threads: a large set takes a while.
async fn load(dir: &Path) -> Found {
    let dir = dir.to_owned();
    let folder = dir.display().to_string();
    let task = tokio::task::spawn_blocking(move || match read_folder(&dir) {
        Ok(sources) => {
            let result = compile(&sources, &dir);
            Found { hash: Some(sources.hash()), sources, result }
        }
        Err(error) => nothing(dir.display().to_string(), error.to_string()),
    });
    task.await.unwrap_or_else(|error| nothing(folder, error.to_string()))
}

fn nothing(folder: String, problem: String) -> Found {
    let sources = Sources { files: BTreeMap::new() };
    Found { hash: None, sources, result: Err(Refused::Unreadable { folder, problem }) }
}

fn compile(sources: &Sources, dir: &Path) -> Result<Ruleset, Refused> {
    let is_rules = |name: &String| name.ends_with(".yaml") || name.ends_with(".yml");
    if !sources.files.keys().any(is_rules) {
        return Err(Refused::Empty { folder: dir.display().to_string() });
    }
    match engine::compile(sources) {
        Ok(compiled) if compiled.ruleset.rules().next().is_none() => {
            Err(Refused::Empty { folder: dir.display().to_string() })
        }
        Ok(compiled) => Ok(compiled.ruleset),
        Err(faults) => {
            let report = faults.render(sources, false);
            Err(Refused::Faulty { faults: faults.len(), report })
        }
    }
}

/// The files as text: a set that compiled is UTF-8 throughout.
fn texts(sources: &Sources) -> BTreeMap<String, String> {
    let files = sources.files.iter();
    files.map(|(name, bytes)| (name.clone(), String::from_utf8_lossy(bytes).into_owned())).collect()
}

/// The hash of a kept rule set by its files, a JSON object of names and texts; `None` when it is no such thing.
pub fn kept_hash(files: &str) -> Option<String> {
    let files: BTreeMap<String, String> = serde_json::from_str(files).ok()?;
    let files = files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    Some(Sources { files }.hash())
}

/// Keeps a set that is about to go live; the audit tells what it changes.
async fn activate(
    store: &Store,
    sources: &Sources,
    before: Option<&Ruleset>,
    now: &Ruleset,
    by: Option<&str>,
) -> Result<(), StoreError> {
    let change = change::between(before, now);
    store.activate_ruleset(now.hash(), &texts(sources), now.rules().count(), change, by).await
}

/// The files of the set that was live last.
async fn last_kept(store: &Store) -> Result<Option<Sources>, StoreError> {
    let files = store.reader().last_ruleset().await?;
    let bytes = |(name, text): (String, String)| (name, text.into_bytes());
    Ok(files.map(|files| Sources { files: files.into_iter().map(bytes).collect() }))
}

fn good(sources: &Sources) -> Option<Ruleset> {
    engine::compile(sources).ok().map(|compiled| compiled.ruleset)
}

async fn record_refusal(
    store: &Store,
    hash: &Option<String>,
    refused: &Refused,
    by: Option<&str>,
) -> Result<(), StoreError> {
    let (reason, faults) = match refused {
        Refused::Unreadable { .. } => ("unreadable", 0),
        Refused::Empty { .. } => ("empty", 0),
        Refused::Faulty { faults, .. } => ("faulty", *faults),
    };
    let data = json!({ "ruleset": hash, "reason": reason, "faults": faults });
    store.record(Event::new("ruleset.refused", None, data).text("by", by)).await
}
