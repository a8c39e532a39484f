//! From webhook to rewritten message.

use super::acts::ended;
use super::harness::{APP, GROUP, TestApp};
use chat_automod::simulator::{GroupType, Post};

#[tokio::test]
async fn an_offence_is_masked_and_nothing_else_changes() {
    let app = TestApp::spawn().await;
    let offence = app.say("play casino today").await;
    let innocent = app.say("play chess today").await;
    app.quiet().await;
    assert_eq!(app.text(offence), "play ****** today");
    assert_eq!(app.outcomes(offence).await, [ended("applied", None)]);
    assert_eq!(app.shows(innocent).edits, 0);
    assert_eq!(app.outcomes(innocent).await, [], "a clean message leaves no trace");
}

#[tokio::test]
async fn a_live_group_is_logged_and_not_called() {
    let app = TestApp::spawn().await;
    app.simulator.create_group(APP, "live", GroupType::AVChatRoom);
    let seq = app.send(Post::text(APP, "live", "lee", "casino")).await;
    app.quiet().await;
    assert_eq!(app.outcomes(seq).await, [ended("impossible", Some("live_group"))]);
    assert_eq!(app.simulator.calls().all().count(), 0);
}

#[tokio::test]
async fn a_forged_body_rewrites_nothing_and_the_true_message_is_still_judged() {
    let app = TestApp::spawn().await;
    let innocent = app.say("see you at noon").await;
    let forged = app.callback(innocent).replace("see you at noon", "casino");
    assert_eq!(app.deliver(&forged).await, 200);
    app.quiet().await;
    assert_eq!(app.text(innocent), "see you at noon");
    assert_eq!(app.outcomes(innocent).await, [ended("moot", Some("no_longer_hits"))]);

    let late = app.simulator.send(Post::text(APP, GROUP, "lee", "true casino").quiet()).await.seq;
    let true_body = app.callback(late);
    app.deliver(&true_body.replace("true casino", "forged casino")).await;
    app.deliver(&true_body).await;
    app.quiet().await;
    assert_eq!(app.text(late), "true ******");
    assert_eq!(app.shows(late).edits, 1);
}

#[tokio::test]
async fn what_is_pending_goes_on_after_a_restart() {
    let mut app = TestApp::spawn().await;
    app.simulator.faults().always(None, chat_automod::simulator::Fault::Status(502));
    let seq = app.say("casino").await;
    app.stop().await;
    app.simulator.faults().clear();
    app.start().await;
    app.quiet().await;
    assert_eq!(app.text(seq), "******");
    assert_eq!(app.shows(seq).edits, 1);
}

#[tokio::test]
async fn a_live_group_can_have_its_offences_recalled() {
    let app =
        TestApp::spawn_with(super::harness::RULES, &[("APPS__MAIN__ON_IMPOSSIBLE", "recall")])
            .await;
    app.simulator.create_group(APP, "live", GroupType::AVChatRoom);
    let innocent = app.send(Post::text(APP, "live", "lee", "hello")).await;
    let seq = app.send(Post::text(APP, "live", "lee", "casino")).await;
    app.quiet().await;
    let recalled = |seq| app.simulator.shows(APP, "live", None, seq).is_some_and(|it| it.recalled);
    assert!(recalled(seq) && !recalled(innocent));
    assert_eq!(app.outcomes(seq).await, [ended("applied", Some("recalled_instead"))]);
}

#[tokio::test]
async fn shadow_takes_the_hands_off_what_was_planned_before_too() {
    let mut app = TestApp::spawn().await;
    app.simulator.faults().always(None, chat_automod::simulator::Fault::Status(502));
    let seq = app.say("casino").await;
    app.stop().await;
    app.simulator.faults().clear();
    app.set("APPS__MAIN__ENFORCEMENT", "shadow");
    app.start().await;
    app.quiet().await;
    assert_eq!(app.text(seq), "casino");
    assert_eq!(app.outcomes(seq).await, [ended("observed", Some("enforcement_shadow"))]);
}
