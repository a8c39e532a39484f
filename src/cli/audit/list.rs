//! `automod audit list`: decisions, newest first, page by page.

use crate::acts::harmless::{inert, inert_json};
use crate::cli::shape::{Format, chosen, table};
use crate::cli::{Exit, output, say};
use crate::store::{Cursor, DecisionRow, Ended, Filter, Page, Reader};
use std::io::Write;
use std::time::{Duration, Instant};

/// How much of it.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Extent {
    /// How many [no upper bound]
    #[arg(long, default_value_t = 100)]
    limit: u64,
    /// Go on where a list before ended: it said how
    #[arg(long)]
    cursor: Option<Cursor>,
    /// Stop a search after so many seconds; several filters together may find little in much
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    time_limit: u64,
}

/// Rows that are held at a time.
const AT_ONCE: u64 = 500;

pub async fn list(
    reader: &Reader,
    filter: &Filter,
    extent: Extent,
    format: Option<Format>,
) -> anyhow::Result<Exit> {
    let until = Instant::now() + Duration::from_secs(extent.time_limit.min(86_400));
    let (mut out, format) = (output(), chosen(format));
    let mut table = table(["time", "group", "seq", "sender", "rules", "outcome", "cause", "id"]);
    let (mut place, mut left) = (extent.cursor, extent.limit);
    let ended = loop {
        let (limit, within) = (left.clamp(1, AT_ONCE), until - Instant::now().min(until));
        let page = reader.page(filter, place.as_ref(), limit as usize, Some(within)).await?;
        let Page { rows, ended } = page;
        left = left.saturating_sub(rows.len() as u64);
        for row in rows.into_iter().take(extent.limit as usize) {
            match format {
                Format::Ndjson => writeln!(out, "{}", inert_json(&serde_json::to_string(&row)?))?,
                Format::Table => drop(table.add_row(cells(row))),
            }
        }
        match ended {
            Ended::More(cursor) if left > 0 => place = Some(cursor),
            ended => break ended,
        }
    };
    if matches!(format, Format::Table) {
        writeln!(out, "{table}")?;
    }
    Ok(match ended {
        Ended::Whole => Exit::Fine,
        Ended::More(cursor) => {
            say(&format!("there is more: --cursor {cursor}"));
            Exit::Fine
        }
        Ended::OutOfTime(cursor) => {
            say(&format!(
                "the time was over: what is older was not looked at; go on with --cursor {cursor}"
            ));
            Exit::Failed
        }
    })
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
