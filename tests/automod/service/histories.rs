//! Random histories of an audit: whatever happens in whatever order, ledger, state and events agree, what is held or
//! needed stays, and of who was erased nothing is left.

use super::encryption::holds;
use chat_automod::message::MessageKey;
use chat_automod::store::{
    Action, Cause, DecisionRow, Due, Erasure, Filter, HoldPlan, Opening, Outcome, Plan, Planned,
    Retention, Rewritten, Source, Step, Store, UndoPlan, UndoStep, Whose, verify,
};
use futures_util::TryStreamExt;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

const APP: u64 = 1_400_000_001;
/// Later than everything.
const ALWAYS: i64 = i64::MAX / 2;

/// Something that happens; numbers choose among people, messages and decisions.
#[derive(Debug, Clone)]
enum Happens {
    Found { who: u8, message: u8, pending: bool },
    Goes { decision: u8, to: u8 },
    Replanned { decision: u8 },
    Superseded { decision: u8 },
    Echo { decision: u8 },
    UndoAsked { decision: u8 },
    UndoGoes { to: u8 },
    Erased { who: u8 },
    MessageErased { decision: u8 },
    Held { who: u8 },
    MessageHeld { decision: u8 },
    Released { hold: u8 },
    Forgotten,
    Pruned,
}

fn happens() -> impl Strategy<Value = Happens> {
    use Happens::*;
    let n = || any::<u8>();
    prop_oneof![
        6 => (0..3u8, 0..6u8, any::<bool>()).prop_map(|(who, message, pending)| Found { who, message, pending }),
        4 => (n(), n()).prop_map(|(decision, to)| Goes { decision, to }),
        1 => n().prop_map(|decision| Replanned { decision }),
        1 => n().prop_map(|decision| Superseded { decision }),
        1 => n().prop_map(|decision| Echo { decision }),
        2 => n().prop_map(|decision| UndoAsked { decision }),
        3 => n().prop_map(|to| UndoGoes { to }),
        1 => (0..3u8).prop_map(|who| Erased { who }),
        1 => n().prop_map(|decision| MessageErased { decision }),
        1 => (0..3u8).prop_map(|who| Held { who }),
        1 => n().prop_map(|decision| MessageHeld { decision }),
        1 => n().prop_map(|hold| Released { hold }),
        1 => Just(Forgotten),
        1 => Just(Pruned),
    ]
}

fn account(who: u8) -> String {
    format!("person{who}mark")
}

fn plan(who: u8, message: u8, pending: bool) -> Plan {
    let text = |words: &str| {
        let text = format!("{words} {}", account(who));
        json!({ "body": [{ "MsgType": "TIMTextElem", "MsgContent": { "Text": text } }], "custom": null }).to_string()
    };
    Plan {
        categories: Default::default(),
        id: uuid::Uuid::now_v7().to_string(),
        app: "main".into(),
        key: MessageKey {
            sdk_app_id: APP,
            group_id: "@group".into(),
            topic_id: None,
            seq: Some(u64::from(message) * 3 + u64::from(who)),
        },
        revision: 0,
        group_type: None,
        sent_at: None,
        sender: Some(account(who)),
        operator: None,
        editor: None,
        mentions: false,
        digest: format!("whole {who} {message}"),
        body_digest: format!("body {who} {message}"),
        written_digest: pending.then(|| format!("written {who} {message}")),
        verdict: "rewrite",
        severity: "high",
        lane: 2,
        rules: vec!["gambling".into()],
        hits: json!([]),
        tags: Vec::new(),
        notes: Vec::new(),
        review: false,
        keep_original: "yes",
        source: Source::Webhook,
        ruleset: "none".into(),
        supersedes: None,
        reread: false,
        action: Action::Rewrite,
        outcome: if pending { Outcome::Pending } else { Outcome::Observed },
        cause: (!pending).then_some(Cause::Shadow),
        original: Some(text("casino")),
        rewritten: pending.then(|| text("******")),
        reason: None,
        by: None,
        maybe_echo: false,
    }
}

/// The audit, and what was done to it.
struct World {
    store: Store,
    undos: u32,
    /// Erased, and never seen since.
    gone: BTreeSet<u8>,
}

