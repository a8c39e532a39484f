//! What keeps something from being what a detector finds, though it looks like it.

use serde::Serialize;

/// One reason, the only one: all else was in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "flaw", rename_all = "snake_case")]
pub enum Flaw {
    /// The check digit is another one.
    CheckDigit,
    /// There is no such day.
    Date,
    /// It has so many digits.
    Digits { found: usize, wanted: usize },
    /// What stands around makes it a part of something longer, or the number of something else.
    Around,
    /// An id, and no word for a messenger before it.
    NoCue,
    /// A word for a messenger, and no id behind it.
    NoId,
    /// A name that ends in no public suffix.
    Suffix,
}

impl Flaw {
    /// How far from being found, in no unit.
    pub fn weight(self) -> usize {
        match self {
            Self::CheckDigit => 15,
            Self::Digits { .. } => 18,
            Self::Around => 20,
            Self::Date | Self::Suffix => 22,
            Self::NoId => 25,
            Self::NoCue => 30,
        }
    }
}

/// What a detector makes of something: it is found, or flawed, or (`None`) nothing like it.
pub type Judged = Result<(), Option<Flaw>>;

/// A flaw, where a condition does not hold.
pub fn unless(holds: bool, flaw: Flaw) -> Judged {
    if holds { Ok(()) } else { Err(Some(flaw)) }
}
