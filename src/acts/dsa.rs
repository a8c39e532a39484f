//! Statements of reasons, with the fields of the EU's DSA Transparency Database (Article 24(5) of Regulation 2022/2065).
//!
//! The fields and their words are those of its submission API, <https://transparency.dsa.ec.europa.eu/page/api-documentation>.
//! Promise: no text of a message and no account is in a statement.

use super::rules_then::{RuleThen, RulesThen};
use crate::engine::Ground;
use crate::settings::DsaSettings;
use crate::store::{Acted, Action, DecisionRow, Reader, Source, StoreError};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Turns decisions into statements.
pub struct Statements<'r> {
    reader: &'r Reader,
    settings: DsaSettings,
    rules: RulesThen<'r>,
}

/// The categories of rules that need no setting.
const CATEGORIES: [(&str, &str); 16] = [
    ("gambling", "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS"),
    ("drugs", "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS"),
    ("weapons", "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS"),
    ("scam", "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"),
    ("fraud", "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"),
    ("phishing", "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"),
    ("personal-data", "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"),
    ("privacy", "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"),
    ("hate", "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"),
    ("insult", "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"),
    ("harassment", "STATEMENT_CATEGORY_CYBER_VIOLENCE"),
    ("violence", "STATEMENT_CATEGORY_VIOLENCE"),
    ("terrorism", "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY"),
    ("self-harm", "STATEMENT_CATEGORY_SELF_HARM"),
    ("minors", "STATEMENT_CATEGORY_PROTECTION_OF_MINORS"),
    ("copyright", "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS"),
];
const OTHER: &str = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC";

impl<'r> Statements<'r> {
    pub fn new(reader: &'r Reader, settings: DsaSettings) -> Self {
        Self { reader, settings, rules: RulesThen::new(reader) }
    }

    /// A statement for each decision that was acted on, in their order.
    pub async fn of(&mut self, rows: &[DecisionRow]) -> Result<Vec<Value>, StoreError> {
        let ids: Vec<_> = rows.iter().map(|row| row.id.as_str()).collect();
        let acted = self.reader.acted(&ids).await?;
        let mut statements = Vec::new();
        for row in rows {
            let Some(acted) = acted.get(&row.id) else { continue };
            let set = self.rules.of(&row.ruleset).await?;
            let rules = acted.enforced.iter().filter_map(|rule| set.get(rule));
            statements.push(statement(row, acted, &rules.collect::<Vec<_>>(), &self.settings));
        }
        Ok(statements)
    }
}

fn statement(
    row: &DecisionRow,
    acted: &Acted,
    rules: &[&RuleThen],
    settings: &DsaSettings,
) -> Value {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
    let (visibility, other) = visibility(row, acted, rules);
    put("decision_visibility", json!([visibility]));
    if let Some(other) = other {
        put("decision_visibility_other", json!(other));
    }
    if let Some(account_type) = &settings.account_type {
        put("account_type", json!(account_type));
    }
    let by_person = row.source == Source::Person.as_str();
    put("decision_facts", json!(limited(&facts(acted, by_person), 5_000)));
    for (name, value) in ground(rules, by_person, settings) {
        put(name, json!(value));
    }
    if let Some(url) = &settings.terms_url {
        put("decision_ground_reference_url", json!(url));
    }
    put("content_type", json!(["CONTENT_TYPE_TEXT"]));
    let mut categories = categories(rules, settings);
    let category = categories.pop_first().unwrap_or_else(|| OTHER.to_owned());
    put("category", json!(category));
    if !categories.is_empty() {
        put("category_addition", json!(categories));
    }
    put("territorial_scope", json!(settings.territorial_scope));
    put("content_date", json!(date(acted.sent_at.unwrap_or(acted.created_at))));
    put("application_date", json!(date(acted.applied_at)));
    if let Some(undone_at) = acted.undone_at {
        put("end_date_visibility_restriction", json!(date(undone_at)));
    }
    let source = if by_person { settings.person_source.as_str() } else { "SOURCE_VOLUNTARY" };
    put("source_type", json!(source));
    put("automated_detection", json!(if by_person { "No" } else { "Yes" }));
    let automated = if by_person { "NOT_AUTOMATED" } else { "FULLY" };
    put("automated_decision", json!(format!("AUTOMATED_DECISION_{automated}")));
    put("puid", json!(row.id));
    Value::Object(fields)
}

/// What became of the message, in the words of the database.
fn visibility(
    row: &DecisionRow,
    acted: &Acted,
    rules: &[&RuleThen],
) -> (&'static str, Option<&'static str>) {
    let only_tagged = !rules.is_empty() && !rules.iter().any(|rule| rule.edits);
    match acted.action {
        Action::Recall => ("DECISION_VISIBILITY_CONTENT_REMOVED", None),
        Action::Rewrite if only_tagged || row.cause.as_deref() == Some("tagged_instead") => {
            ("DECISION_VISIBILITY_CONTENT_LABELLED", None)
        }
        Action::Rewrite => (
            "DECISION_VISIBILITY_OTHER",
            Some(
                "The offending part of the text was masked; the rest of the message stays visible.",
            ),
        ),
    }
}

fn facts(acted: &Acted, by_person: bool) -> String {
    if by_person {
        return "A person looked at a message in a group chat that had been reported or noticed, and decided about it."
            .to_owned();
    }
    let rules = acted.enforced.join(", ");
    format!(
        "An automated check of messages in group chats found text in the message that is not allowed there \
         (rule: {rules}). The check compares the text with the rules that the operator has set; no other facts were \
         relied on."
    )
}

/// On what ground, and why, by the first rule that names a policy.
fn ground(
    rules: &[&RuleThen],
    by_person: bool,
    settings: &DsaSettings,
) -> Vec<(&'static str, String)> {
    let rule = rules.iter().find(|rule| rule.policy.is_some()).or(rules.first());
    let policy = rule.and_then(|rule| rule.policy.as_ref());
    let reference = policy.map_or(settings.terms.as_str(), |policy| policy.reference.as_str());
    let default = match by_person {
        true => "A person found the message to be against these terms.",
        false => "The message contains text that these terms do not allow.",
    };
    let described = rule.and_then(|rule| rule.description.as_deref()).unwrap_or(default);
    let (reference, described) = (limited(reference, 500), limited(described, 2_000));
    match policy.and_then(|policy| policy.ground) {
        Some(Ground::Illegal) => vec![
            ("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT".to_owned()),
            ("illegal_content_legal_ground", reference),
            ("illegal_content_explanation", described),
        ],
        _ => vec![
            ("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT".to_owned()),
            ("incompatible_content_ground", reference),
            ("incompatible_content_explanation", described),
        ],
    }
}

fn categories(rules: &[&RuleThen], settings: &DsaSettings) -> BTreeSet<String> {
    let theirs = |ours: &String| {
        let known = CATEGORIES.iter().find(|(known, _)| known == ours);
        let set = settings.categories.get(ours).map(String::as_str);
        set.or(known.map(|(_, theirs)| *theirs)).unwrap_or(OTHER).to_owned()
    };
    rules.iter().filter_map(|rule| rule.category.as_ref()).map(theirs).collect()
}

fn limited(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

/// The day of a moment (Unix ms), UTC.
fn date(at: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    at.strftime("%Y-%m-%d").to_string()
}
