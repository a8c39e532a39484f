//! The tag in the custom data: merged, left out with its cause, or set in place of a body that is refused.

use super::acts::ended;
use super::harness::{APP, GROUP, TestApp};
use chat_automod::simulator::{Command, Fault, Post};

/// What `modify_group_msg` refuses a body with for good.
const BODY_REFUSED: [i64; 10] =
    [20001, 80001, 80002, 80004, 90001, 90002, 90007, 90010, 90055, 93000];

/// Masks and tags at once.
const BOTH: &str = r#"
version: 1
rules:
  - id: both
    category: gambling
    mode: enforce
    match: { words: [casino] }
    action: { mask: stars, tag: gambling }
    tests: { catch: ["a casino"] }
"#;

async fn tagged(app: &TestApp, custom: &str) -> (Option<String>, u64) {
    let seq = app.send(Post::text(APP, GROUP, "lee", "add my wechat").custom(custom)).await;
    app.quiet().await;
    (app.shows(seq).custom, seq)
}

#[tokio::test]
async fn the_tag_joins_what_the_app_keeps_there() {
    let app = TestApp::spawn().await;
    let (custom, _) = tagged(&app, r#"{ "z": 1.50, "k":"\u00e9\n", "a":[] }"#).await;
    assert_eq!(
        custom.unwrap(),
        r#"{ "z": 1.50, "k":"\u00e9\n", "a":[] ,"automod":{"tags":["contact"]}}"#
    );
    let (custom, _) = tagged(&app, "").await;
    assert_eq!(custom.unwrap(), r#"{"automod":{"tags":["contact"]}}"#);
    let (custom, _) = tagged(&app, "{}").await;
    assert_eq!(custom.unwrap(), r#"{"automod":{"tags":["contact"]}}"#);
}

#[tokio::test]
async fn custom_data_that_is_no_object_is_left_alone_and_the_audit_says_so() {
    let app = TestApp::spawn().await;
    for custom in ["just words", "[1,2]", "7", r#""text""#, "{broken"] {
        let (after, seq) = tagged(&app, custom).await;
        assert_eq!(after.as_deref(), Some(custom));
        assert_eq!(app.shows(seq).edits, 0);
        let refused = [ended("impossible", Some("custom_data_not_json"))];
        assert_eq!(app.outcomes(seq).await, refused, "{custom}");
    }
}

#[tokio::test]
async fn where_only_the_tag_cannot_be_set_the_mask_is_and_the_audit_names_what_was_left_out() {
    let app = TestApp::spawn_with(BOTH, &[]).await;
    let seq = app.send(Post::text(APP, GROUP, "lee", "casino").custom("just words")).await;
    app.quiet().await;
    assert_eq!(app.text(seq), "******");
    assert_eq!(app.shows(seq).custom.as_deref(), Some("just words"));
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
    let id = &app.decisions().await[0].id;
    let told = serde_json::to_string(&app.history(id).await.events).unwrap();
    assert!(told.contains("left_out:custom_data_not_json"), "{told}");
}

#[tokio::test]
async fn a_body_that_is_refused_for_good_is_tagged_instead() {
    let app = TestApp::spawn().await;
    for code in BODY_REFUSED {
        app.simulator.faults().next(Command::Modify, 1, Fault::Code(code));
        let seq = app.say("casino").await;
        app.quiet().await;
        assert_eq!(app.text(seq), "casino", "{code}");
        let custom = app.shows(seq).custom;
        assert_eq!(custom.as_deref(), Some(r#"{"automod":{"tags":["gambling"]}}"#), "{code}");
        assert_eq!(app.outcomes(seq).await, [ended("applied", Some("tagged_instead"))], "{code}");
        assert_eq!(app.decisions().await[0].error_code, Some(code));
    }
}

#[tokio::test]
async fn where_the_tag_is_refused_too_the_action_has_failed() {
    let app = TestApp::spawn().await;
    for code in BODY_REFUSED {
        app.simulator.faults().next(Command::Modify, 2, Fault::Code(code));
        let seq = app.say("casino").await;
        app.quiet().await;
        assert_eq!(app.shows(seq).edits, 0, "{code}");
        assert_eq!(app.outcomes(seq).await, [ended("failed", Some("refused"))], "{code}");
        let row = &app.decisions().await[0];
        assert_eq!((row.error_code, row.attempts), (Some(code), 2));
    }
}

#[tokio::test]
async fn a_tag_alone_that_is_refused_has_failed_at_once() {
    let app = TestApp::spawn().await;
    app.simulator.faults().next(Command::Modify, 1, Fault::Code(80001));
    let seq = app.say("add my wechat").await;
    app.quiet().await;
    assert_eq!(app.outcomes(seq).await, [ended("failed", Some("refused"))]);
}

#[tokio::test]
async fn a_refused_body_beside_custom_data_that_cannot_be_tagged_has_failed_with_both_facts() {
    let app = TestApp::spawn().await;
    app.simulator.faults().next(Command::Modify, 1, Fault::Code(80001));
    let seq = app.send(Post::text(APP, GROUP, "lee", "casino").custom("just words")).await;
    app.quiet().await;
    assert_eq!(app.shows(seq).custom.as_deref(), Some("just words"));
    assert_eq!(app.outcomes(seq).await, [ended("failed", Some("custom_data_not_json"))]);
    assert_eq!(app.decisions().await[0].error_code, Some(80001));
}

#[tokio::test]
async fn history_without_custom_data_leaves_the_webhooks_word_for_a_short_while() {
    let app = TestApp::spawn().await;
    app.simulator.habits(|habits| habits.history_tells_custom = false);
    let (custom, seq) = tagged(&app, r#"{"k":1.50}"#).await;
    assert_eq!(custom.unwrap(), r#"{"k":1.50,"automod":{"tags":["contact"]}}"#);
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
}

#[tokio::test]
async fn after_that_while_custom_data_nobody_can_read_is_not_overwritten() {
    let settings = [("ENFORCER__TAG_WITHOUT_READBACK", "0s")];
    let app = TestApp::spawn_with(super::harness::RULES, &settings).await;
    app.simulator.habits(|habits| habits.history_tells_custom = false);
    let (custom, seq) = tagged(&app, r#"{"k":1}"#).await;
    assert_eq!(custom.unwrap(), r#"{"k":1}"#);
    let refused = [ended("impossible", Some("custom_data_unknown"))];
    assert_eq!(app.outcomes(seq).await, refused);
}

#[tokio::test]
async fn custom_data_of_an_edit_that_nobody_can_read_is_not_overwritten() {
    let app = TestApp::spawn_with(BOTH, &[]).await;
    app.simulator.habits(|habits| habits.history_tells_custom = false);
    let seq = app.send(Post::text(APP, GROUP, "lee", "hello").custom(r#"{"k":1}"#)).await;
    app.edit(seq, "lee", "casino").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "******", "the mask does not depend on it");
    assert_eq!(app.shows(seq).custom.as_deref(), Some(r#"{"k":1}"#));
    let id = &app.decisions().await[0].id;
    let told = serde_json::to_string(&app.history(id).await.events).unwrap();
    assert!(told.contains("left_out:custom_data_unknown"), "{told}");
}

#[tokio::test]
async fn where_the_webhooks_body_proves_untrue_its_custom_data_is_not_believed_either() {
    let app = TestApp::spawn_with(BOTH, &[]).await;
    app.simulator.habits(|habits| habits.history_tells_custom = false);
    let post = Post::text(APP, GROUP, "lee", "casino").custom(r#"{"k":1}"#).quiet();
    let seq = app.simulator.send(post).await.seq;
    let told = app.callback(seq).replace("casino", "casino one");
    assert_eq!(app.deliver(&told).await, 200);
    app.quiet().await;
    assert_eq!(app.text(seq), "******");
    assert_eq!(app.shows(seq).custom.as_deref(), Some(r#"{"k":1}"#), "not tagged by hearsay");
}
