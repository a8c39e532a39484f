//! Durations and sizes as people write them: `500ms`, `10s`, `256KiB`.

use std::time::Duration;

const DURATIONS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
const SIZES: [(&str, u64); 4] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)];

/// A whole number with a unit; a bare number is seconds.
pub(super) fn duration(text: &str) -> Option<Duration> {
    with_unit(text, &DURATIONS, 1_000).map(Duration::from_millis)
}

/// A whole number with a unit; a bare number is bytes.
pub(super) fn size(text: &str) -> Option<u64> {
    with_unit(text, &SIZES, 1)
}

pub(super) fn show_duration(duration: Duration) -> String {
    let ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    show(ms, &DURATIONS)
}

pub(super) fn show_size(bytes: u64) -> String {
    show(bytes, &SIZES)
}

fn with_unit(text: &str, units: &[(&str, u64)], bare: u64) -> Option<u64> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = (&text[..digits], text[digits..].trim_start());
    let factor = match unit {
        "" => bare,
        unit => units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?.1,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// In the largest unit that divides it.
fn show(amount: u64, units: &[(&str, u64)]) -> String {
    let whole = units.iter().filter(|(_, factor)| amount > 0 && amount.is_multiple_of(*factor));
    let (name, factor) = whole.max_by_key(|(_, factor)| *factor).unwrap_or(&units[0]);
    format!("{}{name}", amount / factor)
}
