//! Rules while the service runs: a good edit goes live, a bad one never takes moderation down.

use super::acts::ended;
use super::harness::{RULES, TestApp};
use chat_automod::engine::{self, Sources};

/// As [`RULES`], with one word more.
fn with_raffle() -> String {
    RULES.replace("[lottery]", "[lottery, raffle]")
}

async fn trouble(app: &TestApp) -> String {
    let (status, body) = app.get(&format!("{}/readyz", app.url)).await;
    assert_eq!(status, 200, "a bad rule file is no reason to take the service out: {body}");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    body["trouble"].to_string()
}

async fn live(app: &TestApp) -> String {
    let (_, body) = app.get(&format!("{}/readyz", app.url)).await;
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    body["ruleset"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_good_edit_goes_live_and_decisions_name_the_rules_they_were_made_by() {
    let app = TestApp::spawn().await;
    let old = live(&app).await;
    let before = app.say("a lottery").await;
    app.write_rules(&with_raffle());
    app.until("the new rules are live", async || live(&app).await != old).await;
    let after = app.say("a raffle").await;
    assert_eq!(app.outcomes(after).await, [ended("observed", Some("shadow"))]);
    let of = async |seq| {
        let mut all = app.decisions().await.into_iter();
        all.find(|row| row.msg_seq == Some(seq)).unwrap().ruleset
    };
    assert_eq!((of(before).await, of(after).await), (old, live(&app).await));
    assert_eq!(app.metric("automod_rules_stale").await, 0);
    assert_eq!(app.metric("automod_rules_reloads_total{state=\"loaded\"}").await, 2);
}

#[tokio::test]
async fn a_broken_edit_keeps_the_last_good_set_and_says_so_until_it_is_mended() {
    let app = TestApp::spawn().await;
    let good = live(&app).await;
    app.write_rules(&RULES.replace("mask: stars", "mask: starz"));
    app.until("the trouble is told", async || trouble(&app).await.contains("fault(s)")).await;
    assert_eq!(live(&app).await, good);
    assert_eq!(app.metric("automod_rules_stale").await, 1);
    assert_eq!(app.metric("automod_rules_reloads_total{state=\"refused\"}").await, 1);
    let seq = app.say("casino").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "******");
    let told = trouble(&app).await;
    assert!(!told.contains("starz") && !told.contains("casino"), "not for everybody: {told}");

    app.write_rules(&with_raffle());
    app.until("the trouble is over", async || trouble(&app).await == "[]").await;
    assert_ne!(live(&app).await, good);
    assert_eq!(app.metric("automod_rules_stale").await, 0);
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test]
async fn what_was_broken_and_is_as_before_again_is_no_trouble() {
    let app = TestApp::spawn().await;
    let good = live(&app).await;
    app.write_rules("rules: [");
    app.until("the trouble is told", async || trouble(&app).await != "[]").await;
    app.write_rules(RULES);
    app.until("the trouble is over", async || trouble(&app).await == "[]").await;
    assert_eq!(live(&app).await, good);
}

#[tokio::test]
async fn an_emptied_folder_keeps_the_last_good_set_now_and_after_a_restart() {
    let mut app = TestApp::spawn().await;
    let good = live(&app).await;
    std::fs::remove_file(app.folder.path().join("rules/test.yaml")).unwrap();
    app.until("the trouble is told", async || trouble(&app).await.contains("no rule")).await;
    app.stop().await;
    app.start().await;
    assert!(trouble(&app).await.contains("no rule"));
    assert_eq!(live(&app).await, good);
    let seq = app.say("casino").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "******");
}

#[tokio::test]
async fn a_restart_with_a_broken_or_missing_folder_goes_on_with_the_last_good_set() {
    let mut app = TestApp::spawn().await;
    let good = live(&app).await;
    app.stop().await;
    app.write_rules("version: 1\nrules: 7\n");
    app.start().await;
    assert!(trouble(&app).await.contains("fault(s)"));
    assert_eq!((live(&app).await, app.metric("automod_rules_stale").await), (good.clone(), 1));
    app.stop().await;
    std::fs::remove_dir_all(app.folder.path().join("rules")).unwrap();
    app.start().await;
    assert!(trouble(&app).await.contains("cannot be read"));
    let seq = app.say("casino").await;
    app.quiet().await;
    assert_eq!((live(&app).await, app.text(seq).as_str()), (good, "******"));
}

#[tokio::test]
async fn without_any_good_set_the_service_does_not_start() {
    let app = TestApp::prepare("version: 1\nrules: 7\n", &[]).await;
    let ran = super::process::automod(app.variables(), &["serve"]);
    assert_eq!(ran.code, 78, "{ran:?}");
    assert!(ran.err.contains("rules.dir"), "{}", ran.err);
    assert_eq!(ran.err.matches("test.yaml:2:").count(), 1, "said once: {}", ran.err);
}

/// Files that are read while they are being written: whatever was judged, was judged by rules that compile.
#[tokio::test]
async fn broken_in_mid_edit_a_thousand_times_every_decision_names_rules_that_compile() {
    let app = TestApp::spawn().await;
    let version = |number: usize| RULES.replace("casino, ", &format!("casino, slots{number}, "));
    let mut torn = 0;
    for edit in 0..1000 {
        let whole = version(edit);
        let end = (edit * 7919) % whole.len();
        if edit % 2 == 0 && whole.is_char_boundary(end) {
            app.write_rules(&whole[..end]);
            torn += 1;
        } else {
            app.write_rules(&whole);
        }
        if edit % 5 == 0 {
            app.say("a casino").await;
        }
        if edit % 100 == 99 {
            // Each hundred, so that some sets do go live.
            let reloads = || app.metric("automod_rules_reloads_total{state=\"loaded\"}");
            let before = reloads().await;
            app.write_rules(&version(edit + 1000));
            app.until("a whole set is live", async || reloads().await > before).await;
        }
    }
    assert!(torn > 400, "{torn} torn files");
    app.quiet().await;
    let reader = app.reader().await;
    let decisions = app.decisions().await;
    assert_eq!(decisions.len(), 200);
    let mut named = std::collections::BTreeSet::new();
    for row in &decisions {
        assert_eq!(row.outcome, "applied");
        named.insert(row.ruleset.clone());
        for event in app.history(&row.id).await.events {
            named.extend(event.data["ruleset"].as_str().map(str::to_owned));
        }
    }
    assert!(named.len() > 3, "{} sets", named.len());
    for hash in named {
        let files = reader.ruleset(&hash).await.unwrap().expect("a rule set that is kept");
        let files = files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
        let compiled = engine::compile(&Sources { files }).expect("a rule set that compiles");
        assert_eq!(compiled.ruleset.hash(), hash);
    }
    assert_eq!(app.audit(&["verify"]).code, 0);
}
