//! The REST commands, called as any program would call them.

use super::{ask, ask_raw, http, query, usersig};
use crate::chat::{ADMIN, APP, KEY, platform};
use chat_automod::simulator::{Command, GroupType, Post, Role};
use serde_json::{Value, json};

const MODIFY: &str = "openim/modify_group_msg";
const SEND: &str = "group_open_http_svc/send_group_msg";
const HISTORY: &str = "group_open_http_svc/group_msg_get_simple";
const RECALL: &str = "group_open_http_svc/group_msg_recall";

fn text(text: &str) -> Value {
    json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}])
}

#[tokio::test]
async fn a_call_is_let_in_only_with_every_parameter_right() {
    let platform = platform().await;
    let with = |name: &'static str, value: Option<&str>| {
        let mut query = query();
        query.retain(|(key, _)| *key != name);
        query.extend(value.map(|value| (name, value.to_owned())));
        query
    };
    let other_key = usersig(APP, ADMIN, "other");
    let other_app = usersig(APP + 1, ADMIN, KEY);
    let other_identifier = usersig(APP, "somebody", KEY);
    let cases = [
        (query(), 0),
        (with("sdkappid", None), 60012),
        (with("sdkappid", Some("x")), 60025),
        (with("sdkappid", Some("1")), 70020),
        (with("identifier", None), 60025),
        (with("usersig", None), 60025),
        (with("usersig", Some("nonsense")), 70003),
        (with("usersig", Some(&other_key)), 70009),
        (with("usersig", Some(&other_identifier)), 70013),
        (with("usersig", Some(&other_app)), 70014),
        (with("random", None), 60025),
        (with("random", Some("4294967296")), 60025),
        (with("random", Some("-1")), 60025),
        (with("random", Some("+1")), 60025),
        (with("contenttype", None), 60025),
        (with("contenttype", Some("xml")), 60025),
        (with("Random", Some("1")), 0),
        (vec![], 60012),
    ];
    for (query, code) in cases {
        let groups = Command::Groups.path();
        let answer = ask_raw(&platform, groups, &query, "{}").await;
        assert_eq!(answer["ErrorCode"], code, "{query:?}");
        assert_eq!(answer["ActionStatus"], if code == 0 { "OK" } else { "FAIL" });
    }
    let mut somebody = with("usersig", Some(&other_identifier));
    somebody.retain(|(name, _)| *name != "identifier");
    somebody.push(("identifier", "somebody".into()));
    let answer = ask_raw(&platform, Command::Groups.path(), &somebody, "{}").await;
    assert_eq!(answer["ErrorCode"], 60010, "only an admin may call");
}

#[tokio::test]
async fn an_odd_request_is_refused_in_json() {
    let platform = platform().await;
    let empty = ask_raw(&platform, SEND, &query(), "").await;
    assert_eq!(empty["ErrorCode"], 60003, "the body is never empty");
    assert_eq!(ask_raw(&platform, MODIFY, &query(), "{").await["ErrorCode"], 90001);
    assert_eq!(ask_raw(&platform, "openim/nothing", &query(), "{}").await["ErrorCode"], 60009);
    let url = format!("{}/v4/{MODIFY}", platform.base_url());
    let get = http().get(url).query(&query()).send().await.unwrap();
    let get: Value = serde_json::from_str(&get.text().await.unwrap()).unwrap();
    assert_eq!(get["ErrorCode"], 60002);
}

#[tokio::test]
async fn the_admin_sends_for_itself_and_for_users() {
    let platform = platform().await;
    platform.create_group(APP, "g", GroupType::Public);
    let own =
        ask(&platform, SEND, json!({"GroupId": "g", "Random": 1, "MsgBody": text("hi")})).await;
    assert_eq!((&own["ErrorCode"], &own["MsgSeq"]), (&json!(0), &json!(1)));
    let relayed =
        json!({"GroupId": "g", "Random": 2, "MsgBody": text("hello"), "From_Account": "u1"});
    ask(&platform, SEND, relayed).await;
    let senders: Vec<_> =
        platform.shows_all(APP, "g", None).into_iter().map(|shown| shown.sender).collect();
    assert_eq!(senders, [ADMIN, "u1"]);
    let no_random = ask(&platform, SEND, json!({"GroupId": "g", "MsgBody": text("hi")})).await;
    assert_eq!(no_random["ErrorCode"], 10004);
    let nowhere = json!({"GroupId": "h", "Random": 1, "MsgBody": text("hi")});
    assert_eq!(ask(&platform, SEND, nowhere).await["ErrorCode"], 10010);
}

