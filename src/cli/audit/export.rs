//! `automod audit export`: everything that matches, for a spreadsheet or a program; with its proof when asked.

use super::files::Files;
use super::wanted::Wanted;
use crate::cli::{Context, Exit, Output, WrongUsage, output};
use crate::proof::{Counter, Signer, Statement, last};
use crate::store::{DecisionRow, Head, Reader, Store};
use anyhow::Context as _;
use futures_util::TryStreamExt;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::pin;

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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    Csv,
    Ndjson,
}

impl Export {
    pub async fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let reader = Store::open_to_read(&context.store_settings()?.url).await?;
        let notary = match &self.proof {
            Some(file) => Some(Notary::prepare(context, &reader, file, &self).await?),
            None => None,
        };
        let mut out = Sheet { out: output(), counter: Counter::default(), format: self.format };
        let filter = self.wanted.into();
        let mut rows = pin!(reader.list(&filter));
        if self.format == ExportFormat::Csv {
            out.line(&COLUMNS.join(","))?;
        }
        while let Some(row) = rows.try_next().await? {
            out.line(&cells(&row, self.format)?)?;
        }
        out.out.flush()?;
        if let Some(notary) = notary {
            notary.attest(out.counter)?;
        }
        Ok(Exit::Fine)
    }
}

fn cells(row: &DecisionRow, format: ExportFormat) -> anyhow::Result<String> {
    if format == ExportFormat::Ndjson {
        return Ok(serde_json::to_string(row)?);
    }
    let row = serde_json::to_value(row)?;
    let cells: Vec<_> = COLUMNS.iter().map(|column| csv_cell(&row[*column])).collect();
    Ok(cells.join(","))
}

/// Standard output, counted and hashed.
struct Sheet {
    out: Output,
    counter: Counter,
    format: ExportFormat,
}

impl Sheet {
    /// One row. Escape sequences go out of it here, because the output drops them: what is hashed is what arrives.
    fn line(&mut self, line: &str) -> anyhow::Result<()> {
        let line = format!("{}\n", anstream::adapter::strip_str(line));
        self.counter.take(line.as_bytes(), self.format == ExportFormat::Csv);
        self.out.write_all(line.as_bytes())?;
        Ok(())
    }
}

/// Who writes the proof; ready before the first row, so that nothing is exported in vain.
struct Notary<'a> {
    signer: Signer,
    file: &'a Path,
    head: Head,
    checkpoint: Option<String>,
    query: Value,
    format: ExportFormat,
}

impl<'a> Notary<'a> {
    async fn prepare(
        context: &Context,
        reader: &Reader,
        file: &'a Path,
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
        Ok(Self { signer, file, head, checkpoint, query, format })
    }

    fn attest(self, counter: Counter) -> anyhow::Result<()> {
        let csv = self.format == ExportFormat::Csv;
        let statement = Statement {
            time: format!("{:.3}", jiff::Timestamp::now()),
            format: if csv { "csv" } else { "ndjson" }.to_owned(),
            query: self.query,
            head: self.head,
            checkpoint: self.checkpoint,
            tally: counter.tally(csv),
        };
        let written = std::fs::OpenOptions::new().write(true).create_new(true).open(self.file);
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

/// One cell; what a spreadsheet would run as a formula is made a plain text by a leading `'`.
fn csv_cell(value: &serde_json::Value) -> String {
    let text = match value {
        serde_json::Value::Null => return String::new(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => {
            let items: Vec<_> = items.iter().filter_map(|item| item.as_str()).collect();
            items.join(" ")
        }
        other => return other.to_string(),
    };
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{guard}{}\"", text.replace('"', "\"\"")),
        false => format!("{guard}{text}"),
    }
}
