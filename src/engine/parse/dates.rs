//! Dates as moderators write them, to ms of Unix time.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Which end of a date a bare day means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    From,
    /// The day itself is still in.
    Until,
}

/// `2026-12-07` in UTC, or a moment as RFC 3339.
pub fn moment(text: &str, end: End) -> Option<i64> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_millisecond());
    }
    // Only a bare day: jiff would take the day out of a longer text.
    let day: Date = text.parse().ok().filter(|_| text.len() == "2026-12-07".len())?;
    let day = if end == End::Until { day.tomorrow().ok()? } else { day };
    Some(TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_millisecond())
}
