//! `[brake]`: when a rule that hits far too many is held back, for all rules and for single ones.

use super::reader::Section;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub struct BrakeSettings {
    pub enabled: bool,
    /// Of every rule that has none of its own.
    pub limits: BrakeLimits,
    /// By rule id; `None` where the rule is never held back.
    pub rules: BTreeMap<String, Option<BrakeLimits>>,
}

/// When a rule trips the brake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrakeLimits {
    /// Of a new rule: senders in ten minutes.
    pub senders: u32,
    /// Of a new rule: senders for each hundred judged messages.
    pub percent: u32,
    /// Of an old rule: senders an hour that are never too many.
    pub hourly_senders: u32,
}

impl Default for BrakeLimits {
    fn default() -> Self {
        Self { senders: 30, percent: 1, hourly_senders: 100 }
    }
}

impl BrakeSettings {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let enabled = section.or("enabled", true);
        let limits = BrakeLimits::default().read(section);
        let of_rule = |name: &str, rule: &mut Section<'_>| {
            let held = rule.or("enabled", true);
            (name.to_owned(), Some(limits.read(rule)).filter(|_| held))
        };
        let rules = section.table("rules", |rules| rules.each(of_rule));
        Self { enabled, limits, rules: rules.into_iter().collect() }
    }

    /// The limits of a rule; `None` where it is never held back.
    pub fn limits(&self, rule: &str) -> Option<BrakeLimits> {
        self.rules.get(rule).copied().unwrap_or(Some(self.limits))
    }
}

impl BrakeLimits {
    /// What a section sets, over these.
    fn read(self, section: &mut Section<'_>) -> Self {
        Self {
            senders: section.within("senders", self.senders, 1..=10_000),
            percent: section.within("percent", self.percent, 1..=100),
            hourly_senders: section.within("hourly_senders", self.hourly_senders, 1..=10_000),
        }
    }
}
