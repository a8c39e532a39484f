//! The platform driven by hand, as a developer does with curl.

use super::http;
use crate::chat::{APP, client, key, platform};
use chat_automod::chat::Class;
use chat_automod::simulator::{Command, Simulator};
use serde_json::{Value, json};

async fn post(platform: &Simulator, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/simulator/{path}", platform.base_url());
    let answer = http().post(url).body(body.to_string()).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

async fn get(platform: &Simulator, path: &str) -> String {
    let url = format!("{}/simulator/{path}", platform.base_url());
    http().get(url).send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_developer_sends_edits_recalls_and_looks() {
    let platform = platform().await;
    let group =
        json!({"group_id": "c", "type": "Community", "topics": ["t"], "roles": {"u1": "Owner"}});
    assert_eq!(post(&platform, "groups", group).await.0, 200);
    let sent =
        json!({"group_id": "c", "topic_id": "t", "sender": "u1", "text": "你好", "custom": "{}"});
    assert_eq!(post(&platform, "messages", sent).await, (200, json!({"seq": 1, "webhook": null})));
    let url = format!("{}/simulator/messages", platform.base_url());
    let raw = r#"{"group_id":"c","topic_id":"t","sender":"u2","body":[{"MsgType":"X","MsgContent":{"n":1.50}}]}"#;
    assert_eq!(http().post(url).body(raw).send().await.unwrap().status(), 200);
    let edit = json!({"group_id": "c", "topic_id": "t", "seq": 1, "editor": "u2", "text": "再见"});
    assert_eq!(post(&platform, "edits", edit).await.0, 200);
    let recall = json!({"group_id": "c", "topic_id": "t", "seq": 2, "operator": "u2"});
    assert_eq!(post(&platform, "recalls", recall).await.0, 200);
    assert_eq!(
        get(&platform, "messages?group_id=c&topic_id=t").await,
        concat!(
            r#"[{"seq":1,"sender":"u1","text":"再见","#,
            r#""body":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"再见"}}],"#,
            r#""custom":"{}","edits":1,"recalled":false},"#,
            r#"{"seq":2,"sender":"u2","text":"","body":[{"MsgType":"X","MsgContent":{"n":1.50}}],"#,
            r#""custom":null,"edits":0,"recalled":true}]"#
        )
    );
}

#[tokio::test]
async fn a_developer_breaks_and_mends_the_platform() {
    let platform = platform().await;
    let client = client(&platform);
    let fault =
        json!({"command": "group_msg_get_simple", "fault": "code", "value": 20004, "times": 1});
    assert_eq!(post(&platform, "faults", fault).await.0, 200);
    assert_eq!(client.read(&key("g", 1)).await.unwrap_err().code(), Some(20004));
    assert_eq!(client.read(&key("g", 1)).await.unwrap_err().class(), Class::Gone);
    assert_eq!(post(&platform, "faults", json!({"fault": "html"})).await.0, 200);
    assert_eq!(client.read(&key("g", 1)).await.unwrap_err().class(), Class::Transient);
    let url = format!("{}/simulator/faults", platform.base_url());
    assert_eq!(http().delete(url).send().await.unwrap().status(), 200);
    assert_eq!(client.read(&key("g", 1)).await.unwrap_err().class(), Class::Gone);
    let calls: Value = serde_json::from_str(&get(&platform, "calls").await).unwrap();
    let expected = json!([
        {"command": "group_msg_get_simple", "code": null, "count": 1},
        {"command": "group_msg_get_simple", "code": 10010, "count": 2},
        {"command": "group_msg_get_simple", "code": 20004, "count": 1},
    ]);
    assert_eq!(calls, expected);
    assert_eq!(platform.calls().of(Command::History), 4);
}

#[tokio::test]
async fn a_wrong_request_is_told_what_is_wrong() {
    let platform = platform().await;
    let wrong = [
        ("groups", json!({"group_id": "g", "type": "Nonsense"}), 400, "no group type Nonsense"),
        ("groups", json!({"group_id": "g", "roles": {"u1": "King"}}), 400, "no role King"),
        ("messages", json!({"group_id": "g", "sender": "u1"}), 400, "either text or body"),
        (
            "messages",
            json!({"group_id": "g", "sender": "u1", "text": "x", "sdk_app_id": 1}),
            400,
            "no app 1",
        ),
        ("messages", json!({"group": "g"}), 400, "unknown field"),
        ("edits", json!({"group_id": "g", "seq": 1, "editor": "u1", "text": "x"}), 409, "10010"),
        (
            "edits",
            json!({"group_id": "g", "seq": 1, "editor": "u1"}),
            400,
            "either text, body or custom",
        ),
        ("recalls", json!({"group_id": "g", "seq": 1, "operator": "u1"}), 409, "10010"),
        ("faults", json!({"fault": "code"}), 400, "code needs a value"),
        ("faults", json!({"fault": "weather"}), 400, "no fault weather"),
        ("faults", json!({"fault": "drop", "command": "x"}), 400, "no command x"),
    ];
    for (path, body, status, why) in wrong {
        let (told, answer) = post(&platform, path, body).await;
        assert_eq!(told, status, "{answer}");
        assert!(answer["error"].as_str().unwrap().contains(why), "{answer}");
    }
    assert_eq!(get(&platform, &format!("messages?group_id=g&sdk_app_id={APP}")).await, "[]");
}
