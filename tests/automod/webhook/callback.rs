//! What is understood of every shape the platform has been seen to post.

use chat_automod::message::{Message, TextKeys};
use chat_automod::moderation::Event;
use chat_automod::webhook::callback::{Origin, read};
use proptest::prelude::*;
use std::fmt::Write;
use std::path::Path;

const ORIGIN: Origin<'static> =
    Origin { sdk_app_id: 1_400_000_000, app: "main", received_at: 1_700_000_009_999 };

fn event(command: Option<&str>, body: &str) -> Option<Event> {
    read(command, body.as_bytes(), ORIGIN, &TextKeys::default()).expect("JSON")
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/callbacks");
    std::fs::read_to_string(folder.join(name).with_extension("json")).expect("a fixture")
}

fn told(event: &Option<Event>) -> String {
    match event {
        None => "nothing".into(),
        Some(Event::Sent(message)) => format!("sent\n{}", told_message(message)),
        Some(Event::Edited(message)) => format!("edited\n{}", told_message(message)),
        Some(recalled @ Event::Recalled { .. }) => format!("{recalled:#?}"),
    }
}

fn told_message(message: &Message) -> String {
    let mut told = String::new();
    let Message { app, key, revision, group_type, sender, operator, sent_at, content, .. } =
        message;
    let (online_only, mentions) = (message.online_only, message.mentions);
    let lines = [
        format!("{key:?}"),
        format!("app: {app}, revision: {revision}, sent_at: {sent_at:?}"),
        format!("group_type: {group_type:?}, sender: {sender:?}, operator: {operator:?}"),
        format!("online_only: {online_only}, mentions: {mentions}"),
        format!("body: {}", content.body()),
        format!("custom: {:?}", content.custom()),
    ];
    lines.iter().for_each(|line| writeln!(told, "{line}").expect("a string"));
    for leaf in content.leaves() {
        writeln!(told, "{}: {:?}", leaf.place, leaf.text).expect("a string");
    }
    told
}

#[test]
fn every_recorded_shape_is_understood() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/callbacks");
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .expect("fixtures")
        .map(|entry| entry.expect("a file").path().file_stem().expect("a name").to_owned())
        .map(|name| name.into_string().expect("UTF-8"))
        .collect();
    names.sort_unstable();
    assert!(names.len() >= 17);
    for name in names {
        insta::assert_snapshot!(name.as_str(), told(&event(None, &fixture(&name))));
    }
}

#[test]
fn the_query_names_the_command_and_the_body_only_where_it_does_not() {
    let body = fixture("edited-by-a-user");
    assert!(matches!(event(None, &body), Some(Event::Edited(_))));
    assert!(matches!(event(Some("Group.CallbackAfterSendMsg"), &body), Some(Event::Sent(_))));
    assert!(event(Some("State.StateChange"), &body).is_none());
}

#[test]
fn other_commands_are_not_even_parsed() {
    for command in ["State.StateChange", "Group.CallbackBeforeSendMsg", "C2C.CallbackAfterSendMsg"]
    {
        assert!(event(Some(command), "{ not JSON").is_none(), "{command}");
    }
    for body in
        ["{}", "[]", "7", "null", "\"Group.CallbackAfterSendMsg\"", r#"{"CallbackCommand":7}"#]
    {
        assert!(event(None, body).is_none(), "{body}");
    }
}

#[test]
fn broken_and_deep_json_is_refused() {
    let nested = format!(r#"{{"MsgBody":{}"#, "[".repeat(200_000));
    for body in ["", "{", "{\"GroupId\":\"g\"", "{} {}", &nested] {
        let read =
            read(Some("Group.CallbackAfterSendMsg"), body.as_bytes(), ORIGIN, &TextKeys::default());
        assert!(read.is_err(), "{}", &body[..body.len().min(20)]);
    }
}

proptest! {
    /// The order of fields tells nothing.
    #[test]
    fn keys_come_in_any_order(order in Just(FIELDS.to_vec()).prop_shuffle()) {
        let told_of = |fields: &[&str]| told(&event(None, &format!("{{{}}}", fields.join(","))));
        prop_assert_eq!(told_of(&order), told_of(&FIELDS));
    }

    #[test]
    fn no_body_panics(body in r#"\{("(GroupId|MsgSeq|MsgBody|MsgSeqList|EventTime|CloudCustomData)":("x"|-1|1e99|\[\{\}\]|null|99999999999999999999),?){0,5}\}"#) {
        for command in ["SendMsg", "ModifyMsg", "RecallMsg"] {
            let command = format!("Group.CallbackAfter{command}");
            let _ = read(Some(&command), body.as_bytes(), ORIGIN, &TextKeys::default());
        }
    }
}

const FIELDS: [&str; 10] = [
    r#""CallbackCommand":"Group.CallbackAfterSendMsg""#,
    r#""GroupId":"g1""#,
    r#""TopicId":"t1""#,
    r#""Type":"Public""#,
    r#""From_Account":"u1""#,
    r#""MsgSeq":7"#,
    r#""MsgTime":1700000000"#,
    r#""GroupAtInfo":[{"GroupAtAllFlag":1}]"#,
    r#""MsgBody":[{"MsgContent":{"Text":"hi"},"MsgType":"TIMTextElem"}]"#,
    r#""CloudCustomData":"{}""#,
];