#[tokio::test]
async fn an_edit_is_refused_with_the_code_of_its_fault() {
    let platform = platform().await;
    platform.create_group(APP, "room", GroupType::AVChatRoom);
    for group in ["g", "room"] {
        platform.send(Post::text(APP, group, "u1", "hello")).await;
    }
    platform.send(Post::text(APP, "g", "u1", "in passing").online_only()).await;
    let custom = json!({"MsgType": "TIMCustomElem", "MsgContent": {"Data": "x"}});
    let cases = [
        (json!({"MsgSeq": 1, "MsgBody": text("x")}), 20001),
        (json!({"GroupId": "g", "MsgBody": text("x")}), 20001),
        (json!({"GroupId": "g", "MsgSeq": 1}), 20001),
        (json!({"GroupId": "g", "MsgSeq": "1", "MsgBody": text("x")}), 20001),
        (json!({"GroupId": "g", "MsgSeq": 1, "MsgBody": "x"}), 90007),
        (json!({"GroupId": "g", "MsgSeq": 1, "MsgBody": []}), 90002),
        (json!({"GroupId": "g", "MsgSeq": 1, "MsgBody": [{"MsgContent": {}}]}), 90002),
        (json!({"GroupId": "g", "MsgSeq": 1, "MsgBody": [custom, custom]}), 90002),
        (json!({"GroupId": "g", "MsgSeq": 1, "CloudCustomData": {}}), 90010),
        (json!({"GroupId": "g", "MsgSeq": 1, "MsgBody": text(&"x".repeat(13_000))}), 93000),
        (json!({"GroupId": "h", "MsgSeq": 1, "MsgBody": text("x")}), 10010),
        (json!({"GroupId": "g", "TopicId": "t", "MsgSeq": 1, "MsgBody": text("x")}), 110_013),
        (json!({"GroupId": "g", "MsgSeq": 9, "MsgBody": text("x")}), 20022),
        (json!({"GroupId": "g", "MsgSeq": 2, "MsgBody": text("x")}), 20022),
        (json!({"GroupId": "room", "MsgSeq": 1, "MsgBody": text("x")}), 10044),
        (json!({"GroupId": "g", "MsgSeq": 1, "MsgBody": text("x")}), 0),
    ];
    for (request, code) in cases {
        assert_eq!(ask(&platform, MODIFY, request.clone()).await["ErrorCode"], code, "{request}");
    }
    assert_eq!(platform.shows(APP, "g", None, 1).unwrap().edits, 1);
}

#[tokio::test]
async fn history_names_the_type_first_and_tells_of_what_is_gone() {
    let platform = platform().await;
    let body = r#"[{"Own":1.50,"MsgContent":{"Text":"a","Extra":{}},"MsgType":"TIMTextElem"}]"#;
    platform.send(Post::raw(APP, "g", "u1", body).custom("mine")).await;
    for text in ["recalled", "expired", "in passing"] {
        let post = Post::text(APP, "g", "u2", text);
        platform.send(if text == "in passing" { post.online_only() } else { post }).await;
    }
    platform.recall(APP, "g", None, 2, "u2").await.unwrap();
    platform.expire(APP, "g", None, 3);

    let url = format!("{}/v4/{HISTORY}", platform.base_url());
    let request = json!({"GroupId": "g", "ReqMsgNumber": 20, "WithRecalledMsg": 1}).to_string();
    let answer = http().post(url).query(&query()).body(request).send().await.unwrap();
    let raw = answer.text().await.unwrap();
    let first =
        r#""MsgBody":[{"MsgType":"TIMTextElem","Own":1.50,"MsgContent":{"Text":"a","Extra":{}}}]"#;
    assert!(raw.contains(first), "{raw}");

    let told = |answer: &Value| -> Vec<(i64, i64)> {
        let list = answer["RspMsgList"].as_array().unwrap();
        let number = |message: &Value, name: &str| message[name].as_i64().unwrap();
        list.iter()
            .map(|message| (number(message, "MsgSeq"), number(message, "IsPlaceMsg")))
            .collect()
    };
    let answer: Value = serde_json::from_str(&raw).unwrap();
    assert_eq!(told(&answer), [(4, 1), (3, 1), (2, 2), (1, 0)]);
    assert_eq!(answer["IsFinished"], 1);
    let without = ask(&platform, HISTORY, json!({"GroupId": "g", "ReqMsgNumber": 20})).await;
    assert_eq!(told(&without), [(4, 1), (3, 1), (1, 0)]);
    let page = json!({"GroupId": "g", "ReqMsgNumber": 2, "ReqMsgSeq": 3});
    let page = ask(&platform, HISTORY, page).await;
    assert_eq!((told(&page), &page["IsFinished"]), (vec![(3, 1), (1, 0)], &json!(1)));
    platform.expire(APP, "g", None, 1);
    let page = ask(&platform, HISTORY, json!({"GroupId": "g", "ReqMsgNumber": 1})).await;
    assert_eq!(page["IsFinished"], 2, "what is left has expired");
}

