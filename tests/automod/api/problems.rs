//! Every documented code can be met, and no other.

use super::client::Answer;
use crate::service::harness::{GROUP, RULES, TestApp};
use chat_automod::console::api::Code;
use chat_automod::simulator::{Command, Fault};
use serde_json::json;
use std::collections::BTreeSet;

/// Adds the code of an answer to those that were met.
fn met(codes: &mut BTreeSet<String>, answer: &Answer) {
    codes.insert(answer.code());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_documented_code_can_be_met_and_no_other() {
    let mut codes = BTreeSet::new();
    let app = TestApp::spawn_with(RULES, &[("API__BODY_LIMIT", "1KiB")]).await;
    let (moderator, admin) = (app.moderator().await, app.admin().await);
    app.say("a lottery").await;
    let id = app.decisions().await[0].id.clone();
    let reason = json!({ "reason": "r" });

    met(&mut codes, &app.call(&[], "GET", "/api/v1/decisions", None).await);
    met(&mut codes, &app.look(&moderator, "/tokens").await);
    met(&mut codes, &app.look(&moderator, "/nothing").await);
    let put = app.ask(&moderator, "PUT", "/tokens", None).await;
    assert_eq!(put.header("allow"), Some("GET, POST"));
    met(&mut codes, &put);
    met(&mut codes, &app.look(&moderator, "/decisions?sort=time").await);
    met(&mut codes, &app.look(&moderator, "/decisions?limit=0").await);
    met(&mut codes, &app.look(&moderator, "/decisions?cursor=x").await);
    met(&mut codes, &app.post(&moderator, "/rules/explain", json!({})).await);
    met(&mut codes, &app.post(&moderator, "/rules/explain", json!([])).await);
    let large = json!({ "text": "a".repeat(2_000) });
    met(&mut codes, &app.post(&moderator, "/rules/explain", large).await);
    met(&mut codes, &app.post(&moderator, &format!("/decisions/{id}/undo"), reason).await);
    let token = json!({ "name": "mo", "role": "auditor" });
    met(&mut codes, &app.post(&admin, "/tokens", token).await);
    app.simulator.faults().next(Command::History, 1, Fault::Code(10007));
    let message = json!({ "group": GROUP, "seq": 1, "reason": "r" });
    met(&mut codes, &app.post(&moderator, "/actions/mask", message).await);
    app.until("two verifications meet", async || {
        let verify = || app.post(&admin, "/verify", json!({}));
        let (one, two) = tokio::join!(verify(), verify());
        let busy = [one, two].into_iter().find(|answer| answer.status == 409);
        busy.inspect(|answer| met(&mut codes, answer)).is_some()
    })
    .await;
    app.until("somebody tries tokens", async || {
        let answer = app.look(&forged(), "/decisions").await;
        met(&mut codes, &answer);
        answer.status == 429
    })
    .await;
    assert_eq!(app.look(&admin, "/decisions").await.status, 200, "known tokens are let by");
    app.sql("ALTER TABLE tokens RENAME TO gone").await;
    met(&mut codes, &app.look(&admin, "/decisions").await);

    let slow = TestApp::spawn_with(RULES, &[("API__QUERY_TIMEOUT", "1ms")]).await;
    let token = slow.admin().await;
    slow.until("a look takes longer than a millisecond", async || {
        let answer = slow.look(&token, "/rulesets").await;
        (answer.status != 200).then(|| met(&mut codes, &answer)).is_some()
            && codes.contains("query_too_slow")
    })
    .await;
    let head = format!(
        "POST /api/v1/undo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Length: 9\r\n\r\n{{"
    );
    let mut late = String::new();
    slow.until("half a body is refused", async || {
        late = slow.raw(head.clone().into_bytes()).await;
        late.contains("body_too_slow")
    })
    .await;
    assert!(late.starts_with("HTTP/1.1 408 "), "{late}");
    codes.insert("body_too_slow".into());

    let documented = Code::ALL.iter().map(|code| code.as_str().to_owned());
    assert_eq!(codes, documented.collect());
}

/// Looks like a token in every way, and is none.
fn forged() -> String {
    use sha2::{Digest, Sha256};
    let random: [u8; 32] = Sha256::digest(uuid::Uuid::now_v7().as_bytes()).into();
    let check: [u8; 32] = Sha256::digest(random).into();
    format!("automod_{}{}", hex::encode(random), hex::encode(&check[..4]))
}
