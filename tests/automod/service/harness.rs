//! The real service against the simulated platform, on free ports, with a database of its own.

use chat_automod::app::App;
use chat_automod::settings::Settings;
use chat_automod::simulator::{ClientEdit, Delivery, Post, Sent, Shown, SimulatedApp, Simulator};
use chat_automod::store::{DecisionRow, Filter, History, Reader, Store};
use futures_util::TryStreamExt;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
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

/// How long a state may take to come; far longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(30);

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
        let mut this = Self {
            simulator,
            folder,
            url: String::new(),
            metrics_url: String::new(),
            variables,
            stop: CancellationToken::new(),
            service: None,
        };
        this.start().await;
        this
    }

    pub fn settings(&self) -> Settings {
        Settings::load(None, self.variables.clone().into_iter()).unwrap()
    }

    /// Changes a setting; it is in effect after the next start.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(format!("AUTOMOD_{name}"), value.to_owned());
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

    pub async fn say(&self, text: &str) -> u64 {
        self.send(Post::text(APP, GROUP, "lee", text)).await
    }

    /// Sends a message; its webhook must be acknowledged.
    pub async fn send(&self, post: Post) -> u64 {
        let Sent { seq, webhook } = self.simulator.send(post).await;
        assert_eq!(webhook.map(|answer| answer.status), Some(200), "the webhook is acknowledged");
        seq
    }

    /// Edits as `editor`'s client does; the webhook must be acknowledged.
    pub async fn edit(&self, seq: u64, editor: &str, text: &str) {
        let edit = ClientEdit::text(APP, GROUP, seq, editor, text);
        let answer = self.simulator.edit(edit).await.unwrap();
        assert_eq!(answer.map(|answer| answer.status), Some(200), "the webhook is acknowledged");
    }

    /// Posts a truly signed webhook with any body.
    pub async fn deliver(&self, body: &str) -> u16 {
        let delivery = Delivery { sdk_app_id: APP, ..Delivery::default() };
        self.simulator.deliver(body, delivery).await.unwrap().status
    }

    /// The webhook that told of a message.
    pub fn callback(&self, seq: u64) -> String {
        self.simulator.callback_of(APP, GROUP, None, seq).unwrap()
    }

    pub fn shows(&self, seq: u64) -> Shown {
        self.simulator.shows(APP, GROUP, None, seq).unwrap()
    }

    pub fn text(&self, seq: u64) -> String {
        self.shows(seq).text()
    }

    pub async fn reader(&self) -> Reader {
        Store::open_to_read(&self.settings().store.url).await.unwrap()
    }

    /// All decisions, newest first.
    pub async fn decisions(&self) -> Vec<DecisionRow> {
        self.reader().await.list(&Filter::default()).try_collect().await.unwrap()
    }

    pub async fn history(&self, id: &str) -> History {
        self.reader().await.show(id).await.unwrap().unwrap()
    }

    /// Decisions of one message, newest first, as `(outcome, cause)`.
    pub async fn outcomes(&self, seq: u64) -> Vec<(String, Option<String>)> {
        let all = self.decisions().await.into_iter();
        all.filter(|row| row.msg_seq == Some(seq)).map(|row| (row.outcome, row.cause)).collect()
    }

    /// Waits until nothing is pending: what groups show then, they go on showing.
    pub async fn quiet(&self) {
        let reader = self.reader().await;
        let begun = Instant::now();
        while reader.backlog().await.unwrap().0 > 0 {
            assert!(begun.elapsed() < PATIENCE, "actions are still pending");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until `state` holds.
    pub async fn until(&self, what: &str, mut state: impl AsyncFnMut() -> bool) {
        let begun = Instant::now();
        while !state().await {
            assert!(begun.elapsed() < PATIENCE, "never came: {what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub fn write_rules(&self, rules: &str) {
        std::fs::write(self.folder.path().join("rules/test.yaml"), rules).unwrap();
    }

    /// Status and body of a GET.
    pub async fn get(&self, url: &str) -> (u16, String) {
        let tls = chat_automod::tls::trusting_nobody().unwrap();
        let client = reqwest::Client::builder().tls_backend_preconfigured(tls).build().unwrap();
        let answer = client.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
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

/// `(outcome, cause)` as [`TestApp::outcomes`] tells them.
pub fn ended(outcome: &str, cause: Option<&str>) -> (String, Option<String>) {
    (outcome.to_owned(), cause.map(str::to_owned))
}
