//! A decision's row, column by column, beside what its events make of it.

use super::snapshot::Columns;
use rusqlite::Row;
use serde_json::Value;

const TEXTS: [&str; 12] = [
    "app",
    "group_id",
    "group_type",
    "topic_id",
    "verdict",
    "keep_original",
    "source",
    "ruleset",
    "supersedes",
    "action",
    "outcome",
    "cause",
];
const NUMBERS: [&str; 10] = [
    "created_at",
    "sdk_app_id",
    "msg_seq",
    "revision",
    "sent_at",
    "error_code",
    "attempts",
    "next_try_at",
    "settled_at",
    "confirmed_at",
];
const FLAGS: [&str; 3] = ["mentions", "reread", "review"];
const JSON: [&str; 2] = ["hits", "tags"];
/// Empty where there is none.
const TOPIC: &str = "topic_id";
const SEVERITY: &str = "severity";
/// What tells contents apart; the events do not say it themselves.
pub(super) const DIGESTS: [&str; 4] =
    ["digest", "body_digest", "written_digest", "restored_digest"];

/// The columns behind the id, in their order.
fn columns() -> impl Iterator<Item = &'static str> {
    let compared = TEXTS.into_iter().chain(NUMBERS).chain(FLAGS).chain(JSON);
    compared.chain([SEVERITY]).chain(DIGESTS)
}

/// All decisions.
pub(super) fn query() -> String {
    let columns: Vec<_> = ["id"].into_iter().chain(columns()).collect();
    format!("SELECT {} FROM decisions ORDER BY id", columns.join(", "))
}

pub(super) struct DecisionRow<'r> {
    row: &'r Row<'r>,
    pub id: &'r str,
}

impl<'r> DecisionRow<'r> {
    /// # Errors
    /// When it has no id that can be read.
    pub fn of(row: &'r Row<'r>) -> rusqlite::Result<Self> {
        let id = row.get_ref(0)?.as_str()?;
        Ok(Self { row, id })
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.row.text(place(name)?)
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        self.row.number(place(name)?)
    }

    /// The first column that does not say what the events say.
    pub fn difference(&self, expected: &Value) -> Option<&'static str> {
        let mut at = 0;
        let mut differs = |same: &dyn Fn(usize, &Value) -> bool, name: &&'static str| {
            at += 1;
            !same(at, &expected[*name])
        };
        let text = |at, wanted: &Value| {
            let no_topic = wanted.is_null() && self.row.text(at) == Some("");
            self.same(at, self.row.text(at), wanted.as_str()) || no_topic && TEXTS[at - 1] == TOPIC
        };
        let number = |at, wanted: &Value| self.same(at, self.row.number(at), wanted.as_i64());
        let flag = |at, wanted: &Value| {
            self.same(at, self.row.number(at), wanted.as_bool().map(i64::from))
        };
        let json = |at, wanted: &Value| {
            let found = self.row.text(at).and_then(|text| serde_json::from_str::<Value>(text).ok());
            found.as_ref() == Some(wanted)
        };
        let severity = |at, wanted: &Value| {
            let lanes = ["low", "medium", "high", "critical"];
            let lane = lanes.iter().position(|lane| *wanted == **lane);
            self.same(at, self.row.number(at), lane.map(|lane| lane as i64))
        };
        let found = TEXTS.iter().find(|name| differs(&text, name));
        let found = found.or_else(|| NUMBERS.iter().find(|name| differs(&number, name)));
        let found = found.or_else(|| FLAGS.iter().find(|name| differs(&flag, name)));
        let found = found.or_else(|| JSON.iter().find(|name| differs(&json, name)));
        found.copied().or_else(|| differs(&severity, &SEVERITY).then_some(SEVERITY))
    }

    /// Whether a column says what is wanted, or nothing where nothing is.
    fn same<T: PartialEq>(&self, at: usize, found: Option<T>, wanted: Option<T>) -> bool {
        found == wanted && (wanted.is_some() || self.row.is_null(at))
    }
}

/// Where a column stands in [`query`].
fn place(name: &str) -> Option<usize> {
    columns().position(|column| column == name).map(|at| at + 1)
}
