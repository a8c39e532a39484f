//! Legal holds: what must be neither erased nor forgotten while it is in dispute.
//!
//! Promise: adding and removing one is in the audit, in the same transaction.

use super::audit::{self, Event};
use super::texts::stored;
use super::writer::Op;
use super::{Reader, Store, StoreError, Whose};
use serde_json::json;
use sqlx::{Row, SqliteConnection};

/// A hold about to be written.
#[derive(Debug, Clone)]
pub struct HoldPlan {
    pub id: String,
    pub whose: Whose,
    pub reason: String,
    /// Who asks, where told.
    pub by: Option<String>,
}

/// A hold in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub id: String,
    /// Unix ms.
    pub added_at: i64,
    pub whose: Whose,
    pub reason: String,
    pub by: Option<String>,
}

/// Something about holds to be written.
#[derive(Debug, Clone)]
pub(super) enum HoldOp {
    Add(HoldPlan),
    Remove { id: String, reason: String, by: Option<String> },
}

impl Store {
    /// Puts a hold in force; `false` when it is about a decision that does not exist.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn hold(&self, plan: HoldPlan) -> Result<bool, StoreError> {
        self.done(Op::Hold(HoldOp::Add(plan))).await
    }

    /// Ends a hold; `false` when none has this id.
    ///
    /// # Errors
    /// When it is not on disk.
    pub async fn release_hold(
        &self,
        id: &str,
        reason: &str,
        by: Option<&str>,
    ) -> Result<bool, StoreError> {
        let (id, reason, by) = (id.to_owned(), reason.to_owned(), by.map(str::to_owned));
        self.done(Op::Hold(HoldOp::Remove { id, reason, by })).await
    }
}

impl Reader {
    /// The holds in force, oldest first.
    ///
    /// # Errors
    /// When the database is not available, or a text cannot be opened.
    pub async fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        let query =
            "SELECT id, event_seq, added_at, app, decision_id FROM holds ORDER BY added_at, id";
        let mut holds = Vec::new();
        for row in sqlx::query(query).fetch_all(&self.reads).await? {
            let event: i64 = row.try_get("event_seq")?;
            let whose = match row.try_get::<Option<String>, _>("decision_id")? {
                Some(id) => Whose::Decision(id),
                None => Whose::Person {
                    account: self.beside(event, "sender").await?.unwrap_or_default(),
                    app: row.try_get("app")?,
                },
            };
            holds.push(Hold {
                id: row.try_get("id")?,
                added_at: row.try_get("added_at")?,
                whose,
                reason: self.beside(event, "reason").await?.unwrap_or_default(),
                by: self.beside(event, "by").await?,
            });
        }
        Ok(holds)
    }

    /// The text of this name beside an event.
    async fn beside(&self, event: i64, name: &str) -> Result<Option<String>, StoreError> {
        let query = "SELECT content FROM texts WHERE event_seq = ? AND name = ?";
        let row = sqlx::query(query).bind(event).bind(name).fetch_optional(&self.reads).await?;
        row.map(|row| self.vault.open(event, name, stored(&row, "content")?)).transpose()
    }
}

/// Writes it; whether there was anything to write.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    at: i64,
    op: &HoldOp,
    events: &mut Vec<Event>,
) -> sqlx::Result<bool> {
    match op {
        HoldOp::Add(plan) => add(connection, at, plan, events).await,
        HoldOp::Remove { id, reason, by } => {
            let query = "DELETE FROM holds WHERE id = ? RETURNING decision_id";
            let removed: Option<Option<String>> =
                sqlx::query_scalar(query).bind(id).fetch_optional(connection).await?;
            let Some(decision_id) = removed else { return Ok(false) };
            let event = Event::new("hold.removed", decision_id, json!({ "hold": id }));
            events.push(event.text("reason", Some(reason)).text("by", by.as_ref()));
            Ok(true)
        }
    }
}

async fn add(
    connection: &mut SqliteConnection,
    at: i64,
    plan: &HoldPlan,
    events: &mut Vec<Event>,
) -> sqlx::Result<bool> {
    let (account, app, decision_id) = match &plan.whose {
        Whose::Person { account, app } => (Some(account), app.as_ref(), None),
        Whose::Decision(id) => (None, None, Some(id)),
    };
    if let Some(id) = decision_id {
        let query = "SELECT EXISTS (SELECT 1 FROM decisions WHERE id = ?)";
        let known: bool = sqlx::query_scalar(query).bind(id).fetch_one(&mut *connection).await?;
        if !known {
            return Ok(false);
        }
    }
    let event_seq = audit::head(connection).await?.seq + events.len() as i64 + 1;
    sqlx::query(
        "INSERT INTO holds (id, event_seq, added_at, app, decision_id) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(&plan.id)
    .bind(event_seq)
    .bind(at)
    .bind(app)
    .bind(decision_id)
    .execute(connection)
    .await?;
    let data = json!({ "hold": plan.id, "app": app });
    let event = Event::new("hold.added", decision_id.cloned(), data).text("sender", account);
    events.push(event.text("reason", Some(&plan.reason)).text("by", plan.by.as_ref()));
    Ok(true)
}
