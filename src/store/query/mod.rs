//! Reading the audit: pages of decisions by any filter, one decision with all its steps, everything for an export.
//!
//! Newest first, by `(created_at, id)`. Holds no judgement about who may read. Promise: no statement runs long. A
//! search goes through what its best index finds in steps, and can stop after each with a cursor to go on from.

mod acted;
mod cursor;
mod drive;
mod filter;
mod page;
mod rows;
mod show;
mod words;

pub use acted::Acted;
pub use cursor::{BadCursor, Cursor};
pub use filter::Filter;
pub use page::{Ended, Page};
pub use rows::DecisionRow;
pub use show::{EventRow, History};

/// Unix ms as RFC 3339 UTC.
pub(super) fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|time| time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
        .unwrap_or_else(|_| ms.to_string())
}
