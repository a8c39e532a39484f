//! `automod serve`: the service, until SIGTERM or Ctrl-C.

use super::{Context, Exit, say};
use crate::app::App;
use crate::telemetry;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Run the service
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod serve --config automod.toml")]
pub struct Args {}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let settings = context.settings()?;
        telemetry::init_logs();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let app = App::build(&settings).await?;
            for warning in settings.warnings() {
                tracing::warn!("{warning}");
            }
            // Before anybody is told that we are here: from now on these ask for something and kill nothing.
            let _asked = [signal(SignalKind::hangup())?, signal(SignalKind::terminate())?];
            let (address, metrics) = (app.address()?, app.metrics_address()?);
            let version = env!("CARGO_PKG_VERSION");
            say(&format!(
                "automod {version}: {}; webhooks at http://{address}/webhook, metrics at http://{metrics}/metrics",
                app.summary()
            ));
            let stop = CancellationToken::new();
            tokio::spawn(cancel_on_signal(stop.clone()));
            app.run(stop).await?;
            tracing::info!("stopped; everything accepted is on disk");
            Ok(Exit::Fine)
        })
    }
}

/// Cancels at the first SIGTERM or Ctrl-C.
pub async fn cancel_on_signal(stop: CancellationToken) {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    stop.cancel();
}
