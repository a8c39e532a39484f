//! Roles in a group that can be exempt from the rules.

use super::value::{Setting, Wrong};
use config::ValueKind;

/// A role in a group that can be exempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExemptRole {
    Owner,
    Admin,
}

pub(super) struct ExemptRoles(pub Vec<ExemptRole>);

impl Setting for ExemptRoles {
    const EXPECTED: &'static str =
        "write a list of \"owner\" and \"admin\", in the environment separated by commas";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        let role = |word: &String| match word.as_str() {
            "owner" => Ok(ExemptRole::Owner),
            "admin" => Ok(ExemptRole::Admin),
            _ => Err(Wrong::Value),
        };
        Vec::<String>::parse(kind)?.iter().map(role).collect::<Result<_, _>>().map(Self)
    }
    fn show(&self) -> String {
        let word = |role: &ExemptRole| match role {
            ExemptRole::Owner => "owner".to_owned(),
            ExemptRole::Admin => "admin".to_owned(),
        };
        self.0.iter().map(word).collect::<Vec<_>>().show()
    }
}
