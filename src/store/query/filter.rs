//! What to search for, and each condition as SQL about a row of `decisions d`.

use crate::store::Reader;
use sqlx::{QueryBuilder, Sqlite};

/// What to list; everything absent does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// An app's name or its SDKAppID.
    pub app: Option<String>,
    pub group: Option<String>,
    pub topic: Option<String>,
    pub sender: Option<String>,
    /// Who sent it in the sender's name, where the platform told.
    pub operator: Option<String>,
    pub rule: Option<String>,
    /// Of a rule, when the decision was made.
    pub category: Option<String>,
    /// 0 low to 3 critical.
    pub severity: Option<u8>,
    pub outcome: Option<String>,
    pub error_code: Option<i64>,
    /// The hash of a rule set, or how it begins: [`Filter::SHORTEST_HASH`] digits or more.
    pub ruleset: Option<String>,
    /// Words that the message held, before or after: all of them, in any order.
    pub text: Option<String>,
    /// Unix ms, inclusive.
    pub since: Option<i64>,
    /// Unix ms, exclusive.
    pub until: Option<i64>,
}

impl Filter {
    /// So many digits of a rule set's hash tell it from others.
    pub const SHORTEST_HASH: usize = 8;

    /// The conditions besides the time, each by itself.
    pub(super) fn conditions(
        &self,
        reader: &Reader,
        apps: Option<Vec<(i64, String)>>,
    ) -> Vec<Condition> {
        let people = [("sender", &self.sender), ("operator", &self.operator)];
        let people = people.into_iter().filter_map(|(name, account)| {
            Some(Condition::Person(name, Account::of(reader, account.as_deref()?)))
        });
        let mut all: Vec<_> = people.collect();
        let mut take = |make: fn(String) -> Condition, value: &Option<String>| {
            all.extend(value.clone().map(make));
        };
        take(Condition::Topic, &self.topic);
        take(Condition::Group, &self.group);
        take(Condition::Ruleset, &self.ruleset);
        take(Condition::Rule, &self.rule);
        take(Condition::Category, &self.category);
        take(Condition::Outcome, &self.outcome);
        all.extend(self.error_code.map(Condition::ErrorCode));
        all.extend(self.severity.map(|severity| Condition::Severity(severity.into())));
        all.extend(apps.map(Condition::Apps));
        all
    }
}

/// One condition that a decision must meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// An account that a text of this name names.
    Person(&'static str, Account),
    Topic(String),
    Group(String),
    Ruleset(String),
    Rule(String),
    Category(String),
    Outcome(String),
    ErrorCode(i64),
    Severity(i64),
    /// One of these pairs of SDKAppID and name.
    Apps(Vec<(i64, String)>),
    /// One of these decisions.
    Among(Vec<String>),
}

impl Condition {
    /// Lower is better to begin with: it usually leaves fewer decisions.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Among(_) | Self::Person(..) => 0,
            Self::ErrorCode(_) => 1,
            Self::Topic(_) => 2,
            Self::Group(_) => 3,
            Self::Rule(_) => 4,
            Self::Category(_) => 5,
            Self::Ruleset(_) => 6,
            Self::Outcome(_) => 7,
            Self::Severity(_) => 8,
            Self::Apps(_) => 9,
        }
    }

    /// As a check of a row that another index has found. A `+` keeps a column's own index out of it.
    pub fn check(&self, query: &mut QueryBuilder<Sqlite>) {
        match self {
            Self::Person(name, account) => {
                query.push(
                    " AND EXISTS (SELECT 1 FROM texts o WHERE o.decision_id = d.id AND o.name = ",
                );
                query.push_bind(*name).push(" AND +o.");
                account.is(query);
                query.push(")");
            }
            Self::Topic(topic) => drop(query.push(" AND +d.topic_id = ").push_bind(topic.clone())),
            Self::Group(group) => drop(query.push(" AND +d.group_id = ").push_bind(group.clone())),
            Self::Outcome(outcome) => {
                query.push(" AND +d.outcome = ").push_bind(outcome.clone());
            }
            Self::ErrorCode(code) => drop(query.push(" AND +d.error_code = ").push_bind(*code)),
            Self::Severity(severity) => {
                query.push(" AND +d.severity = ").push_bind(*severity);
            }
            Self::Ruleset(hash) => begins(query, hash),
            Self::Rule(rule) => {
                query.push(" AND EXISTS (SELECT 1 FROM decision_rules o WHERE o.rule = ");
                query.push_bind(rule.clone());
                query.push(" AND o.created_at = d.created_at AND o.decision_id = d.id)");
            }
            Self::Category(category) => {
                query
                    .push(" AND EXISTS (SELECT 1 FROM decision_rules o WHERE o.decision_id = d.id");
                query.push(" AND +o.category = ").push_bind(category.clone()).push(")");
            }
            Self::Among(ids) => among(query, ids),
            Self::Apps(apps) => {
                query.push(" AND (0");
                for (sdk_app_id, app) in apps {
                    query.push(" OR (+d.sdk_app_id = ").push_bind(*sdk_app_id);
                    query.push(" AND d.app = ").push_bind(app.clone()).push(")");
                }
                query.push(")");
            }
        }
    }
}

/// The rule set's hash begins so.
pub(super) fn begins(query: &mut QueryBuilder<Sqlite>, hash: &str) {
    query.push(" AND substr(d.ruleset, 1, ").push_bind(hash.len() as i64);
    query.push(") = ").push_bind(hash.to_owned());
}

/// The decision is one of these.
pub(super) fn among(query: &mut QueryBuilder<Sqlite>, ids: &[String]) {
    query.push(" AND d.id IN (SELECT value FROM json_each(");
    query.push_bind(serde_json::json!(ids).to_string()).push("))");
}

/// An account as `texts` knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Account {
    /// What stands for it in `account`.
    Key(Vec<u8>),
    /// By its own name: in databases from before accounts had a column.
    Name(String),
}

/// The first schema whose texts have `account`.
const WITH_ACCOUNTS: i64 = 6;

impl Account {
    fn of(reader: &Reader, account: &str) -> Self {
        match reader.schema >= WITH_ACCOUNTS {
            true => Self::Key(reader.account_key(account)),
            false => Self::Name(account.to_owned()),
        }
    }

    /// Column and value; the table's name stands before it.
    pub fn is(&self, query: &mut QueryBuilder<Sqlite>) {
        match self {
            Self::Key(key) => query.push("account = ").push_bind(key.clone()),
            Self::Name(name) => query.push("content = ").push_bind(name.clone()),
        };
    }
}
