//! `automod audit list`: decisions, newest first.

use super::shape::{Format, chosen, inert, write_ndjson};
use crate::cli::{Exit, output};
use crate::store::{DecisionRow, Filter, Reader};
use comfy_table::{ContentArrangement, Table};
use futures_util::TryStreamExt;
use std::io::Write;
use std::pin::pin;

pub async fn list(
    reader: &Reader,
    filter: &Filter,
    format: Option<Format>,
) -> anyhow::Result<Exit> {
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
