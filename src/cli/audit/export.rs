//! `automod audit export`: everything that matches, for a spreadsheet, a program or an authority; with its proof.

use super::dsa::Statements;
use super::files::Files;
use super::shape::{csv_cell, inert_json};
use super::trace::Asker;
use super::wanted::Wanted;
use crate::cli::{Context, Exit, Output, WrongUsage, output};
use crate::proof::{Counter, Signer, Statement, last};
use crate::store::{DecisionRow, Ended, Head, Reader, Store};
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
    fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Dsa => "dsa",
        }
    }
}

/// Rows that are held at a time.
const AT_ONCE: usize = 500;

impl Export {
    pub async fn run(self, context: &Context) -> anyhow::Result<Exit> {
        self.asker.queried(context, "export", &self.wanted.query()).await;
        let reader = Store::open_to_read(&context.store_settings()?.url).await?;
        let notary = match &self.proof {
            Some(file) => Some(Notary::prepare(context, &reader, file, &self).await?),
            None => None,
        };
        let mut statements = match self.format {
            ExportFormat::Dsa => Some(Statements::new(&reader, context.audit_settings()?.dsa)),
            _ => None,
        };
        let mut sheet = Sheet::new(self.format);
        if self.format == ExportFormat::Csv {
            sheet.line(&COLUMNS.join(","))?;
        }
        let (filter, bar) = (self.wanted.into(), progress());
        let mut place = None;
        loop {
            let page = reader.page(&filter, place.as_ref(), AT_ONCE, None).await?;
            bar.inc(page.rows.len() as u64);
            match &mut statements {
                Some(statements) => {
                    for statement in statements.of(&page.rows).await? {
                        sheet.line(&inert_json(&statement.to_string()))?;
                    }
                }
                None => page.rows.iter().try_for_each(|row| sheet.row(row))?,
            }
            match page.ended {
                Ended::Whole => break,
                Ended::More(cursor) | Ended::OutOfTime(cursor) => place = Some(cursor),
            }
        }
        bar.finish_and_clear();
        sheet.out.flush()?;
        let tally = sheet.counter.clone().tally(self.format == ExportFormat::Csv);
        self.asker.exported(context, self.format.as_str(), tally.rows, &tally.sha256).await;
        if let Some(notary) = notary {
            notary.attest(sheet.counter)?;
        }
        Ok(Exit::Fine)
    }
}

/// Standard output, counted and hashed.
struct Sheet {
    out: Output,
    counter: Counter,
    format: ExportFormat,
}

impl Sheet {
    fn new(format: ExportFormat) -> Self {
        Self { out: output(), counter: Counter::default(), format }
    }

    fn row(&mut self, row: &DecisionRow) -> anyhow::Result<()> {
        if self.format != ExportFormat::Csv {
            return self.line(&inert_json(&serde_json::to_string(row)?));
        }
        let row = serde_json::to_value(row)?;
        let cells: Vec<_> = COLUMNS.iter().map(|column| csv_cell(&row[*column])).collect();
        self.line(&cells.join(","))
    }

    /// One row. What is hashed is what arrives: nothing is left in it that the output would drop.
    fn line(&mut self, line: &str) -> anyhow::Result<()> {
        let line = format!("{}\n", anstream::adapter::strip_str(line));
        self.counter.take(line.as_bytes(), self.format == ExportFormat::Csv);
        self.out.write_all(line.as_bytes())?;
        Ok(())
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
    format: ExportFormat,
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
        let (head, query, format) = (reader.head().await?, export.wanted.query(), export.format);
        Ok(Self { signer, file: file.to_owned(), head, checkpoint, query, format })
    }

    fn attest(self, counter: Counter) -> anyhow::Result<()> {
        let statement = Statement {
            time: format!("{:.3}", jiff::Timestamp::now()),
            format: self.format.as_str().to_owned(),
            query: self.query,
            head: self.head,
            checkpoint: self.checkpoint,
            tally: counter.tally(self.format == ExportFormat::Csv),
        };
        let written = std::fs::OpenOptions::new().write(true).create_new(true).open(&self.file);
        let written = written.and_then(|mut file| {
            file.write_all(statement.write(&self.signer).as_bytes())?;
            file.sync_all()
        });
        written.with_context(|| format!("the proof {}", self.file.display()))
    }
}

const COLUMNS: [&str; 21] = [
    "id",
    "time",
    "sdk_app_id",
    "group_id",
    "topic_id",
    "msg_seq",
    "revision",
    "sender",
    "editor",
    "rules",
    "severity",
    "verdict",
    "outcome",
    "cause",
    "error_code",
    "attempts",
    "source",
    "ruleset",
    "app",
    "operator",
    "categories",
];
