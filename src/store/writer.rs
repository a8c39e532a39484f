//! The one writer: takes everything that waits, writes it in one transaction, and answers when it is on disk.
//!
//! Holds group commit and nothing about meaning. Promise: whoever gets an answer finds it on disk after power
//! loss, and the chain's end is read inside the transaction, so that a command beside the service may write too.

use super::audit::{self, Event};
use super::brakes::{self, BrakeOp};
use super::decisions::{self, Decision};
use super::erasure::{self, Erased, Erasure};
use super::holds::{self, HoldOp};
use super::known::{Known, known};
use super::plan::{Plan, Planned, Step};
use super::retention::{self, Expired, Expiry};
use super::root::{self, Pruning};
use super::seen::{self, Noted};
use super::tokens::{self, TokenOp};
use super::undo::{self, UndoOp};
use super::vault::Vault;
use super::{Cause, Outcome, StoreError, rulesets};
use crate::message::MessageKey;
use serde_json::json;
use sqlx::{Connection, SqliteConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::{mpsc, oneshot};

/// At most this many jobs share a transaction.
const MAX_GROUP: usize = 256;
/// Rows of one statement. Few sizes make few statements, so that each is prepared once and not for every group.
const BATCHES: [usize; 5] = [256, 64, 16, 4, 1];

/// The rows in as few batches as their sizes allow.
pub(super) fn batches<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = BATCHES.into_iter().find(|size| *size <= rows.len())?;
        let (batch, rest) = rows.split_at(size);
        rows = rest;
        Some(batch)
    })
}

/// Something to be written.
#[derive(Debug, Clone)]
pub(super) enum Op {
    Plan(Box<Plan>),
    /// One that was made without a look at what a person gave back: only where nothing was.
    PlanFreely(Box<Plan>),
    /// What stands there is somebody else's: one decision ends, another takes its place.
    Replace(Box<Step>, Box<Plan>),
    Step(Box<Step>),
    Echo {
        key: MessageKey,
        body_digest: String,
    },
    Record(Event),
    /// What waits for these messages is due now.
    Hasten(Vec<MessageKey>),
    Brake(BrakeOp),
    Noted(Noted),
    Undo(UndoOp),
    /// Some of it; with why, the first time.
    Erase(Box<Erasure>, bool),
    Hold(HoldOp),
    Expire(Expiry),
    Prune(Pruning),
    Token(TokenOp),
    Ruleset {
        hash: String,
        files: String,
        event: Event,
    },
    /// An action takes off.
    Start(String),
    /// An action panicked.
    Crashed(String),
    /// The process starts: whoever was in flight is suspect.
    Suspects,
    /// The last one.
    Close,
}

/// What came of an [`Op`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    Plan(Planned),
    /// Whether anything had to be written.
    Done(bool),
    Erased(Erased),
    Expired(Expired),
}

pub(super) struct Job {
    pub op: Op,
    pub reply: oneshot::Sender<Result<Written, StoreError>>,
}

/// How the last commits went.
#[derive(Debug, Default)]
pub(super) struct Condition {
    /// Unix ms of the last failure; 0 after a success.
    failed_at: AtomicI64,
}

impl Condition {
    /// A failure that nothing has followed is forgotten after a while: only an offender makes us write.
    pub fn is_failing(&self) -> bool {
        now() - self.failed_at.load(Ordering::Relaxed) < FAILURE_LASTS
    }

    fn note(&self, failed: bool) {
        self.failed_at.store(if failed { now() } else { 0 }, Ordering::Relaxed);
    }
}

const FAILURE_LASTS: i64 = 30_000;

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Writes until every sender is gone, or it is told to close.
pub(super) async fn run(
    mut connection: SqliteConnection,
    vault: Vault,
    mut jobs: mpsc::Receiver<Job>,
    condition: Arc<Condition>,
) {
    let mut group = Vec::with_capacity(MAX_GROUP);
    while jobs.recv_many(&mut group, MAX_GROUP).await > 0 {
        let (ops, replies): (Vec<_>, Vec<_>) =
            group.drain(..).map(|job| (job.op, job.reply)).unzip();
        if ops.iter().any(|op| matches!(op, Op::Close)) {
            jobs.close();
        }
        let results = commit_group(&mut connection, &vault, &ops).await;
        condition.note(results.iter().any(Result::is_err));
        for (reply, result) in replies.into_iter().zip(results) {
            // Nobody waits any more: what is written stands, and the next look finds it.
            let _ = reply.send(result);
        }
    }
    // A copy of the file alone is then a whole copy, whoever else still has the database open.
    let rest = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await;
    if let Err(error) = rest.map(drop).and(connection.close().await) {
        tracing::warn!(%error, "closing the database failed");
    }
}

