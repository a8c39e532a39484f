//! `automod audit`: the log for people and for scripts.

use super::output::{Output, output, say};
use super::{Context, Exit};
use crate::rulebook::kept_hash;
use crate::store::{DecisionRow, Filter, History, Outcome, Reader, Store, verify};
use anyhow::Context as _;
use comfy_table::{ContentArrangement, Table};
use futures_util::{Stream, TryStreamExt};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::pin::pin;

/// Search, show, export and verify the audit
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod audit list --rule gambling-ads --since 2026-11-01\n  \
                        automod audit show 0199f0c2-7b1e-7c3a-9b7e-0d0f5a1f2b3c\n  \
                        automod audit export --format csv > decisions.csv\n  \
                        automod audit verify --db /backup/automod.db")]
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
        /// How many [no upper bound]
        #[arg(long, default_value_t = 100)]
        limit: u64,
        /// Default: a table on a terminal, else ndjson
        #[arg(long)]
        format: Option<Format>,
    },
    /// One decision: what was there, what became of it, and every step
    Show {
        id: String,
        #[arg(long)]
        format: Option<Format>,
    },
    /// All decisions that match, for a spreadsheet (csv) or a program (ndjson)
    Export {
        #[command(flatten)]
        wanted: Wanted,
        #[arg(long)]
        format: ExportFormat,
    },
    /// Recompute the whole chain; reads only, needs no configuration with --db
    Verify {
        /// A database or a copy of one [default: the one of store.url]
        #[arg(long, value_name = "FILE")]
        db: Option<PathBuf>,
    },
}

/// Which decisions.
#[derive(Debug, clap::Args)]
struct Wanted {
    /// An app's name or its SDKAppID
    #[arg(long)]
    app: Option<String>,
    #[arg(long)]
    group: Option<String>,
    #[arg(long)]
    topic: Option<String>,
    #[arg(long)]
    sender: Option<String>,
    #[arg(long)]
    rule: Option<String>,
    /// pending, applied, observed, moot, impossible, failed, withheld or undone
    #[arg(long, value_parser = outcome)]
    outcome: Option<String>,
    /// From then on: 2026-11-23, 2026-11-23T10:00:00Z, or an age such as 2h or 7d
    #[arg(long, value_parser = time)]
    since: Option<i64>,
    /// Before then
    #[arg(long, value_parser = time)]
    until: Option<i64>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Table,
    Ndjson,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ExportFormat {
    Csv,
    Ndjson,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        runtime.block_on(self.answer(context))
    }

    async fn answer(self, context: &Context) -> anyhow::Result<Exit> {
        let open = async || anyhow::Ok(Store::open_to_read(&context.store_settings()?.url).await?);
        match self.command {
            Command::List { wanted, limit, format } => {
                let filter = Filter { limit: Some(limit), ..wanted.into() };
                list(&open().await?, &filter, format).await
            }
            Command::Show { id, format } => show(&open().await?, &id, format).await,
            Command::Export { wanted, format } => {
                export(&open().await?, &wanted.into(), format).await
            }
            Command::Verify { db: Some(file) } => {
                check(&format!("sqlite://{}", file.display())).await
            }
            Command::Verify { db: None } => check(&context.store_settings()?.url).await,
        }
    }
}

impl From<Wanted> for Filter {
    fn from(wanted: Wanted) -> Self {
        let Wanted { app, group, topic, sender, rule, outcome, since, until } = wanted;
        Self { app, group, topic, sender, rule, outcome, since, until, limit: None }
    }
}

async fn list(reader: &Reader, filter: &Filter, format: Option<Format>) -> anyhow::Result<Exit> {
    let rows = reader.list(filter);
    let mut out = output();
    match chosen(format) {
        Format::Ndjson => write_ndjson(rows, &mut out).await?,
        Format::Table => {
            let mut table = Table::new();
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_header(["time", "group", "seq", "sender", "rules", "outcome", "cause", "id"]);
            let mut rows = pin!(rows);
            while let Some(row) = rows.try_next().await? {
                table.add_row(cells(row));
            }
            writeln!(out, "{table}")?;
        }
    }
    Ok(Exit::Fine)
}

fn cells(row: DecisionRow) -> Vec<String> {
    let group = match row.topic_id {
        Some(topic) => format!("{} {topic}", row.group_id),
        None => row.group_id,
    };
    let seq = row.msg_seq.map_or_else(|| "-".into(), |seq| seq.to_string());
    let cells = [
        row.time,
        group,
        seq,
        row.sender.unwrap_or_else(|| "-".into()),
        row.rules.join(" "),
        row.outcome,
        row.cause.unwrap_or_else(|| "-".into()),
        row.id,
    ];
    cells.iter().map(|cell| inert(cell)).collect()
}

async fn show(reader: &Reader, id: &str, format: Option<Format>) -> anyhow::Result<Exit> {
    let Some(history) = reader.show(id).await? else {
        say(&format!("error: no decision has the id {id}; `automod audit list` shows the ids"));
        return Ok(Exit::Failed);
    };
    let mut out = output();
    match chosen(format) {
        Format::Ndjson => writeln!(out, "{}", serde_json::to_string(&history)?)?,
        Format::Table => tell(&history, &mut out)?,
    }
    Ok(Exit::Fine)
}

