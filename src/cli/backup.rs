//! `automod backup`: a copy of the database, whole at one moment, while the service runs or not.

use super::audit::files::Files;
use super::audit::verify::recompute;
use super::{Context, Exit, say};
use crate::store::Store;
use std::path::PathBuf;

/// Copy the database to a new file while the service runs, and verify the copy
///
/// People's words are in it, so it is readable by its owner alone. An existing file is never overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod backup /backup/automod-2026-11-23.db")]
pub struct Args {
    /// The new file
    file: PathBuf,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        runtime.block_on(self.copy(context))
    }

    async fn copy(self, context: &Context) -> anyhow::Result<Exit> {
        let (url, key) = context.database()?;
        let reader = Store::open_to_verify(&url, key.as_deref()).await?;
        // Opened before the copy is made: it then knows no event that the copy lacks.
        let witness = Files::configured(context)?.witness(None, &[])?;
        reader.copy_to(&self.file).await?;
        let copy = format!("sqlite://{}", self.file.display());
        let copy = Store::open_to_verify(&copy, key.as_deref()).await?;
        let exit = recompute(&copy, witness).await?.tell()?;
        if exit == Exit::Failed {
            say(
                "the copy is as damaged as the database is; it was kept, and so should the database be",
            );
        }
        Ok(exit)
    }
}
