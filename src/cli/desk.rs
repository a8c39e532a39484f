//! What commands share that decide beside the service: which app is meant, its rules, and the database.

use crate::rulebook::Rulebook;
use crate::settings::{AppSettings, Settings};
use crate::store::{Opening, Reader, Store, StoreError, Writer, database_file};
use crate::telemetry::Metrics;
use anyhow::{Context as _, bail};
use std::path::PathBuf;
use std::sync::Arc;

/// The app that is meant; without one the process ends as for every wrong usage.
pub fn app<'s>(settings: &'s Settings, wanted: Option<&str>) -> (&'s str, &'s AppSettings) {
    use clap::CommandFactory;
    let mut apps = settings.apps.iter().map(|(name, app)| (name.as_str(), app));
    let is_meant = |name: &str, app: &AppSettings| match wanted {
        Some(wanted) => wanted == name || wanted == app.sdk_app_id.to_string(),
        None => settings.apps.len() == 1,
    };
    let names: Vec<_> = settings.apps.keys().map(String::as_str).collect();
    apps.find(|(name, app)| is_meant(name, app)).unwrap_or_else(|| {
        let message = format!("--app must be one of: {}", names.join(", "));
        super::Cli::command().error(clap::error::ErrorKind::InvalidValue, message).exit()
    })
}

/// The rules and the database to work with; in a dry run the database is one that is thrown away.
pub struct Desk {
    pub store: Store,
    writer: Writer,
    pub rulebook: Arc<Rulebook>,
    /// Where decisions made before are found.
    pub decisions: Option<Reader>,
    _scratch: Option<Scratch>,
}

/// A folder that goes when this does.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Self> {
        let name = format!("automod-sweep-{}", uuid::Uuid::now_v7());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays behind holds no more than the rules.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Desk {
    pub async fn open(settings: &Settings, dry_run: bool) -> anyhow::Result<Self> {
        let scratch = dry_run.then(Scratch::new).transpose()?;
        let database = database_file(&settings.store.url).context("store.url")?;
        let key = settings.audit.encryption_key(&database);
        let decisions = Store::open_to_read_with(&settings.store.url, key.as_deref());
        let (url, key) = match &scratch {
            Some(Scratch(folder)) => {
                (format!("sqlite://{}", folder.join("scratch.db").display()), None)
            }
            None => (settings.store.url.clone(), key.clone()),
        };
        let decisions = match decisions.await {
            Ok(reader) => Some(reader),
            Err(StoreError::Absent(_) | StoreError::NoSchema) => None,
            Err(error) => return Err(error).context("store.url"),
        };
        let (store, writer) = Store::open_as(&url, &Opening { key, ..Opening::default() })
            .await
            .context("store.url")?;
        let metrics = Arc::new(Metrics::default());
        let rulebook = Rulebook::open(&settings.rules.dir, store.clone(), metrics).await?;
        let decisions = decisions.or_else(|| (!dry_run).then(|| store.reader()));
        let desk =
            Self { store, writer, rulebook: Arc::new(rulebook), decisions, _scratch: scratch };
        if let Some(trouble) = desk.rulebook.trouble() {
            desk.close().await;
            bail!("{trouble}");
        }
        Ok(desk)
    }

    pub async fn close(self) {
        self.store.close().await;
        self.writer.finished().await;
    }
}
