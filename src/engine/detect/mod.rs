//! Personal data and contacts in a text: telephone numbers, e-mail, cards, resident numbers, handles.
//!
//! One file a detector; they know the disguises of digits (any width or drawing, 一二三, 공일이,
//! separators, zero-width characters) and what innocent numbers look like. A glance at the text ([`Facts`])
//! says whether it can hold anything; only then is it read in full. Pure; time is linear.

mod card;
mod contact_handle;
mod digits;
mod email;
mod facts;
mod flaw;
mod phone;
mod resident_number;

pub use digits::value as digit_value;
pub use email::is_written_out;
pub use facts::Facts;
pub use flaw::Flaw;

use super::glance::Glance;
use super::plain::{self, Cell};
use super::scan::widen;
use flaw::Judged;
use serde::Serialize;
use std::ops::Range;

/// What `detect:` of a rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Detector {
    Phone,
    Email,
    Card,
    ResidentNumber,
    ContactHandle,
}

impl Detector {
    pub const ALL: [Self; 5] =
        [Self::Phone, Self::Email, Self::Card, Self::ResidentNumber, Self::ContactHandle];

    /// The detector a rule calls by `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detector| detector.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Card => "card",
            Self::ResidentNumber => "resident_number",
            Self::ContactHandle => "contact_handle",
        }
    }

    /// Whether a text with these facts can hold anything for this detector.
    pub fn may_find(self, facts: Facts) -> bool {
        match self {
            Self::Phone => facts.digits >= 8,
            Self::Email => facts.at,
            Self::Card | Self::ResidentNumber => facts.digits >= 13,
            Self::ContactHandle => facts.handle,
        }
    }

    /// Adds the ranges found in `text`: in order, apart, on grapheme borders.
    pub fn find(self, text: &str, out: &mut Vec<Range<usize>>) {
        self.find_with(text, Glance::of(text).facts, &mut None, out);
    }

    /// The same where the facts of `text` are known; its cells are read once for all detectors.
    pub fn find_with(
        self,
        text: &str,
        facts: Facts,
        cells: &mut Option<Vec<Cell>>,
        out: &mut Vec<Range<usize>>,
    ) {
        if self.may_find(facts) {
            self.search(text, cells.get_or_insert_with(|| plain::read(text)), out);
        }
    }

    fn search(self, text: &str, cells: &[Cell], out: &mut Vec<Range<usize>>) {
        let mut end = 0;
        self.judge(cells, &mut |span, judged| {
            if judged.is_ok() {
                let range = widen(text, cells[span.start].start..cells[span.end - 1].end);
                if range.start >= end {
                    end = range.end;
                    out.push(range);
                }
            }
        });
    }

    /// What of a text comes nearest to what this finds, and is not.
    pub fn nearest(self, text: &str) -> Option<(Range<usize>, Flaw)> {
        let cells = plain::read(text);
        let mut nearest: Option<(Range<usize>, Flaw)> = None;
        let mut each = |span: Range<usize>, judged: Judged| {
            let Err(Some(flaw)) = judged else { return };
            let order = |flaw: Flaw, span: &Range<usize>| (flaw.weight(), usize::MAX - span.len());
            if nearest.as_ref().is_none_or(|(at, best)| order(flaw, &span) < order(*best, at)) {
                nearest = Some((span, flaw));
            }
        };
        self.judge(&cells, &mut each);
        if self == Self::ContactHandle {
            contact_handle::ids(&cells, &mut each);
        }
        let bytes =
            |span: Range<usize>| widen(text, cells[span.start].start..cells[span.end - 1].end);
        nearest.map(|(span, flaw)| (bytes(span), flaw))
    }

    /// Calls `each` for everything that looks like what this finds, and what is made of it.
    fn judge(self, cells: &[Cell], each: &mut impl FnMut(Range<usize>, Judged)) {
        match self {
            Self::Phone => phone::find(cells, each),
            Self::Email => email::find(cells, each),
            Self::Card => card::find(cells, each),
            Self::ResidentNumber => resident_number::find(cells, each),
            Self::ContactHandle => contact_handle::find(cells, each),
        }
    }
}
