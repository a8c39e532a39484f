//! The rules as they were when a decision was made: what reports and statements say of them.

use crate::engine::{self, Policy, Rule, Sources};
use crate::store::{Reader, StoreError};
use std::collections::BTreeMap;

/// Rule sets that are held at a time; a list goes through them one after the other.
const HELD: usize = 16;

/// A rule of an earlier day, as far as it is spoken of.
#[derive(Debug, Clone)]
pub struct RuleThen {
    pub category: Option<String>,
    pub description: Option<String>,
    pub policy: Option<Policy>,
    /// Whether it rewrites text; else it tags, recalls, or asks for a person.
    pub edits: bool,
}

/// Rules by their ids.
pub type Known = BTreeMap<String, RuleThen>;

/// Rule sets by their hashes, read once each.
pub struct RulesThen<'r> {
    reader: &'r Reader,
    held: BTreeMap<String, Known>,
}

impl<'r> RulesThen<'r> {
    pub fn new(reader: &'r Reader) -> Self {
        Self { reader, held: BTreeMap::new() }
    }

    /// The rules of the set with this hash; none where it is not kept or cannot be read any more.
    pub async fn of(&mut self, hash: &str) -> Result<&Known, StoreError> {
        if !self.held.contains_key(hash) {
            if self.held.len() >= HELD {
                self.held.clear();
            }
            let files = self.reader.ruleset(hash).await?;
            self.held.insert(hash.to_owned(), files.map(known).unwrap_or_default());
        }
        Ok(&self.held[hash])
    }
}

fn known(files: BTreeMap<String, String>) -> Known {
    let files = files.into_iter().map(|(name, text)| (name, text.into_bytes()));
    let compiled = engine::compile(&Sources { files: files.collect() });
    let then = |rule: &Rule| RuleThen {
        category: rule.category.clone(),
        description: rule.description.clone(),
        policy: rule.policy.clone(),
        edits: rule.action.edits(),
    };
    compiled.map_or_else(
        |_| Known::new(),
        |compiled| compiled.ruleset.rules().map(|rule| (rule.id.to_string(), then(rule))).collect(),
    )
}
