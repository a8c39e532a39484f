//! Raw JSON survives: leaves are found wherever text hides, and a patch touches nothing else.

use chat_automod::message::{
    Content, Decoded, Edit, Node, Role, TagRefused, TextKeys, escape, tagged, tags,
};
use proptest::prelude::*;

fn content(body: &str, custom: Option<&str>) -> Content {
    Content::new(body, custom, &TextKeys::default()).expect("valid JSON")
}

fn places(content: &Content) -> Vec<(&str, &str, Role)> {
    content.leaves().iter().map(|l| (l.place.as_str(), l.text.as_str(), l.role)).collect()
}

/// Replaces every occurrence of `from` in rewritable leaves.
fn replace(content: &Content, from: &str, with: &str) -> Content {
    let edits: Vec<_> = content
        .leaves()
        .iter()
        .enumerate()
        .filter(|(_, leaf)| leaf.role == Role::Rewritable)
        .map(|(index, leaf)| {
            let found = leaf.text.match_indices(from);
            let edits = found
                .map(|(at, _)| Edit { range: at..at + from.len(), with: with.into() })
                .collect();
            (index, edits)
        })
        .collect();
    content.patched(&edits).expect("still JSON")
}

#[test]
fn only_the_characters_of_the_offence_change() {
    let body = r#"[ {"MsgContent" : {"Zoom":1.50,"Text":"play \u0063asino \ud800 \/ 赌\ud83d\ude00","X":[1e9, null]},"MsgType":"TIMTextElem"}]"#;
    let masked = replace(&content(body, None), "casino", "******");
    assert_eq!(masked.body(), body.replace(r"\u0063asino", "******"));
}

#[test]
fn json_inside_data_keeps_every_other_byte() {
    let body = r#"[{"MsgType":"TIMCustomElem","MsgContent":{"Data":"{ \"businessID\":\"text_link\",\"price\":1.50,\"text\":\"a \\\"casino\\\" \\u8d4c\",\"link\":\"http:\\/\\/casino.example\"}","Desc":"","Ext":"x"}}]"#;
    let masked = replace(&content(body, None), "casino", "******");
    assert_eq!(masked.body(), body.replacen("casino", "******", 1));
}

