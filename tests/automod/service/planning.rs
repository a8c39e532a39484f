//! What is decided once, what is decided again, and what is decided without a call.

use super::acts::ended;
use super::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::simulator::{ClientEdit, Delivery, GroupType, Post, Shape};

#[tokio::test]
async fn the_same_webhook_ten_times_is_one_decision_and_one_edit() {
    let app = TestApp::spawn().await;
    let seq = app.simulator.send(Post::text(APP, GROUP, "lee", "casino").quiet()).await.seq;
    let body = app.callback(seq);
    let deliveries = (0..10).map(|_| {
        let delivery = Delivery { sdk_app_id: APP, ..Delivery::default() };
        app.simulator.deliver(body.clone(), delivery)
    });
    for answer in futures_util::future::join_all(deliveries).await {
        assert_eq!(answer.unwrap().status, 200);
    }
    app.quiet().await;
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
    assert_eq!(app.shows(seq).edits, 1);
    assert_eq!(app.deliver(&body).await, 200);
    app.quiet().await;
    assert_eq!((app.shows(seq).edits, app.decisions().await.len()), (1, 1), "nor later");
}

#[tokio::test]
async fn a_forged_duplicate_before_the_message_does_not_shut_it_out() {
    let app = TestApp::spawn().await;
    let seq = app.simulator.send(Post::text(APP, GROUP, "lee", "true casino").quiet()).await.seq;
    let body = app.callback(seq);
    app.deliver(&body.replace("true casino", "lottery")).await;
    app.deliver(&body.replace("true casino", "forged casino")).await;
    app.deliver(&body).await;
    app.quiet().await;
    assert_eq!(app.text(seq), "true ******");
    assert_eq!(app.shows(seq).edits, 1);
    let applied = app.outcomes(seq).await.into_iter().filter(|(outcome, _)| outcome == "applied");
    assert_eq!(applied.count(), 1);
}

#[tokio::test]
async fn a_forged_duplicate_after_the_message_changes_nothing() {
    let app = TestApp::spawn().await;
    let seq = app.say("true casino").await;
    app.quiet().await;
    let forged = app.callback(seq).replace("true ******", "forged casino");
    app.deliver(&forged).await;
    app.deliver_edit(&app.edit_callback(seq, "kim", "forged casino")).await;
    app.quiet().await;
    assert_eq!(app.text(seq), "true ******");
    assert_eq!(app.shows(seq).edits, 1);
}

#[tokio::test]
async fn a_forged_edit_of_an_innocent_message_rewrites_nothing() {
    let app = TestApp::spawn().await;
    let seq = app.say("see you at noon").await;
    app.deliver_edit(&app.edit_callback(seq, "kim", "casino")).await;
    app.quiet().await;
    assert_eq!((app.text(seq).as_str(), app.shows(seq).edits), ("see you at noon", 0));
    assert_eq!(app.outcomes(seq).await, [ended("moot", Some("no_longer_hits"))]);
}

#[tokio::test]
async fn a_forged_number_that_never_was_is_moot() {
    let app = TestApp::spawn().await;
    let seq = app.say("hello").await;
    let forged = app.callback(seq).replace("hello", "casino");
    app.deliver(&forged.replace(&format!("\"MsgSeq\":{seq}"), "\"MsgSeq\":4000")).await;
    app.quiet().await;
    assert_eq!(app.outcomes(4000).await, [ended("moot", Some("missing"))]);
}

#[tokio::test]
async fn revisions_are_decided_apart() {
    let app = TestApp::spawn().await;
    let seq = app.say("casino").await;
    app.quiet().await;
    app.edit(seq, "lee", "a casino").await;
    app.quiet().await;
    app.edit(seq, "lee", "a casino").await;
    app.quiet().await;
    let revisions: Vec<_> = app.decisions().await.iter().map(|row| row.revision).collect();
    assert!(revisions.len() == 3 && revisions[2] == 0, "{revisions:?}");
    assert!(revisions[0] > revisions[1] && revisions[1] > 0, "{revisions:?}");
    assert_eq!(app.text(seq), "a ******");
}

