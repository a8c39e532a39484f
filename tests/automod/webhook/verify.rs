//! Who is believed: the published vectors, and everything that looks like them.

use chat_automod::webhook::verify::{Query, Refusal};
use chat_automod::webhook::{App, Apps, Signature};
use proptest::prelude::*;
use std::time::Duration;

/// The platform's own example (EN-34354).
const TOKEN: &str = "xxxxyyyy";
const TIME: i64 = 1_669_872_112;
const SIGN: &str = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061";
/// `demo-token` at 1700000000.
const DEMO_TIME: i64 = 1_700_000_000;
const DEMO_SIGN: &str = "e5af3d57942cf80671fb01cfd17cd4a7028bfe40588708bd6271d5980a169e23";
/// What the token `xxxyyy`, printed beside the hash in an old copy of the page, really gives.
const MISPRINT: &str = "e78a85473bed2cdc8d6fa8c4d5a4ba4735fd64156e15a99516b9890293e135de";

fn apps() -> Apps {
    let app = |sdk_app_id, name: &str, signature| App { sdk_app_id, name: name.into(), signature };
    let token = |current: &str, previous: Option<&str>| Signature::Token {
        current: current.into(),
        previous: previous.map(Into::into),
    };
    Apps::new(
        [
            app(1, "main", token(TOKEN, None)),
            app(2, "rotating", token("demo-token", Some(TOKEN))),
            app(3, "open", Signature::Unsigned),
        ],
        Duration::from_secs(60),
    )
}

fn verify(query: &str, now: i64) -> Result<String, Refusal> {
    let query = Query::parse(query)?;
    apps().verify(&query, now).map(|app| app.name.clone())
}

#[test]
fn the_published_vector_is_believed() {
    let query = format!("SdkAppid=1&CallbackCommand=x&Sign={SIGN}&RequestTime={TIME}");
    assert_eq!(verify(&query, TIME).as_deref(), Ok("main"));
    let query = format!("SdkAppid=1&Sign={MISPRINT}&RequestTime={TIME}");
    assert_eq!(verify(&query, TIME), Err(Refusal::Sign));
}

#[test]
fn both_tokens_are_believed_while_one_replaces_the_other() {
    for (sign, time) in [(DEMO_SIGN, DEMO_TIME), (SIGN, TIME)] {
        let query = format!("SdkAppid=2&Sign={sign}&RequestTime={time}");
        assert_eq!(verify(&query, time).as_deref(), Ok("rotating"));
    }
    let query = format!("SdkAppid=1&Sign={DEMO_SIGN}&RequestTime={DEMO_TIME}");
    assert_eq!(verify(&query, DEMO_TIME), Err(Refusal::Sign), "the token of another app");
}

#[test]
fn names_come_in_any_letter_case_and_values_encoded() {
    for query in [
        format!("sdkappid=1&sign={SIGN}&requesttime={TIME}"),
        format!("SDKAPPID=1&SIGN={}&REQUESTTIME={TIME}", SIGN.to_uppercase()),
        format!("Sdk%41ppid=%31&Si%67n={SIGN}&RequestTime=%31669872112&&x&=&a=b=c"),
        format!("SdkAppid=1&SdkAppid=1&Sign={SIGN}&RequestTime={TIME}&sign={SIGN}"),
    ] {
        assert_eq!(verify(&query, TIME).as_deref(), Ok("main"), "{query}");
    }
}

#[test]
fn only_plain_digits_are_a_time() {
    let padding = "%80".to_owned() + &"%00".repeat(45) + "%90";
    for time in [
        format!("+{TIME}"),
        format!("%2B{TIME}"),
        format!("%20{TIME}"),
        format!("{TIME}%20"),
        format!("{TIME}%0A"),
        format!("-{TIME}"),
        format!("{TIME}.0"),
        format!("{TIME}{padding}1"),
        "1_669_872_112".into(),
        "0x63888570".into(),
        "１６６９８７２１１２".into(),
        "0000001669872112".into(),
        "99999999999999999999999999".into(),
        String::new(),
    ] {
        let query = format!("SdkAppid=1&Sign={SIGN}&RequestTime={time}");
        assert_eq!(verify(&query, TIME), Err(Refusal::Time), "{time}");
    }
}

#[test]
fn a_sign_is_64_hexadecimal_digits() {
    for sign in ["", "00", &SIGN[1..], &format!("{SIGN}00"), &SIGN.replace('1', "g"), "%00"] {
        let query = format!("SdkAppid=1&Sign={sign}&RequestTime={TIME}");
        assert_eq!(verify(&query, TIME), Err(Refusal::Sign), "{sign}");
    }
    for query in [format!("SdkAppid=1&RequestTime={TIME}"), format!("SdkAppid=1&Sign={SIGN}")] {
        assert_eq!(verify(&query, TIME), Err(Refusal::Unsigned), "{query}");
    }
}

#[test]
fn a_true_sign_is_believed_for_a_minute_either_way() {
    let query = format!("SdkAppid=1&Sign={SIGN}&RequestTime={TIME}");
    for near in [-60, -1, 0, 1, 60] {
        assert!(verify(&query, TIME + near).is_ok(), "{near}");
    }
    for far in [-61, 61, 86_400] {
        assert_eq!(verify(&query, TIME + far), Err(Refusal::Stale(far)), "{far}");
    }
    let false_and_old = format!("SdkAppid=1&Sign={MISPRINT}&RequestTime={TIME}");
    assert_eq!(verify(&false_and_old, TIME + 61), Err(Refusal::Sign), "no stale clock to report");
}

#[test]
fn an_app_is_named_plainly_and_is_one_of_ours() {
    for app in ["", "4", "+1", "-1", "1%20", "%201", "1.0", "0x1", "18446744073709551617", "main"] {
        let query = format!("SdkAppid={app}&Sign={SIGN}&RequestTime={TIME}");
        assert_eq!(verify(&query, TIME), Err(Refusal::App), "{app}");
    }
    assert_eq!(verify(&format!("Sign={SIGN}&RequestTime={TIME}"), TIME), Err(Refusal::App));
    assert_eq!(verify("", TIME), Err(Refusal::App));
}

#[test]
fn a_parameter_with_two_values_is_refused() {
    for query in [
        format!("SdkAppid=1&SdkAppid=3&Sign={SIGN}&RequestTime={TIME}"),
        format!("SdkAppid=1&Sign=0&sign={SIGN}&RequestTime={TIME}"),
        format!("SdkAppid=1&Sign={SIGN}&RequestTime={TIME}&RequestTime=1"),
        format!("SdkAppid=1&CallbackCommand=a&callbackcommand=b&Sign={SIGN}&RequestTime={TIME}"),
    ] {
        assert_eq!(verify(&query, TIME), Err(Refusal::Ambiguous), "{query}");
    }
}

#[test]
fn an_app_may_be_left_unsigned() {
    assert_eq!(verify("SdkAppid=3", TIME).as_deref(), Ok("open"));
    assert_eq!(verify("SdkAppid=3&Sign=x&RequestTime=y", TIME).as_deref(), Ok("open"));
}

proptest! {
    #[test]
    fn no_query_panics(query in any::<String>(), now: i64) {
        let _ = verify(&query, now);
    }

    /// The largest times and clocks do not overflow.
    #[test]
    fn nothing_but_the_sign_is_believed(sign in "[0-9a-f]{64}", time in 0..999_999_999_999_i64, now: i64) {
        let query = format!("SdkAppid=2&Sign={sign}&RequestTime={time}");
        prop_assert_eq!(verify(&query, now), Err(Refusal::Sign));
    }
}
