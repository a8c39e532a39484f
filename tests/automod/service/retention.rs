//! Retention: what is over its time goes, what is needed or held stays, and what is left verifies from its root on.

use super::checkpoints::OFTEN;
use super::encryption::{bytes, holds};
use super::harness::{APP, GROUP, RULES, TestApp};
use super::process::{Ran, automod};
use chat_automod::simulator::Command as Call;
use chat_automod::simulator::{Fault, Post};
use std::process::Command;

const PLAIN: (&str, &str) = ("AUDIT__ENCRYPTION_KEY_FILE", "none");
/// Whatever happened before the command is older than this.
const SHORT: [(&str, &str); 2] = [("AUDIT__RETAIN_TEXTS", "1ms"), ("AUDIT__RETAIN_EVENTS", "1ms")];

impl TestApp {
    fn retention(&self, with: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut variables = self.variables().clone();
        variables.extend(with.iter().map(|(k, v)| (format!("AUTOMOD_{k}"), (*v).to_owned())));
        automod(&variables, &[&["audit", "retention"], arguments].concat())
    }

    fn sound(&self) -> String {
        let verified = self.audit(&["verify"]);
        assert_eq!(verified.code, 0, "{verified:?}");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify_chain.py");
        match Command::new("python3").arg(script).arg(self.file("automod.db")).output() {
            Ok(ran) => assert_eq!(String::from_utf8_lossy(&ran.stdout), verified.out, "{ran:?}"),
            Err(_) => println!("skipped: there is no python3 on this machine"),
        }
        verified.out
    }

    async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&mut self.connection().await).await.unwrap()
    }
}

