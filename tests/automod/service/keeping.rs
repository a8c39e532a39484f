//! What the audit keeps of a message where a rule forbids to keep it whole.

use super::encryption::{bytes, holds};
use super::harness::TestApp;
use super::process::automod;

/// Texts are stored as they are, so that a search of the file finds whatever was kept.
const PLAIN: [(&str, &str); 1] = [("AUDIT__ENCRYPTION_KEY_FILE", "none")];

const RULES: &str = r#"
version: 1
rules:
  - id: gambling
    mode: enforce
    match: { words: [casino] }
    action: { mask: stars }
    tests: { catch: ["a casino"], pass: ["education"] }
  - id: numbers
    match: { detect: [card, resident_number] }
    action: { mask: stars }
    tests: { catch: ["4111 1111 1111 1111"], pass: ["4111 1111 1111 1112"] }
  - id: secret
    mode: enforce
    keep_original: no
    match: { words: [topsecret] }
    action: { mask: stars }
    tests: { catch: ["topsecret"], pass: ["secret"] }
"#;

#[tokio::test]
async fn a_card_number_is_not_kept_even_if_its_rule_only_watches() {
    let mut app = TestApp::spawn_with(RULES, &PLAIN).await;
    let watched = app.say("my card is 4242 4242 4242 4242, yes").await;
    let masked = app.say("casino paid by 5500-0000-0000-0004").await;
    app.quiet().await;
    assert_eq!(app.text(watched), "my card is 4242 4242 4242 4242, yes", "its rule only watches");
    assert_eq!(app.text(masked), "****** paid by 5500-0000-0000-0004");
    for row in app.decisions().await {
        let history = app.history(&row.id).await;
        assert_eq!(history.original, None);
        let kept = history.rewritten.unwrap();
        assert!(kept.contains("my card is ***") || kept.contains("****** paid by ***"), "{kept}");
        let ran = automod(app.variables(), &["undo", &row.id, "--reason", "r"]);
        assert_eq!(ran.code, 1, "{ran:?}");
    }
    app.stop().await;
    let found = bytes(&app);
    assert!(holds(&found, "paid by"));
    for number in ["4242 4242", "5500-0000"] {
        assert!(!holds(&found, number), "{number} was kept");
    }
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test]
async fn with_no_nothing_of_the_message_is_kept_and_it_is_masked_all_the_same() {
    let mut app = TestApp::spawn_with(RULES, &PLAIN).await;
    let seq = app.say("a topsecret plan of mine").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "a ********* plan of mine");
    let events = app.history(&app.decisions().await[0].id).await.events;
    let kinds = events.iter().map(|event| event.kind.as_str());
    // The echo may come before the answer.
    let kinds: Vec<_> = kinds.filter(|kind| *kind != "decision.confirmed").collect();
    assert_eq!(kinds, ["decision.planned", "decision.applied"], "nothing was planned anew");
    app.deliver(&app.callback(seq)).await;
    assert_eq!(app.decisions().await.len(), 1, "a duplicate is known all the same");
    app.stop().await;
    assert!(!holds(&bytes(&app), "plan of mine"));
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test]
async fn what_no_rule_forbids_is_kept() {
    let mut app = TestApp::spawn_with(RULES, &PLAIN).await;
    app.say("casino").await;
    app.quiet().await;
    let id = app.decisions().await[0].id.clone();
    assert!(app.history(&id).await.original.unwrap().contains("casino"));
    app.stop().await;
}
