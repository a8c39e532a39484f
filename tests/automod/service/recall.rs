//! Recalls: rules that take a message away, and people who do.

use super::acts::ended;
use super::harness::{APP, GROUP, TestApp};
use chat_automod::simulator::{Command, Fault, GroupType, Post};

const RULES: &str = r#"
version: 1
rules:
  - id: vile
    severity: critical
    mode: enforce
    match: { words: [bomb, 폭탄, 炸弹] }
    action: { recall: true, mask: stars }
    tests: { catch: ["a bomb"], pass: ["a plum"] }
  - id: gambling
    mode: enforce
    match: { words: [casino] }
    action: { mask: stars }
    tests: { catch: ["a casino"], pass: ["education"] }
"#;

async fn spawn() -> TestApp {
    TestApp::spawn_with(RULES, &[]).await
}

#[tokio::test]
async fn a_rule_can_take_messages_away_after_they_were_read_again() {
    let app = spawn().await;
    for text in ["a bomb", "폭탄", "casino 炸弹"] {
        let seq = app.say(text).await;
        app.quiet().await;
        assert!(app.shows(seq).recalled, "{text}");
        assert_eq!(app.shows(seq).edits, 0, "{text}: taken away, not masked as well");
        assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
    }
    assert_eq!(app.simulator.calls().of(Command::History), 3);
    let history = app.history(&app.decisions().await[0].id).await;
    assert_eq!(history.events[0].data["action"], "recall");
    let other = app.say("a casino").await;
    app.quiet().await;
    assert_eq!(app.text(other), "a ******");
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test]
async fn a_forged_webhook_takes_nothing_innocent_away() {
    let app = spawn().await;
    let seq = app.say("a plum").await;
    assert_eq!(app.deliver(&app.callback(seq).replace("plum", "bomb")).await, 200);
    app.quiet().await;
    assert!(!app.shows(seq).recalled);
    assert_eq!(app.outcomes(seq).await, [ended("moot", Some("no_longer_hits"))]);
}

#[tokio::test]
async fn in_live_groups_it_acts_and_where_nothing_can_be_done_the_audit_says_why() {
    let app = spawn().await;
    app.simulator.create_group(APP, "live", GroupType::AVChatRoom);
    let live = app.send(Post::text(APP, "live", "lee", "a bomb")).await;
    app.quiet().await;
    assert!(app.simulator.shows(APP, "live", None, live).unwrap().recalled);
    assert_eq!(app.outcomes(live).await, [ended("applied", Some("recalled_instead"))]);
    let masked = app.send(Post::text(APP, "live", "lee", "a casino")).await;
    assert_eq!(app.outcomes(masked).await, [ended("impossible", Some("live_group"))]);
    app.send(Post::text(APP, "other", "lee", "hello")).await;
    app.send(Post::text(APP, "other", "lee", "hello")).await;
    let passing = app.send(Post::text(APP, "other", "lee", "a bomb").online_only()).await;
    assert_eq!(app.outcomes(passing).await, [ended("impossible", Some("online_only"))]);
}

#[tokio::test]
async fn a_recall_whose_answer_is_lost_is_known_as_ours() {
    let app = spawn().await;
    app.simulator.faults().next(Command::Recall, 1, Fault::AnswerLost);
    let seq = app.say("a bomb").await;
    app.quiet().await;
    assert!(app.shows(seq).recalled);
    assert_eq!(app.outcomes(seq).await, [ended("applied", Some("already_written"))]);
    assert_eq!(app.simulator.calls().of(Command::Recall), 1);
}

#[tokio::test]
async fn rules_that_ask_for_another_action_meanwhile_have_their_way() {
    let mut app = spawn().await;
    app.simulator.faults().always(None, Fault::Status(502));
    let (vile, mild) = (app.say("a bomb").await, app.say("a casino").await);
    app.stop().await;
    let swapped = RULES.replace("{ recall: true, mask: stars }", "{ blank: gone }");
    app.write_rules(&swapped.replace("{ mask: stars }", "{ recall: true }"));
    app.simulator.faults().clear();
    app.start().await;
    app.quiet().await;
    assert_eq!((app.text(vile).as_str(), app.shows(vile).recalled), ("gone", false));
    assert!(app.shows(mild).recalled);
    for seq in [vile, mild] {
        let expected = [ended("applied", None), ended("moot", Some("superseded"))];
        assert_eq!(app.outcomes(seq).await, expected);
    }
}

/// While the platform's history cannot be read, the action waits; a recall is a reason to look at once.
#[tokio::test]
async fn when_somebody_recalls_a_message_what_waits_for_it_is_looked_at() {
    let settings = [("ENFORCER__BACKOFF", "60s"), ("ENFORCER__BACKOFF_LIMIT", "1h")];
    let app = TestApp::spawn_with(RULES, &settings).await;
    app.simulator.faults().always(Command::History, Fault::Status(502));
    let mut seqs = Vec::new();
    for number in 0..5 {
        seqs.push(app.say(&format!("casino {number}")).await);
    }
    app.until("all were tried", async || app.decisions().await.iter().all(|row| row.attempts > 0))
        .await;
    app.simulator.faults().clear();
    for seq in &seqs {
        app.simulator.recall(APP, GROUP, None, *seq, "lee").await.unwrap();
    }
    app.quiet().await;
    let mut hastened = 0;
    for row in app.decisions().await {
        assert_eq!((row.outcome.as_str(), row.cause.as_deref()), ("moot", Some("recalled")));
        let events = app.history(&row.id).await.events;
        let at_once = |event: &&chat_automod::store::EventRow| {
            event.kind == "decision.retried" && event.data["attempts"] == 0
        };
        hastened += events.iter().filter(at_once).count();
    }
    assert!(hastened >= 3, "{hastened} of 5 were looked at because of the recall");
    assert_eq!(app.audit(&["verify"]).code, 0);
}
