//! `automod audit export`: everything that matches, for a spreadsheet, a program or an authority; with its proof.

use super::files::Files;
use super::trace::Asker;
use super::wanted::Wanted;
use crate::acts::sheet::{Sheet, SheetFormat};
use crate::cli::{Context, Exit, Output, WrongUsage, output};
use crate::proof::{Counter, Signer, Statement, last};
use crate::store::{Ended, Head, Reader};
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// What to export, how, and with which proof.
#[derive(Debug, clap::Args)]
pub struct Export {
    #[command(flatten)]
    wanted: Wanted,
    #[arg(long)]
    format: ExportFormat,
    /// Write the proof of this export here: query, rows, SHA-256, where the audit stands, signed with the signing key
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    #[command(flatten)]
    asker: Asker,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    /// For a spreadsheet
    Csv,
    /// One JSON object a decision, exactly
    Ndjson,
    /// One JSON object a decision that was acted on: a statement of reasons as the EU's DSA Transparency Database takes it
    Dsa,
}

impl ExportFormat {
    fn sheet(self) -> SheetFormat {
        match self {
            Self::Csv => SheetFormat::Csv,
            Self::Ndjson => SheetFormat::Ndjson,
            Self::Dsa => SheetFormat::Dsa,
        }
    }
}

/// Rows that are held at a time.
const AT_ONCE: usize = 500;

impl Export {
    pub async fn run(self, context: &Context) -> anyhow::Result<Exit> {
        self.asker.queried(context, "export", &self.wanted.query()).await;
        let reader = context.reader().await?;
        let notary = match &self.proof {
            Some(file) => Some(Notary::prepare(context, &reader, file, &self).await?),
            None => None,
        };
        let format = self.format.sheet();
        let mut rows = Sheet::new(format, &reader, context.audit_settings()?.dsa);
        let mut out = Counted { out: output(), counter: Counter::default(), format };
        out.write(&rows.head())?;
        let (filter, bar) = (self.wanted.into(), progress());
        let mut place = None;
        loop {
            let page = reader.page(&filter, place.as_ref(), AT_ONCE, None).await?;
            out.write(&rows.rows(&page.rows).await?)?;
            bar.inc(page.rows.len() as u64);
            match page.ended {
                Ended::Whole => break,
                Ended::More(cursor) | Ended::OutOfTime(cursor) => place = Some(cursor),
            }
        }
        bar.finish_and_clear();
        out.out.flush()?;
        let tally = out.counter.clone().tally(format == SheetFormat::Csv);
        self.asker.exported(context, format.as_str(), tally.rows, &tally.sha256).await;
        if let Some(notary) = notary {
            notary.attest(out.counter)?;
        }
        Ok(Exit::Fine)
    }
}

/// Standard output, counted and hashed.
struct Counted {
    out: Output,
    counter: Counter,
    format: SheetFormat,
}

impl Counted {
    fn write(&mut self, rows: &str) -> anyhow::Result<()> {
        self.counter.take(rows.as_bytes(), self.format == SheetFormat::Csv);
        Ok(self.out.write_all(rows.as_bytes())?)
    }
}

/// How many were written and how fast; how many there will be is not known before.
pub(super) fn progress() -> ProgressBar {
    let style =
        ProgressStyle::with_template("{spinner} {human_pos} decisions, {per_sec}, {elapsed}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let target = match std::io::stdout().is_terminal() {
        // The rows themselves show that it goes on.
        true => ProgressDrawTarget::hidden(),
        false => ProgressDrawTarget::stderr(),
    };
    ProgressBar::with_draw_target(None, target).with_style(style)
}

/// Who writes the proof; ready before the first row, so that nothing is exported in vain.
struct Notary {
    signer: Signer,
    file: PathBuf,
    head: Head,
    checkpoint: Option<String>,
    query: Value,
    format: SheetFormat,
}

impl Notary {
    async fn prepare(
        context: &Context,
        reader: &Reader,
        file: &Path,
        export: &Export,
    ) -> anyhow::Result<Self> {
        if file.exists() {
            return Err(WrongUsage(format!("{} is there already", file.display())).into());
        }
        let files = Files::configured(context)?;
        let key = files.key.ok_or_else(|| {
            WrongUsage("audit.signing_key_file is \"none\", so nothing can sign a proof".into())
        })?;
        let signer = Signer::read(&key).context("the signing key")?;
        // The checkpoint first: it is then never later than the head that it is to cover.
        let last = files.checkpoints.map(|file| last(&file)).transpose()?.flatten();
        let checkpoint = last.map(|last| String::from_utf8_lossy(&last.line).into_owned());
        let (head, query, format) =
            (reader.head().await?, export.wanted.query(), export.format.sheet());
        Ok(Self { signer, file: file.to_owned(), head, checkpoint, query, format })
    }

    fn attest(self, counter: Counter) -> anyhow::Result<()> {
        let statement = Statement {
            time: format!("{:.3}", jiff::Timestamp::now()),
            format: self.format.as_str().to_owned(),
            query: self.query,
            head: self.head,
            checkpoint: self.checkpoint,
            tally: counter.tally(self.format == SheetFormat::Csv),
        };
        let written = std::fs::OpenOptions::new().write(true).create_new(true).open(&self.file);
        let written = written.and_then(|mut file| {
            file.write_all(statement.write(&self.signer).as_bytes())?;
            file.sync_all()
        });
        written.with_context(|| format!("the proof {}", self.file.display()))
    }
}
