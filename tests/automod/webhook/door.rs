//! What callers see over real HTTP, and what is considered behind the door.

use actix_web::{App as Service, HttpServer, web};
use chat_automod::message::TextKeys;
use chat_automod::moderation::{Consider, Considered, Event, Unavailable};
use chat_automod::webhook::{self, App, Apps, BodyLimits, Gate, Observe, Signature};
use futures_util::future::{BoxFuture, FutureExt, ready};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const TOKEN: &str = "t0ken";
const OK: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;
const REFUSED: &str = r#"{"ActionStatus":"FAIL","ErrorCode":1,"ErrorInfo":"refused"}"#;
const LIMIT: usize = 256 << 10;

/// Remembers what was asked and counted, and answers as told.
struct Recorder {
    answer: Mutex<Result<Considered, Unavailable>>,
    events: Mutex<Vec<Event>>,
    counted: Mutex<Vec<(Option<String>, &'static str)>>,
    stale: Mutex<Vec<(String, i64)>>,
}

impl Consider for Recorder {
    fn consider(&self, event: Event) -> BoxFuture<'_, Result<Considered, Unavailable>> {
        self.events.lock().expect("whole").push(event);
        ready(*self.answer.lock().expect("whole")).boxed()
    }
}

impl Observe for Recorder {
    fn webhook(&self, app: Option<&str>, result: &'static str) {
        self.counted.lock().expect("whole").push((app.map(str::to_owned), result));
    }

    fn stale(&self, app: &str, seconds: i64) {
        self.stale.lock().expect("whole").push((app.to_owned(), seconds));
    }
}

/// A running door: app 1 signed, app 2 unsigned.
struct Door {
    address: SocketAddr,
    recorder: Arc<Recorder>,
    handle: actix_web::dev::ServerHandle,
    server: Option<JoinHandle<()>>,
}

impl Door {
    fn open(body_timeout: Duration) -> Self {
        let recorder = Arc::new(Recorder {
            answer: Mutex::new(Ok(Considered::Clean)),
            events: Mutex::default(),
            counted: Mutex::default(),
            stale: Mutex::default(),
        });
        let signature = Signature::Token { current: TOKEN.into(), previous: None };
        let apps = [
            App { sdk_app_id: 1, name: "main".into(), signature },
            App { sdk_app_id: 2, name: "open".into(), signature: Signature::Unsigned },
        ];
        let gate = web::Data::new(Gate {
            apps: Apps::new(apps, Duration::from_secs(60)),
            limits: BodyLimits { bytes: LIMIT as u64, timeout: body_timeout },
            keys: TextKeys::default(),
            consider: recorder.clone(),
            observe: recorder.clone(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (sender, receiver) = mpsc::channel();
        let server = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let service =
                    move || Service::new().app_data(gate.clone()).configure(webhook::configure);
                let server = HttpServer::new(service).workers(1).disable_signals();
                let server = server.listen(listener).expect("listening").run();
                sender.send(server.handle()).expect("awaited");
                server.await.expect("served");
            });
        });
        let handle = receiver.recv().expect("started");
        Self { address, recorder, handle, server: Some(server) }
    }

    fn connect(&self) -> Caller {
        let stream = TcpStream::connect(self.address).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
        Caller { reader: BufReader::new(stream.try_clone().expect("cloned")), stream }
    }

    fn post(&self, query: &str, body: &[u8]) -> Answer {
        self.connect().post(query, body)
    }

    /// Posts to app 2, which is unsigned.
    fn post_open(&self, body: &[u8]) -> Answer {
        self.post("SdkAppid=2", body)
    }

    fn events(&self) -> usize {
        self.recorder.events.lock().expect("whole").len()
    }

    fn last_counted(&self) -> (Option<String>, &'static str) {
        self.recorder.counted.lock().expect("whole").last().cloned().expect("counted")
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        let ended = self.server.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || matches!(ended, Some(Ok(()))));
    }
}

struct Caller {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
}

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    closes: bool,
    body: String,
}

impl Caller {
    fn head(&mut self, method: &str, query: &str, headers: &str) {
        let head =
            format!("{method} /webhook?{query} HTTP/1.1\r\nHost: automod\r\n{headers}\r\n\r\n");
        self.stream.write_all(head.as_bytes()).expect("sent");
    }

    fn post(&mut self, query: &str, body: &[u8]) -> Answer {
        self.head("POST", query, &format!("Content-Length: {}", body.len()));
        self.stream.write_all(body).expect("sent");
        self.answer()
    }

    fn answer(&mut self) -> Answer {
        let (status, mut length, mut closes) = (self.line(), 0, false);
        loop {
            let line = self.line().to_ascii_lowercase();
            match line.split_once(": ") {
                None => break,
                Some(("content-length", bytes)) => length = bytes.parse().expect("a length"),
                Some(("connection", "close")) => closes = true,
                Some(("content-type", kind)) => assert_eq!(kind, "application/json"),
                Some(_) => {}
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).expect("a body");
        let status = status.split(' ').nth(1).expect("a status").parse().expect("a number");
        Answer { status, closes, body: String::from_utf8(body).expect("UTF-8") }
    }

    /// Waits for the other side to end the connection.
    fn is_hung_up(&mut self) -> bool {
        match self.reader.read(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(now.as_secs()).expect("before the end of time")
}

fn signed_at(time: i64) -> String {
    let sign = hex::encode(Sha256::digest(format!("{TOKEN}{time}")));
    format!("SdkAppid=1&CallbackCommand=Group.CallbackAfterSendMsg&Sign={sign}&RequestTime={time}")
}

fn message(text: &str) -> Vec<u8> {
    format!(
        r#"{{"CallbackCommand":"Group.CallbackAfterSendMsg","GroupId":"g1","Type":"Public","From_Account":"u1","MsgSeq":7,"MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{text}"}}}}]}}"#
    )
    .into_bytes()
}

fn open() -> Door {
    Door::open(Duration::from_secs(30))
}

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
