//! Everything that matches as rows of a file, one after the other, in constant memory.

use super::asked::Asked;
use super::decisions::filter;
use super::parameters::FORMAT;
use super::problem::Problem;
use super::reply::{Broken, Reply};
use super::trace;
use crate::acts::sheet::{Sheet, SheetFormat};
use crate::proof::Counter;
use crate::store::{Filter, StoreError};
use actix_web::web::Bytes;
use tokio::sync::mpsc;

/// Rows that are held at a time.
const AT_ONCE: usize = 500;
/// Parts that may wait for a slow reader.
const AHEAD: usize = 2;

pub async fn export(asked: Asked) -> Result<Reply, Problem> {
    let filter = filter(&asked)?;
    let format = asked.given.text(FORMAT).and_then(SheetFormat::parse);
    let format = format.unwrap_or(SheetFormat::Ndjson);
    trace::queried(&asked, "export").await?;
    let (to, rows) = mpsc::channel(AHEAD);
    let (content_type, file_name) = match format {
        SheetFormat::Csv => ("text/csv; charset=utf-8", "decisions.csv"),
        SheetFormat::Ndjson => ("application/x-ndjson", "decisions.ndjson"),
        SheetFormat::Dsa => ("application/x-ndjson", "statements.ndjson"),
    };
    tokio::spawn(async move {
        match fill(&asked, format, &filter, &to).await {
            Ok(()) | Err(Unfinished::HungUp) => {}
            Err(error) => {
                tracing::warn!(%error, "an export could not be read to its end");
                // Whoever hung up need not be told.
                let _ = to.send(Err(Broken)).await;
            }
        }
    });
    Ok(Reply::Sheet { content_type, file_name, rows })
}

/// Why rows end before their end.
#[derive(Debug, thiserror::Error)]
enum Unfinished {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("it could not be noted in the audit")]
    Untraced,
    #[error("nobody takes it any more")]
    HungUp,
}

type To = mpsc::Sender<Result<Bytes, Broken>>;

/// The last part goes out when the audit holds what is taken away.
async fn fill(
    asked: &Asked,
    format: SheetFormat,
    filter: &Filter,
    to: &To,
) -> Result<(), Unfinished> {
    let mut sheet = Sheet::new(format, asked.reader(), asked.console.parts.dsa.clone());
    let (csv, mut counter) = (format == SheetFormat::Csv, Counter::default());
    let (mut part, mut place) = (sheet.head(), None);
    loop {
        let page = asked.reader().page(filter, place.as_ref(), AT_ONCE, None).await?;
        part.push_str(&sheet.rows(&page.rows).await?);
        counter.take(part.as_bytes(), csv);
        place = page.ended.cursor().cloned();
        if place.is_none() {
            let tally = counter.clone().tally(csv);
            let traced = trace::exported(asked, format.as_str(), &tally).await;
            traced.map_err(|_| Unfinished::Untraced)?;
        }
        let sent = to.send(Ok(Bytes::from(std::mem::take(&mut part)))).await;
        sent.map_err(|_| Unfinished::HungUp)?;
        if place.is_none() {
            return Ok(());
        }
    }
}
