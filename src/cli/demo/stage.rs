//! The demo's stage: the real service and the simulated platform, wired over loopback, in a temporary folder.

use crate::app::App;
use crate::settings::Settings;
use crate::simulator::{SimulatedApp, Simulator};
use crate::store::{Reader, Store};
use anyhow::Context as _;
use std::path::PathBuf;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub const APP: u64 = 1_400_000_000;
pub const TOKEN: &str = "demo-token";
const ADMIN: &str = "automod";
const SECRET: &str = "demo-secret-key";

/// How long the demo waits for the service to finish its work before it calls that a failure.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Stage {
    pub simulator: Simulator,
    pub webhook_url: String,
    pub metrics_url: String,
    pub store_url: String,
    reader: Reader,
    stop: CancellationToken,
    service: JoinHandle<anyhow::Result<()>>,
    folder: PathBuf,
}

impl Stage {
    pub async fn set() -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("automod-demo-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(folder.join("rules"))?;
        std::fs::write(folder.join("rules/demo.yaml"), include_str!("rules.yaml"))?;
        let simulated = SimulatedApp {
            sdk_app_id: APP,
            admin: ADMIN.into(),
            secret_key: SECRET.into(),
            webhook_url: None,
            webhook_token: Some(TOKEN.into()),
        };
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into(), vec![simulated]).await?;
        let store_url = format!("sqlite://{}", folder.join("automod.db").display());
        let rules = folder.join("rules").display().to_string();
        let app = App::build(&settings(&store_url, &rules, &simulator.base_url())?).await?;
        let webhook_url = format!("http://{}/webhook", app.address()?);
        let metrics_url = format!("http://{}/metrics", app.metrics_address()?);
        simulator.set_webhook(APP, &webhook_url, Some(TOKEN));
        let stop = CancellationToken::new();
        let service = tokio::spawn(app.run(stop.clone()));
        let reader = Store::open_to_read(&store_url).await?;
        Ok(Self { simulator, webhook_url, metrics_url, store_url, reader, stop, service, folder })
    }

    /// Waits until nothing is pending: what the groups show then, they will go on showing.
    pub async fn quiet(&self) -> anyhow::Result<()> {
        let settled = async {
            while self.reader.backlog().await?.0 > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, settled)
            .await
            .context("the service did not finish its work")?
    }

    /// Cancelled when the service has ended, for whatever reason.
    pub fn stopped(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Stops everything and removes what was written.
    pub async fn strike(self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.service.await??;
        self.simulator.stop().await;
        std::fs::remove_dir_all(&self.folder)?;
        Ok(())
    }
}

/// The settings as an operator would give them by environment.
fn settings(store_url: &str, rules: &str, base_url: &str) -> anyhow::Result<Settings> {
    let app = APP.to_string();
    let variables = [
        ("AUTOMOD_SERVER__LISTEN", "127.0.0.1:0"),
        ("AUTOMOD_SERVER__METRICS_LISTEN", "127.0.0.1:0"),
        ("AUTOMOD_SERVER__WORKERS", "1"),
        ("AUTOMOD_STORE__URL", store_url),
        ("AUTOMOD_RULES__DIR", rules),
        ("AUTOMOD_APPS__DEMO__SDK_APP_ID", &app),
        ("AUTOMOD_APPS__DEMO__ADMIN", ADMIN),
        ("AUTOMOD_APPS__DEMO__SECRET_KEY", SECRET),
        ("AUTOMOD_APPS__DEMO__WEBHOOK_TOKEN", TOKEN),
        ("AUTOMOD_APPS__DEMO__BASE_URL", base_url),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Settings::load(None, variables.into_iter()).map_err(|faults| {
        let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{}", faults.join("\n"))
    })
}
