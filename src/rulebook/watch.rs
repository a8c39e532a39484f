//! When to look at the rules folder: at once after a change, on SIGHUP, and every five seconds in any case,
//! because mounted folders and network disks do not always tell.

use super::Rulebook;
use notify_debouncer_full::{new_debouncer, notify::RecursiveMode};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// An editor writes a file in several steps; one look after the last is enough.
const SETTLE: Duration = Duration::from_millis(250);
const POLL: Duration = Duration::from_secs(5);

impl Rulebook {
    /// Reloads whenever there is reason to, until cancelled.
    pub async fn watch(self: Arc<Self>, stop: CancellationToken) {
        let (tell, mut told) = mpsc::channel(1);
        let _watcher = watch_folder(&self.dir, tell.clone());
        let hangups = tokio::spawn(hangups(tell));
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = told.recv() => {}
                () = tokio::time::sleep(POLL) => {}
            }
            if let Err(error) = self.reload(None).await {
                tracing::error!(%error, "new rules cannot be kept: the last good set stays");
            }
        }
        hangups.abort();
    }
}

/// A folder that cannot be watched is still polled.
fn watch_folder(dir: &Path, tell: mpsc::Sender<()>) -> Option<impl Sized + use<>> {
    let mut watcher = new_debouncer(SETTLE, None, move |_| {
        // A full channel means that a look is due anyway.
        let _ = tell.try_send(());
    })
    .inspect_err(|error| tracing::warn!(%error, "the rules folder is polled, not watched"))
    .ok()?;
    match watcher.watch(dir, RecursiveMode::Recursive) {
        Ok(()) => Some(watcher),
        Err(error) => {
            tracing::warn!(%error, "the rules folder is polled, not watched");
            None
        }
    }
}

async fn hangups(tell: mpsc::Sender<()>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    while hangup.recv().await.is_some() {
        let _ = tell.try_send(());
    }
}