impl World {
    async fn decisions(&self) -> Vec<DecisionRow> {
        let reader = self.store.reader();
        let mut rows: Vec<_> = reader.list(&Filter::default()).try_collect().await.unwrap();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows
    }

    async fn pick(&self, number: u8) -> Option<DecisionRow> {
        let rows = self.decisions().await;
        (!rows.is_empty()).then(|| rows[usize::from(number) % rows.len()].clone())
    }

    async fn happens(&mut self, what: Happens) {
        match what {
            Happens::Found { who, message, pending } => {
                let planned = self.store.plan(plan(who, message, pending)).await.unwrap();
                if let Planned::New(_) = planned {
                    self.gone.remove(&who);
                }
            }
            Happens::Goes { decision, to } => {
                let (outcome, cause) = [
                    (Outcome::Applied, None),
                    (Outcome::Failed, Some(Cause::GaveUp)),
                    (Outcome::Moot, Some(Cause::Recalled)),
                    (Outcome::Withheld, Some(Cause::Brake)),
                    (Outcome::Pending, None),
                ][usize::from(to) % 5];
                if let Some(row) = self.pick(decision).await {
                    let step = Step { reread: to % 2 == 0, ..Step::to(&row.id, outcome, cause) };
                    self.store.step(step).await.unwrap();
                }
            }
            Happens::Replanned { decision } => {
                if let Some(row) = self.pick(decision).await {
                    let content =
                        Some(plan(0, 0, true).rewritten.unwrap().replace(&account(0), "x"));
                    let rewrite =
                        Rewritten { digest: "anew".into(), content, tags: vec!["t".into()] };
                    let step = Step::to(&row.id, Outcome::Pending, None);
                    self.store.step(Step { rewrite: Some(rewrite), ..step }).await.unwrap();
                }
            }
            Happens::Superseded { decision } => {
                let row = self.pick(decision).await.filter(|row| row.outcome == "pending");
                let who = row.as_ref().and_then(|row| row.sender.as_deref());
                let who = who.and_then(|who| (0..3).find(|number| account(*number) == who));
                if let (Some(row), Some(who)) = (row, who) {
                    let moot = Step::to(&row.id, Outcome::Moot, Some(Cause::Superseded));
                    let message = (row.msg_seq.unwrap() / 3) as u8;
                    let plan = Plan {
                        sender: None,
                        reread: true,
                        supersedes: Some(row.id),
                        ..plan(who, message, true)
                    };
                    self.store.replace(moot, plan).await.unwrap();
                }
            }
            Happens::Echo { decision } => {
                if let Some(row) = self.pick(decision).await {
                    let seq = row.msg_seq.unwrap();
                    let key = plan((seq % 3) as u8, (seq / 3) as u8, true).key;
                    let written = format!("written {} {}", seq % 3, seq / 3);
                    self.store.echo(key, written).await.unwrap();
                }
            }
            Happens::UndoAsked { decision } => {
                if let Some(row) = self.pick(decision).await {
                    self.undos += 1;
                    let plan = UndoPlan {
                        id: format!("undo-{}", self.undos),
                        decision_id: row.id,
                        rule: self.undos.is_multiple_of(2).then(|| "gambling".into()),
                        reason: "a mistake".into(),
                        by: Some("moderator".into()),
                    };
                    self.store.plan_undos(vec![plan]).await.unwrap();
                }
            }
            Happens::UndoGoes { to } => {
                let due = self.store.reader().due_undos(APP, ALWAYS, 8).await.unwrap();
                let Some(undo) = due.first() else { return };
                let step = match to % 4 {
                    0 => UndoStep::Sending {
                        digest: "back".into(),
                        content: None,
                        restored: Vec::new(),
                    },
                    1 => UndoStep::Retry { error_code: Some(1), attempts: 1, next_try_at: 5 },
                    2 => UndoStep::Done { attempts: 1, whole: to % 8 == 2 },
                    _ => UndoStep::Refused {
                        cause: Cause::EditedSince,
                        error_code: None,
                        attempts: 0,
                    },
                };
                self.store.undo_step(undo, step).await.unwrap();
            }
            Happens::Erased { who } => {
                let whose = Whose::Person { account: account(who), app: None };
                self.erase(whose.clone()).await;
                let left = self.store.reader().left(&whose).await.unwrap();
                if (left.waiting, left.held) == (0, 0) && !self.is_held(who).await {
                    self.gone.insert(who);
                }
            }
            Happens::MessageErased { decision } => {
                if let Some(row) = self.pick(decision).await {
                    self.erase(Whose::Decision(row.id)).await;
                }
            }
            Happens::Held { who } => {
                self.hold(Whose::Person { account: account(who), app: None }).await;
                self.gone.remove(&who);
            }
            Happens::MessageHeld { decision } => {
                if let Some(row) = self.pick(decision).await {
                    self.hold(Whose::Decision(row.id)).await;
                }
            }
            Happens::Released { hold } => {
                let holds = self.store.reader().holds().await.unwrap();
                if !holds.is_empty() {
                    let id = &holds[usize::from(hold) % holds.len()].id;
                    assert!(self.store.release_hold(id, "closed", None).await.unwrap());
                }
            }
            Happens::Forgotten => {
                let mut next = Some(0);
                while let Some(after) = next {
                    next = self.store.expire(ALWAYS, after).await.unwrap().next;
                }
            }
            Happens::Pruned => {
                let upto = self.store.reader().prunable_before(ALWAYS).await.unwrap();
                while self.store.prune(upto, None).await.unwrap() {}
            }
        }
    }

