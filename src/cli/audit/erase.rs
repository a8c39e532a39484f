//! `automod audit erase`: removes a person's or one message's texts for good, beside the running service.

use super::of::Of;
use crate::acts::erasure::{Erasing, erase};
use crate::cli::{Context, Exit, output, say};
use crate::store::Erasure;
use std::io::Write;

/// Whose texts go, and why.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  automod audit erase --sender lee --reason \"request of 2026-11-23\"\n  \
                        automod audit erase --decision 0199f0c2-7b1e-7c3a-9b7e-0d0f5a1f2b3c --reason \"a child\""
)]
pub struct Erase {
    #[command(flatten)]
    of: Of,
    /// Why; it is kept in the audit, so do not name the person here
    #[arg(long)]
    reason: String,
    /// Who decided so; it is kept in the audit
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Erase {
    pub async fn run(self, context: &Context) -> anyhow::Result<Exit> {
        if self.reason.trim().is_empty() {
            say("error: --reason must say why");
            return Ok(Exit::Failed);
        }
        let reader = context.reader().await?;
        if !self.of.is_known(&reader).await? {
            return Ok(Exit::Failed);
        }
        let id = uuid::Uuid::now_v7().to_string();
        let erasure = Erasure { id, whose: self.of.whose(), reason: self.reason, by: self.by };
        let url = context.store_settings()?.url;
        let (store, writer) = context.store().await?;
        let done = erase(&store, reader, &url, &erasure).await;
        store.close().await;
        writer.finished().await;
        let Erasing { erased, left, log_cut } = done?;
        writeln!(output(), "{} texts of {} decisions erased", erased.texts, erased.decisions)?;
        let mut complete = log_cut;
        for (count, why) in [
            (left.waiting, "still wait for their action, which needs them: run this again later"),
            (left.held, "are held: `automod audit hold list` shows by what"),
        ] {
            if count > 0 {
                complete = false;
                say(&format!("error: {count} decisions were left out: they {why}"));
            }
        }
        if !log_cut {
            say(
                "error: somebody reads the database all the time, so its log still holds what was erased: run this again",
            );
        }
        Ok(if complete { Exit::Fine } else { Exit::Failed })
    }
}
