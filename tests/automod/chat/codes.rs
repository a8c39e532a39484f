//! Every documented code, by what it calls for.

use super::*;
use chat_automod::chat::Class;
use chat_automod::simulator::{Command, Fault, Post};

const TABLE: [(Class, &[i64]); 10] = [
    (
        Class::Transient,
        &[
            10002, 20004, 20005, 20018, 60008, 60013, 60014, 70169, 70202, 70500, 90992, 90994,
            90995, 91000,
        ],
    ),
    (Class::Conflict, &[20027, 20028]),
    (Class::RateLimited, &[10006, 10023, 22006, 60007, 60011, 60018, 60019]),
    (Class::QuotaToday, &[60028]),
    (Class::Expired, &[70001]),
    (
        Class::Credentials,
        &[
            20002, 60004, 60005, 60006, 60010, 60012, 60016, 60017, 60020, 60021, 60025, 60026,
            60027, 70002, 70003, 70005, 70009, 70013, 70014, 70016, 70020, 70050, 70051, 70052,
            70107, 70403, 80005, 90009,
        ],
    ),
    (Class::NotPermitted, &[10007, 10026, 10041, 10059, 11000]),
    (Class::BodyRefused, &[20001, 80001, 80002, 80004, 90001, 90002, 90007, 90010, 90055, 93000]),
    (Class::Gone, &[10010, 10015, 10030, 20022, 20023]),
    (
        Class::Permanent,
        &[
            10003, 10004, 10011, 10012, 10031, 10032, 10033, 10034, 10035, 10044, 10052, 20003,
            60002, 60003, 60009, 60015, 90003, 90012, 90054, 110_013,
        ],
    ),
];

#[tokio::test]
async fn every_documented_code_has_its_class_and_no_success() {
    let platform = platform().await;
    let client = client(&platform);
    platform.send(Post::text(APP, "g", "u1", "hello")).await;
    for (class, codes) in TABLE {
        for code in codes {
            platform.faults().always(Command::Modify, Fault::Code(*code));
            let error = client.modify(&key("g", 1), &to_text("***")).await.unwrap_err();
            assert_eq!((error.code(), error.class()), (Some(*code), class));
            assert!(error.to_string().contains(&code.to_string()), "{error}");
            assert!(error.answer().unwrap().contains(&code.to_string()));
            platform.faults().clear();
        }
    }
    assert_eq!(platform.shows(APP, "g", None, 1).unwrap().edits, 0);
}

#[test]
fn every_other_code_is_unknown() {
    let known: Vec<i64> = TABLE.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
    let mut sorted = known.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), known.len(), "no code has two classes");
    for code in (-10..120_000).filter(|code| sorted.binary_search(code).is_err()) {
        assert_eq!(Class::of(code), Class::Unknown, "{code}");
    }
}

#[tokio::test]
async fn an_unknown_code_keeps_its_answer() {
    let platform = platform().await;
    platform.faults().next(None, 1, Fault::Code(12_345));
    let error = client(&platform).read(&key("g", 1)).await.unwrap_err();
    assert_eq!(error.class(), Class::Unknown);
    assert_eq!(
        error.answer(),
        Some(r#"{"ActionStatus":"FAIL","ErrorCode":12345,"ErrorInfo":"as switched on"}"#)
    );
}
