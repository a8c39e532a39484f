//! Everything that can break between us and the platform: never a success, never silently tried again.

use super::*;
use chat_automod::chat::{Class, Failure};
use chat_automod::simulator::{Command, Fault, Post};

#[tokio::test]
async fn a_broken_answer_is_transient_and_never_a_success() {
    let platform = platform().await;
    let client = client(&platform);
    platform.send(Post::text(APP, "g", "u1", "hello")).await;
    let faults = [
        (Fault::Status(502), Failure::Status(502)),
        (Fault::Status(302), Failure::Status(302)),
        (Fault::Drop, Failure::Broken),
        (Fault::Garbage, Failure::Unreadable),
        (Fault::Html, Failure::Unreadable),
        (Fault::HalfJson, Failure::Unreadable),
        (Fault::NoErrorCode, Failure::Unreadable),
        (Fault::Gzip, Failure::Unreadable),
        (Fault::Padded(1024 * 1024), Failure::TooLarge),
    ];
    for (fault, failure) in faults {
        platform.faults().next(None, 2, fault);
        let edit = client.modify(&key("g", 1), &to_text("***")).await.unwrap_err();
        let read = client.read(&key("g", 1)).await.unwrap_err();
        for error in [edit, read] {
            assert_eq!((error.class(), error.failure()), (Class::Transient, failure));
            assert_eq!(error.code(), None);
        }
    }
    assert_eq!(platform.shows(APP, "g", None, 1).unwrap().edits, 0);
    assert_eq!(platform.calls().of(Command::Modify), 9, "each was asked once");
    assert_eq!(platform.calls().answered(Command::Modify, None), 9);
    client.modify(&key("g", 1), &to_text("***")).await.unwrap();
}

#[tokio::test]
async fn an_answer_of_almost_a_mebibyte_is_read() {
    let platform = platform().await;
    platform.faults().next(Command::Modify, 1, Fault::Padded(1024 * 1024 - 100));
    client(&platform).modify(&key("g", 1), &to_text("***")).await.unwrap();
}

#[tokio::test]
async fn an_edit_may_be_made_although_its_answer_is_lost() {
    let platform = platform().await;
    let client = client(&platform);
    platform.send(Post::text(APP, "g", "u1", "hello")).await;
    platform.faults().next(Command::Modify, 1, Fault::AnswerLost);
    let error = client.modify(&key("g", 1), &to_text("***")).await.unwrap_err();
    assert_eq!((error.class(), error.failure()), (Class::Transient, Failure::Broken));
    let shown = platform.shows(APP, "g", None, 1).unwrap();
    assert_eq!((shown.text().as_str(), shown.edits), ("***", 1));
}

#[tokio::test]
async fn silence_ends_at_the_time_limit() {
    let platform = platform().await;
    platform.faults().always(None, Fault::Delay(Duration::from_secs(60)));
    let error = client_at(&platform.base_url(), hasty()).read(&key("g", 1)).await.unwrap_err();
    assert_eq!((error.class(), error.failure()), (Class::Transient, Failure::TimedOut));
}

#[tokio::test]
async fn a_platform_that_is_not_there_is_transient() {
    let platform = platform().await;
    let client = client(&platform);
    platform.stop().await;
    let error = client.read(&key("g", 1)).await.unwrap_err();
    assert_eq!((error.class(), error.failure()), (Class::Transient, Failure::NotConnected));
    assert!(client.probe().await.is_err());
}

#[tokio::test]
async fn too_many_calls_in_a_second_are_refused_and_not_held_back() {
    let platform = platform().await;
    let client = client(&platform);
    platform.send(Post::text(APP, "g", "u1", "hello")).await;
    platform.set_calls_per_second(3);
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(client.modify(&key("g", 1), &to_text("***")).await.err().and_then(|e| e.code()));
    }
    assert_eq!(codes, [None, None, None, Some(60007)]);
    client.read(&key("g", 1)).await.unwrap();
}

#[tokio::test]
async fn a_dropped_platform_stops_answering() {
    let platform = platform().await;
    let client = client(&platform);
    assert_eq!(client.read(&key("g", 1)).await.unwrap_err().class(), Class::Gone);
    drop(platform);
    let stopped = async {
        while client.read(&key("g", 1)).await.unwrap_err().failure() != Failure::NotConnected {}
    };
    tokio::time::timeout(Duration::from_secs(30), stopped).await.unwrap();
}
