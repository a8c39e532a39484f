//! `automod audit`: the log for people and for scripts, one file a subcommand.

mod erase;
mod export;
pub mod files;
mod hold;
mod keygen;
mod list;
mod marks;
mod of;
mod report;
mod retention;
mod show;
mod trace;
pub mod verify;
mod verify_export;
mod wanted;

pub use wanted::time;

use super::{Context, Exit};
use crate::cli::shape::Format;
use trace::Asker;
use wanted::Wanted;

/// Search, show, export and verify the audit
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod audit list --rule gambling-ads --since 2026-11-01\n  \
                        automod audit show 0199f0c2-7b1e-7c3a-9b7e-0d0f5a1f2b3c\n  \
                        automod audit export --format csv --proof decisions.csv.proof > decisions.csv\n  \
                        automod audit verify-export decisions.csv --public-key signing-key.pub\n  \
                        automod audit report --since 7d --format text\n  \
                        automod audit verify --db /backup/automod.db --checkpoints /elsewhere/automod.checkpoints")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Decisions, newest first
    List {
        #[command(flatten)]
        wanted: Wanted,
        #[command(flatten)]
        extent: list::Extent,
        #[command(flatten)]
        asker: Asker,
        /// Default: a table on a terminal, else ndjson
        #[arg(long)]
        format: Option<Format>,
    },
    /// One decision: what was there, what became of it, and every step
    ///
    /// That its texts were shown is noted in the audit.
    Show(show::Show),
    /// All decisions that match, for a spreadsheet (csv) or a program (ndjson)
    Export(export::Export),
    /// Check an export against its proof; needs the public key and nothing else
    VerifyExport(verify_export::VerifyExport),
    /// Recompute the whole chain and compare it with the signed checkpoints; reads only
    ///
    /// Needs no configuration with --db. Exit codes: 0 sound, 1 damaged or unreadable, 2 wrong usage.
    Verify(verify::Verify),
    /// What was found and done in a time: counts by outcome, category and rule, undo rate, median time to rewrite
    Report(report::Report),
    /// Remove texts and account names for good: of a person, or of one message
    ///
    /// Works beside the running service. The chain still verifies; what is held or still waits for its action is left
    /// out. Exit codes: 0 all is gone, 1 something was left out, 2 wrong usage.
    Erase(erase::Erase),
    Hold(hold::Args),
    /// Forget what is over its time now (audit.retain_texts, audit.retain_events); the service does so once a day
    Retention(retention::Retention),
    /// Make the key pair that signs checkpoints and exports; never overwrites one
    Keygen(keygen::Keygen),
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        runtime.block_on(self.answer(context))
    }

    async fn answer(self, context: &Context) -> anyhow::Result<Exit> {
        match self.command {
            Command::List { wanted, extent, asker, format } => {
                asker.queried(context, "list", &wanted.query()).await;
                list::list(&context.reader().await?, &wanted.into(), extent, format).await
            }
            Command::Show(show) => show.run(&context.reader().await?, context).await,
            Command::Export(export) => export.run(context).await,
            Command::VerifyExport(verify) => verify.run(context),
            Command::Verify(verify) => verify.run(context).await,
            Command::Report(report) => report.run(context).await,
            Command::Erase(erase) => erase.run(context).await,
            Command::Retention(retention) => retention.run(context).await,
            Command::Hold(hold) => hold.run(context).await,
            Command::Keygen(keygen) => keygen.run(context),
        }
    }
}
