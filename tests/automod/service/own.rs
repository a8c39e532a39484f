//! What we wrote ourselves never comes back to us; what others do by the same account is judged.

use super::acts::ended;
use super::harness::{ADMIN, APP, GROUP, TestApp};
use chat_automod::simulator::{Command, Fault, Post};

/// Waits until our rewrite was told back to us and answered.
async fn echoed(app: &TestApp, result: &str) {
    app.until("the echo is answered", async || {
        app.metric(&format!("automod_webhooks_total{{result=\"{result}\"}}")).await >= 1
    })
    .await;
}

#[tokio::test]
async fn what_the_admin_account_sends_in_its_own_name_is_not_judged() {
    let app = TestApp::spawn().await;
    let seq = app.send(Post::text(APP, GROUP, ADMIN, "the casino closes at noon")).await;
    app.quiet().await;
    assert_eq!(app.text(seq), "the casino closes at noon");
    assert_eq!(app.outcomes(seq).await, []);
}

#[tokio::test]
async fn a_users_message_relayed_by_the_admin_account_is_judged() {
    let app = TestApp::spawn().await;
    let seq = app.send(Post::text(APP, GROUP, "lee", "casino").issued_by(ADMIN)).await;
    app.quiet().await;
    assert_eq!(app.text(seq), "******");
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
}

#[tokio::test]
async fn an_edit_by_the_admin_account_that_is_not_our_rewrite_is_judged() {
    let app = TestApp::spawn().await;
    let innocent = app.say("good morning").await;
    let masked = app.say("casino").await;
    app.quiet().await;
    app.edit(innocent, ADMIN, "good casino").await;
    app.edit(masked, ADMIN, "casino, once more").await;
    app.quiet().await;
    assert_eq!(app.text(innocent), "good ******");
    assert_eq!(app.text(masked), "******, once more");
}

#[tokio::test]
async fn the_echo_of_a_mask_causes_nothing() {
    let app = TestApp::spawn().await;
    let seq = app.say("play casino today").await;
    echoed(&app, "own").await;
    app.quiet().await;
    assert_eq!(app.shows(seq).edits, 1);
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
    let id = &app.decisions().await[0].id;
    let mut kinds: Vec<_> = app.history(id).await.events.into_iter().map(|e| e.kind).collect();
    // The echo may come before the answer to the call.
    kinds[1..].sort();
    assert_eq!(kinds, ["decision.planned", "decision.applied", "decision.confirmed"]);
}

#[tokio::test]
async fn the_echo_of_a_tag_alone_causes_nothing_though_the_offence_still_stands_there() {
    let app = TestApp::spawn().await;
    let seq = app.say("add my wechat").await;
    echoed(&app, "own").await;
    app.quiet().await;
    assert_eq!(app.shows(seq).edits, 1);
    assert_eq!(app.shows(seq).custom.as_deref(), Some(r#"{"automod":{"tags":["contact"]}}"#));
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
}

#[tokio::test]
async fn the_echo_of_a_tag_in_place_of_a_mask_causes_nothing() {
    let app = TestApp::spawn().await;
    app.simulator.faults().next(Command::Modify, 1, Fault::Code(80001));
    let seq = app.say("casino").await;
    echoed(&app, "own").await;
    app.quiet().await;
    assert_eq!(app.shows(seq).edits, 1);
    assert_eq!(app.outcomes(seq).await, [ended("applied", Some("tagged_instead"))]);
}

#[tokio::test]
async fn a_replayed_echo_causes_nothing() {
    let app = TestApp::spawn().await;
    let seq = app.say("add my wechat").await;
    echoed(&app, "own").await;
    let body = app.edit_callback(seq, ADMIN, "add my wechat");
    for _ in 0..3 {
        assert_eq!(app.deliver_edit(&body).await, 200);
    }
    app.quiet().await;
    assert_eq!(app.shows(seq).edits, 1);
    assert_eq!(app.outcomes(seq).await.len(), 1);
}

#[tokio::test]
async fn an_edit_to_abuse_is_masked_and_author_and_editor_are_told_apart() {
    let app = TestApp::spawn().await;
    let seq = app.say("see you").await;
    app.edit(seq, "kim", "see you at the casino").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "see you at the ******");
    let all = app.decisions().await;
    let [row] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((row.sender.as_deref(), row.editor.as_deref()), (Some("lee"), Some("kim")));
    assert_eq!((row.source.as_str(), row.outcome.as_str()), ("edit", "applied"));
    assert!(row.revision > 0, "an edit has its time for a revision");
}

#[tokio::test]
async fn an_edit_of_an_exempt_sender_is_decided_after_reading_who_that_is() {
    let app = TestApp::spawn().await;
    let seq = app.send(Post::text(APP, GROUP, "gm_lee", "hello")).await;
    app.edit(seq, "gm_lee", "the casino opens").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "the casino opens");
    assert_eq!(app.outcomes(seq).await, [ended("moot", Some("no_longer_hits"))]);
}

#[tokio::test]
async fn every_edit_to_abuse_is_masked_anew() {
    let app = TestApp::spawn().await;
    let seq = app.say("casino").await;
    app.quiet().await;
    for _ in 0..2 {
        app.edit(seq, "lee", "casino").await;
        app.quiet().await;
        assert_eq!(app.text(seq), "******");
    }
    assert_eq!(app.shows(seq).edits, 5, "three masks and two edits");
    assert_eq!(app.decisions().await.len(), 3);
}
