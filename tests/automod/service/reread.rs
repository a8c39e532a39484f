//! The webhook is a hint, the re-read is the truth: what stands there when we look decides.

use super::acts::ended;
use super::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::simulator::{Command, Fault, Post};

/// An app whose calls fail, with one decision that waits.
async fn waiting(text: &str) -> (TestApp, u64) {
    let app = TestApp::spawn().await;
    app.simulator.faults().always(None, Fault::Status(502));
    let seq = app.say(text).await;
    (app, seq)
}

#[tokio::test]
async fn another_offence_gets_a_decision_of_its_own_with_what_was_read() {
    let app = TestApp::spawn().await;
    let seq = app.simulator.send(Post::text(APP, GROUP, "lee", "true casino").quiet()).await.seq;
    let told = app.callback(seq).replace("true casino", "told casino").replace("lee", "eve");
    assert_eq!(app.deliver(&told).await, 200);
    app.quiet().await;
    assert_eq!(app.text(seq), "true ******");
    let outcomes = [ended("applied", None), ended("moot", Some("superseded"))];
    assert_eq!(app.outcomes(seq).await, outcomes);
    let [newer, older] = &app.decisions().await[..] else { panic!("two decisions") };
    let newer = app.history(&newer.id).await;
    assert_eq!(newer.events[0].data["supersedes"], older.id.as_str());
    let original = newer.original.unwrap();
    assert!(original.contains("true casino") && !original.contains("told"), "{original}");
    assert_eq!(newer.decision.sender.as_deref(), Some("lee"), "as the platform tells it");
}

#[tokio::test]
async fn what_is_edited_to_another_offence_meanwhile_is_masked_as_it_is_then() {
    let (app, seq) = waiting("casino one").await;
    app.edit(seq, "lee", "two casino").await;
    app.simulator.faults().clear();
    app.quiet().await;
    assert_eq!(app.text(seq), "two ******");
    assert_eq!(app.shows(seq).edits, 2, "the user's edit and ours");
}

#[tokio::test]
async fn what_is_edited_to_something_innocent_meanwhile_is_left_alone() {
    let (app, seq) = waiting("casino").await;
    app.edit(seq, "lee", "sorry").await;
    app.simulator.faults().clear();
    app.quiet().await;
    assert_eq!(app.text(seq), "sorry");
    assert_eq!(app.shows(seq).edits, 1);
    assert_eq!(app.outcomes(seq).await, [ended("moot", Some("no_longer_hits"))]);
}

#[tokio::test]
async fn what_is_recalled_meanwhile_is_moot() {
    let (app, seq) = waiting("casino").await;
    app.simulator.recall(APP, GROUP, None, seq, "lee").await.unwrap();
    app.simulator.faults().clear();
    app.quiet().await;
    assert_eq!(app.outcomes(seq).await, [ended("moot", Some("recalled"))]);
    assert_eq!(app.shows(seq).edits, 0);
}

#[tokio::test]
async fn what_the_platform_no_longer_keeps_is_moot() {
    let (app, seq) = waiting("casino").await;
    app.simulator.expire(APP, GROUP, None, seq);
    app.simulator.faults().clear();
    app.quiet().await;
    assert_eq!(app.outcomes(seq).await, [ended("moot", Some("expired"))]);
}

#[tokio::test]
async fn a_message_of_a_group_that_is_gone_is_moot() {
    let (app, seq) = waiting("casino").await;
    app.simulator.destroy_group(APP, GROUP);
    app.simulator.faults().clear();
    app.quiet().await;
    assert_eq!(app.outcomes(seq).await, [ended("moot", Some("missing"))]);
}

