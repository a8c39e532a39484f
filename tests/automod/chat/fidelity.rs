//! For all messages: what is written is what is kept, and what is kept is what is read.

use super::*;
use chat_automod::chat::Change;
use chat_automod::simulator::{Post, Simulator};
use proptest::prelude::*;
use tokio::runtime::Runtime;

/// Strings as people and programs write them into JSON, each with what a careful writer would change.
fn literal() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "\\u0061",
        "\\/",
        "/",
        "\\n",
        "\\u000a",
        "\\\"",
        "\\\\",
        "\\ud83d\\ude00",
        "😀",
        "\\ud800",
        "\\u0000",
        "你",
        "\\u4f60",
        "ㅎ",
        "한",
        "\u{200b}",
        "\u{7f}",
        " ",
        "[TUIEmoji_Expect]",
        "\\u00E9",
    ];
    let piece = prop::sample::select(pieces.to_vec());
    prop::collection::vec(piece, 0..12).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn number() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["0", "-0", "1.50", "1E+5", "1e-7", "9007199254740993", "0.10"])
        .prop_map(str::to_owned)
}

/// Any value, with space where space may be.
fn value() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["true", "false", "null"]).prop_map(str::to_owned);
    let leaf = prop_oneof![literal(), number(), word];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let member = (literal(), inner.clone()).prop_map(|(key, value)| format!("{key} :{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec(member, 0..4).prop_map(|all| format!("{{ {} }}", all.join(","))),
        ]
    })
}

fn body() -> impl Strategy<Value = (String, Vec<String>)> {
    let element = (literal(), value()).prop_map(|(text, extra)| {
        let content = format!(r#"{{"Text": {text},"Extra":{extra}}}"#);
        (format!(r#"{{"MsgContent":{content}, "MsgType":"TIMTextElem"}}"#), content)
    });
    prop::collection::vec(element, 1..4).prop_map(|elements| {
        let (elements, contents): (Vec<_>, Vec<_>) = elements.into_iter().unzip();
        (format!("[{}]", elements.join(" ,")), contents)
    })
}

fn group_of_one(runtime: &Runtime) -> Simulator {
    runtime.block_on(async {
        let platform = platform().await;
        platform.send(Post::text(APP, "g", "u1", "before")).await;
        platform.set_calls_per_second(usize::MAX);
        platform
    })
}

#[test]
fn an_edit_is_kept_and_read_byte_for_byte() {
    let runtime = Runtime::new().unwrap();
    let platform = group_of_one(&runtime);
    let client = client(&platform);
    let config =
        ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |((body, contents) in body(), custom in literal())| {
        let change = Change { body: Some(body.clone()), custom: Some(custom.clone()) };
        let stored = runtime.block_on(async {
            client.modify(&key("g", 1), &change).await.unwrap();
            present(&client, &key("g", 1)).await
        });
        let shown = platform.shows(APP, "g", None, 1).unwrap();
        prop_assert_eq!(&shown.body, &body);
        prop_assert_eq!(shown.custom_raw.as_ref(), Some(&custom));
        prop_assert_eq!(stored.content.custom(), Some(custom.as_str()));
        for content in contents {
            prop_assert!(stored.content.body().contains(&content), "{}", stored.content.body());
        }
    });
}
