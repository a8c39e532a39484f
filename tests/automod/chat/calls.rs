//! Edits and reads as an enforcer makes them.

use super::*;
use chat_automod::chat::{Change, Class, Gone};
use chat_automod::simulator::{ClientEdit, Command, GroupType, Post};

/// Everything that a careless writer would change: numbers, escapes, unknown fields, keys, space.
const WEIRD: &str = r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":"a\u4f60\/b \ud83d\ude00 \ud800","Extra":[1.50,-0.0,1E+5,true,null]}}, {"Own":{"b":1,"a":2},"MsgType":"TIMCustomElem","MsgContent":{"Data":"{\"n\":1.0}","Desc":"","z":"\u0000"}}]"#;

#[tokio::test]
async fn an_edit_is_kept_byte_for_byte_and_read_back() {
    let platform = platform().await;
    let client = client(&platform);
    let sent = platform.send(Post::text(APP, "@TGS#1", "u1", "before").custom("{}")).await;
    let key = key("@TGS#1", sent.seq);

    let change = Change { body: Some(WEIRD.into()), custom: Some(r#""{\"k\":1.50}""#.into()) };
    client.modify(&key, &change).await.unwrap();

    let shown = platform.shows(APP, "@TGS#1", None, sent.seq).unwrap();
    assert_eq!(shown.body, WEIRD);
    assert_eq!(shown.custom_raw.as_deref(), Some(r#""{\"k\":1.50}""#));
    let stored = present(&client, &key).await;
    for piece in [
        r#"{"Text":"a\u4f60\/b \ud83d\ude00 \ud800","Extra":[1.50,-0.0,1E+5,true,null]}"#,
        r#"{"b":1,"a":2}"#,
    ] {
        assert!(stored.content.body().contains(piece), "{}", stored.content.body());
    }
    assert_eq!(stored.content.custom(), Some(r#""{\"k\":1.50}""#));
    assert_eq!(stored.sender.as_deref(), Some("u1"));
    assert!(stored.sent_at.is_some());
}

#[tokio::test]
async fn only_what_changes_is_sent() {
    let platform = platform().await;
    let client = client(&platform);
    platform.create_topic(APP, "community", "@TOPIC#1");
    let sent = platform.send(Post::text(APP, "g\"1", "u1", "hello").custom("mine")).await;

    let body = r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":"***"}}]"#;
    let change = Change { body: Some(body.into()), custom: None };
    client.modify(&key("g\"1", sent.seq), &change).await.unwrap();
    assert_eq!(
        platform.calls().last_request(Command::Modify).unwrap(),
        format!(r#"{{"GroupId":"g\"1","MsgSeq":1,"MsgBody":{body}}}"#)
    );
    let change = Change { body: None, custom: Some(r#""tagged""#.into()) };
    client.modify(&key("g\"1", sent.seq), &change).await.unwrap();
    assert_eq!(
        platform.calls().last_request(Command::Modify).unwrap(),
        r#"{"GroupId":"g\"1","MsgSeq":1,"CloudCustomData":"tagged"}"#
    );
    let shown = platform.shows(APP, "g\"1", None, 1).unwrap();
    assert_eq!((shown.text().as_str(), shown.custom.as_deref()), ("***", Some("tagged")));

    let nothing = client.modify(&key("g\"1", 1), &Change::default()).await.unwrap_err();
    assert_eq!(nothing.class(), Class::Permanent);
    assert_eq!(platform.calls().of(Command::Modify), 2, "nothing to change, nothing sent");
}

#[tokio::test]
async fn a_topic_counts_by_itself() {
    let platform = platform().await;
    let client = client(&platform);
    let main = platform.send(Post::text(APP, "community", "u1", "in the group")).await;
    let topic = platform.send(Post::text(APP, "community", "u1", "in the topic").topic("t1")).await;
    assert_eq!((main.seq, topic.seq), (1, 1));

    let in_topic = MessageKey { topic_id: Some("t1".into()), ..key("community", 1) };
    assert_eq!(present(&client, &in_topic).await.content.leaves()[0].text, "in the topic");
    let change = Change { body: None, custom: Some(r#""x""#.into()) };
    client.modify(&in_topic, &change).await.unwrap();
    assert_eq!(platform.shows(APP, "community", Some("t1"), 1).unwrap().edits, 1);
    assert_eq!(platform.shows(APP, "community", None, 1).unwrap().edits, 0);
}

#[tokio::test]
async fn what_is_gone_is_told_apart() {
    let platform = platform().await;
    let client = client(&platform);
    for text in ["kept", "recalled", "expired"] {
        platform.send(Post::text(APP, "g", "u1", text)).await;
    }
    platform.recall(APP, "g", None, 2, "u1").await.unwrap();
    platform.expire(APP, "g", None, 3);
    let mut told = Vec::new();
    for seq in 1..=4 {
        told.push(match client.read(&key("g", seq)).await.unwrap() {
            Found::Present(_) => None,
            Found::Gone(gone) => Some(gone),
        });
    }
    assert_eq!(told, [None, Some(Gone::Recalled), Some(Gone::Expired), Some(Gone::Missing)]);

    let change = Change { body: None, custom: Some(r#""x""#.into()) };
    for (seq, code) in [(2, 20023), (3, 20022), (4, 20022)] {
        let error = client.modify(&key("g", seq), &change).await.unwrap_err();
        assert_eq!((error.code(), error.class()), (Some(code), Class::Gone));
    }
    let nowhere = client.read(&key("no group", 1)).await.unwrap_err();
    assert_eq!(nowhere.class(), Class::Gone);
}

#[tokio::test]
async fn a_live_room_has_nothing_to_read_or_edit() {
    let platform = platform().await;
    let client = client(&platform);
    platform.create_group(APP, "room", GroupType::AVChatRoom);
    let sent = platform.send(Post::text(APP, "room", "u1", "now or never")).await;
    let change = Change { body: None, custom: Some(r#""x""#.into()) };
    let edit = client.modify(&key("room", sent.seq), &change).await.unwrap_err();
    let read = client.read(&key("room", sent.seq)).await.unwrap_err();
    assert_eq!((edit.class(), read.class()), (Class::Permanent, Class::Permanent));
    assert_eq!(platform.shows(APP, "room", None, sent.seq).unwrap().text(), "now or never");
}

#[tokio::test]
async fn history_may_keep_the_custom_data_to_itself() {
    let platform = platform().await;
    let client = client(&platform);
    platform.send(Post::text(APP, "g", "u1", "quoting").custom("{\"a\":1}")).await;
    platform.send(Post::text(APP, "g", "u1", "plain").custom("")).await;
    assert_eq!(
        present(&client, &key("g", 1)).await.content.custom_text().as_deref(),
        Some("{\"a\":1}")
    );
    assert_eq!(present(&client, &key("g", 2)).await.content.custom_text().as_deref(), Some(""));
    platform.habits(|habits| habits.history_tells_custom = false);
    assert_eq!(present(&client, &key("g", 1)).await.content.custom(), None);
}

#[tokio::test]
async fn history_comes_in_pages_of_twenty() {
    let platform = platform().await;
    let client = client(&platform);
    for number in 1..=45 {
        platform.send(Post::text(APP, "g", "u1", &format!("message {number}"))).await;
    }
    platform.send(Post::text(APP, "g", "", "u2 joined").system()).await;
    let newest = client.history("g", None, None, 50).await.unwrap();
    let seqs: Vec<_> = newest.entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, (27..=46).rev().collect::<Vec<_>>());
    assert!(!newest.complete);
    let Some(Found::Present(system)) = &newest.entries[0].found else { panic!() };
    assert!(system.system);
    let oldest = client.history("g", None, Some(5), 20).await.unwrap();
    assert_eq!((oldest.entries.len(), oldest.complete), (5, true));
}

#[tokio::test]
async fn an_edit_by_a_client_is_what_is_read_next() {
    let platform = platform().await;
    let client = client(&platform);
    let sent = platform.send(Post::text(APP, "g", "u1", "clean")).await;
    platform.edit(ClientEdit::text(APP, "g", sent.seq, "u2", "换了")).await.unwrap();
    assert_eq!(present(&client, &key("g", sent.seq)).await.content.leaves()[0].text, "换了");
}

#[tokio::test]
async fn a_message_that_cannot_be_addressed_is_not_asked_for() {
    let platform = platform().await;
    let client = client(&platform);
    let foreign = MessageKey { sdk_app_id: 1, ..key("g", 1) };
    let unnumbered = MessageKey { seq: None, ..key("g", 1) };
    for key in [foreign, unnumbered] {
        assert_eq!(client.read(&key).await.unwrap_err().class(), Class::Permanent);
    }
    assert_eq!(platform.calls().of(Command::History), 0);
}
