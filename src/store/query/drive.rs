//! The index that a search goes by: one condition finds decisions in their order, the others are checked one by one.

use super::cursor::Cursor;
use super::filter::{Condition, Filter, among, begins};
use super::rows::WITH_SEARCH;
use sqlx::{QueryBuilder, Sqlite};

/// A search, ready to be turned into statements.
#[derive(Debug, Clone)]
pub(super) struct Search {
    driver: Driver,
    checks: Vec<Condition>,
    since: Option<i64>,
    until: Option<i64>,
}

/// What finds decisions in their order, by an index.
#[derive(Debug, Clone)]
enum Driver {
    /// All of them.
    Time,
    By(Condition),
}

impl Search {
    /// `checks` are all conditions; the best one that has an index leads.
    pub fn new(filter: &Filter, mut checks: Vec<Condition>, schema: i64) -> Self {
        checks.sort_by_key(Condition::rank);
        let leads = |condition: &Condition| match condition {
            // An app of several names or ids is not in order in any index.
            Condition::Apps(apps) => apps.len() == 1,
            Condition::Person(..) => schema >= WITH_SEARCH,
            _ => true,
        };
        let best = checks.iter().position(leads);
        let driver = best.map_or(Driver::Time, |best| Driver::By(checks.remove(best)));
        Self { driver, checks, since: filter.since, until: filter.until }
    }

    /// Whether everything that the index finds is wanted.
    pub fn is_exact(&self) -> bool {
        self.checks.is_empty()
    }

    /// The statement that reads decisions after one place and up to another, in their order.
    pub fn rows(
        &self,
        columns: &str,
        after: Option<&Cursor>,
        up_to: Option<&Cursor>,
        limit: usize,
    ) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::new(columns);
        query.push(match self.driver.table() {
            Table::Decisions => " FROM decisions d WHERE 1",
            // `CROSS JOIN` keeps the order of the tables: the index leads.
            Table::Rules => {
                " FROM decision_rules i CROSS JOIN decisions d ON d.id = i.decision_id WHERE 1"
            }
            Table::Texts => " FROM texts i CROSS JOIN decisions d ON d.id = i.decision_id WHERE 1",
        });
        self.restrict(&mut query, after, up_to);
        self.driver.once(&mut query);
        self.checks.iter().for_each(|check| check.check(&mut query));
        self.order(&mut query, limit, 0);
        query
    }

    /// The statement that finds the place so many candidates further on: what [`Search::rows`] may read up to.
    pub fn boundary(&self, after: Option<&Cursor>, step: usize) -> QueryBuilder<Sqlite> {
        let (at, id) = self.driver.place();
        let mut query = QueryBuilder::new(format!("SELECT {at}, {id}"));
        query.push(match self.driver.table() {
            Table::Decisions => " FROM decisions d WHERE 1",
            Table::Rules => " FROM decision_rules i WHERE 1",
            Table::Texts => " FROM texts i WHERE 1",
        });
        self.restrict(&mut query, after, None);
        self.order(&mut query, 1, step.saturating_sub(1));
        query
    }

    fn restrict(
        &self,
        query: &mut QueryBuilder<Sqlite>,
        after: Option<&Cursor>,
        up_to: Option<&Cursor>,
    ) {
        self.driver.find(query);
        let (at, id) = self.driver.place();
        for (bound, time) in [(">=", self.since), ("<", self.until)] {
            if let Some(time) = time {
                query.push(format!(" AND {at} {bound} ")).push_bind(time);
            }
        }
        for (bound, place) in [("<", after), (">=", up_to)] {
            if let Some(Cursor { at: time, id: name }) = place {
                query.push(format!(" AND ({at}, {id}) {bound} (")).push_bind(*time);
                query.push(", ").push_bind(name.clone()).push(")");
            }
        }
    }

    fn order(&self, query: &mut QueryBuilder<Sqlite>, limit: usize, offset: usize) {
        let (at, id) = self.driver.place();
        query.push(format!(" ORDER BY {at} DESC, {id} DESC LIMIT "));
        query.push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
        query.push(" OFFSET ").push_bind(i64::try_from(offset).unwrap_or(i64::MAX));
    }
}

enum Table {
    Decisions,
    Rules,
    Texts,
}

impl Driver {
    fn table(&self) -> Table {
        match self {
            Self::By(Condition::Rule(_) | Condition::Category(_)) => Table::Rules,
            Self::By(Condition::Person(..)) => Table::Texts,
            _ => Table::Decisions,
        }
    }

    /// The columns that a decision's place is known by in that table.
    fn place(&self) -> (&'static str, &'static str) {
        match self.table() {
            // Few, and sorted by themselves: the index of all times is kept out of it.
            _ if matches!(self, Self::By(Condition::Among(_))) => ("+d.created_at", "+d.id"),
            Table::Decisions => ("d.created_at", "d.id"),
            Table::Rules => ("i.created_at", "i.decision_id"),
            Table::Texts => ("i.decided_at", "i.decision_id"),
        }
    }

    /// The condition as its index wants it.
    fn find(&self, query: &mut QueryBuilder<Sqlite>) {
        let Self::By(condition) = self else { return };
        match condition {
            Condition::Person(name, account) => {
                query.push(format!(" AND i.account IS NOT NULL AND i.name = '{name}' AND i."));
                account.is(query);
            }
            Condition::Topic(topic) => {
                query.push(" AND d.topic_id <> '' AND d.topic_id = ").push_bind(topic.clone());
            }
            Condition::Group(group) => {
                query.push(" AND d.group_id = ").push_bind(group.clone());
            }
            Condition::Outcome(outcome) => {
                query.push(" AND d.outcome = ").push_bind(outcome.clone());
            }
            Condition::ErrorCode(code) => {
                query.push(" AND d.error_code IS NOT NULL AND d.error_code = ").push_bind(*code);
            }
            Condition::Severity(severity) => {
                query.push(" AND d.severity = ").push_bind(*severity);
            }
            Condition::Ruleset(hash) => {
                let short: String = hash.chars().take(Filter::SHORTEST_HASH).collect();
                query.push(" AND substr(d.ruleset, 1, 8) = ").push_bind(short);
                begins(query, hash);
            }
            Condition::Rule(rule) => drop(query.push(" AND i.rule = ").push_bind(rule.clone())),
            Condition::Category(category) => {
                query.push(" AND i.category IS NOT NULL AND i.category = ");
                query.push_bind(category.clone());
            }
            Condition::Among(ids) => among(query, ids),
            Condition::Apps(apps) => {
                for (sdk_app_id, app) in apps {
                    query.push(" AND d.sdk_app_id = ").push_bind(*sdk_app_id);
                    query.push(" AND d.app = ").push_bind(app.clone());
                }
            }
        }
    }

    /// A decision that the index finds several times is told once.
    fn once(&self, query: &mut QueryBuilder<Sqlite>) {
        let other = match self {
            Self::By(Condition::Category(_)) => {
                "SELECT 1 FROM decision_rules o WHERE o.decision_id = i.decision_id \
                 AND +o.category = i.category AND o.rule < i.rule"
            }
            Self::By(Condition::Person(..)) => {
                "SELECT 1 FROM texts o WHERE o.decision_id = i.decision_id AND o.name = i.name \
                 AND +o.account = i.account AND o.event_seq < i.event_seq"
            }
            _ => return,
        };
        query.push(format!(" AND NOT EXISTS ({other})"));
    }
}
