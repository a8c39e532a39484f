//! Decisions and their rules against the events that made them what they are.

use super::damage::{Damage, Halt};
use super::row::{self, DecisionRow};
use super::snapshot::{Columns, Snapshot};
use super::{fingerprints, replay, undo};
use rusqlite::{CachedStatement, Row};
use serde_json::{Map, Value};

/// An event of a decision.
pub(super) struct Told {
    pub seq: i64,
    pub at: i64,
    pub kind: String,
    pub data: Value,
}

impl Told {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let data = serde_json::from_str(row.text(3).unwrap_or_default()).unwrap_or_default();
        Ok(Self { seq: row.get(0)?, at: row.get(1)?, kind: row.get(2)?, data })
    }
}

/// Every decision against the events that made it what it is.
pub(super) fn check(snapshot: &Snapshot) -> Result<(), Halt> {
    let mut query = snapshot.query(&row::query())?;
    let mut decisions = query.query([])?;
    let mut events = snapshot
        .query("SELECT seq, at, kind, data FROM audit_events WHERE decision_id = ? ORDER BY seq")?;
    let mut rules = snapshot.query(&rules_query(snapshot.schema))?;
    while let Some(decision) = decisions.next()? {
        let decision = DecisionRow::of(decision)?;
        let events = events.query_map([decision.id], Told::of)?.collect::<Result<Vec<_>, _>>()?;
        let fingerprints = fingerprints::difference(snapshot, &decision, &events)?;
        let undos = undo::difference(snapshot, &decision, &events)?;
        let Some(expected) = replay::replay(events) else {
            return Err(Damage::DecisionUnaccounted { id: decision.id.to_owned() }.into());
        };
        let field = match decision.difference(&expected) {
            None => difference_of_rules(&mut rules, &decision, &expected)?,
            field => field,
        };
        if let Some(field) = field.or(fingerprints).or(undos) {
            let (id, field) = (decision.id.to_owned(), field.to_owned());
            return Err(Damage::DecisionChanged { id, field }.into());
        }
    }
    Ok(())
}

/// Events and rules of decisions that are not there. Once events are gone (`pruned`), later ones may be about a decision
/// that went with them; not its plan.
pub(super) fn strays(snapshot: &Snapshot, pruned: bool) -> Result<(), Halt> {
    let plan = if pruned { "AND json_extract(e.data, '$.sdk_app_id') IS NOT NULL" } else { "" };
    let events = format!(
        "SELECT e.decision_id FROM audit_events e LEFT JOIN decisions d ON d.id = e.decision_id \
         WHERE e.decision_id IS NOT NULL AND d.id IS NULL {plan} LIMIT 1"
    );
    let rules = "SELECT r.decision_id FROM decision_rules r LEFT JOIN decisions d ON d.id = r.decision_id \
                 WHERE d.id IS NULL LIMIT 1";
    for query in [events.as_str(), rules] {
        snapshot.none(query, [], |row| Ok(Damage::DecisionUnaccounted { id: row.get(0)? }))?;
    }
    Ok(())
}

/// The rules of one decision. Schemas before 7 know no categories, and events of that time tell none.
fn rules_query(schema: i64) -> String {
    let category = if schema >= 7 { "category" } else { "NULL" };
    format!(
        "SELECT rule, created_at, {category} FROM decision_rules WHERE decision_id = ? ORDER BY rule"
    )
}

/// What is wrong with the rules that a decision is filed under.
fn difference_of_rules(
    query: &mut CachedStatement<'_>,
    decision: &DecisionRow<'_>,
    expected: &Value,
) -> Result<Option<&'static str>, Halt> {
    let (mut names, mut categories) = (Vec::new(), Map::new());
    let mut rows = query.query([decision.id])?;
    while let Some(rule) = rows.next()? {
        let name: String = rule.get(0)?;
        if rule.number(1) != decision.number("created_at") {
            return Ok(Some("rules"));
        }
        if let Some(category) = rule.get::<_, Option<String>>(2)? {
            categories.insert(name.clone(), category.into());
        }
        names.push(Value::from(name));
    }
    if Value::from(names) != expected["rules"] {
        return Ok(Some("rules"));
    }
    Ok((Value::from(categories) != expected["categories"]).then_some("categories"))
}
