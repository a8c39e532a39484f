//! Everything that matches as rows of a file, one after the other, in constant memory.

use super::asked::Asked;
use super::decisions::filter;
use super::parameters::FORMAT;
use super::problem::Problem;
use super::reply::{Broken, Reply};
use super::trace;
use crate::proof::Counter;
use crate::store::{Cursor, Ended, Filter, StoreError};
use actix_web::web::Bytes;
use tokio::sync::mpsc;

/// Rows that are held at a time.
const AT_ONCE: usize = 500;
/// Parts that may wait for a slow reader.
const AHEAD: usize = 2;

pub async fn export(asked: Asked) -> Result<Reply, Problem> {
    let filter = filter(&asked)?;
    trace::queried(&asked, "export").await?;
    let (to, rows) = mpsc::channel(AHEAD);
    let sheet = Sheet { asked, counter: Counter::default(), to };
    let (content_type, file_name) = ("application/x-ndjson", "decisions.ndjson");
    tokio::spawn(sheet.fill(filter));
    Ok(Reply::Sheet { content_type, file_name, rows })
}

/// Rows on their way out, counted and hashed.
struct Sheet {
    asked: Asked,
    counter: Counter,
    to: mpsc::Sender<Result<Bytes, Broken>>,
}

impl Sheet {
    /// Ends early when nobody takes the rows any more.
    async fn fill(mut self, filter: Filter) {
        let mut place = None;
        loop {
            let (rows, next) = match self.part(&filter, place.as_ref()).await {
                Ok(part) => part,
                Err(error) => {
                    tracing::warn!(%error, "an export could not be read to its end");
                    // Whoever hung up need not be told.
                    let _ = self.to.send(Err(Broken)).await;
                    return;
                }
            };
            self.counter.take(&rows, false);
            if next.is_none() {
                return self.end(rows).await;
            }
            if self.to.send(Ok(rows)).await.is_err() {
                return;
            }
            place = next;
        }
    }

    async fn part(
        &self,
        filter: &Filter,
        after: Option<&Cursor>,
    ) -> Result<(Bytes, Option<Cursor>), StoreError> {
        let page = self.asked.reader().page(filter, after, AT_ONCE, None).await?;
        let mut rows = Vec::new();
        for row in &page.rows {
            // A row of ours is JSON.
            if serde_json::to_writer(&mut rows, row).is_ok() {
                rows.push(b'\n');
            }
        }
        let next = match page.ended {
            Ended::Whole => None,
            Ended::More(cursor) | Ended::OutOfTime(cursor) => Some(cursor),
        };
        Ok((Bytes::from(rows), next))
    }

    /// The last part goes out when the audit holds what was taken away.
    async fn end(self, rows: Bytes) {
        let format = self.asked.given.text(FORMAT).unwrap_or_default();
        let tally = self.counter.tally(false);
        let last = trace::exported(&self.asked, format, &tally).await.map(|()| rows);
        let _ = self.to.send(last.map_err(|_| Broken)).await;
    }
}