    async fn erase(&self, whose: Whose) {
        let id = uuid::Uuid::now_v7().to_string();
        let erasure = Erasure { id, whose, reason: "a request".into(), by: None };
        while self.store.erase(&erasure, true).await.unwrap().texts > 0 {}
    }

    async fn hold(&self, whose: Whose) {
        let id = uuid::Uuid::now_v7().to_string();
        let plan = HoldPlan { id, whose, reason: "a case".into(), by: None };
        assert!(self.store.hold(plan).await.unwrap());
    }

    async fn is_held(&self, who: u8) -> bool {
        let whose = Whose::Person { account: account(who), app: None };
        self.store.reader().holds().await.unwrap().iter().any(|hold| hold.whose == whose)
    }

    /// Each decision stands where its last event says, and what is needed or held has its words.
    async fn agrees(&self) {
        let reader = self.store.reader();
        for row in self.decisions().await {
            let history = reader.show(&row.id).await.unwrap().unwrap();
            let said = history.events.iter().rev().find_map(|event| event.data["outcome"].as_str());
            assert_eq!(said, Some(row.outcome.as_str()), "{row:?}");
        }
        let due = [Due::Fresh, Due::Retries];
        for due in due {
            for pending in reader.due(APP, due, true, ALWAYS, 100).await.unwrap() {
                assert!(pending.original.is_some(), "an action lost what it needs: {pending:?}");
            }
        }
        let outdated = Retention { texts_before: ALWAYS, events_before: ALWAYS };
        reader.outdated(&outdated).await.unwrap();
    }
}

async fn live(folder: &Path, history: Vec<Happens>, sealed: bool) {
    let file = folder.join("automod.db");
    let url = format!("sqlite://{}", file.display());
    let key = sealed.then(|| folder.join("key"));
    let opening = Opening { key, serves: true, max_size: None };
    let (store, writer) = Store::open_as(&url, &opening).await.unwrap();
    let mut world = World { store, undos: 0, gone: BTreeSet::new() };
    for what in history {
        let told = format!("{what:?}");
        world.happens(what).await;
        let (found, ()) = verify(&world.store.reader(), |_| None, ()).await.unwrap();
        assert!(found.is_ok(), "after {told}: {found:?}");
    }
    world.agrees().await;
    let World { store, gone, .. } = world;
    store.close().await;
    drop(store);
    writer.finished().await;
    let locked = Store::open_to_verify(&url, None).await.unwrap();
    let (found, ()) = verify(&locked, |_| None, ()).await.unwrap();
    assert!(found.is_ok(), "without the key: {found:?}");
    let bytes = std::fs::read(file).unwrap();
    for who in 0..3 {
        let gone = gone.contains(&who);
        assert!(!(gone || sealed) || !holds(&bytes, &account(who)), "{} is left", account(who));
    }
}

/// `PROPTEST_CASES=1000` by hand tries more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_ledger_state_and_events_agree(
        history in prop::collection::vec(happens(), 1..40),
        sealed in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(live(folder.path(), history, sealed));
    }
}