/// One transaction for all; where a single bad row spoils it, each gets its own.
async fn commit_group(
    connection: &mut SqliteConnection,
    vault: &Vault,
    ops: &[Op],
) -> Vec<Result<Written, StoreError>> {
    match commit(connection, vault, ops).await {
        Ok(written) => written.into_iter().map(Ok).collect(),
        Err(error) if ops.len() > 1 && is_about_a_row(&error) => {
            let mut results = Vec::with_capacity(ops.len());
            for op in ops {
                let alone = commit(connection, vault, std::slice::from_ref(op)).await;
                results.push(alone.and_then(|mut one| {
                    one.pop().ok_or_else(|| StoreError::from(sqlx::Error::RowNotFound))
                }));
            }
            results
        }
        Err(error) => {
            tracing::error!(%error, waiting = ops.len(), "a commit failed");
            ops.iter().map(|_| Err(error.clone())).collect()
        }
    }
}

fn is_about_a_row(error: &StoreError) -> bool {
    use sqlx::error::ErrorKind;
    let StoreError::Unavailable(error) = error else { return false };
    error.as_database_error().is_some_and(|error| !matches!(error.kind(), ErrorKind::Other))
}

async fn commit(
    connection: &mut SqliteConnection,
    vault: &Vault,
    ops: &[Op],
) -> Result<Vec<Written>, StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    match fill(&mut transaction, vault, ops).await {
        Ok(written) => {
            transaction.commit().await?;
            Ok(written)
        }
        Err(error) => {
            // SQLite may have ended the transaction by itself, as on a full disk. The rollback would then fail, and
            // sqlx would go on counting a transaction that is none: it is given one. Where it is there still, this
            // fails and does nothing.
            let _ = sqlx::query("BEGIN").execute(&mut *transaction).await;
            transaction.rollback().await?;
            Err(error)
        }
    }
}

async fn fill(
    transaction: &mut SqliteConnection,
    vault: &Vault,
    ops: &[Op],
) -> Result<Vec<Written>, StoreError> {
    let at = now();
    let mut group = Group::open(transaction, vault, ops).await?;
    let mut written = Vec::with_capacity(ops.len());
    for op in ops {
        written.push(group.take(transaction, at, op).await?);
    }
    decisions::insert(transaction, at, &group.decisions).await?;
    audit::append(transaction, vault, at, group.events).await?;
    Ok(written)
}

/// What a transaction has gathered so far.
struct Group<'o> {
    vault: &'o Vault,
    known: Vec<Known>,
    decisions: Vec<Decision<'o>>,
    events: Vec<Event>,
}

impl<'o> Group<'o> {
    async fn open(
        connection: &mut SqliteConnection,
        vault: &'o Vault,
        ops: &[Op],
    ) -> sqlx::Result<Self> {
        let keys: Vec<_> = ops.iter().filter_map(Op::key).filter(|k| k.seq.is_some()).collect();
        let known = known(connection, &keys).await?;
        Ok(Self { vault, known, decisions: Vec::new(), events: Vec::new() })
    }

