//! What people do over HTTP has the same effect as from the command line, and their name is in the audit.

use crate::service::acts::ended;
use crate::service::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::store::{BrakeOp, BrakeRow, Role};
use serde_json::json;

/// Texts as they are, so that a test can read who did what.
const PLAIN: [(&str, &str); 1] = [("AUDIT__ENCRYPTION_KEY_FILE", "none")];

impl TestApp {
    /// The texts of this name that events of this kind have.
    async fn texts_of(&self, kind: &str, name: &str) -> Vec<String> {
        let query = "SELECT t.content FROM texts t JOIN audit_events e ON e.seq = t.event_seq \
                     WHERE e.kind = ? AND t.name = ? ORDER BY e.seq";
        let query = sqlx::query_scalar(query).bind(kind.to_owned()).bind(name.to_owned());
        query.fetch_all(&mut self.connection().await).await.unwrap()
    }

    async fn until_undone(&self, seq: u64) {
        let wanted = ended("undone", Some("by_person"));
        self.until("undone", async || self.outcomes(seq).await.contains(&wanted)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_gives_the_original_back_in_the_callers_name() {
    let app = TestApp::spawn_with(RULES, &PLAIN).await;
    let seq = app.say("a casino").await;
    app.quiet().await;
    let (token, id) = (app.moderator().await, app.decisions().await[0].id.clone());
    let path = format!("/decisions/{id}/undo");
    let other = app.post(&token, &path, json!({ "reason": "r", "rule": "contact" })).await;
    assert_eq!(
        (other.code(), &other.json()["parameter"]),
        ("invalid_parameter".into(), &json!("rule"))
    );
    let planned = app.post(&token, &path, json!({ "reason": "a film title" })).await.good();
    assert_eq!(planned, json!({ "planned": 1, "left_out": 0, "dry_run": false, "ids": [id] }));
    app.until_undone(seq).await;
    assert_eq!(app.text(seq), "a casino");
    assert_eq!(app.texts_of("undo.planned", "by").await, ["mo"]);
    assert_eq!(app.texts_of("undo.planned", "reason").await, ["a film title"]);
    let again = app.post(&token, &path, json!({ "reason": "again" })).await;
    assert_eq!((again.status, again.code()), (409, "cannot_be_undone".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_by_rule_tells_first_what_it_would_do() {
    let app = TestApp::spawn_with(RULES, &PLAIN).await;
    let (one, two) = (app.say("a casino").await, app.say("카지노").await);
    let other = app.say("add my wechat").await;
    app.quiet().await;
    let token = app.key(Role::Moderator, "kim", Some(APP)).await;
    let wanted =
        json!({ "rule": "gambling", "since": "2026-01-01", "reason": "r", "dry_run": true });
    let would = app.post(&token, "/undo", wanted.clone()).await.good();
    assert_eq!((&would["planned"], &would["dry_run"]), (&json!(2), &json!(true)));
    assert_eq!(app.texts_of("undo.planned", "by").await.len(), 0);
    let mut wanted = wanted;
    wanted["dry_run"] = json!(false);
    wanted["group"] = json!("elsewhere");
    assert_eq!(app.post(&token, "/undo", wanted.clone()).await.good()["planned"], 0);
    wanted["group"] = json!(null);
    assert_eq!(app.post(&token, "/undo", wanted).await.good()["planned"], 2);
    app.until_undone(one).await;
    app.until_undone(two).await;
    assert_eq!((app.text(one), app.text(two)), ("a casino".into(), "카지노".into()));
    assert_eq!(app.outcomes(other).await, [ended("applied", None)]);
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_masks_and_recalls_one_message() {
    let app = TestApp::spawn_with(RULES, &PLAIN).await;
    let (insult, address) = (app.say("you fool").await, app.say("Elm Street 5").await);
    let token = app.moderator().await;
    let message = |seq: u64| json!({ "group": GROUP, "seq": seq, "reason": "reported" });
    let masked = app.post(&token, "/actions/mask", message(insult)).await.good();
    assert_eq!((&masked["outcome"], &masked["cause"]), (&json!("pending"), &json!(null)));
    app.post(&token, "/actions/recall", message(address)).await.good();
    app.quiet().await;
    assert_eq!(app.text(insult), "********");
    assert!(app.shows(address).recalled);
    let row = app.decisions().await.pop().unwrap();
    assert_eq!((row.source.as_str(), masked["id"].as_str().unwrap()), ("person", row.id.as_str()));
    assert_eq!(app.texts_of("decision.planned", "by").await, ["mo", "mo"]);
    let gone = app.post(&token, "/actions/mask", message(999)).await;
    assert_eq!((gone.status, gone.code()), (404, "not_found".into()));
    let mut nowhere = message(insult);
    nowhere["app"] = json!("nowhere");
    assert_eq!(app.post(&token, "/actions/mask", nowhere).await.code(), "invalid_parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_looked_at_tried_and_explained() {
    let app = TestApp::spawn_with(RULES, &PLAIN).await;
    let token = app.moderator().await;
    let same = app.post(&token, "/rules/reload", json!({})).await.good();
    assert_eq!((&same["result"], &same["rules"]), (&json!("unchanged"), &json!(4)));
    app.write_rules(&RULES.replace("casino, 百家乐", "bingo, 百家乐").replace("a casino", "bingo"));
    let new = app.post(&token, "/rules/reload", json!({})).await.good();
    // The folder is watched as well, so it may have been seen before.
    assert!(["loaded", "unchanged"].contains(&new["result"].as_str().unwrap()), "{new}");
    assert_ne!(new["ruleset"], same["ruleset"]);
    let sets = app.look(&token, "/rulesets").await.good();
    assert_eq!(sets["rulesets"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&sets["rulesets"][0]["hash"], &sets["rulesets"][0]["live"]),
        (&new["ruleset"], &json!(true))
    );
    let path = format!("/rulesets/{}", same["ruleset"].as_str().unwrap());
    assert_eq!(app.look(&token, &path).await.good()["files"]["test.yaml"], RULES);

    app.write_rules("no rules at all");
    let kept = app.post(&token, "/rules/reload", json!({})).await.good();
    assert_eq!(kept["ruleset"], new["ruleset"], "the last good set stays");
    assert!(kept["trouble"].as_str().unwrap().contains("test.yaml:1"), "{kept}");

    let files = json!({ "a.yaml": "version: 1\nrules:\n  - id: x\n    mach: 1\n" });
    let checked = app.post(&token, "/rules/check", json!({ "files": files })).await.good();
    assert_eq!((&checked["ok"], &checked["rules"]), (&json!(false), &json!(null)));
    let fault = &checked["diagnostics"][0];
    assert!(fault["file"] == "a.yaml" && fault["line"].as_u64().unwrap() > 1, "{fault}");
    let checked = app.post(&token, "/rules/check", json!({ "files": { "t.yaml": RULES } })).await;
    assert_eq!(checked.good()["rules"], 4);

    let explained =
        app.post(&token, "/rules/explain", json!({ "text": "play ｂｉｎｇｏ" })).await.good();
    assert_eq!(explained["verdict"], "rewrite", "{explained}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_had_the_rules_reloaded_is_in_the_audit() {
    let app = TestApp::spawn_with(RULES, &PLAIN).await;
    let token = app.moderator().await;
    let mut tries = 0;
    app.until("a reload was asked for before the folder was looked at", async || {
        tries += 1;
        app.write_rules(&RULES.replace("casino royale", &format!("casino royale, phrase {tries}")));
        app.post(&token, "/rules/reload", json!({})).await.good();
        !app.texts_of("ruleset.loaded", "by").await.is_empty()
    })
    .await;
    assert_eq!(app.texts_of("ruleset.loaded", "by").await[0], "mo");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brake_is_released_in_the_callers_name() {
    let app = TestApp::spawn_with(RULES, &PLAIN).await;
    let (store, writer) = app.beside().await;
    let row = BrakeRow {
        sdk_app_id: APP,
        app: "main".into(),
        rule: "gambling".into(),
        hash: "x".into(),
        senders: 0.0,
        hours: 0,
        next_hour: 0,
        approved: None,
        tripped_at: Some(1),
        reason: Some("senders".into()),
    };
    store.brake(BrakeOp::Trip(row, json!({}))).await.unwrap();
    store.close().await;
    writer.finished().await;
    let token = app.moderator().await;
    let brakes = app.look(&token, "/brakes").await.good();
    assert_eq!(brakes["brakes"][0]["rule"], "gambling", "{brakes}");
    let other = app.key(Role::Moderator, "other", Some(999)).await;
    assert_eq!(app.look(&other, "/brakes").await.good(), json!({ "brakes": [] }));
    let released = app.post(&token, "/brakes/release", json!({ "rule": "gambling" })).await.good();
    assert_eq!(released, json!({ "rule": "gambling", "released_in": ["main"] }));
    assert_eq!(app.texts_of("brake.released", "by").await, ["mo"]);
    let unknown = app.post(&token, "/brakes/release", json!({ "rule": "nothing" })).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_makes_and_revokes_tokens() {
    let app = TestApp::spawn_with(RULES, &PLAIN).await;
    let token = app.admin().await;
    let wanted =
        json!({ "name": "kim", "role": "auditor", "app": "main", "expires_at": "2099-01-01" });
    let made = app.post(&token, "/tokens", wanted.clone()).await;
    assert_eq!(made.status, 201);
    let made = made.good();
    assert_eq!(app.look(made["token"].as_str().unwrap(), "/decisions").await.status, 200);
    let taken = app.post(&token, "/tokens", wanted).await;
    assert_eq!((taken.status, taken.code()), (409, "name_taken".into()));
    let listed = app.look(&token, "/tokens").await.good();
    assert_eq!(
        (&listed["tokens"][1]["name"], &listed["tokens"][1]["sdk_app_id"]),
        (&json!("kim"), &json!(APP))
    );
    let path = format!("/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(app.ask(&token, "DELETE", &path, None).await.good(), json!({ "id": made["id"] }));
    assert_eq!(app.ask(&token, "DELETE", &path, None).await.status, 404);
    assert_eq!(app.look(made["token"].as_str().unwrap(), "/decisions").await.status, 401);
    assert_eq!(app.texts_of("token.created", "by").await, ["ad"]);
    assert_eq!(app.texts_of("token.revoked", "by").await, ["ad"]);
    for (name, value) in [
        ("name", json!(" ")),
        ("expires_at", json!("2020-01-01")),
        ("app", json!("x")),
        ("role", json!("king")),
    ] {
        let mut wrong = json!({ "name": "lee", "role": "auditor" });
        wrong[name] = value;
        let refused = app.post(&token, "/tokens", wrong).await;
        assert_eq!(
            (refused.code(), &refused.json()["parameter"]),
            ("invalid_parameter".into(), &json!(name))
        );
    }
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_says_what_the_command_line_says() {
    let app = TestApp::spawn_with(RULES, &[PLAIN[0], ("AUDIT__CHECKPOINT_EVERY", "10ms")]).await;
    app.say("casino").await;
    app.quiet().await;
    let token = app.auditor().await;
    app.until("a checkpoint is signed", async || {
        let found = app.post(&token, "/verify", json!({})).await.good();
        assert_eq!((&found["sound"], &found["damage"]), (&json!(true), &json!(null)), "{found}");
        found["checkpoints"]["agree"].as_i64().unwrap_or(0) > 0
    })
    .await;
    assert_eq!(app.texts_of("audit.verified", "by").await[0], "au");
    app.sql("UPDATE audit_events SET at = at + 1 WHERE seq = 3").await;
    let found = app.post(&token, "/verify", json!({})).await.good();
    assert_eq!((&found["sound"], &found["events"]), (&json!(false), &json!(null)));
    assert!(found["damage"].as_str().unwrap().contains("event 3"), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_there_is_no_api() {
    let app = TestApp::spawn_with(RULES, &[("API__ENABLED", "false")]).await;
    for path in ["/api/v1/decisions", "/openapi.json"] {
        let (status, body) = app.get(&format!("{}{path}", app.url)).await;
        assert!(status == 404 && body.contains("refused"), "{path}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_erases_a_person_unless_somebody_holds_it() {
    let app = TestApp::spawn_with(RULES, &PLAIN).await;
    app.say("a casino").await;
    app.quiet().await;
    let (token, id) = (app.admin().await, app.decisions().await[0].id.clone());
    let lee = |reason: &str| json!({ "sender": "lee", "reason": reason });
    let held = app.post(&token, "/holds", json!({ "decision": id, "reason": "case 17" })).await;
    assert_eq!(held.status, 201);
    let hold = held.good()["id"].as_str().unwrap().to_owned();
    let holds = app.look(&token, "/holds").await.good();
    let first = &holds["holds"][0];
    assert_eq!((&first["decision"], &first["by"]), (&json!(id), &json!("ad")));
    let erased = app.post(&token, "/erasures", lee("a wish")).await.good();
    assert_eq!((&erased["texts"], &erased["held"]), (&json!(0), &json!(1)), "{erased}");
    let path = format!("/holds/{hold}/release");
    app.post(&token, &path, json!({ "reason": "closed" })).await.good();
    assert_eq!(app.post(&token, &path, json!({ "reason": "closed" })).await.status, 404);
    app.until("all of it is gone, from the log too", async || {
        let erased = app.post(&token, "/erasures", lee("a wish")).await.good();
        assert_eq!(erased["held"], 0, "{erased}");
        erased["log_cut"] == true
    })
    .await;
    let shown = app.look(&app.moderator().await, &format!("/decisions/{id}")).await.good();
    assert_eq!((&shown["original"], &shown["decision"]["sender"]), (&json!(null), &json!(null)));
    let undo = app.post(&token, &format!("/decisions/{id}/undo"), json!({ "reason": "r" })).await;
    assert!(undo.json()["detail"].as_str().unwrap().contains("erased"), "{undo:?}");
    assert_eq!(app.texts_of("texts.erased", "by").await[0], "ad");
    assert_eq!(app.audit(&["verify"]).code, 0);
    for (wrong, code, parameter) in [
        (json!({ "reason": "r" }), "missing_parameter", "sender"),
        (
            json!({ "reason": "r", "sender": "lee", "decision": id }),
            "invalid_parameter",
            "decision",
        ),
    ] {
        let refused = app.post(&token, "/erasures", wrong).await;
        let named = refused.json()["parameter"].clone();
        assert_eq!((refused.code().as_str(), &named), (code, &json!(parameter)));
    }
    let unknown = json!({ "reason": "r", "decision": "no-such-id" });
    assert_eq!(app.post(&token, "/erasures", unknown.clone()).await.status, 404);
    assert_eq!(app.post(&token, "/holds", unknown).await.status, 404);
}
