//! Whatever is asked in whatever way: a clear answer, never a failure of ours, and nothing that runs anywhere.

use crate::service::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::simulator::Post;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_filter_is_refused_and_named() {
    let app = TestApp::spawn().await;
    let token = app.auditor().await;
    let long = "x".repeat(300);
    let cases = [
        ("limit=0", "invalid_parameter", "limit"),
        ("limit=501", "invalid_parameter", "limit"),
        ("limit=-1", "invalid_parameter", "limit"),
        ("limit=99999999999999999999999", "invalid_parameter", "limit"),
        ("limit=1e3", "invalid_parameter", "limit"),
        ("limit=", "invalid_parameter", "limit"),
        ("limit=1&limit=2", "invalid_parameter", "limit"),
        ("since=yesterday", "invalid_parameter", "since"),
        ("since=2026-13-01", "invalid_parameter", "since"),
        ("since=2026-02-30", "invalid_parameter", "since"),
        ("until=99999-01-01", "invalid_parameter", "until"),
        ("outcome=great", "invalid_parameter", "outcome"),
        ("outcome=Applied", "invalid_parameter", "outcome"),
        ("severity=4", "invalid_parameter", "severity"),
        ("error_code=many", "invalid_parameter", "error_code"),
        ("ruleset=abc", "invalid_parameter", "ruleset"),
        ("ruleset=zzzzzzzzzzzz", "invalid_parameter", "ruleset"),
        ("ruleset=..%2F..%2Fetc", "invalid_parameter", "ruleset"),
        ("group=", "invalid_parameter", "group"),
        ("group=a%00b", "invalid_parameter", "group"),
        ("group=%ff%fe", "invalid_parameter", "group"),
        ("group=%4", "invalid_parameter", "group"),
        ("group=%zz", "invalid_parameter", "group"),
        (&format!("sender={long}"), "invalid_parameter", "sender"),
        ("cursor=nonsense", "invalid_cursor", "cursor"),
        ("cursor=", "invalid_cursor", "cursor"),
        ("cursor=%00", "invalid_cursor", "cursor"),
        ("sort=time", "unknown_parameter", "sort"),
        ("limit", "invalid_parameter", "limit"),
        ("=1", "unknown_parameter", ""),
        ("id=x", "unknown_parameter", "id"),
    ];
    for (query, code, parameter) in cases {
        let answer = app.look(&token, &format!("/decisions?{query}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{query}");
        assert_eq!(answer.json()["parameter"], parameter, "{query}");
    }
    for query in ["&&", "", "group=%F0%9F%98%80", "group=a+b&limit=500"] {
        assert_eq!(app.look(&token, &format!("/decisions?{query}")).await.status, 200, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_id_leads_anywhere_else() {
    let app = TestApp::spawn().await;
    let token = app.auditor().await;
    for id in [
        "..",
        ".",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
        "..%5c",
        "%00",
        "%ff",
        "a%2Fb",
        "%",
        "'%20OR%201=1--",
        "x;y",
        "%25",
        "\u{202e}",
        &"9".repeat(5_000),
    ] {
        for place in ["decisions", "rulesets"] {
            let request = format!(
                "GET /api/v1/{place}/{id} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
            );
            let answer = app.raw(request.into_bytes()).await;
            let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
            assert!(["400", "404", "414"].contains(&status.as_str()), "{place}/{id}: {answer}");
            assert!(!answer.contains("root:"), "{answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_none_is_refused() {
    let app = TestApp::spawn_with(RULES, &[("API__BODY_LIMIT", "64KiB")]).await;
    let token = app.moderator().await;
    let post = async |body: Vec<u8>| {
        let headers = [("authorization", format!("Bearer {token}"))];
        let answer = app.call(&headers, "POST", "/api/v1/rules/explain", Some(body)).await;
        (answer.status, answer.code(), answer.json()["parameter"].clone())
    };
    let malformed = (400, "malformed_body".to_owned(), Value::Null);
    let deep = "[".repeat(20_000);
    let nested = format!("{{\"text\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    for body in
        ["{", "null", "[]", "\"text\"", "1", "{\"text\":\"a\"}x", "\u{feff}{}", &deep, &nested]
    {
        assert_eq!(post(body.into()).await, malformed, "{}", &body[..body.len().min(40)]);
    }
    assert_eq!(post(b"{\"text\":\"\xff\"}".to_vec()).await, malformed, "no UTF-8");
    assert_eq!(post(vec![0; 100]).await, malformed);
    let invalid = |name: &str| (400, "invalid_parameter".to_owned(), json!(name));
    for wrong in [json!(1), json!([]), json!({}), json!(true), json!(""), json!("  ")] {
        assert_eq!(post(json!({ "text": wrong }).to_string().into()).await, invalid("text"));
    }
    let missing = (400, "missing_parameter".to_owned(), json!("text"));
    assert_eq!(post(b"{}".to_vec()).await, missing);
    assert_eq!(post(Vec::new()).await, missing);
    assert_eq!(post(b"{\"text\":null}".to_vec()).await, missing);
    let more = json!({ "text": "a", "<script>": 1 }).to_string().into();
    assert_eq!(post(more).await, (400, "unknown_parameter".into(), json!("<script>")));
    let large = json!({ "text": "a".repeat(70_000) }).to_string().into();
    assert_eq!(post(large).await, (413, "body_too_large".into(), Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_texts_come_out_as_what_they_are() {
    let app = TestApp::spawn().await;
    let combining = format!("casino{}", "\u{301}".repeat(6_000));
    let texts = [
        "<script>alert(1)</script> casino",
        "=cmd|' /C calc'!A0 casino",
        "\u{1b}[2J casino \u{202e}\u{0}",
        "casino \"}],\\",
        &combining,
    ];
    for (number, text) in texts.iter().enumerate() {
        let sender = format!("<b>{number}\u{1b}[2J\"");
        app.send(Post::text(APP, GROUP, &sender, text)).await;
    }
    app.quiet().await;
    let token = app.moderator().await;
    let listed = app.look(&token, "/decisions").await;
    assert_eq!(listed.header("content-type"), Some("application/json"));
    let rows = listed.good()["decisions"].as_array().unwrap().clone();
    assert_eq!(rows.len(), texts.len());
    for (row, (number, text)) in rows.iter().rev().zip(texts.iter().enumerate()) {
        assert_eq!(row["sender"], format!("<b>{number}\u{1b}[2J\""));
        let shown = app.look(&token, &format!("/decisions/{}", row["id"].as_str().unwrap())).await;
        let original: Value =
            serde_json::from_str(shown.good()["original"].as_str().unwrap()).unwrap();
        assert_eq!(original["body"][0]["MsgContent"]["Text"], *text);
    }
    for text in texts {
        let explained = app.post(&token, "/rules/explain", json!({ "text": text })).await;
        assert_eq!(explained.good()["texts"][0]["text"], text);
    }
}

/// Any bytes as a query, a body or a path: below 500, and JSON.
#[tokio::test(flavor = "multi_thread")]
async fn no_bytes_make_it_fail() {
    let app = TestApp::spawn().await;
    let token = app.admin().await;
    let mut runner = TestRunner::deterministic();
    let bytes = proptest::collection::vec(any::<u8>(), 0..60);
    let names = prop::sample::select(vec!["since", "limit", "group", "cursor", "app", "outcome"]);
    for _ in 0..300 {
        let bytes = bytes.new_tree(&mut runner).unwrap().current();
        let name = names.new_tree(&mut runner).unwrap().current();
        let escaped: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
        let answer = app.look(&token, &format!("/decisions?{name}={escaped}")).await;
        assert!(answer.status < 500, "{name}={escaped}: {answer:?}");
        answer.json();
        let headers = [("authorization", format!("Bearer {token}"))];
        let body = app.call(&headers, "POST", "/api/v1/undo", Some(bytes)).await;
        assert_eq!(body.status, 400, "{body:?}");
        let path = app.look(&token, &format!("/decisions/{escaped}")).await;
        assert!(path.status < 500 && path.status != 403, "{escaped}: {path:?}");
    }
    assert_eq!(app.look(&token, "/decisions").await.status, 200, "it still answers");
}