#[tokio::test]
async fn what_the_platform_cannot_rewrite_is_logged_with_its_cause_and_nothing_is_called() {
    let app = TestApp::spawn().await;
    app.simulator.create_group(APP, "room", GroupType::AVChatRoom);
    app.simulator.create_group(APP, "stage", GroupType::Live);
    let room = app.send(Post::text(APP, "room", "lee", "casino")).await;
    let stage = app.send(Post::text(APP, "stage", "kim", "add my wechat")).await;
    let fleeting = app.send(Post::text(APP, GROUP, "lee", "casino").online_only()).await;
    app.simulator.habits(|habits| habits.shape = Shape::Old);
    app.say("casino of old").await;
    app.quiet().await;
    let told: Vec<_> = app
        .decisions()
        .await
        .into_iter()
        .rev()
        .map(|row| (row.group_id, row.msg_seq, row.outcome, row.cause.unwrap()))
        .collect();
    let row = |group: &str, seq, cause: &str| {
        (group.to_owned(), seq, "impossible".to_owned(), cause.to_owned())
    };
    let expected = [
        row("room", Some(room), "live_group"),
        row("stage", Some(stage), "live_group"),
        row(GROUP, Some(fleeting), "online_only"),
        row(GROUP, None, "no_msg_seq"),
    ];
    assert_eq!(told, expected);
    assert_eq!(app.simulator.calls().all().count(), 0);
}

#[tokio::test]
async fn messages_without_a_number_are_each_decided() {
    let app = TestApp::spawn().await;
    app.simulator.habits(|habits| habits.shape = Shape::Old);
    app.say("casino").await;
    app.say("casino").await;
    assert_eq!(app.decisions().await.len(), 2, "nothing tells them from two messages");
}

#[tokio::test]
async fn what_is_only_watched_is_logged_with_its_cause_and_nothing_is_called() {
    let app = TestApp::spawn().await;
    let shadow = app.say("a lottery").await;
    let review = app.say("a complaint").await;
    app.quiet().await;
    assert_eq!(app.outcomes(shadow).await, [ended("observed", Some("shadow"))]);
    assert_eq!(app.outcomes(review).await, [ended("observed", Some("review"))]);
    let verdicts: Vec<_> = app.decisions().await.into_iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, ["flag", "flag"]);
    assert_eq!(app.simulator.calls().all().count(), 0);
}

#[tokio::test]
async fn an_app_in_shadow_is_judged_and_never_touched() {
    let app = TestApp::spawn_with(RULES, &[("APPS__MAIN__ENFORCEMENT", "shadow")]).await;
    let sent = app.say("casino").await;
    let edited = app.say("hello").await;
    app.edit(edited, "kim", "casino").await;
    app.quiet().await;
    for seq in [sent, edited] {
        assert_eq!(app.outcomes(seq).await, [ended("observed", Some("enforcement_shadow"))]);
    }
    assert_eq!(app.text(sent), "casino");
    assert_eq!(app.simulator.calls().all().count(), 0);
}

#[tokio::test]
async fn an_edit_in_a_topic_is_another_message_than_the_same_number_outside() {
    let app = TestApp::spawn().await;
    let (group, topic) = ("@TGS#_com", "@TGS#_com@TOPIC#_t");
    app.simulator.create_topic(APP, group, topic);
    let outside = app.send(Post::text(APP, group, "lee", "casino")).await;
    let inside = app.send(Post::text(APP, group, "lee", "hello").topic(topic)).await;
    assert_eq!(outside, inside);
    let edit = ClientEdit::text(APP, group, inside, "kim", "casino").topic(topic);
    app.simulator.edit(edit).await.unwrap();
    app.quiet().await;
    let shown = |topic| app.simulator.shows(APP, group, topic, inside).unwrap();
    assert_eq!((shown(None).edits, shown(Some(topic)).edits), (1, 2));
    assert_eq!(shown(Some(topic)).text(), "******");
}
