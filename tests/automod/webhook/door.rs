//! What callers see over real HTTP, and what is considered behind the door.

use super::stand::{Answer, Door, LIMIT, OK, REFUSED, message, now, open, signed_at};
use chat_automod::moderation::{Considered, Event, Unavailable};
use std::io::Write;
use std::time::Duration;

#[test]
fn a_signed_message_is_considered_and_acknowledged() {
    let door = open();
    let answer = door.post(&signed_at(now()), &message("hi"));
    assert_eq!(answer, Answer { status: 200, closes: false, body: OK.into() });
    assert_eq!(door.last_counted(), (Some("main".into()), "clean"));
    let events = door.recorder.events.lock().expect("whole");
    let [Event::Sent(message)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(
        (message.app.as_str(), message.key.sdk_app_id, message.key.seq),
        ("main", 1, Some(7))
    );
    assert_eq!(message.content.leaves()[0].text, "hi");
}

#[test]
fn what_cannot_be_considered_is_not_acknowledged() {
    let door = open();
    *door.recorder.answer.lock().expect("whole") = Err(Unavailable);
    let answer = door.post(&signed_at(now()), &message("hi"));
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains(r#""ActionStatus":"FAIL""#), "{answer:?}");
    assert_eq!(door.last_counted().1, "unavailable");
}

#[test]
fn every_outcome_is_acknowledged_alike() {
    use Considered::{Clean, Duplicate, Ignored, Own, Planned};
    let door = open();
    for (considered, counted) in [
        (Clean, "clean"),
        (Planned, "planned"),
        (Duplicate, "duplicate"),
        (Own, "own"),
        (Ignored, "ignored"),
    ] {
        *door.recorder.answer.lock().expect("whole") = Ok(considered);
        let answer = door.post(&signed_at(now()), &message("hi"));
        assert_eq!((answer.status, answer.body.as_str()), (200, OK));
        assert_eq!(door.last_counted().1, counted);
    }
}

#[test]
fn who_is_not_believed_learns_nothing_but_a_number() {
    let door = open();
    let time = now();
    let (true_query, forged) = (signed_at(time), signed_at(time).replace("Sign=", "Sign=00&x="));
    for (query, status, app, counted) in [
        (String::new(), 403, None, "unknown_app"),
        ("SdkAppid=3".into(), 403, None, "unknown_app"),
        (true_query.replace("SdkAppid=1", "SdkAppid=9"), 403, None, "unknown_app"),
        ("SdkAppid=1".into(), 401, Some("main"), "unsigned"),
        (forged, 401, Some("main"), "bad_sign"),
        (true_query.replace("RequestTime=", "RequestTime=+"), 401, Some("main"), "bad_time"),
        (signed_at(time - 120), 401, Some("main"), "stale"),
        (signed_at(time + 120), 401, Some("main"), "stale"),
        (format!("{true_query}&sdkappid=2"), 400, None, "ambiguous"),
    ] {
        let answer = door.post(&query, &message("hi"));
        assert_eq!((answer.status, answer.body.as_str()), (status, REFUSED), "{query}");
        assert_eq!(door.last_counted(), (app.map(str::to_owned), counted), "{query}");
    }
    assert_eq!(door.events(), 0);
    let stale = door.recorder.stale.lock().expect("whole");
    let (past, future) = (&stale[0], &stale[1]);
    assert_eq!((past.0.as_str(), future.0.as_str()), ("main", "main"));
    assert!(past.1 >= 120 && (-120..0).contains(&future.1), "{stale:?}");
}

#[test]
fn an_app_may_be_left_unsigned() {
    let door = open();
    assert_eq!(door.post_open(&message("hi")).status, 200);
    assert_eq!(door.last_counted(), (Some("open".into()), "clean"));
}

#[test]
fn names_of_parameters_come_in_any_letter_case() {
    let door = open();
    let query = signed_at(now());
    let query = query.replace("SdkAppid", "sdkappid").replace("CallbackCommand", "CALLBACKCOMMAND");
    let query = query.replace("Sign=", "sIGN=").replace("RequestTime", "requesttime");
    assert_eq!(door.post(&query, &message("hi")).status, 200);
    assert_eq!(door.events(), 1);
}

#[test]
fn commands_of_others_are_acknowledged_unread() {
    let door = open();
    let query = signed_at(now());
    let query = query.replace("Group.CallbackAfterSendMsg", "State.StateChange");
    let answer = door.post(&query, b"\xff not JSON");
    assert_eq!((answer.status, answer.body.as_str()), (200, OK));
    assert_eq!(door.last_counted().1, "ignored");
    assert_eq!(door.post_open(br#"{"CallbackCommand":"Push.AllPush"}"#).status, 200);
    assert_eq!(door.events(), 0);
}

#[test]
fn broken_bodies_are_refused() {
    let door = open();
    let brackets = "[".repeat(200_000).into_bytes();
    let closed = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes();
    let sliced = &message("hi")[..40];
    for body in
        [b"".as_slice(), b"{", b"\xff\xfe", b"{\"a\":\"\xed\xa0\x80\"}", sliced, &brackets, &closed]
    {
        let answer = door.post_open(body);
        assert_eq!((answer.status, answer.body.as_str()), (400, REFUSED));
        assert_eq!(door.last_counted().1, "malformed");
    }
    assert_eq!(door.events(), 0);
}

#[test]
fn lone_surrogates_are_no_reason_to_refuse() {
    let door = open();
    assert_eq!(door.post_open(&message(r"\ud800 casino \udfff")).status, 200);
    let events = door.recorder.events.lock().expect("whole");
    let [Event::Sent(message)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(message.content.leaves()[0].text, "\u{fffd} casino \u{fffd}");
    assert!(message.content.body().contains(r"\ud800 casino \udfff"));
}

#[test]
fn the_largest_body_is_read_and_one_byte_more_is_not() {
    let door = open();
    let empty = message("").len();
    let largest = message(&"x".repeat(LIMIT - empty));
    assert_eq!((largest.len(), door.post_open(&largest).status), (LIMIT, 200));
    let larger = message(&"x".repeat(LIMIT - empty + 1));
    assert_eq!(door.post_open(&larger).status, 413);
    assert_eq!(door.events(), 1);
}

#[test]
fn who_sends_too_much_sees_the_refusal_and_may_go_on() {
    let door = open();
    let mut caller = door.connect();
    let body = vec![b' '; 1 << 20];
    for (query, status) in [(signed_at(now()), 413), ("SdkAppid=1".into(), 401)] {
        let answer = caller.post(&query, &body);
        assert_eq!((answer.status, answer.closes, answer.body.as_str()), (status, false, REFUSED));
    }
    assert_eq!(caller.post("SdkAppid=2", &message("hi")).status, 200);
    assert_eq!(door.events(), 1);
}

#[test]
fn a_huge_body_is_refused_by_its_length() {
    let door = open();
    let mut caller = door.connect();
    caller.head("POST", &signed_at(now()), &format!("Content-Length: {}", 1_u64 << 40));
    let answer = caller.answer();
    assert_eq!((answer.status, answer.closes), (413, true));
}

/// Without a length nobody knows how much will come: the sender is cut off in the middle.
#[test]
fn an_endless_body_is_cut_off() {
    const FOREVER: usize = 1 << 20;
    let door = open();
    for (query, status) in [(signed_at(now()), 413), ("SdkAppid=1".into(), 401)] {
        let mut caller = door.connect();
        caller.head("POST", &query, "Transfer-Encoding: chunked");
        let mut stream = caller.stream.try_clone().expect("cloned");
        let sender = std::thread::spawn(move || {
            let chunk = [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat();
            (0..FOREVER).take_while(|_| stream.write_all(&chunk).is_ok()).count()
        });
        let answer = caller.answer();
        assert_eq!((answer.status, answer.closes, answer.body.as_str()), (status, true, REFUSED));
        assert!(sender.join().expect("sent") < FOREVER);
    }
    assert_eq!(door.post_open(&message("still alive")).status, 200);
}

#[test]
fn a_chunked_body_of_fair_size_is_read() {
    let door = open();
    let mut caller = door.connect();
    caller.head("POST", "SdkAppid=2", "Transfer-Encoding: chunked");
    for part in message("hi").chunks(10) {
        let chunk = [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
        caller.stream.write_all(&chunk).expect("sent");
    }
    caller.stream.write_all(b"0\r\n\r\n").expect("sent");
    assert_eq!(caller.answer().status, 200);
    assert_eq!(door.events(), 1);
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let door = Door::open(Duration::from_millis(100));
    for (query, status, counted) in
        [(signed_at(now()), 408, "too_slow"), ("SdkAppid=1".into(), 401, "unsigned")]
    {
        for framing in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
            let mut caller = door.connect();
            caller.head("POST", &query, framing);
            caller.stream.write_all(b"5\r\n[[[[[\r\n").expect("sent");
            let answer = caller.answer();
            let told = (answer.status, answer.closes, answer.body.as_str());
            assert_eq!(told, (status, true, REFUSED), "{framing}");
            assert_eq!(door.last_counted().1, counted);
            assert!(caller.is_hung_up(), "{framing}");
        }
    }
    assert_eq!(door.events(), 0);
}

#[test]
fn only_posting_is_served() {
    let door = open();
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let mut caller = door.connect();
        caller.head(method, &signed_at(now()), "Accept: */*");
        assert_eq!((caller.answer().status), 405, "{method}");
    }
    assert_eq!(door.events(), 0);
}
