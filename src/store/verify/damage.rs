//! What may be wrong with an audit, and the words for it.

use super::super::StoreError;
use std::fmt;

/// The first thing found that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// An event is missing: numbers jump from the one before to this one.
    Missing { expected: i64, found: i64 },
    /// An event, or one before it, was changed, inserted or moved.
    Changed { seq: i64 },
    /// A text is not the one that the event was made with.
    TextChanged { seq: i64, name: String },
    /// An event's text is gone.
    TextMissing { seq: i64, name: String },
    /// A text that no event knows.
    TextInserted { seq: i64, name: String },
    /// An event and the list of erased texts do not belong together.
    ErasureChanged { seq: i64 },
    /// A hold that no event knows, or one that is gone or changed without an event.
    HoldChanged { id: String },
    /// A decision's row does not say what its events say.
    DecisionChanged { id: String, field: String },
    /// A decision without an event, or an event without its decision.
    DecisionUnaccounted { id: String },
    /// A rule set that went live is not kept, or one is kept that never did.
    RulesetUnaccounted { hash: String },
    /// A kept rule set is not the one its hash names.
    RulesetChanged { hash: String },
    /// The audit does not begin where an event says that it does.
    RootChanged { seq: i64 },
    /// A token of the API that is not what its events say.
    TokenChanged { id: String },
    /// A witness outside the database says otherwise, in its own words.
    Disputed(String),
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { expected, found } => {
                write!(f, "event {expected} is missing (event {found} stands in its place)")
            }
            Self::Changed { seq } => write!(f, "event {seq} was changed, inserted or moved"),
            Self::TextChanged { seq, name } => {
                write!(f, "the text `{name}` of event {seq} was changed")
            }
            Self::TextMissing { seq, name } => {
                write!(f, "the text `{name}` of event {seq} is gone, and no event says why")
            }
            Self::TextInserted { seq, name } => {
                write!(f, "event {seq} was given a text `{name}` that it never had")
            }
            Self::ErasureChanged { seq } => {
                write!(f, "event {seq} does not say that just these texts were erased")
            }
            Self::HoldChanged { id } => {
                write!(f, "the hold {id} and its events do not belong together")
            }
            Self::DecisionChanged { id, field } => {
                write!(f, "decision {id} does not say what its events say: `{field}` was changed")
            }
            Self::DecisionUnaccounted { id } => {
                write!(
                    f,
                    "decision {id} and its events do not belong together: one of them was added or removed"
                )
            }
            Self::RulesetUnaccounted { hash } => {
                write!(f, "the rule set {hash} and its events do not belong together")
            }
            Self::RulesetChanged { hash } => write!(f, "the kept rule set {hash} was changed"),
            Self::RootChanged { seq } => {
                write!(
                    f,
                    "the audit begins after event {seq}, and no event says that those before it went"
                )
            }
            Self::TokenChanged { id } => {
                write!(
                    f,
                    "the token {id} is not what its events say: it was added, removed or changed"
                )
            }
            Self::Disputed(words) => f.write_str(words),
        }
    }
}

/// Why verification ends before its end.
#[derive(Debug)]
pub(super) enum Halt {
    Damage(Damage),
    Failed(StoreError),
}

impl From<Damage> for Halt {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl From<rusqlite::Error> for Halt {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}
