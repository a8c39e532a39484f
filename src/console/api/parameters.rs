//! Every parameter that an operation takes, by its name: the same name means the same everywhere.

use super::parameter::{Kind, Parameter};
use crate::acts::sheet::SheetFormat;
use crate::store::{Outcome, Role};

/// The platform's ids are shorter (EN-34375).
const LONGEST: usize = 256;
const fn text(name: &'static str, what: &'static str) -> Parameter {
    Parameter::new(name, Kind::Text(LONGEST), what)
}

pub const ID: Parameter = Parameter::new("id", Kind::Id, "An id as a list shows it").required();
pub const HASH: Parameter =
    Parameter::new("hash", Kind::Id, "The hash of a rule set, in hex").required();
pub const APP: Parameter = text("app", "An app's name in the settings, or its SDKAppID");
pub const GROUP: Parameter = text("group", "The group's id");
pub const TOPIC: Parameter = text("topic", "The topic's id");
pub const SENDER: Parameter = text("sender", "The account that wrote the message");
pub const OPERATOR: Parameter = text("operator", "The account that sent it in the sender's name");
pub const RULE: Parameter = text("rule", "The id of a rule");
pub const CATEGORY: Parameter =
    text("category", "The category of a rule, when the decision was made");
pub const SEVERITY: Parameter =
    Parameter::new("severity", Kind::Word(severities), "The severity of the decision");
pub const OUTCOME: Parameter = Parameter::new("outcome", Kind::Word(outcomes), "How it stands now");
pub const ERROR_CODE: Parameter = Parameter::new(
    "error_code",
    Kind::Number { from: i32::MIN as i64, to: u32::MAX as i64 },
    "The platform's code of the last error",
);
pub const RULESET: Parameter = Parameter::new(
    "ruleset",
    Kind::Id,
    "The hash of the rule set it was made by, or at least the first 8 digits of it",
);
pub const SINCE: Parameter = Parameter::new("since", Kind::Time, "From then on");
pub const UNTIL: Parameter = Parameter::new("until", Kind::Time, "Before then");
/// Beyond `api.page_limit`, which is smaller, it is refused too.
pub const LIMIT: Parameter = Parameter::new(
    "limit",
    Kind::Number { from: 1, to: 10_000 },
    "How many at most, up to api.page_limit",
);
pub const CURSOR: Parameter =
    Parameter::new("cursor", Kind::Cursor, "Where to go on: the `next` of the page before");
pub const REASON: Parameter =
    Parameter::new("reason", Kind::Prose(2_000), "Why; it is kept in the audit").required();
pub const DRY_RUN: Parameter =
    Parameter::new("dry_run", Kind::Flag, "Only tell what would be done");
pub const SEQ: Parameter = Parameter::new(
    "seq",
    Kind::Number { from: 1, to: u32::MAX as i64 },
    "The message's number in its group, or topic",
)
.required();
pub const FORMAT: Parameter =
    Parameter::new("format", Kind::Word(formats), "How the rows are written").required();
pub const FILES: Parameter = Parameter::new(
    "files",
    Kind::Files,
    "Rule files and lists by their names, as they would stand in the rules folder",
)
.required();
pub const TEXT: Parameter =
    Parameter::new("text", Kind::Prose(100_000), "The text to explain").required();
pub const NAME: Parameter = Parameter::new(
    "name",
    Kind::Text(100),
    "Who will use it; the audit names it beside whatever is done with it",
)
.required();
pub const ROLE: Parameter =
    Parameter::new("role", Kind::Word(roles), "What it may be used for").required();
pub const EXPIRES: Parameter =
    Parameter::new("expires_at", Kind::Time, "When it ends by itself; never where absent");

fn severities() -> Vec<&'static str> {
    SEVERITIES.to_vec()
}

/// In the order of the store's numbers.
pub const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];

fn outcomes() -> Vec<&'static str> {
    Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect()
}

fn roles() -> Vec<&'static str> {
    Role::ALL.map(Role::as_str).to_vec()
}

fn formats() -> Vec<&'static str> {
    SheetFormat::ALL.map(SheetFormat::as_str).to_vec()
}
