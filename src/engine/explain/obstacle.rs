//! What kept a rule from hitting, one reason at a time.

use super::super::count::Counted;
use super::super::detect::{Detector, Flaw};
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
    /// There is a link, and it leads to none of the domains; perhaps to one's name below another suffix.
    OtherLink { host: String, matcher: String, same_name: bool },
    /// It may be a link: a rule that names its domain would take it.
    DoubtfulLink { host: String },
    /// A name without a public suffix is no domain.
    NoSuffix { host: String },
    /// What a detector looks for is almost there.
    Flawed { detector: Detector, matched: String, flaw: Flaw },
    /// The term stands there in a way to write that only an add-on sees through.
    NeedsAddOn { term: String, matched: String, add_on: String },
    /// The term may stand there in a way to write that its matcher asks for, but too little speaks for it.
    TooLittle { term: String, matched: String },
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
            Self::Flawed { flaw, .. } => flaw.weight(),
            Self::DoubtfulLink { .. } => 22,
            Self::NoSuffix { .. } => 24,
            Self::NeedsAddOn { .. } => 25,
            Self::TooLittle { .. } => 28,
            Self::OtherLink { same_name, .. } => {
                if *same_name {
                    26
                } else {
                    40
                }
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
            Self::OtherLink { host, matcher, .. } => {
                write!(f, "the link to `{host}` is none of {matcher}")
            }
            Self::DoubtfulLink { host } => {
                write!(f, "`{host}` may be no link: only a rule that names it takes it")
            }
            Self::NoSuffix { host } => write!(f, "`{host}` ends in no public suffix"),
            Self::Flawed { detector, matched, flaw } => flawed(*detector, matched, *flaw, f),
            Self::NeedsAddOn { term, matched, add_on } => {
                write!(f, "`{matched}` is `{term}` only with `{add_on}`")
            }
            Self::TooLittle { term, matched } => write!(
                f,
                "`{matched}` may be `{term}`, but is too little there: too short, a common word or a part of one"
            ),
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

fn flawed(
    detector: Detector,
    matched: &str,
    flaw: Flaw,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let what = detector.as_str();
    match flaw {
        Flaw::CheckDigit => write!(f, "`{matched}` has a wrong check digit for a `{what}`"),
        Flaw::Date => write!(f, "`{matched}` holds no date, as a `{what}` does"),
        Flaw::Digits { found, wanted } => {
            write!(f, "`{matched}` has {found} digits; a `{what}` like it has {wanted}")
        }
        Flaw::Around => write!(
            f,
            "`{matched}` is no `{what}` for what stands around it: a part or the number of something else"
        ),
        Flaw::NoCue => write!(f, "before `{matched}` stands no word for a messenger: no `{what}`"),
        Flaw::NoId => write!(f, "behind `{matched}` stands no id: no `{what}`"),
        Flaw::Suffix => write!(f, "`{matched}` ends in no public suffix: no `{what}`"),
    }
}