/// A decision for a person: the facts, both texts, then every step.
fn tell(history: &History, out: &mut Output) -> anyhow::Result<()> {
    let serde_json::Value::Object(facts) = serde_json::to_value(&history.decision)? else {
        anyhow::bail!("a decision is not an object");
    };
    for (name, value) in &facts {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        writeln!(out, "{name:<12} {}", inert(&value))?;
    }
    for (name, text) in [("original", &history.original), ("rewritten", &history.rewritten)] {
        let text = text.as_deref().unwrap_or("(not kept)");
        writeln!(out, "{name:<12} {}", inert(text))?;
    }
    if let Some(answer) = &history.answer {
        writeln!(out, "{:<12} {}", "answer", inert(answer))?;
    }
    writeln!(out, "\nevents")?;
    for event in &history.events {
        writeln!(out, "{:>8}  {}  {}  {}", event.seq, event.time, event.kind, &event.hash[..16])?;
        writeln!(out, "          {}", inert(&event.data.to_string()))?;
    }
    Ok(())
}

async fn export(reader: &Reader, filter: &Filter, format: ExportFormat) -> anyhow::Result<Exit> {
    let rows = reader.list(filter);
    let mut out = output();
    match format {
        ExportFormat::Ndjson => write_ndjson(rows, &mut out).await?,
        ExportFormat::Csv => {
            let mut rows = pin!(rows);
            writeln!(out, "{}", COLUMNS.join(","))?;
            while let Some(row) = rows.try_next().await? {
                let row = serde_json::to_value(row)?;
                let cells: Vec<_> = COLUMNS.iter().map(|column| csv_cell(&row[*column])).collect();
                writeln!(out, "{}", cells.join(","))?;
            }
        }
    }
    Ok(Exit::Fine)
}

async fn write_ndjson(
    rows: impl Stream<Item = Result<DecisionRow, crate::store::StoreError>>,
    out: &mut Output,
) -> anyhow::Result<()> {
    let mut rows = pin!(rows);
    while let Some(row) = rows.try_next().await? {
        writeln!(out, "{}", serde_json::to_string(&row)?)?;
    }
    Ok(())
}

const COLUMNS: [&str; 18] = [
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

async fn check(url: &str) -> anyhow::Result<Exit> {
    let progress = std::io::stderr().is_terminal();
    let told = |events: i64| {
        if progress && events % 10_000 == 0 {
            say(&format!("{events} events …"));
        }
    };
    let look = async || {
        let reader = Store::open_to_read(url).await?;
        verify(&reader, kept_hash, told).await.context("the audit cannot be read")
    };
    let found = match look().await? {
        // A service that started meanwhile may have moved pages under our eyes: look twice before crying wolf.
        Err(_) => look().await?,
        sound => sound,
    };
    match found {
        Ok(sound) => {
            writeln!(output(), "sound: {} events, head {}", sound.events, sound.head)?;
            Ok(Exit::Fine)
        }
        Err(damage) => {
            writeln!(output(), "DAMAGED: {damage}")?;
            Ok(Exit::Failed)
        }
    }
}

fn chosen(format: Option<Format>) -> Format {
    format.unwrap_or(match std::io::stdout().is_terminal() {
        true => Format::Table,
        false => Format::Ndjson,
    })
}

/// A text that does nothing to the terminal it is shown on: no escape sequence, no change of direction.
fn inert(text: &str) -> String {
    let harmless = |c: char| match c {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        c => !c.is_control(),
    };
    let show = |c: char| match harmless(c) {
        true => c.to_string(),
        false => c.escape_unicode().to_string(),
    };
    text.chars().map(show).collect()
}

fn outcome(word: &str) -> Result<String, String> {
    let known = || Outcome::ALL.iter().map(|o| o.as_str()).collect::<Vec<_>>().join(", ");
    Outcome::parse(word).map(|o| o.as_str().to_owned()).ok_or_else(|| format!("one of {}", known()))
}

/// A date, an RFC 3339 time, or an age, as Unix ms.
pub(super) fn time(text: &str) -> Result<i64, String> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(time.as_millisecond());
    }
    if let Ok(date) = text.parse::<jiff::civil::Date>() {
        let start = jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0));
        return start.map(|start| start.as_millisecond()).map_err(|error| error.to_string());
    }
    let unit = |unit: &str| match unit {
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        _ => None,
    };
    let age = text.char_indices().last().and_then(|(last, _)| {
        let (number, name) = text.split_at(last);
        number.parse::<i64>().ok()?.checked_mul(unit(name)?)
    });
    let now = jiff::Timestamp::now().as_millisecond();
    age.map(|age| now.saturating_sub(age)).ok_or_else(|| {
        "a date (2026-11-23), a time (2026-11-23T10:00:00Z), or an age (30m, 2h, 7d)".to_owned()
    })
}
