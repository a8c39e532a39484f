//! What an app's server is told, and under which signature.

use super::ask;
use super::inbox::Inbox;
use crate::chat::{ADMIN, APP, client, key, platform, to_text};
use chat_automod::simulator::{
    ClientEdit, Command, Delivery, GroupType, Post, Shape, Simulator, WebhookFaults,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const TOKEN: &str = "demo-token";

async fn listening() -> (Simulator, Inbox) {
    let (platform, inbox) = (platform().await, Inbox::open());
    platform.set_webhook(APP, &inbox.url, Some(TOKEN));
    (platform, inbox)
}

fn parsed(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

#[tokio::test]
async fn a_message_is_told_signed_with_sorted_keys() {
    let (platform, inbox) = listening().await;
    let post = Post::text(APP, "@TGS#1", "u1", "hi").mentioning("u3").mentioning_all();
    let sent = platform.send(post.custom("{}")).await;
    assert_eq!(sent.webhook.unwrap().status, 200);

    let webhook = inbox.first(1).await.remove(0);
    let query = |name: &str| webhook.query.get(name).map(String::as_str).unwrap();
    assert_eq!(query("SdkAppid"), APP.to_string());
    assert_eq!(query("CallbackCommand"), "Group.CallbackAfterSendMsg");
    assert_eq!(query("contenttype"), "json");
    assert_eq!(query("OptPlatform"), "Android");
    let expected = hex::encode(Sha256::digest(format!("{TOKEN}{}", query("RequestTime"))));
    assert_eq!(query("Sign"), expected);

    let body = parsed(&webhook.body);
    let keys: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    assert!(keys.is_sorted(), "{keys:?}");
    let element = body["MsgBody"].to_string();
    assert_eq!(element, r#"[{"MsgContent":{"Text":"hi"},"MsgType":"TIMTextElem"}]"#);
    assert_eq!((body["MsgSeq"].as_u64(), body["GroupId"].as_str()), (Some(1), Some("@TGS#1")));
    assert_eq!(body["CloudCustomData"], "{}");
    assert!(body["EventTime"].is_u64() && body["Random"].as_u64().unwrap() > i32::MAX as u64);
    let mentions = json!([{"GroupAtAllFlag": 0, "GroupAt_Account": "u3"}, {"GroupAtAllFlag": 1}]);
    assert_eq!(body["GroupAtInfo"], mentions);
}

#[tokio::test]
async fn a_rest_edit_comes_back_as_an_echo() {
    let (platform, inbox) = listening().await;
    platform.set_webhook(APP, &inbox.url, None);
    platform.send(Post::text(APP, "g", "u1", "before").quiet()).await;
    client(&platform).modify(&key("g", 1), &to_text("after")).await.unwrap();

    let echo = inbox.first(1).await.remove(0);
    assert!(!echo.query.contains_key("Sign") && !echo.query.contains_key("RequestTime"));
    assert_eq!(echo.query["OptPlatform"], "RESTAPI");
    let mut body = parsed(&echo.body);
    body["EventTime"] = 0.into();
    assert_eq!(
        body,
        json!({
            "CallbackCommand": "Group.CallbackAfterModifyMsg", "EventTime": 0, "GroupId": "g",
            "MsgBody": [{"MsgContent": {"Text": "after"}, "MsgType": "TIMTextElem"}],
            "MsgSeq": 1, "Operator_Account": ADMIN, "TopicId": ""
        })
    );
}

#[tokio::test]
async fn edits_and_recalls_by_users_are_told_with_times_that_never_repeat() {
    let (platform, inbox) = listening().await;
    platform.send(Post::text(APP, "c", "u1", "one").topic("t")).await;
    for text in ["two", "three"] {
        platform.edit(ClientEdit::text(APP, "c", 1, "u2", text).topic("t")).await.unwrap();
    }
    platform.recall(APP, "c", Some("t"), 1, "u3").await.unwrap();
    let bodies: Vec<_> = inbox.first(4).await.iter().map(|hook| parsed(&hook.body)).collect();
    let times: Vec<_> = bodies.iter().map(|body| body["EventTime"].as_i64().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
    assert!(bodies.iter().all(|body| body["TopicId"] == "t" && body["GroupId"] == "c"));
    assert_eq!(bodies[0]["Type"], "Community");
    assert_eq!(bodies[2]["Operator_Account"], "u2");
    let recall = &bodies[3];
    assert_eq!(recall["CallbackCommand"], "Group.CallbackAfterRecallMsg");
    assert_eq!(
        (&recall["MsgSeqList"], &recall["Operator_Account"]),
        (&json!([{"MsgSeq": 1}]), &json!("u3"))
    );
}

#[tokio::test]
async fn relayed_online_and_live_messages_say_so() {
    let (platform, inbox) = listening().await;
    platform.create_group(APP, "room", GroupType::AVChatRoom);
    platform.send(Post::text(APP, "g", "u1", "relayed").issued_by(ADMIN)).await;
    platform.send(Post::text(APP, "g", "u1", "in passing").online_only()).await;
    platform.send(Post::text(APP, "room", "u1", "live")).await;
    let bodies: Vec<_> = inbox.first(3).await.iter().map(|hook| parsed(&hook.body)).collect();
    assert_eq!(bodies[0]["From_Account"], "u1");
    assert_eq!(bodies[0]["Operator_Account"], ADMIN);
    assert_eq!(
        (&bodies[0]["OnlineOnlyFlag"], &bodies[1]["OnlineOnlyFlag"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(bodies[2]["Type"], "AVChatRoom");
}

#[tokio::test]
async fn a_sender_may_forbid_the_webhook_and_an_app_may_not_have_it_for_edits() {
    let (platform, inbox) = listening().await;
    platform.habits(|habits| habits.edits_call_back = false);
    platform.create_group(APP, "g", GroupType::Public);
    let text = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "notice"}}]);
    let quiet = json!({
        "GroupId": "g", "Random": 1, "MsgBody": text,
        "ForbidCallbackControl": ["ForbidBeforeSendMsgCallback", "ForbidAfterSendMsgCallback"]
    });
    ask(&platform, Command::Send.path(), quiet).await;
    platform.edit(ClientEdit::text(APP, "g", 1, "u1", "edited")).await.unwrap();
    platform.send(Post::text(APP, "g", "u1", "last")).await;
    assert_eq!(parsed(&inbox.first(1).await[0].body)["MsgSeq"], 2);
    assert_eq!(platform.webhooks().posted, 1);
}

#[tokio::test]
async fn old_and_documented_shapes_are_told_too() {
    let (platform, inbox) = listening().await;
    platform.habits(|habits| habits.shape = Shape::Documented);
    platform.send(Post::text(APP, "g", "u1", "now")).await;
    platform.habits(|habits| habits.shape = Shape::Old);
    platform.send(Post::text(APP, "g", "u1", "long ago")).await;
    let hooks = inbox.first(2).await;
    assert!(parsed(&hooks[0].body)["EventTime"].is_string());
    assert_eq!(
        hooks[1].body,
        r#"{"CallbackCommand":"Group.CallbackAfterSendMsg","From_Account":"u1","GroupId":"g","MsgBody":[{"MsgContent":{"Text":"long ago"},"MsgType":"TIMTextElem"}],"Type":"Public"}"#
    );
}

#[tokio::test]
async fn an_unanswered_webhook_is_lost_unless_retries_are_on() {
    let platform = platform().await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    platform.set_webhook(APP, &format!("http://{nobody}/hook"), Some(TOKEN));
    assert_eq!(platform.send(Post::text(APP, "g", "u1", "lost")).await.webhook, None);
    assert_eq!(platform.webhooks().posted, 1);
    platform.habits(|habits| habits.webhook_retries = 2);
    assert_eq!(platform.send(Post::text(APP, "g", "u1", "lost too")).await.webhook, None);
    assert_eq!((platform.webhooks().posted, platform.webhooks().accepted), (4, 0));
    assert_eq!(platform.shows_all(APP, "g", None).len(), 2, "the messages are there all the same");
}

#[tokio::test]
async fn a_server_that_stays_silent_is_not_waited_for() {
    let platform = platform().await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    platform.set_webhook(APP, &format!("http://{}/hook", silent.local_addr().unwrap()), None);
    assert_eq!(platform.send(Post::text(APP, "g", "u1", "hello")).await.webhook, None);
    assert_eq!((platform.webhooks().posted, platform.webhooks().accepted), (1, 0));
}

#[tokio::test]
async fn webhooks_go_astray_as_the_seed_says() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let (platform, inbox) = listening().await;
        platform.set_webhook_faults(WebhookFaults { drop: 0.25, duplicate: 1, shuffle: 8 }, 7);
        for number in 1..=40 {
            platform.send(Post::text(APP, "g", "u1", &number.to_string())).await;
        }
        platform.flush_webhooks().await;
        let counts = platform.webhooks();
        let hooks = inbox.first(counts.posted as usize).await;
        let order: Vec<_> =
            hooks.iter().map(|hook| parsed(&hook.body)["MsgSeq"].as_u64().unwrap()).collect();
        assert!((2..20).contains(&counts.dropped), "{counts:?}");
        assert_eq!(counts.posted, 2 * (40 - counts.dropped));
        assert!(!order.is_sorted());
        assert!(order.chunks(2).all(|pair| pair[0] == pair[1]), "each twice: {order:?}");
        runs.push(order);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_forged_webhook_is_what_the_forger_wishes() {
    let (platform, inbox) = listening().await;
    let forged = Delivery {
        sdk_app_id: APP,
        command: Some("State.StateChange".into()),
        sign: Some("00ff".into()),
        request_time: Some("+1 ".into()),
        ..Delivery::default()
    };
    platform.deliver("not json at all", forged).await.unwrap();
    platform.send(Post::text(APP, "g", "u1", "true").quiet()).await;
    let replay = platform.callback_of(APP, "g", None, 1).unwrap();
    let delivery = Delivery { sdk_app_id: APP, ..Delivery::default() };
    assert_eq!(platform.deliver(replay.clone(), delivery).await.unwrap().status, 200);

    let hooks = inbox.first(2).await;
    assert_eq!(hooks[0].body, "not json at all");
    assert_eq!(
        (hooks[0].query["Sign"].as_str(), hooks[0].query["RequestTime"].as_str()),
        ("00ff", "+1 ")
    );
    assert_eq!(hooks[0].query["CallbackCommand"], "State.StateChange");
    assert_eq!(hooks[1].body, replay);
    let expected = hex::encode(Sha256::digest(format!("{TOKEN}{}", hooks[1].query["RequestTime"])));
    assert_eq!(hooks[1].query["Sign"], expected);
}
