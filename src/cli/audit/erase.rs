//! `automod audit erase`: removes a person's or one message's texts for good, beside the running service.

use super::of::Of;
use crate::cli::{Context, Exit, output, say};
use crate::store::{Erased, Erasure, Store, cut_log};
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
        let (store, writer) = context.store().await?;
        let erased = all(&store, &erasure).await;
        store.close().await;
        writer.finished().await;
        let erased = erased?;
        let left = reader.left(&erasure.whose).await?;
        // A connection that reads would keep the log from being cut.
        drop(reader);
        let cut = cut_log(&context.store_settings()?.url).await?;
        writeln!(output(), "{} texts of {} decisions erased", erased.texts, erased.decisions)?;
        let mut complete = cut;
        for (count, why) in [
            (left.waiting, "still wait for their action, which needs them: run this again later"),
            (left.held, "are held: `automod audit hold list` shows by what"),
        ] {
            if count > 0 {
                complete = false;
                say(&format!("error: {count} decisions were left out: they {why}"));
            }
        }
        if !cut {
            say(
                "error: somebody reads the database all the time, so its log still holds what was erased: run this again",
            );
        }
        Ok(if complete { Exit::Fine } else { Exit::Failed })
    }
}

async fn all(store: &Store, erasure: &Erasure) -> anyhow::Result<Erased> {
    let mut all = Erased::default();
    loop {
        let erased = store.erase(erasure, all.texts == 0).await?;
        if erased.texts == 0 {
            return Ok(all);
        }
        all.texts += erased.texts;
        all.decisions += erased.decisions;
    }
}
