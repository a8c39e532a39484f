//! The judge: rule files in, a rule set out; a message in, a verdict out.
//!
//! Holds the rule language, folding, matching, masking and the verdict. Knows no clock (time comes in), no
//! file system, no network and no log. Promise: the same rule set and the same message give the same
//! verdict everywhere, and nothing outside a hit is ever touched.

mod compile;
mod condition;
mod count;
mod decide;
pub mod detect;
mod diagnostic;
mod edge;
mod explain;
mod fold;
mod folded;
pub mod glance;
mod glob;
mod identity;
pub mod link;
mod lint;
mod mask;
mod needs;
mod parse;
mod pattern;
mod plain;
mod rule;
mod scan;
mod scope;
mod sources;
mod trial;
mod variants;
mod verdict;
mod vocabulary;
mod yaml;

pub use compile::{Compiled, Ruleset, compile};
pub use count::Counted;
pub use diagnostic::{Code, Diagnostic, Diagnostics, Level};
pub use explain::{
    Change, Considered, ExceptionKind, Explained, Explainer, Explanation, Miss, Obstacle, Reach,
    ReadText, Step,
};
pub use lint::{Cost, Trial};
pub use mask::{cover_all, cover_spans};
pub use parse::SCHEMA;
pub use rule::{
    Action, Disguises, Ground, KeepOriginal, Mask, Mode, Policy, Rule, RuleId, Severity,
};
pub use scope::Scope;
pub use sources::Sources;
pub use verdict::{Hit, Note, Ruling, Verdict};
