//! What kept a rule from hitting, one reason at a time.

use super::super::count::Counted;
use super::super::rule::Disguises;
use super::exceptions::ExceptionKind;
use serde::Serialize;
use std::fmt;
use std::ops::Range;

/// One reason why a rule did not hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Obstacle {
    /// The rule's mode is `off`.
    Off,
    /// In ms of Unix time.
    NotActive { from: Option<i64>, until: Option<i64> },
    /// The scope does not admit the message's `key`.
    OutOfScope { key: &'static str, id: String },
    /// The sender or the group is excepted.
    Excepted { kind: ExceptionKind, pattern: String },
    /// A phrase or link covers the match.
    Lifted { matched: String, kind: ExceptionKind, pattern: String, range: Range<usize> },
    /// The term's last day is over; in ms of Unix time.
    Expired { term: String, until: i64 },
    /// The term stands there as a part of a longer word.
    InsideWord { term: String, word: String },
    /// The term stands there in a disguise that its matcher does not see through.
    NeedsDisguises { term: String, matched: String, disguises: Disguises },
    /// A matcher that is required finds nothing.
    Missing { matcher: String },
    /// What the condition forbids stands in the message.
    Forbidden { matcher: String },
    /// What must stand near each other stands further apart, or in different texts.
    TooFar { within: usize, apart: Option<usize> },
    /// The message has so many; more than `bound` are too much.
    TooFew { counted: Counted, found: usize, bound: usize },
}

impl Obstacle {
    /// How far the rule is from hitting for this reason, in no unit.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Lifted { .. } | Self::Excepted { .. } | Self::Expired { .. } => 10,
            Self::Off | Self::NotActive { .. } | Self::OutOfScope { .. } => 12,
            Self::NeedsDisguises { .. } | Self::TooFar { .. } | Self::Forbidden { .. } => 20,
            Self::InsideWord { term, word } => {
                let letters = |text: &str| text.chars().count();
                20 + 40 * letters(word).saturating_sub(letters(term)) / letters(word).max(1)
            }
            Self::TooFew { found, bound, .. } => {
                15 + 40 * (bound - found.min(bound)) / bound.max(&1)
            }
            Self::Missing { .. } => 50,
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |ms: &i64| {
            jiff::Timestamp::from_millisecond(*ms).map_or(String::new(), |at| at.to_string())
        };
        match self {
            Self::Off => write!(f, "the rule is `off`"),
            Self::NotActive { from: Some(from), until: Some(until) } => {
                write!(f, "the rule is active only from {} until {}", day(from), day(until))
            }
            Self::NotActive { from: Some(from), .. } => {
                write!(f, "the rule is active only from {}", day(from))
            }
            Self::NotActive { until, .. } => write!(
                f,
                "the rule is active only until {}",
                until.as_ref().map_or(String::new(), day)
            ),
            Self::OutOfScope { key, id } => {
                write!(f, "the rule's scope does not admit `{id}` ({key})")
            }
            Self::Excepted { kind, pattern } => {
                write!(f, "the {} is excepted by `{pattern}`", kind.as_str())
            }
            Self::Lifted { matched, kind, pattern, .. } => {
                write!(f, "`{matched}` is lifted by the {} `{pattern}`", kind.as_str())
            }
            Self::Expired { term, until } => {
                write!(f, "`{term}` is dropped since {}", day(until))
            }
            Self::InsideWord { term, word } => {
                write!(f, "`{term}` stands inside the longer word `{word}`")
            }
            Self::NeedsDisguises { term, matched, disguises } => {
                write!(f, "`{matched}` is `{term}` only with `disguises: {}`", disguises.as_str())
            }
            Self::Missing { matcher } => write!(f, "{matcher} finds nothing"),
            Self::Forbidden { matcher } => write!(f, "{matcher} stands below `none`, and is there"),
            Self::TooFar { within, apart: Some(apart) } => {
                write!(f, "the matches stand {apart} characters apart; `within` is {within}")
            }
            Self::TooFar { apart: None, .. } => {
                write!(f, "the matches stand in different texts; `within` wants one")
            }
            Self::TooFew { counted, found, bound } => {
                write!(f, "{}: {found} found, more than {bound} are too much", counted.as_str())
            }
        }
    }
}
