//! The real service against the simulated platform, on free ports, with a database of its own.

use chat_automod::app::App;
use chat_automod::settings::Settings;
use chat_automod::simulator::{SimulatedApp, Simulator};
use std::collections::BTreeMap;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub const APP: u64 = 1_400_000_001;
pub const GROUP: &str = "@TGS#2TEST";
pub const ADMIN: &str = "automod";
pub const TOKEN: &str = "test-token";
const SECRET: &str = "test-secret-key";

/// The rules most tests need: one that masks, one that tags, one that watches, one that asks for review.
pub const RULES: &str = r#"
version: 1
rules:
  - id: gambling
    category: gambling
    severity: high
    mode: enforce
    match: { words: [casino, 百家乐, 카지노] }
    except: { accounts: ["gm_*"], phrases: [casino royale] }
    action: { mask: stars }
    tests: { catch: ["a casino"], pass: ["education"] }
  - id: contact
    category: contact
    severity: low
    mode: enforce
    match: { words: [add my wechat] }
    action: { tag: contact }
    tests: { catch: ["add my wechat"], pass: ["wechat"] }
  - id: watching
    category: lottery
    match: { words: [lottery] }
    action: { mask: stars }
    tests: { catch: ["lottery"], pass: ["slot"] }
  - id: look-at-this
    category: complaint
    mode: enforce
    match: { words: [complaint] }
    action: { review: true }
    tests: { catch: ["a complaint"], pass: ["a compliment"] }
"#;

pub struct TestApp {
    pub simulator: Simulator,
    pub folder: TempDir,
    pub url: String,
    pub metrics_url: String,
    variables: BTreeMap<String, String>,
    stop: CancellationToken,
    service: Option<JoinHandle<anyhow::Result<()>>>,
}

impl TestApp {
    /// With [`RULES`] and the settings' defaults.
    pub async fn spawn() -> Self {
        Self::spawn_with(RULES, &[]).await
    }

    /// With these rules, and settings by the names of their environment variables (`APPS__MAIN__…`).
    pub async fn spawn_with(rules: &str, settings: &[(&str, &str)]) -> Self {
        let mut this = Self::prepare(rules, settings).await;
        this.start().await;
        this
    }

    /// Everything but the service itself: rules, settings, an empty folder, and the platform.
    pub async fn prepare(rules: &str, settings: &[(&str, &str)]) -> Self {
        let app = SimulatedApp {
            sdk_app_id: APP,
            admin: ADMIN.into(),
            secret_key: SECRET.into(),
            webhook_url: None,
            webhook_token: Some(TOKEN.into()),
        };
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into(), vec![app]).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("rules")).unwrap();
        std::fs::write(folder.path().join("rules/test.yaml"), rules).unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let defaults = [
            ("SERVER__LISTEN", "127.0.0.1:0".to_owned()),
            ("SERVER__METRICS_LISTEN", "127.0.0.1:0".into()),
            ("SERVER__WORKERS", "1".into()),
            ("STORE__URL", format!("sqlite://{}", path("automod.db"))),
            ("RULES__DIR", path("rules")),
            ("ENFORCER__BACKOFF", "10ms".into()),
            ("ENFORCER__BACKOFF_LIMIT", "50ms".into()),
            ("APPS__MAIN__SDK_APP_ID", APP.to_string()),
            ("APPS__MAIN__ADMIN", ADMIN.into()),
            ("APPS__MAIN__SECRET_KEY", SECRET.into()),
            ("APPS__MAIN__WEBHOOK_TOKEN", TOKEN.into()),
            ("APPS__MAIN__BASE_URL", simulator.base_url()),
        ];
        let given = settings.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let variables = defaults
            .into_iter()
            .chain(given)
            .map(|(name, value)| (format!("AUTOMOD_{name}"), value))
            .collect();
        Self {
            simulator,
            folder,
            url: String::new(),
            metrics_url: String::new(),
            variables,
            stop: CancellationToken::new(),
            service: None,
        }
    }

    /// What the service is started with, names and values of environment variables.
    pub fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    /// Changes a setting from the next start on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(format!("AUTOMOD_{name}"), value.to_owned());
    }

    pub fn settings(&self) -> Settings {
        Settings::load(None, self.variables.clone().into_iter()).unwrap()
    }

    /// Builds and runs the service on what is on disk.
    pub async fn start(&mut self) {
        let app = App::build(&self.settings()).await.unwrap();
        self.url = format!("http://{}", app.address().unwrap());
        self.metrics_url = format!("http://{}", app.metrics_address().unwrap());
        self.simulator.set_webhook(APP, &format!("{}/webhook", self.url), Some(TOKEN));
        self.stop = CancellationToken::new();
        self.service = Some(tokio::spawn(app.run(self.stop.clone())));
    }

    /// Stops the service as SIGTERM does.
    pub async fn stop(&mut self) {
        self.stop.cancel();
        if let Some(service) = self.service.take() {
            service.await.unwrap().unwrap();
        }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
        if !std::thread::panicking() {
            assert!(self.simulator.faults().are_spent(), "a fault was set that nobody met");
        }
    }
}
