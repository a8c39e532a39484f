//! What a regex costs at worst, counted and not measured: the same on every machine.

use super::super::diagnostic::{Code, Diagnostics};
use super::super::pattern;
use super::super::rule::Rule;
use super::warn;

/// Positions from which on a regex is slow on the longest message: 12 KB times so many steps.
const COSTLY: usize = 1_000;

/// Warns of a regex with very many positions.
pub fn costly(rule: &Rule, text: &str, faults: &mut Diagnostics) {
    let positions = pattern::parse(text).map_or(0, |hir| pattern::positions(&hir));
    if positions > COSTLY {
        let title = format!(
            "a regex of `{}` may take {positions} steps for each character of a message",
            rule.id
        );
        let help =
            "counts such as `{0,1000}` are what costs: use smaller ones, or `all` with `within`";
        warn(faults, Code::CostlyRegex, &rule.place, title, help);
    }
}

/// Whether a regex may match no character at all.
pub fn may_be_empty(text: &str) -> bool {
    pattern::parse(text).is_some_and(|hir| hir.properties().minimum_len() == Some(0))
}
