//! What goes over the wire, seen by a server that only listens and recites.

use super::*;
use chat_automod::chat::{Class, Failure, SetupError, domain, regions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Answers one call with these bytes and tells what it was sent. `{path}` is replaced by what was asked for.
async fn recite(answer: &str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.to_owned();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut request, mut chunk) = (String::new(), [0; 4096]);
        while !request.ends_with('}') {
            let read = stream.read(&mut chunk).await.unwrap();
            assert_ne!(read, 0, "{request}");
            request += std::str::from_utf8(&chunk[..read]).unwrap();
        }
        let path = request.split(' ').nth(1).unwrap();
        stream.write_all(answer.replace("{path}", path).as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        request
    });
    (base_url, heard)
}

/// HTTP 200 and this body.
fn fine(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

const DONE: &str = r#"{"ErrorCode":0,"ErrorInfo":"ok"}"#;

#[tokio::test]
async fn a_call_looks_as_documented() {
    let (base_url, heard) = recite(&fine(DONE)).await;
    client_at(&base_url, Options::default()).modify(&key("g", 23), &to_text("你")).await.unwrap();
    let heard = heard.await.unwrap();
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        body,
        r#"{"GroupId":"g","MsgSeq":23,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"你"}}]}"#
    );

    let path = head.split(' ').nth(1).unwrap();
    assert!(head.starts_with("POST /v4/openim/modify_group_msg?"));
    let query = path.split_once('?').unwrap().1;
    let pairs: Vec<_> = query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
    let names: Vec<_> = pairs.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["sdkappid", "identifier", "usersig", "random", "contenttype"]);
    assert_eq!((pairs[0].1, pairs[1].1), ("1400000007", "chat-automod%40ops"));
    let usersig = pairs[2].1.replace("%2A", "");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    assert!(usersig.len() > 100 && usersig.bytes().all(plain), "{usersig}");
    pairs[3].1.parse::<u32>().unwrap();
    assert_eq!(pairs[4].1, "json");

    let head = head.to_ascii_lowercase();
    assert!(!head.contains("accept-encoding"), "a compressed answer is not asked for");
    assert!(head.contains("content-type: application/json"));
}

#[tokio::test]
async fn a_call_without_fields_still_has_a_body() {
    let (base_url, heard) = recite(&fine(DONE)).await;
    let probe = client_at(&base_url, Options::default()).probe().await.unwrap();
    assert!(probe.refusal.is_none() && probe.skew().is_none(), "no Date, no skew");
    assert!(heard.await.unwrap().ends_with(r#"{"Limit":1,"Next":0}"#));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let moved = "HTTP/1.1 307 Temporary Redirect\r\nLocation: {path}\r\nContent-Length: 0\r\n\r\n";
    let (base_url, _heard) = recite(moved).await;
    let error = client_at(&base_url, Options::default())
        .modify(&key("g", 1), &to_text("x"))
        .await
        .unwrap_err();
    assert_eq!(error.failure(), Failure::Status(307));
}

#[tokio::test]
async fn an_error_page_that_repeats_the_address_gives_away_nothing() {
    let page = "HTTP/1.1 414 Too Long\r\nConnection: close\r\n\r\n<p>Cannot serve {path}</p>";
    let (base_url, heard) = recite(page).await;
    let client = client_at(&base_url, Options::default());
    let error = client.modify(&key("g", 1), &to_text("secret words")).await.unwrap_err();
    let heard = heard.await.unwrap();
    let usersig = heard.split("usersig=").nth(1).unwrap().split('&').next().unwrap();
    let answer = error.answer().unwrap();
    assert!(answer.contains("Cannot serve") && answer.contains("[usersig]"), "{answer}");
    assert!(!answer.contains(&usersig[..40]));
    let told = format!("{error} {error:?} {client:?} {:?}", credentials(&base_url));
    for secret in [&usersig[..40], KEY, "usersig=", "secret words"] {
        assert!(!told.contains(secret), "{told}");
    }
}

#[tokio::test]
async fn a_long_answer_is_kept_in_part() {
    let page = "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n{path}";
    let (base_url, _heard) = recite(page).await;
    let group = "群".repeat(1000);
    let client = client_at(&base_url, Options::default());
    let error = client.modify(&key(&group, 1), &to_text("x")).await.unwrap_err();
    assert!(error.answer().unwrap().len() <= 1024);
}

#[tokio::test]
async fn an_answer_that_contradicts_or_breaks_off_is_no_success() {
    let answers = [
        fine(r#"{"ActionStatus":"FAIL","ErrorCode":0}"#),
        fine(r#"{"errorcode":0}"#),
        fine("").replace("200 OK", "204 No Content"),
        fine(DONE).replace("200 OK", "500 Oops"),
        fine(DONE).replace("Length: ", "Length: 1"),
        "SSH-2.0-OpenSSH\r\n".to_owned(),
    ];
    for answer in answers {
        let (base_url, _heard) = recite(&answer).await;
        let client = client_at(&base_url, Options::default());
        let error = client.modify(&key("g", 1), &to_text("x")).await.unwrap_err();
        assert_eq!(error.class(), Class::Transient, "{answer}");
    }
}

#[tokio::test]
async fn a_code_may_stand_alone_or_in_quotes() {
    let answers = [r#"{"ErrorCode":0}"#, r#"{"ErrorCode":"0"}"#].map(fine);
    for answer in answers {
        let (base_url, _heard) = recite(&answer).await;
        client_at(&base_url, Options::default()).modify(&key("g", 1), &to_text("x")).await.unwrap();
    }
}

#[tokio::test]
async fn a_page_that_does_not_tell_is_not_taken_for_a_missing_message() {
    let silent = fine(r#"{"ErrorCode":0}"#);
    let bodiless = fine(r#"{"ErrorCode":0,"RspMsgList":[{"MsgSeq":1}]}"#);
    for answer in [silent, bodiless] {
        let (base_url, _heard) = recite(&answer).await;
        let error = client_at(&base_url, Options::default()).read(&key("g", 1)).await.unwrap_err();
        assert_eq!((error.class(), error.failure()), (Class::Transient, Failure::Unreadable));
    }
}

#[test]
fn every_region_has_its_domain() {
    assert_eq!(domain("china"), Some("console.tim.qq.com"));
    assert_eq!(domain("seoul"), Some("adminapikr.im.qcloud.com"));
    assert_eq!(domain("Seoul"), None);
    assert_eq!(regions().len(), 8);
    assert!(regions().is_sorted() && regions().iter().all(|region| domain(region).is_some()));
}

#[test]
fn https_works_whatever_provider_others_installed() {
    match Client::new(credentials("https://console.tim.qq.com"), TextKeys::default()) {
        Err(SetupError::Tls(error)) => {
            println!("not tested, this machine has no certificates: {error}")
        }
        client => drop(client.unwrap()),
    }
}

#[test]
fn a_base_url_is_scheme_host_and_port() {
    let setup = |url: &str| Client::new(credentials(url), TextKeys::default()).map(drop);
    for url in ["http://127.0.0.1:9500", "http://localhost/", "http://[::1]:1"] {
        setup(url).unwrap();
    }
    for url in [
        "",
        "console.tim.qq.com",
        "ftp://host",
        "http://host/v4",
        "http://u:p@host",
        "http://host?x",
    ] {
        let error = setup(url).unwrap_err();
        assert!(matches!(error, SetupError::BaseUrl { .. }), "{url}");
        assert!(!error.to_string().contains("u:p"));
    }
}
