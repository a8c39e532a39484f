//! What the operator decides: defaults, under the file, under the environment.
//!
//! The only reader of environment variables besides `AUTOMOD_CONFIG` (the command line) and `AUTOMOD_LOG`
//! (telemetry). Promise: every fault is told in one run, no fault and no print shows a secret, and an
//! unknown setting is a fault, never silence.

mod alerts;
mod api;
mod app;
mod audit;
mod brake;
mod catch_up;
mod dsa;
mod exempt;
mod fault;
mod merge;
mod reader;
mod secret;
mod sections;
mod units;
mod unknown;
mod value;

pub use alerts::{AlertFormat, AlertsSettings};
pub use api::ApiSettings;
pub use app::{AppSettings, Enforcement, OnImpossible};
pub use audit::AuditSettings;
pub use brake::{BrakeLimits, BrakeSettings};
pub use catch_up::{CatchUpSettings, PollGroup};
pub use dsa::DsaSettings;
pub use exempt::ExemptRole;
pub use fault::Fault;
pub use reader::{Origin, Shown};

pub use sections::{
    CanarySettings, CustomSettings, EnforcerSettings, OnUnavailable, RulesSettings, ServerSettings,
    StoreSettings, WebhookSettings,
};

use merge::Tree;
use reader::{Reader, Section};
use std::collections::BTreeMap;
use std::path::Path;

/// All settings of the service.
#[derive(Debug, Clone)]
pub struct Settings {
    pub server: ServerSettings,
    pub store: StoreSettings,
    pub rules: RulesSettings,
    pub webhook: WebhookSettings,
    pub custom: CustomSettings,
    pub enforcer: EnforcerSettings,
    pub catch_up: CatchUpSettings,
    pub brake: BrakeSettings,
    pub alerts: AlertsSettings,
    pub canary: CanarySettings,
    pub audit: AuditSettings,
    pub api: ApiSettings,
    /// By name, which is ours and appears in rules (`scope: apps`), metrics and logs.
    pub apps: BTreeMap<String, AppSettings>,
    shown: Vec<Shown>,
}

impl Settings {
    /// Merges defaults, file and environment.
    ///
    /// # Errors
    /// Every fault found.
    pub fn load(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Fault>> {
        let (settings, reader) = Reader::run(Tree::merge(file, env)?, Self::read);
        match reader.faults.is_empty() {
            true => Ok(Self { shown: reader.shown, ..settings }),
            false => Err(reader.faults),
        }
    }

    fn read(root: &mut Section<'_>) -> Self {
        Self {
            server: root.table("server", ServerSettings::read),
            store: root.table("store", StoreSettings::read),
            rules: root.table("rules", RulesSettings::read),
            webhook: root.table("webhook", WebhookSettings::read),
            custom: root.table("custom", CustomSettings::read),
            enforcer: root.table("enforcer", EnforcerSettings::read),
            catch_up: root.table("catch_up", CatchUpSettings::read),
            brake: root.table("brake", BrakeSettings::read),
            alerts: root.table("alerts", AlertsSettings::read),
            canary: root.table("canary", CanarySettings::read),
            audit: root.table("audit", AuditSettings::read),
            api: root.table("api", ApiSettings::read),
            apps: root.table("apps", read_apps),
            shown: Vec::new(),
        }
    }

    /// What is allowed but ought to be known, each as one line.
    pub fn warnings(&self) -> Vec<String> {
        let of_apps = self.apps.iter().flat_map(|(name, app)| app.warnings(name));
        let unpolled = self
            .apps
            .iter()
            .filter(|(_, app)| !self.catch_up.enabled && !app.poll_groups.is_empty());
        let unpolled = unpolled.map(|(name, _)| {
            format!("apps.{name}: poll_groups has no effect while catch_up.enabled is false")
        });
        of_apps.chain(unpolled).collect()
    }

    /// Every setting with its value in effect, secrets as `"***"`.
    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }
}

fn read_apps(section: &mut Section<'_>) -> BTreeMap<String, AppSettings> {
    let read = section.each(|name, app| (name.to_owned(), AppSettings::read(name, app)));
    if read.is_empty() {
        let fix =
            "configure at least one app: sdk_app_id, admin, secret_key, webhook_token, region";
        section.fault("main.sdk_app_id", "missing", fix);
    }
    let mut apps: BTreeMap<String, AppSettings> = BTreeMap::new();
    for (name, app) in read.into_iter().filter_map(|(name, app)| Some((name, app?))) {
        if let Some((other, _)) = apps.iter().find(|(_, a)| a.sdk_app_id == app.sdk_app_id) {
            let problem = format!("is the same as apps.{other}.sdk_app_id");
            section.fault(&format!("{name}.sdk_app_id"), problem, "one app, one name");
        }
        apps.insert(name, app);
    }
    apps
}

/// Reads one section and says nothing of the others.
fn load_section<T>(
    file: Option<&Path>,
    env: impl Iterator<Item = (String, String)>,
    name: &str,
    read: impl FnOnce(&mut Section<'_>) -> T,
) -> Result<T, Vec<Fault>> {
    let (section, mut reader) = Reader::run(Tree::merge(file, env)?, |root| root.table(name, read));
    reader.faults.retain(|fault| fault.key.starts_with(&format!("{name}.")));
    match reader.faults.is_empty() {
        true => Ok(section),
        false => Err(reader.faults),
    }
}
