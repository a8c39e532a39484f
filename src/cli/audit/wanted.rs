//! Which decisions a command is about: the filters that list, export and report share.

use crate::store::{Filter, Outcome};
use serde_json::{Value, json};

/// Which decisions.
#[derive(Debug, clap::Args)]
pub(super) struct Wanted {
    /// An app's name or its SDKAppID
    #[arg(long)]
    app: Option<String>,
    #[arg(long)]
    group: Option<String>,
    #[arg(long)]
    topic: Option<String>,
    #[arg(long)]
    sender: Option<String>,
    /// Who sent it in the sender's name
    #[arg(long)]
    operator: Option<String>,
    #[arg(long)]
    rule: Option<String>,
    /// Of one of its rules, when the decision was made
    #[arg(long)]
    category: Option<String>,
    /// low, medium, high or critical
    #[arg(long, value_parser = severity)]
    severity: Option<u8>,
    /// pending, applied, observed, moot, impossible, failed, withheld or undone
    #[arg(long, value_parser = outcome)]
    outcome: Option<String>,
    /// The platform's code of its last error
    #[arg(long, value_name = "CODE")]
    error_code: Option<i64>,
    /// The hash of the rule set it was made by, or at least the first 8 digits of it
    #[arg(long, value_name = "HASH", value_parser = ruleset)]
    ruleset: Option<String>,
    /// Words that the message held, before or after the rewrite: all of them, in any order
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// From then on: 2026-11-23, 2026-11-23T10:00:00Z, or an age such as 2h or 7d
    #[arg(long, value_parser = time)]
    since: Option<i64>,
    /// Before then
    #[arg(long, value_parser = time)]
    until: Option<i64>,
}

impl Wanted {
    /// The filters by their names, for the proof.
    pub(super) fn query(&self) -> Value {
        let Self { app, group, topic, sender, rule, outcome, since, until, .. } = self;
        let Self { operator, category, severity, error_code, ruleset, text, .. } = self;
        json!({
            "app": app, "group": group, "topic": topic, "sender": sender, "rule": rule, "outcome": outcome,
            "since": shown_time(*since), "until": shown_time(*until), "operator": operator, "category": category,
            "severity": severity.map(|lane| SEVERITIES[usize::from(lane)]), "error_code": error_code,
            "ruleset": ruleset, "text": text,
        })
    }
}

impl From<Wanted> for Filter {
    fn from(wanted: Wanted) -> Self {
        Self {
            app: wanted.app,
            group: wanted.group,
            topic: wanted.topic,
            sender: wanted.sender,
            operator: wanted.operator,
            rule: wanted.rule,
            category: wanted.category,
            severity: wanted.severity,
            outcome: wanted.outcome,
            error_code: wanted.error_code,
            ruleset: wanted.ruleset,
            text: wanted.text,
            since: wanted.since,
            until: wanted.until,
        }
    }
}

const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];

fn severity(word: &str) -> Result<u8, String> {
    let lane = SEVERITIES.iter().position(|known| *known == word);
    lane.and_then(|lane| u8::try_from(lane).ok())
        .ok_or_else(|| format!("one of {}", SEVERITIES.join(", ")))
}

/// A hash as the audit writes it, or its beginning.
fn ruleset(hash: &str) -> Result<String, String> {
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let hash = hash.to_ascii_lowercase();
    match (Filter::SHORTEST_HASH..=64).contains(&hash.len()) && hash.chars().all(is_digit) {
        true => Ok(hash),
        false => Err("8 to 64 hex digits".to_owned()),
    }
}

fn outcome(word: &str) -> Result<String, String> {
    let known = || Outcome::ALL.iter().map(|o| o.as_str()).collect::<Vec<_>>().join(", ");
    Outcome::parse(word).map(|o| o.as_str().to_owned()).ok_or_else(|| format!("one of {}", known()))
}

/// Unix ms as RFC 3339.
pub(super) fn shown_time(at: Option<i64>) -> Option<String> {
    let at = at.and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    at.map(|at| format!("{at:.3}"))
}

/// A date, an RFC 3339 time, or an age, as Unix ms.
pub fn time(text: &str) -> Result<i64, String> {
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