#[test]
fn text_hides_in_many_places() {
    let body = r#"[
      {"MsgType":"TIMTextElem","MsgContent":{"Text":"one"}},
      {"MsgType":"TIMLocationElem","MsgContent":{"Desc":"two","Latitude":1.0,"Longitude":2.0}},
      {"MsgType":"TIMFileElem","MsgContent":{"FileName":"three.txt","Url":"https://f"}},
      {"MsgType":"TIMCustomElem","MsgContent":{"Data":"{\"title\":\"four\",\"id\":\"five\",\"in\":\"{\\\"text\\\":\\\"six\\\"}\"}","Desc":"seven","Ext":""}},
      {"MsgType":"TIMRelayElem","MsgContent":{"Title":"eight","AbstractList":["nine"],"MsgList":[{"From_Account":"u","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"ten"}}]}]}},
      {"MsgType":"TIMImageElem","MsgContent":{"UUID":"no","ImageInfoArray":[{"URL":"https://no"}]}},
      {"MsgType":"TIMNewElem","MsgContent":{"Deep":[{"Words":"eleven"}]}},
      {"MsgContent":{"Text":"twelve"}}
    ]"#;
    let custom = r#""{\"messageReply\":{\"messageAbstract\":\"q1\",\"messageSender\":\"u\"},\"messageReplies\":{\"replies\":[{\"messageAbstract\":\"q2\"}]},\"mine\":\"no\"}""#;
    let found = content(body, Some(custom));
    use Role::{Fixed, Rewritable};
    assert_eq!(
        places(&found),
        [
            ("body.0.Text", "one", Rewritable),
            ("body.1.Desc", "two", Rewritable),
            ("body.2.FileName", "three.txt", Fixed),
            ("body.3.Data.title", "four", Rewritable),
            ("body.3.Data.id", "five", Fixed),
            ("body.3.Data.in.text", "six", Rewritable),
            ("body.3.Desc", "seven", Rewritable),
            ("body.4.Title", "eight", Fixed),
            ("body.4.AbstractList.0", "nine", Fixed),
            ("body.4.MsgList.0.0.Text", "ten", Fixed),
            ("body.6.Deep.0.Words", "eleven", Fixed),
            ("body.7.Text", "twelve", Fixed),
            ("custom.messageReply.messageAbstract", "q1", Rewritable),
            ("custom.messageReplies.replies.0.messageAbstract", "q2", Rewritable),
        ]
    );
}

#[test]
fn signals_between_programs_are_no_text() {
    for id in ["user_typing_status", "av_call", "rtc_call"] {
        let body = format!(
            r#"[{{"MsgType":"TIMCustomElem","MsgContent":{{"Data":"{{\"businessID\":\"{id}\",\"text\":\"x\"}}"}}}}]"#
        );
        assert!(content(&body, None).leaves().is_empty(), "{id}");
    }
}

#[test]
fn history_may_order_keys_anew() {
    let sent = content(r#"[{"MsgContent":{"Text":"hi"},"MsgType":"TIMTextElem"}]"#, None);
    let read = content(r#"[{"MsgType": "TIMTextElem", "MsgContent": {"Text": "h\u0069"}}]"#, None);
    assert!(sent.same_body(&read));
    assert_eq!(sent.body_digest(), read.body_digest());
    let other = content(r#"[{"MsgContent":{"Text":"ho"},"MsgType":"TIMTextElem"}]"#, None);
    assert!(!sent.same_body(&other));
}

#[test]
fn numbers_are_read_by_their_grammar() {
    for good in ["0", "-0", "1.50", "1e400", "-1.5E+07", "123456789012345678901234567890"] {
        assert!(Node::parse(good).is_ok(), "{good}");
    }
    for bad in ["-", "01", "1.", ".5", "1e", "1e+", "+1", "0x1", "1.5.2", "--1", "NaN"] {
        assert!(Node::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn broken_and_deep_json_is_refused() {
    for bad in ["", "[", "[1,]", "{\"a\"}", "[1 2]", "\"a", "[01]", "nul", "[] []", "{\"a\":1,}"] {
        assert!(Node::parse(bad).is_err(), "{bad}");
    }
    assert!(Node::parse(&"[".repeat(200_000)).is_err());
    let deep = format!("{}{}", "[".repeat(129), "]".repeat(129));
    assert!(Node::parse(&deep).is_err());
}

#[test]
fn a_tag_is_one_key_beside_what_the_app_keeps() {
    let ads = ["ads".to_owned()];
    let both = ["scam".to_owned()];
    let new = tagged(None, &ads).unwrap();
    assert_eq!(new, r#""{\"automod\":{\"tags\":[\"ads\"]}}""#);
    assert_eq!(tagged(Some(r#""""#), &ads).unwrap(), new);
    assert_eq!(tags(Some(&tagged(Some(&new), &both).unwrap())), ["ads", "scam"]);
    assert_eq!(tagged(Some(r#""{}""#), &ads).unwrap(), new);
    let app = r#""{ \"n\":1.50,\"u\":\"http:\/\/x\", \"\u8d4c\":\"\ud800\" }""#;
    let kept = tagged(Some(app), &ads).unwrap();
    assert_eq!(kept, app.replace(r#" }""#, r#" ,\"automod\":{\"tags\":[\"ads\"]}}""#));
}

#[test]
fn what_is_no_object_is_left_alone() {
    let ads = ["ads".to_owned()];
    for other in [r#""your cloud custom data""#, r#""[1]""#, r#""7""#, r#""{broken""#, "7"] {
        assert_eq!(tagged(Some(other), &ads), Err(TagRefused::NotAnObject), "{other}");
    }
    assert_eq!(tagged(None, &["x".repeat(600)]), Err(TagRefused::TooLarge));
    let forged = tagged(None, &["y".repeat(400)]).unwrap();
    let ours = tagged(Some(&forged), &["z".repeat(200)]).unwrap();
    assert_eq!(tags(Some(&ours)), ["z".repeat(200)]);
}

proptest! {
    /// The cursor accepts what the reference accepts, and reads the same.
    #[test]
    fn agrees_with_the_reference(text in r#"[\[\]{},:"a1\\u0deE+. -]{0,24}"#) {
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) {
            let node = Node::parse(&text);
            prop_assert!(node.is_ok(), "{}", text);
            if let (Some(ours), Some(theirs)) = (node.ok().and_then(|n| n.string()), value.as_str()) {
                prop_assert_eq!(ours.text.as_str(), theirs);
            }
        } else if Node::parse(&text).is_ok() {
            // Lenient inside strings and about numbers too large for the reference, nowhere else.
            prop_assert!(text.contains(['\\', 'e', 'E']), "{}", text);
        }
    }

    #[test]
    fn every_string_comes_back(text in any::<String>()) {
        prop_assert_eq!(Decoded::new(&escape(&text)).text, text);
    }

    #[test]
    fn no_input_panics(text in any::<String>(), custom in any::<String>()) {
        let _ = Content::new(&text, Some(&custom), &TextKeys::default());
        let _ = Decoded::new(&text);
    }

    /// A patch replaces exactly one range of the text, however the string is escaped and nested.
    #[test]
    fn a_patch_touches_its_range_only(before in ".{0,12}", offence in ".{1,6}", after in ".{0,12}", nested: bool, ascii: bool) {
        let literal = |s: &str| if ascii { escape_all(s) } else { escape(s) };
        let (before_raw, after_raw) = (literal(&before), literal(&after));
        let (head, tail) = if nested {
            let element = r#"[{"MsgType":"TIMCustomElem","MsgContent":{"Data":""#;
            let head = format!(r#"{element}{}"#, literal(&format!(r#"{{"n":1.50,"text":"{before_raw}"#)));
            (head, format!(r#"{}"}}}}]"#, literal(&format!(r#"{after_raw}"}}"#))))
        } else {
            let element = r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":""#;
            (format!("{element}{before_raw}"), format!(r#"{after_raw}"}}}}]"#))
        };
        let offence_raw = if nested { literal(&literal(&offence)) } else { literal(&offence) };
        let original = content(&format!("{head}{offence_raw}{tail}"), None);
        prop_assert_eq!(&original.leaves()[0].text, &format!("{before}{offence}{after}"));
        let edit = Edit { range: before.len()..before.len() + offence.len(), with: "**".into() };
        let patched = original.patched(&[(0, vec![edit])]).expect("still JSON");
        prop_assert_eq!(patched.body(), format!("{head}**{tail}"));
    }
}

/// Every character escaped by `\u` and four digits, the way some senders write.
fn escape_all(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}
