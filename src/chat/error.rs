//! What can go wrong with a call, sorted by what the caller should do about it.
//!
//! Holds the table from the platform's codes to classes; decides on no retry. Promise: neither `Display`
//! nor `Debug` shows an address, a UserSig, an account name or a message's text.

use std::fmt;

/// What a failed call calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// The network, the platform's servers, or an answer that makes no sense. Edits are idempotent: again, later.
    Transient,
    /// Somebody edited at the same time: read again, judge again, then again.
    Conflict,
    /// Too many calls: slower, then again.
    RateLimited,
    /// Nothing more today.
    QuotaToday,
    /// The UserSig is out of its time, and a new one did not help: clocks differ.
    Expired,
    /// Key, identifier, app, domain or right: no call of this app will succeed until a person mends it.
    Credentials,
    /// The app's plan or this group does not allow it.
    NotPermitted,
    /// This content is refused for good; the message may still take other content.
    BodyRefused,
    /// The message or its group is not there any more.
    Gone,
    /// This call will never succeed.
    Permanent,
    /// A code nobody has documented.
    Unknown,
}

impl Class {
    /// The class of a code (EN-34348 and older tables of the same page). A code that stands for several
    /// causes gets the class that is safer to be wrong with: one that gives up loudly over one that
    /// quietly calls the offence gone, one that asks for a person over one that hammers.
    pub fn of(code: i64) -> Self {
        match code {
            10002 | 20004 | 20005 | 20018 | 60008 | 60013 | 60014 | 70169 | 70202 | 70500
            | 90992 | 90994 | 90995 | 91000 => Self::Transient,
            20027 | 20028 => Self::Conflict,
            10006 | 10023 | 22006 | 60007 | 60011 | 60018 | 60019 => Self::RateLimited,
            60028 => Self::QuotaToday,
            70001 => Self::Expired,
            // 60004 and 60005 once meant a wrong signature, now a check that failed: after the one
            // renewal both need a person. 20002 is the same expiry as 70001, told by another server.
            20002 | 60004 | 60005 | 60006 | 60010 | 60012 | 60016 | 60017 | 60020 | 60021
            | 60025 | 60026 | 60027 | 70002 | 70003 | 70005 | 70009 | 70013 | 70014 | 70016
            | 70020 | 70050 | 70051 | 70052 | 70107 | 70403 | 80005 | 90009 => Self::Credentials,
            10007 | 10026 | 10041 | 10059 | 11000 => Self::NotPermitted,
            // 20001 is "invalid request": where a body was sent, the body is the likeliest culprit, and
            // a tag in its place is worth one call.
            20001 | 80001 | 80002 | 80004 | 90001 | 90002 | 90007 | 90010 | 90055 | 93000 => {
                Self::BodyRefused
            }
            // Only codes that can mean nothing else. 10044 (no history), 10052 and 110013 may also be our
            // own mistake, and a mistake must not look like a message that went away.
            10010 | 10015 | 10030 | 20022 | 20023 => Self::Gone,
            10003 | 10004 | 10011 | 10012 | 10031 | 10032 | 10033 | 10034 | 10035 | 10044
            | 10052 | 20003 | 60002 | 60003 | 60009 | 60015 | 90003 | 90012 | 90054 | 110013 => {
                Self::Permanent
            }
            _ => Self::Unknown,
        }
    }

    /// The name under which the class is counted and logged.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::Conflict => "conflict",
            Self::RateLimited => "rate_limited",
            Self::QuotaToday => "quota_today",
            Self::Expired => "expired",
            Self::Credentials => "credentials",
            Self::NotPermitted => "not_permitted",
            Self::BodyRefused => "body_refused",
            Self::Gone => "gone",
            Self::Permanent => "permanent",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether a fresh UserSig may turn this code into a success.
pub(super) fn asks_for_a_new_usersig(code: i64) -> bool {
    matches!(code, 20002 | 60004 | 60005 | 70001)
}

/// A call that did not succeed.
#[derive(Clone)]
pub struct Error {
    failure: Failure,
    answer: Option<String>,
}

/// How a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("the platform answered code {code} ({})", Class::of(*code).as_str())]
    Refused { code: i64 },
    #[error("the platform answered HTTP status {0}")]
    Status(u16),
    #[error("no connection to the platform")]
    NotConnected,
    #[error("no answer from the platform in time")]
    TimedOut,
    #[error("the connection to the platform broke")]
    Broken,
    #[error("the platform's answer is too large")]
    TooLarge,
    #[error("the platform's answer cannot be read")]
    Unreadable,
    #[error("the operating system gave no random number")]
    NoRandom,
    #[error("the message has no number to address it by")]
    NoNumber,
    #[error("the message belongs to another app")]
    OtherApp,
    #[error("there is nothing to change")]
    NothingToChange,
}

impl Error {
    pub(super) fn new(failure: Failure) -> Self {
        Self { failure, answer: None }
    }

    pub(super) fn with_answer(failure: Failure, answer: String) -> Self {
        Self { failure, answer: Some(answer) }
    }

    pub fn class(&self) -> Class {
        match self.failure {
            Failure::Refused { code } => Class::of(code),
            Failure::NoNumber | Failure::OtherApp | Failure::NothingToChange => Class::Permanent,
            _ => Class::Transient,
        }
    }

    pub fn failure(&self) -> Failure {
        self.failure
    }

    /// The platform's code, where it gave one.
    pub fn code(&self) -> Option<i64> {
        match self.failure {
            Failure::Refused { code } => Some(code),
            _ => None,
        }
    }

    /// The beginning of the raw answer (at most 1 KiB, without our UserSig): for the audit, never for a
    /// log, as nobody can say what the platform writes into it.
    pub fn answer(&self) -> Option<&str> {
        self.answer.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Error").field(&self.failure).finish()
    }
}

impl std::error::Error for Error {}