#[tokio::test]
async fn a_message_of_the_platform_itself_is_left_alone() {
    let app = TestApp::spawn().await;
    let system = Post::text(APP, GROUP, "lee", "casino joined").system();
    let seq = app.simulator.send(system).await.seq;
    app.deliver(&app.callback(seq)).await;
    app.quiet().await;
    assert_eq!((app.text(seq).as_str(), app.shows(seq).edits), ("casino joined", 0));
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_edit_makes_no_second_edit() {
    let app = TestApp::spawn().await;
    app.simulator.faults().next(Command::Modify, 1, Fault::AnswerLost);
    let seq = app.say("casino").await;
    app.quiet().await;
    assert_eq!(app.shows(seq).edits, 1);
    assert_eq!(app.outcomes(seq).await, [ended("applied", Some("already_written"))]);
}

#[tokio::test]
async fn a_tag_whose_answer_is_lost_is_not_set_twice() {
    let app = TestApp::spawn().await;
    app.simulator.faults().next(Command::Modify, 1, Fault::AnswerLost);
    let seq = app.say("add my wechat").await;
    app.quiet().await;
    assert_eq!(app.shows(seq).edits, 1);
    assert_eq!(app.outcomes(seq).await, [ended("applied", Some("already_written"))]);
    assert_eq!(app.shows(seq).custom.as_deref(), Some(r#"{"automod":{"tags":["contact"]}}"#));
}

#[tokio::test]
async fn a_stop_between_edit_and_answer_makes_no_second_edit_after_the_start() {
    let mut app = TestApp::spawn().await;
    app.simulator.faults().always(Command::Modify, Fault::AnswerLost);
    let seq = app.say("casino").await;
    app.until("the edit is made", async || app.shows(seq).edits == 1).await;
    app.simulator.faults().always(Command::History, Fault::Status(502));
    app.stop().await;
    app.simulator.faults().clear();
    app.start().await;
    app.quiet().await;
    assert_eq!(app.shows(seq).edits, 1);
    assert_eq!(app.outcomes(seq).await, [ended("applied", Some("already_written"))]);
}

#[tokio::test]
async fn rules_that_changed_meanwhile_decide_by_what_they_say_now() {
    let (mut app, seq) = waiting("casino").await;
    app.stop().await;
    app.write_rules(&RULES.replace("casino, 百家乐", "百家乐").replace("a casino", "百家乐"));
    app.simulator.faults().clear();
    app.start().await;
    app.quiet().await;
    assert_eq!(app.text(seq), "casino");
    assert_eq!(app.outcomes(seq).await, [ended("moot", Some("no_longer_hits"))]);
}

#[tokio::test]
async fn a_decision_acted_on_by_newer_rules_says_what_was_written() {
    let (mut app, seq) = waiting("casino").await;
    app.stop().await;
    app.write_rules(&RULES.replace(
        "mask: stars }\n    tests: { catch: [\"a casino\"]",
        "mask: {with: \"#\"} }\n    tests: { catch: [\"a casino\"]",
    ));
    app.simulator.faults().clear();
    app.start().await;
    app.quiet().await;
    assert_eq!(app.text(seq), "######");
    let id = &app.decisions().await[0].id;
    assert!(app.history(id).await.rewritten.unwrap().contains("######"));
    app.until("the echo is known", async || {
        app.history(id).await.events.iter().any(|event| event.kind == "decision.confirmed")
    })
    .await;
    assert_eq!(app.shows(seq).edits, 1);
}

#[tokio::test]
async fn without_verification_nothing_is_read() {
    let settings = [("APPS__MAIN__VERIFY_BEFORE_REWRITE", "false")];
    let app = TestApp::spawn_with(RULES, &settings).await;
    let masked = app.say("casino").await;
    let tagged = app.send(Post::text(APP, GROUP, "lee", "add my wechat").custom("{}")).await;
    app.quiet().await;
    assert_eq!(app.text(masked), "******");
    assert_eq!(app.shows(tagged).custom.as_deref(), Some(r#"{"automod":{"tags":["contact"]}}"#));
    assert_eq!(app.simulator.calls().of(Command::History), 0);
}
