//! Messages as they are: only the text that offends changes, wherever it hides.

use super::acts::ended;
use super::harness::{APP, GROUP, TestApp};
use chat_automod::simulator::{Command, Post};

/// Sends raw elements, waits, and returns what stands there in the end.
async fn after(app: &TestApp, body: &str) -> (String, u64) {
    let seq = app.send(Post::raw(APP, GROUP, "lee", body)).await;
    app.quiet().await;
    (app.shows(seq).body, seq)
}

#[tokio::test]
async fn of_custom_json_only_the_named_leaf_changes() {
    let app = TestApp::spawn().await;
    // A price as it is written, escapes of every kind, a key nobody knows, an order of its own.
    let data = r#"{\"z\":1.50,\"businessID\":\"order\",\"text\":\"play casino\\n\\u6211\",\"price\":1e2,\"a\":[1.0,null,\"casino-id\"],\"link\":\"https:\\/\\/shop.example\\/x\"}"#;
    let message = |data: &str| {
        format!(
            r#"[{{"MsgType":"TIMCustomElem","MsgContent":{{"Data":"{data}","Desc":"","Ext":"\u0001raw","Unknown":1.50}}}}]"#
        )
    };
    let (body, seq) = after(&app, &message(data)).await;
    assert_eq!(body, message(&data.replace("play casino", "play ******")));
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
}

#[tokio::test]
async fn an_offence_where_nothing_may_change_is_tagged_beside_it() {
    let app = TestApp::spawn().await;
    let cases = [
        r#"[{"MsgType":"TIMFileElem","MsgContent":{"FileName":"casino.pdf","FileSize":5,"UUID":"u"}}]"#,
        r#"[{"MsgType":"TIMRelayElem","MsgContent":{"Title":"casino","MsgNum":1,"CompatibleText":"x","AbstractList":["a"],"MsgList":[]}}]"#,
        r#"[{"MsgType":"TIMRelayElem","MsgContent":{"Title":"t","MsgNum":1,"CompatibleText":"x","AbstractList":["a casino"],"MsgList":[]}}]"#,
        r#"[{"MsgType":"TIMRelayElem","MsgContent":{"Title":"t","MsgNum":1,"CompatibleText":"x","AbstractList":[],"MsgList":[{"From_Account":"kim","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"casino"}}]}]}}]"#,
        r#"[{"MsgType":"TIMCustomElem","MsgContent":{"Data":"{\"id\":\"casino\"}"}}]"#,
        r#"[{"MsgType":"TIMFaceElem","MsgContent":{"Index":1,"Data":"casino"}}]"#,
        r#"[{"MsgType":"TIMStreamElem","MsgContent":{"Chunks":[{"Markdown":"casino","Index":0}]}}]"#,
        r#"[{"MsgType":"TIMNewElem","MsgContent":{"Deep":[{"Words":"casino"}]}}]"#,
    ];
    for case in cases {
        let (body, seq) = after(&app, case).await;
        assert_eq!(body, case, "nothing in it changes");
        let custom = app.shows(seq).custom;
        assert_eq!(custom.as_deref(), Some(r#"{"automod":{"tags":["gambling"]}}"#), "{case}");
        assert_eq!(app.outcomes(seq).await, [ended("applied", None)], "{case}");
        let sent = app.simulator.calls().last_request(Command::Modify).unwrap().to_owned();
        assert!(!sent.contains("MsgBody"), "{sent}");
    }
}

#[tokio::test]
async fn the_description_of_a_place_is_masked() {
    let app = TestApp::spawn().await;
    let place = |desc: &str| {
        format!(
            r#"[{{"MsgType":"TIMLocationElem","MsgContent":{{"Desc":"{desc}","Latitude":22.50,"Longitude":113.90}}}}]"#
        )
    };
    let (body, _) = after(&app, &place("the casino at the river")).await;
    assert_eq!(body, place("the ****** at the river"));
}

#[tokio::test]
async fn of_mixed_elements_each_text_is_masked_and_the_rest_survives() {
    let app = TestApp::spawn().await;
    let mixed = |one: &str, two: &str| {
        format!(
            r#"[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{one}"}}}},{{"MsgType":"TIMImageElem","MsgContent":{{"UUID":"casino","ImageFormat":1,"ImageInfoArray":[{{"Type":1,"Size":1024,"URL":"https://x.example/casino.jpg"}}]}}}},{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{two}","Extra":1.0}}}},{{"MsgType":"TIMCustomElem","MsgContent":{{"Data":"\b\u0001","Desc":"x"}}}}]"#
        )
    };
    let (body, seq) = after(&app, &mixed("카지노 \\\"now\\\"", "来玩百家乐!")).await;
    assert_eq!(body, mixed("*** \\\"now\\\"", "来玩***!"));
    assert_eq!(app.decisions().await[0].msg_seq, Some(seq));
    assert_eq!(app.shows(seq).edits, 1, "one call for all of them");
}

#[tokio::test]
async fn quotes_of_others_in_the_custom_data_are_masked_in_place() {
    let app = TestApp::spawn().await;
    let custom = |word: &str| {
        format!(
            r#"{{"messageReply":{{"messageID":"1-2-3","messageAbstract":"a {word}","version":1.0}},"own":"casino","messageReplies":{{"replies":[{{"messageAbstract":"{word}!","messageSender":"casino"}}]}}}}"#
        )
    };
    let post = Post::text(APP, GROUP, "lee", "well said").custom(&custom("casino"));
    let seq = app.send(post).await;
    app.quiet().await;
    assert_eq!(app.shows(seq).custom.unwrap(), custom("******"));
    assert_eq!(app.text(seq), "well said");
    let sent = app.simulator.calls().last_request(Command::Modify).unwrap().to_owned();
    assert!(!sent.contains("MsgBody"), "{sent}");
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
}

#[tokio::test]
async fn escapes_and_lone_surrogates_around_an_offence_survive_as_they_were_written() {
    let app = TestApp::spawn().await;
    let text = |word: &str| {
        format!(
            r#"[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"\ud83d {word} \u00e9\/\ud83d\ude00 end"}}}}]"#
        )
    };
    let (body, _) = after(&app, &text("\\u0063asino")).await;
    assert_eq!(body, text("******"));
}

#[tokio::test]
async fn a_topics_message_is_read_and_masked_in_its_topic() {
    let app = TestApp::spawn().await;
    let topic = "@TGS#_@TGS#cTEST@TOPIC#_one";
    app.simulator.create_topic(APP, "@TGS#_@TGS#cTEST", topic);
    let in_topic = Post::text(APP, "@TGS#_@TGS#cTEST", "lee", "casino").topic(topic);
    let seq = app.send(in_topic).await;
    app.quiet().await;
    let shown = app.simulator.shows(APP, "@TGS#_@TGS#cTEST", Some(topic), seq).unwrap();
    assert_eq!(shown.text(), "******");
    assert_eq!(app.decisions().await[0].topic_id.as_deref(), Some(topic));
}
