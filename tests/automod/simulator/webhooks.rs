//! What an app's server is told, and under which signature.

use super::inbox::Inbox;
use crate::chat::{ADMIN, APP, client, key, platform};
use chat_automod::chat::Change;
use chat_automod::simulator::Post;
use sha2::{Digest, Sha256};

const TOKEN: &str = "demo-token";

#[tokio::test]
async fn a_message_is_told_signed_with_sorted_keys() {
    let (platform, inbox) = (platform().await, Inbox::open());
    platform.set_webhook(APP, &inbox.url, Some(TOKEN));
    let sent = platform.send(Post::text(APP, "@TGS#1", "u1", "hi").mentioning("u3")).await;
    assert_eq!(sent.webhook.unwrap().status, 200);

    let webhook = inbox.first(1).await.remove(0);
    let query = |name: &str| webhook.query.get(name).map(String::as_str).unwrap();
    assert_eq!(query("SdkAppid"), APP.to_string());
    assert_eq!(query("CallbackCommand"), "Group.CallbackAfterSendMsg");
    assert_eq!(query("contenttype"), "json");
    assert_eq!(query("OptPlatform"), "Android");
    let expected = hex::encode(Sha256::digest(format!("{TOKEN}{}", query("RequestTime"))));
    assert_eq!(query("Sign"), expected);

    let body: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&webhook.body).unwrap();
    let keys: Vec<_> = body.keys().cloned().collect();
    assert!(keys.is_sorted(), "{keys:?}");
    let element = body["MsgBody"].to_string();
    assert_eq!(element, r#"[{"MsgContent":{"Text":"hi"},"MsgType":"TIMTextElem"}]"#);
    assert_eq!((body["MsgSeq"].as_u64(), body["GroupId"].as_str()), (Some(1), Some("@TGS#1")));
    assert!(body["EventTime"].is_u64());
}

#[tokio::test]
async fn a_rest_edit_comes_back_as_an_echo() {
    let (platform, inbox) = (platform().await, Inbox::open());
    let sent = platform.send(Post::text(APP, "g", "u1", "before")).await;
    platform.set_webhook(APP, &inbox.url, None);
    let body = r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":"after"}}]"#;
    let change = Change { body: Some(body.into()), custom: None };
    client(&platform).modify(&key("g", sent.seq), &change).await.unwrap();

    let echo = inbox.first(1).await.remove(0);
    assert!(!echo.query.contains_key("Sign") && !echo.query.contains_key("RequestTime"));
    assert_eq!(echo.query["OptPlatform"], "RESTAPI");
    let mut body: serde_json::Value = serde_json::from_str(&echo.body).unwrap();
    body["EventTime"] = 0.into();
    assert_eq!(
        body,
        serde_json::json!({
            "CallbackCommand": "Group.CallbackAfterModifyMsg", "EventTime": 0, "GroupId": "g",
            "MsgBody": [{"MsgContent": {"Text": "after"}, "MsgType": "TIMTextElem"}],
            "MsgSeq": 1, "Operator_Account": ADMIN, "TopicId": ""
        })
    );
}
