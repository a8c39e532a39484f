//! `automod audit retention`: forgets what is over its time, now and not only at night.

use crate::cli::{Context, Exit, output};
use crate::retention::Keeper;
use crate::store::database_file;
use std::io::Write;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod audit retention --dry-run")]
pub struct Retention {
    /// Write nothing; say what would go
    #[arg(long)]
    dry_run: bool,
}

impl Retention {
    pub async fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let audit = context.audit_settings()?;
        let database = database_file(&context.store_settings()?.url)?;
        // There must be a database: this is no command to make one.
        drop(context.reader().await?);
        let (store, writer) = context.store().await?;
        let keeper = Keeper {
            store: store.clone(),
            retain_texts: audit.retain_texts,
            retain_events: audit.retain_events,
            checkpoints: audit.checkpoints(&database),
        };
        let said = match self.dry_run {
            true => keeper.look().await.map(|(outdated, events)| {
                let (texts, decisions) = (outdated.texts, outdated.decisions);
                format!("{texts} texts of {decisions} decisions and {events} events would go")
            }),
            false => keeper.forget().await.map(|gone| {
                let (texts, decisions) = (gone.erased.texts, gone.erased.decisions);
                format!(
                    "{texts} texts of {decisions} decisions and {} events are gone",
                    gone.events
                )
            }),
        };
        store.close().await;
        drop((store, keeper));
        writer.finished().await;
        writeln!(output(), "{}", said?)?;
        Ok(Exit::Fine)
    }
}