    async fn take(
        &mut self,
        connection: &mut SqliteConnection,
        at: i64,
        op: &'o Op,
    ) -> Result<Written, StoreError> {
        match op {
            Op::Plan(plan) => Ok(Written::Plan(self.plan(connection, at, plan).await?)),
            Op::PlanFreely(plan) => {
                let mut known = self.known.iter().filter(|known| known.key == plan.key);
                Ok(match known.any(|known| known.spared) {
                    true => Written::Done(false),
                    false => Written::Plan(self.plan(connection, at, plan).await?),
                })
            }
            Op::Replace(step, plan) => {
                self.step(connection, at, step).await?;
                // The decision that ends here does not stand in the way of the one that follows it.
                self.known.retain(|known| known.id != step.id);
                Ok(Written::Plan(self.plan(connection, at, plan).await?))
            }
            Op::Step(step) => Ok(Written::Done(self.step(connection, at, step).await?)),
            Op::Echo { key, body_digest } => {
                Ok(Written::Done(self.echo(connection, at, key, body_digest).await?))
            }
            Op::Record(event) => {
                self.events.push(event.clone());
                Ok(Written::Done(true))
            }
            Op::Hasten(keys) => {
                let resting = decisions::resting(connection, keys, at).await?;
                for (id, cause) in &resting {
                    let now =
                        Step { next_try_at: Some(at), ..Step::to(id, Outcome::Pending, *cause) };
                    self.step(connection, at, &now).await?;
                }
                Ok(Written::Done(!resting.is_empty()))
            }
            Op::Brake(op) => {
                Ok(Written::Done(brakes::apply(connection, at, op, &mut self.events).await?))
            }
            Op::Undo(op) => Ok(Written::Done(
                undo::apply(connection, self.vault, at, op, &mut self.events).await?,
            )),
            Op::Erase(erasure, first) => {
                let events = &mut self.events;
                let erased = erasure::apply(connection, self.vault, erasure, *first, events);
                Ok(Written::Erased(erased.await?))
            }
            Op::Expire(expiry) => {
                let expired = retention::expire(connection, *expiry, &mut self.events).await?;
                Ok(Written::Expired(expired))
            }
            Op::Prune(pruning) => {
                Ok(Written::Done(root::prune(connection, pruning, &mut self.events).await?))
            }
            Op::Hold(op) => {
                Ok(Written::Done(holds::apply(connection, at, op, &mut self.events).await?))
            }
            Op::Token(op) => {
                Ok(Written::Done(tokens::apply(connection, at, op, &mut self.events).await?))
            }
            Op::Noted(noted) => {
                seen::keep(connection, at, noted).await?;
                Ok(Written::Done(true))
            }
            Op::Close => Ok(Written::Done(true)),
            Op::Start(id) => Ok(Written::Done(decisions::start(connection, id).await?)),
            Op::Crashed(id) => {
                let poison = decisions::crashed(connection, id).await?;
                Ok(Written::Done(poison && self.quarantine(connection, at, id).await?))
            }
            Op::Suspects => {
                let poison = decisions::suspects(connection).await?;
                for id in &poison {
                    self.quarantine(connection, at, id).await?;
                }
                Ok(Written::Done(!poison.is_empty()))
            }
            Op::Ruleset { hash, files, event } => {
                rulesets::activate(connection, at, hash, files).await?;
                self.events.push(event.clone());
                Ok(Written::Done(true))
            }
        }
    }

    async fn plan(
        &mut self,
        connection: &mut SqliteConnection,
        at: i64,
        plan: &'o Plan,
    ) -> sqlx::Result<Planned> {
        if plan.maybe_echo && self.echo(connection, at, &plan.key, &plan.body_digest).await? {
            return Ok(Planned::Echo);
        }
        if self.known.iter().any(|known| known.is_duplicate(plan, self.vault)) {
            return Ok(Planned::Duplicate);
        }
        let decision = Decision::new(plan, self.vault);
        self.events.push(decisions::planned_event(&decision)?);
        self.known.push(Known::of(&decision));
        self.decisions.push(decision);
        Ok(Planned::New(plan.id.clone()))
    }

    async fn quarantine(
        &mut self,
        connection: &mut SqliteConnection,
        at: i64,
        id: &str,
    ) -> sqlx::Result<bool> {
        let step = Step::to(id, Outcome::Failed, Some(Cause::Quarantined));
        self.step(connection, at, &step).await
    }

    async fn step(
        &mut self,
        connection: &mut SqliteConnection,
        at: i64,
        step: &Step,
    ) -> sqlx::Result<bool> {
        let step = step.fingerprinted(self.vault);
        let moved = decisions::advance(connection, at, &step).await?;
        if moved {
            self.events.push(decisions::step_event(&step));
        }
        Ok(moved)
    }

    /// Whether this is what we wrote; the first time, the rewrite is confirmed by it.
    async fn echo(
        &mut self,
        connection: &mut SqliteConnection,
        at: i64,
        key: &MessageKey,
        body_digest: &str,
    ) -> sqlx::Result<bool> {
        let Some(known) =
            self.known.iter().find(|known| known.is_echo(key, body_digest, self.vault))
        else {
            return Ok(false);
        };
        let confirms = known.is_rewrite(body_digest, self.vault);
        if confirms && decisions::confirm(connection, at, &known.id).await? {
            let id = Some(known.id.clone());
            self.events.push(Event::new("decision.confirmed", id, json!({})));
        }
        Ok(true)
    }
}

impl Op {
    fn key(&self) -> Option<&MessageKey> {
        match self {
            Op::Plan(plan) | Op::PlanFreely(plan) | Op::Replace(_, plan) => Some(&plan.key),
            Op::Echo { key, .. } => Some(key),
            _ => None,
        }
    }
}