async fn told(settings: &[(&str, &str)]) -> TestApp {
    let app = TestApp::spawn_with(RULES, settings).await;
    for number in 0..6 {
        app.send(Post::text(APP, GROUP, "oldmark-who", &format!("casino oldmark {number}"))).await;
    }
    app.say("a lottery").await;
    app.quiet().await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_before_its_time() {
    let mut app = told(&[]).await;
    let dry = app.retention(&[], &["--dry-run"]);
    assert_eq!(dry.out, "0 texts of 0 decisions and 0 events would go\n", "{dry:?}");
    let before = app.sound();
    assert_eq!(app.retention(&[], &[]).out, "0 texts of 0 decisions and 0 events are gone\n");
    assert_eq!(app.sound(), before);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_go_and_decisions_stay() {
    let mut app = told(&[PLAIN]).await;
    let short = &SHORT[..1];
    let texts = app.count("SELECT count(*) FROM texts").await;
    let dry = app.retention(short, &["--dry-run"]);
    assert_eq!(dry.out, format!("{texts} texts of 7 decisions and 0 events would go\n"), "{dry:?}");
    assert_eq!(app.count("SELECT count(*) FROM texts").await, texts, "nothing went");
    let ran = app.retention(short, &[]);
    assert_eq!(ran.out, format!("{texts} texts of 7 decisions and 0 events are gone\n"), "{ran:?}");
    assert_eq!(app.count("SELECT count(*) FROM texts").await, 0);
    assert_eq!(app.audit(&["list"]).json().len(), 7);
    let undo = app.audit(&["list"]).json()[3]["id"].as_str().unwrap().to_owned();
    let undo = automod(app.variables(), &["undo", &undo, "--reason", "r"]);
    assert!(undo.err.contains("its words were kept until 2"), "{undo:?}");
    assert_eq!(app.retention(short, &[]).out, "0 texts of 0 decisions and 0 events are gone\n");
    app.sound();
    app.stop().await;
    app.sound();
    assert!(!holds(&bytes(&app), "oldmark"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_begins_at_a_signed_checkpoint() {
    let mut app = told(&OFTEN).await;
    app.stop().await;
    let dry = app.retention(&SHORT, &["--dry-run"]);
    let ran = app.retention(&SHORT, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(dry.out.replace("would go", "are gone"), ran.out);
    assert!(!ran.out.contains(" 0 events"), "{ran:?}");
    let sound = app.sound();
    assert!(sound.contains("verified from checkpoint "), "{sound}");
    assert_eq!(app.count("SELECT count(*) FROM decisions").await, 0);
    let line: String = sqlx::query_scalar("SELECT checkpoint FROM root")
        .fetch_one(&mut app.connection().await)
        .await
        .unwrap();
    let lines = std::fs::read_to_string(app.file("automod.checkpoints")).unwrap();
    assert!(lines.contains(&line), "the root is one of the checkpoints");

    // The service goes on, signs, and can lose more.
    app.start().await;
    app.say("a casino").await;
    app.quiet().await;
    app.stop().await;
    assert_eq!(app.retention(&SHORT, &[]).code, 0);
    assert!(app.sound().contains("verified from checkpoint "));
    app.start().await;
    app.say("a casino").await;
    app.quiet().await;
    app.stop().await;
    app.sound();

    for statement in [
        "DELETE FROM root",
        "UPDATE root SET seq = seq + 1",
        "UPDATE root SET hash = randomblob(32)",
        "UPDATE root SET checkpoint = NULL",
        "UPDATE root SET checkpoint = checkpoint || 'x'",
        "DELETE FROM audit_events WHERE seq = (SELECT min(seq) FROM audit_events)",
        "DELETE FROM decisions",
        "DELETE FROM rulesets",
        "UPDATE rulesets SET activated_at = activated_at + 1",
        "INSERT INTO audit_events SELECT 1, at, kind, decision_id, data, hash FROM audit_events LIMIT 1",
    ] {
        let found = super::tamper::verify(&app, statement).await;
        assert_eq!(found.code, 1, "{statement}: {found:?}");
        assert!(found.out.starts_with("DAMAGED: "), "{statement}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_checkpoints_the_audit_begins_after_the_last_old_event() {
    let mut app = told(&[("AUDIT__CHECKPOINT_FILE", "none")]).await;
    app.stop().await;
    let ran = app.retention(&SHORT, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let sound = app.sound();
    assert!(sound.contains("verified from event "), "{sound}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_or_is_held_stays_however_old() {
    let mut app = told(&[PLAIN, OFTEN[0]]).await;
    let hold = |arguments: &[&str]| {
        let ran = automod(app.variables(), &[&["audit", "hold"], arguments].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.out.trim().to_owned()
    };
    let held = hold(&["add", "--sender", "oldmark-who", "--reason", "case 17"]);
    app.simulator.faults().always(Call::History, Fault::Status(502));
    app.send(Post::text(APP, GROUP, "waiting-who", "casino waiting")).await;
    let ran = app.retention(&SHORT, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains(" of 1 decisions "), "only the lottery goes: {ran:?}");
    assert_eq!(app.audit(&["list", "--sender", "oldmark-who"]).json().len(), 6);
    assert_eq!(app.audit(&["list", "--sender", "waiting-who"]).json().len(), 1);
    let listed = automod(app.variables(), &["audit", "hold", "list"]).json();
    assert_eq!(
        (&listed[0]["sender"], &listed[0]["reason"]),
        (&"oldmark-who".into(), &"case 17".into())
    );
    assert_eq!(app.audit(&["verify"]).code, 0);

    hold(&["remove", &held, "--reason", "closed"]);
    app.simulator.faults().clear();
    app.quiet().await;
    app.stop().await;
    let ran = app.retention(&SHORT, &[]);
    assert!(ran.out.contains(" of 7 decisions "), "{ran:?}");
    assert!(!holds(&bytes(&app), "oldmark"));
    app.sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn erased_and_undone_decisions_go_in_time_too() {
    let mut app = told(&OFTEN).await;
    let ran =
        automod(app.variables(), &["undo", "--rule", "gambling", "--since", "1h", "--reason", "r"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    app.until("all is undone", async || {
        app.count("SELECT count(*) FROM undos WHERE state = 'pending'").await == 0
    })
    .await;
    let ran =
        automod(app.variables(), &["audit", "erase", "--sender", "oldmark-who", "--reason", "r"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(app.audit(&["verify"]).code, 0);
    app.stop().await;
    let ran = app.retention(&SHORT, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    app.sound();
    assert_eq!(app.count("SELECT count(*) FROM texts").await, 0, "what was erased is removed");
    assert_eq!(app.count("SELECT count(*) FROM undos").await, 0);
}
