//! The canary phrase: proof of the whole path, for whoever runs it.

use super::acts::ended;
use super::harness::{RULES, TestApp};

const PHRASE: &str = "카나리아, are you awake";

#[tokio::test(flavor = "multi_thread")]
async fn the_phrase_and_nothing_but_the_phrase_is_masked_and_health_tells_when() {
    let mut app = TestApp::spawn_with(RULES, &[("CANARY__PHRASE", PHRASE)]).await;
    let ready = async |app: &TestApp| app.get(&format!("{}/readyz", app.url)).await.1;
    assert!(ready(&app).await.contains(r#""canary":{"last_rewritten":null}"#));
    let quoted = app.say(&format!("she said: {PHRASE}")).await;
    let seq = app.say(&format!(" {PHRASE}\n")).await;
    app.quiet().await;
    assert!(app.text(seq).starts_with("****"), "{}", app.text(seq));
    assert_eq!(app.shows(quoted).edits, 0);
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
    assert_eq!(app.decisions().await[0].rules, [":canary"]);
    let rang = app.metric("automod_canary_timestamp_seconds").await;
    assert!(rang > 0);
    assert!(ready(&app).await.contains(r#""canary":{"last_rewritten":"2"#));
    assert_eq!(app.audit(&["list", "--rule", ":canary"]).json().len(), 1);
    app.stop().await;
    app.start().await;
    assert_eq!(app.metric("automod_canary_timestamp_seconds").await, rang, "known after a restart");
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_rules_hit_and_without_a_phrase_nothing_changes() {
    let app = TestApp::spawn_with(RULES, &[("CANARY__PHRASE", "my casino")]).await;
    let seq = app.say("my casino").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "my ******", "the rule has its way");
    let app = TestApp::spawn().await;
    let seq = app.say(PHRASE).await;
    app.quiet().await;
    assert_eq!(app.shows(seq).edits, 0);
}
