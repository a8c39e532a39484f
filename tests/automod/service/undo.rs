//! Undo: people get their words back, exactly, and keep them.
//!
//! The service has threads of its own here: while a command runs, it may hold the database.

use super::acts::ended;
use super::harness::{APP, GROUP, TestApp};
use super::process::{Process, Ran, automod};
use super::tamper::verify;
use chat_automod::simulator::{Command, Fault, Post};

/// Two rules that may hit one message, one with a tag.
const RULES: &str = r#"
version: 1
rules:
  - id: gambling
    category: gambling
    severity: high
    mode: enforce
    match: { words: [casino, 百家乐, 카지노] }
    action: { mask: stars, tag: gambling }
    tests: { catch: ["a casino"], pass: ["education"] }
  - id: insults
    category: insults
    mode: enforce
    match: { words: [blockhead] }
    action: { mask: stars }
    tests: { catch: ["blockhead"], pass: ["block"] }
"#;

impl TestApp {
    /// Runs the program beside the service, with all its settings.
    fn run(&self, arguments: &[&str]) -> Ran {
        automod(self.variables(), arguments)
    }

    /// Plans an undo of the newest decision.
    async fn undo_newest(&self) -> String {
        let id = self.decisions().await[0].id.clone();
        let ran = self.run(&["undo", &id, "--reason", "a film title", "--by", "kim"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        id
    }

    async fn until_outcome(&self, seq: u64, outcome: &str, cause: Option<&str>) {
        let wanted = ended(outcome, cause);
        self.until(outcome, async || self.outcomes(seq).await.contains(&wanted)).await;
    }

    fn chain_is_sound(&self) {
        let ran = self.audit(&["verify"]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_original_comes_back_byte_for_byte_and_stays() {
    let app = TestApp::spawn_with(RULES, &[]).await;
    let body = r#"[{"MsgType":"TIMTextElem", "MsgContent":{"Text":"来玩百家乐 \u0063asino é"}}]"#;
    let custom = r#"{"k" : [1.50] }"#;
    let seq = app.send(Post::raw(APP, GROUP, "lee", body).custom(custom)).await;
    app.quiet().await;
    assert_eq!(app.text(seq), "来玩*** ****** é");
    let before = app.shows(seq).custom.unwrap();
    assert!(before.contains("gambling"), "{before}");

    app.undo_newest().await;
    app.until_outcome(seq, "undone", Some("by_person")).await;
    assert_eq!(app.text(seq), "来玩百家乐 casino é");
    assert_eq!(app.shows(seq).custom.as_deref(), Some(custom));
    assert_eq!(app.shows(seq).edits, 2);

    // Its own echo, an edit to the same words, and the history judged again: none masks it anew.
    app.edit(seq, "lee", "来玩百家乐 casino é").await;
    let ran = app.run(&["sweep", "--group", GROUP]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    app.quiet().await;
    assert_eq!(app.text(seq), "来玩百家乐 casino é");
    assert_eq!(app.shows(seq).edits, 3, "nobody but its author touched it");
    app.chain_is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_webhook_of_what_was_given_back_makes_no_new_decision() {
    let app = TestApp::spawn_with(RULES, &[]).await;
    let seq = app.say("hello").await;
    app.edit(seq, "lee", "카지노").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "***");
    app.undo_newest().await;
    app.until_outcome(seq, "undone", Some("by_person")).await;

    // As sent it is another revision than the edit that was decided.
    assert_eq!(app.deliver(&app.callback(seq)).await, 200);
    app.quiet().await;
    assert_eq!(app.outcomes(seq).await, [ended("undone", Some("by_person"))]);
    assert_eq!(app.text(seq), "카지노");
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_by_rule_lifts_only_what_that_rule_did() {
    let mut app = TestApp::spawn_with(RULES, &[]).await;
    let both = app.say("casino, blockhead").await;
    let one = app.say("카지노").await;
    let other = app.say("you blockhead").await;
    app.quiet().await;

    let ran =
        app.run(&["undo", "--rule", "gambling", "--since", "1h", "--reason", "r", "--dry-run"]);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 2), "{}", ran.err);
    let ran = app.run(&["undo", "--rule", "gambling", "--since", "1h", "--reason", "wrong list"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "2 planned\n"), "{}", ran.err);
    app.until_outcome(both, "applied", Some("partly_undone")).await;
    app.until_outcome(one, "undone", Some("by_person")).await;
    assert_eq!(app.text(both), "casino, *********");
    assert_eq!(app.shows(both).custom.unwrap_or_default(), "", "its tag is gone too");
    assert_eq!(app.text(one), "카지노");
    assert_eq!(app.text(other), "you *********");
    app.chain_is_sound();

    app.stop().await;
    for statement in [
        "DELETE FROM undos WHERE rule = 'gambling'",
        "UPDATE undos SET state = 'pending'",
        "UPDATE undos SET settled_at = settled_at + 1",
        "UPDATE undos SET rule = ''",
        "DELETE FROM restored",
        "UPDATE restored SET place = 'body.1.Text'",
        "UPDATE decisions SET restored_digest = body_digest WHERE restored_digest IS NULL",
        "UPDATE decisions SET restored_digest = written_digest WHERE restored_digest IS NOT NULL",
    ] {
        let found = verify(&app, statement).await;
        assert!(found.code == 1 && found.out.contains("DAMAGED"), "{statement}: {found:?}");
    }

    app.start().await;

    // The rest of it can be given back as well.
    let ran = app.run(&["undo", "--rule", "insults", "--since", "1h", "--reason", "friends"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    app.until_outcome(both, "undone", Some("by_person")).await;
    assert_eq!(app.text(both), "casino, blockhead");
    app.chain_is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_edited_since_is_left_alone() {
    let app = TestApp::spawn_with(RULES, &[]).await;
    let seq = app.say("casino").await;
    app.quiet().await;
    app.edit(seq, "lee", "sorry").await;
    let id = app.undo_newest().await;
    let refused = async || {
        let events = app.history(&id).await.events;
        events.iter().any(|e| e.kind == "undo.refused" && e.data["cause"] == "edited_since")
    };
    app.until("the undo is refused", refused).await;
    assert_eq!(app.text(seq), "sorry");
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
    app.chain_is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_given_back_is_said_at_once() {
    let rules = RULES.replace(
        "    tests: { catch: [\"blockhead\"]",
        "    keep_original: no\n    tests: { catch: [\"blockhead\"]",
    );
    let app = TestApp::spawn_with(&rules, &[]).await;
    let seq = app.say("you blockhead").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "you *********");
    let id = app.decisions().await[0].id.clone();
    let ran = app.run(&["undo", &id, "--reason", "r"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("its original was not kept"), "{}", ran.err);
    let ran = app.run(&["undo", "no-such-id", "--reason", "r"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("no decision has the id"), "{}", ran.err);
    assert_eq!(app.run(&["undo", &id]).code, 2, "a reason is needed");
    assert_eq!(app.run(&["undo", "--rule", "gambling", "--reason", "r"]).code, 2, "and --since");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_whose_answer_was_lost_is_in_effect_once() {
    let app = TestApp::spawn_with(RULES, &[]).await;
    let seq = app.say("a casino").await;
    app.quiet().await;
    app.simulator.faults().next(Command::Modify, 1, Fault::AnswerLost);
    app.undo_newest().await;
    app.until_outcome(seq, "undone", Some("by_person")).await;
    assert_eq!((app.text(seq).as_str(), app.shows(seq).edits), ("a casino", 2));
    app.chain_is_sound();
}

/// `UNDOS=10000` by hand does as many as a bad rule may make needed.
#[tokio::test(flavor = "multi_thread")]
async fn many_undos_survive_a_kill_and_none_is_done_twice() {
    let wanted = std::env::var("UNDOS").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let mut app =
        TestApp::prepare(RULES, &[("ENFORCER__IN_FLIGHT", "8"), ("BRAKE__ENABLED", "false")]).await;
    let process = Process::serve(&app);
    let mut seqs = Vec::new();
    for number in 0..wanted {
        seqs.push(app.say(&format!("casino {number}")).await);
    }
    app.quiet().await;
    let ran = app.run(&["undo", "--rule", "gambling", "--since", "1h", "--reason", "all wrong"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let back = |app: &TestApp| {
        let text = |(number, seq): &(usize, &u64)| app.text(**seq) == format!("casino {number}");
        seqs.iter().enumerate().filter(text).count()
    };
    app.until("some are back", async || back(&app) > wanted / 50).await;
    process.kill();
    assert!(back(&app) < wanted, "all were back before the kill");
    app.start().await;
    // At the platform's rate thousands take minutes: what must not take long is the next of them.
    let mut seen = back(&app);
    while seen < wanted {
        app.until("more are back", async || back(&app) > seen).await;
        seen = back(&app);
    }
    app.until("all is settled", async || {
        app.decisions().await.iter().all(|decision| decision.outcome == "undone")
    })
    .await;
    for seq in &seqs {
        assert_eq!(app.shows(*seq).edits, 2, "number {seq}");
    }
    app.chain_is_sound();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_masks_and_recalls_by_hand_and_takes_the_mask_back() {
    let app = TestApp::spawn_with(RULES, &[]).await;
    let insult = app.say("you are a 笨蛋!").await;
    let address = app.say("he lives in Elm Street 5").await;
    let number = insult.to_string();
    let ran = app
        .run(&["mask", "--group", GROUP, "--seq", &number, "--reason", "reported", "--by", "kim"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    app.quiet().await;
    assert_eq!(app.text(insult), "*".repeat("you are a 笨蛋!".chars().count()));
    let row = &app.decisions().await[0];
    assert_eq!((row.source.as_str(), row.rules.len()), ("person", 0));
    assert_eq!(ran.out.trim(), row.id);
    app.undo_newest().await;
    app.until_outcome(insult, "undone", Some("by_person")).await;
    assert_eq!(app.text(insult), "you are a 笨蛋!");

    let number = address.to_string();
    let ran = app.run(&["recall", "--group", GROUP, "--seq", &number, "--reason", "an address"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    app.quiet().await;
    assert!(app.shows(address).recalled);
    let id = app.decisions().await[0].id.clone();
    let ran = app.run(&["undo", &id, "--reason", "r"]);
    assert!(ran.code == 1 && ran.err.contains("recalled"), "{}", ran.err);
    let ran = app.run(&["mask", "--group", GROUP, "--seq", "999", "--reason", "r"]);
    assert!(ran.code == 1 && ran.err.contains("no such message"), "{}", ran.err);
    app.chain_is_sound();
}
