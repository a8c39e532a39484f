//! The chain, recomputed from the rows by what is documented of it and by nothing of ours.

use super::harness::TestApp;
use chat_automod::simulator::{Command, Fault};
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::collections::BTreeSet;

/// A length of four bytes, most significant first, then the bytes; nothing has the length of all ones.
fn field(text: Option<&str>) -> Vec<u8> {
    match text {
        Some(text) => [&(text.len() as u32).to_be_bytes(), text.as_bytes()].concat(),
        None => vec![0xFF; 4],
    }
}

#[tokio::test]
async fn every_hash_follows_from_the_one_before_and_the_columns() {
    let mut app = TestApp::spawn().await;
    app.simulator.faults().next(Command::Modify, 1, Fault::Code(12_345));
    let seq = app.say("来玩百家乐!").await;
    app.edit(seq, "kim", "a casino").await;
    app.quiet().await;
    app.stop().await;
    let mut connection = app.connection().await;
    let rows =
        sqlx::query("SELECT seq, at, kind, decision_id, data, hash FROM audit_events ORDER BY seq")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    assert!(rows.len() > 5);
    let mut previous = vec![0; 32];
    for (number, row) in rows.iter().enumerate() {
        let (seq, at): (i64, i64) = (row.get("seq"), row.get("at"));
        assert_eq!(seq, number as i64 + 1);
        let mut bytes = previous;
        bytes.push(1);
        bytes.extend(seq.to_be_bytes());
        bytes.extend(at.to_be_bytes());
        for text in [row.get("kind"), row.get("decision_id"), row.get("data")] {
            bytes.extend(field(text));
        }
        let hash: Vec<u8> = row.get("hash");
        assert_eq!(hash, Sha256::digest(&bytes).to_vec(), "event {seq}");
        previous = hash;
    }
    let head = app.audit(&["verify"]).out;
    assert_eq!(
        head.trim(),
        format!("sound: {} events, head {}", rows.len(), hex::encode(previous))
    );
}

#[tokio::test]
async fn texts_and_accounts_stand_in_the_events_only_as_salted_digests() {
    let mut app = TestApp::spawn().await;
    let seq = app.say("a telling casino").await;
    app.edit(seq, "eve-the-editor", "another telling casino").await;
    app.quiet().await;
    app.stop().await;
    let mut connection = app.connection().await;
    let query =
        "SELECT name, salt, content, account, data FROM texts JOIN audit_events ON seq = event_seq";
    let rows = sqlx::query(query).fetch_all(&mut connection).await.unwrap();
    let (mut salts, mut names) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        let (name, content): (String, Vec<u8>) = (row.get("name"), row.get("content"));
        let account: Option<Vec<u8>> = row.get("account");
        let (salt, data): (Vec<u8>, String) = (row.get("salt"), row.get("data"));
        let data: serde_json::Value = serde_json::from_str(&data).unwrap();
        let digest = Sha256::new().chain_update(&salt).chain_update(&content);
        let digest = digest.chain_update(account.unwrap_or_default()).finalize();
        assert_eq!(data["texts"][&name], hex::encode(digest));
        assert!(salt.len() >= 16 && salts.insert(salt), "a salt of its own");
        names.insert(name);
    }
    assert_eq!(
        names,
        ["digests", "editor", "operator", "original", "rewritten", "sender"]
            .map(String::from)
            .into()
    );
    let all: String = sqlx::query_scalar("SELECT group_concat(data) FROM audit_events")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    for secret in ["telling", "lee", "eve-the-editor", "casino"] {
        assert!(!all.contains(secret), "{secret} stands in an event");
    }
}