#[tokio::test]
async fn history_may_sign_media_anew() {
    let platform = platform().await;
    let body =
        r#"[{"MsgType":"TIMFileElem","MsgContent":{"Url":"http://cos/a","FileName":"a.txt"}}]"#;
    platform.send(Post::raw(APP, "g", "u1", body)).await;
    platform.habits(|habits| habits.history_signs_media = true);
    let page = ask(&platform, HISTORY, json!({"GroupId": "g", "ReqMsgNumber": 1})).await;
    let content = &page["RspMsgList"][0]["MsgBody"][0]["MsgContent"];
    assert!(content["Url"].as_str().unwrap().starts_with("http://cos/a?sign="));
    assert_eq!(content["FileName"], "a.txt");
    assert_eq!(platform.shows(APP, "g", None, 1).unwrap().body, body);
}

#[tokio::test]
async fn messages_are_recalled_each_with_its_own_code() {
    let platform = platform().await;
    platform.create_group(APP, "room", GroupType::AVChatRoom);
    for group in ["g", "room"] {
        platform.send(Post::text(APP, group, "u1", "hello")).await;
    }
    let numbers = json!([{"MsgSeq": 1}, {"MsgSeq": 2}]);
    let once = ask(&platform, RECALL, json!({"GroupId": "g", "MsgSeqList": numbers})).await;
    assert_eq!(
        once["RecallRetList"],
        json!([{"MsgSeq": 1, "RetCode": 0}, {"MsgSeq": 2, "RetCode": 10030}])
    );
    let twice =
        ask(&platform, RECALL, json!({"GroupId": "g", "MsgSeqList": [{"MsgSeq": 1}]})).await;
    assert_eq!(
        (&twice["ErrorCode"], &twice["RecallRetList"][0]["RetCode"]),
        (&json!(0), &json!(20023))
    );
    let live =
        ask(&platform, RECALL, json!({"GroupId": "room", "MsgSeqList": [{"MsgSeq": 1}]})).await;
    assert_eq!(live["RecallRetList"][0]["RetCode"], 0, "a live room can be recalled from");
    assert!(platform.shows(APP, "room", None, 1).unwrap().recalled);
    let none = ask(&platform, RECALL, json!({"GroupId": "g", "MsgSeqList": []})).await;
    assert_eq!(none["ErrorCode"], 10004);
}

#[tokio::test]
async fn roles_and_groups_are_told() {
    let platform = platform().await;
    platform.create_group(APP, "a", GroupType::Public);
    platform.create_topic(APP, "b", "t");
    platform.set_role(APP, "a", "u1", Role::Owner);
    platform.set_role(APP, "a", "u2", Role::Member);
    let request = json!({"GroupId": "a", "User_Account": ["u1", "u2", "u3"]});
    let roles = ask(&platform, Command::Roles.path(), request).await;
    let roles: Vec<_> =
        roles["UserIdList"].as_array().unwrap().iter().map(|it| it["Role"].clone()).collect();
    assert_eq!(roles, ["Owner", "Member", "NotMember"]);
    let groups = ask(&platform, Command::Groups.path(), json!({"Limit": 1})).await;
    assert_eq!((&groups["TotalCount"], &groups["Next"]), (&json!(2), &json!(1)));
    let groups = ask(&platform, Command::Groups.path(), json!({"Limit": 1, "Next": 1})).await;
    assert_eq!((&groups["GroupIdList"][0]["GroupId"], &groups["Next"]), (&json!("b"), &json!(0)));
}
