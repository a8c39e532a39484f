//! A door on a free port with nothing but a recorder behind it, and callers who speak plain TCP.

use actix_web::{App as Service, HttpServer, web};
use chat_automod::message::TextKeys;
use chat_automod::moderation::{Consider, Considered, Considering, Event, Unavailable};
use chat_automod::webhook::{self, App, Apps, BodyLimits, Gate, Observe, Signature};
use futures_util::future::{Either, ready};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub const TOKEN: &str = "t0ken";
pub const OK: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;
pub const REFUSED: &str = r#"{"ActionStatus":"FAIL","ErrorCode":1,"ErrorInfo":"refused"}"#;
pub const LIMIT: usize = 256 << 10;

/// Remembers what was asked and counted, and answers as told.
pub struct Recorder {
    pub answer: Mutex<Result<Considered, Unavailable>>,
    pub events: Mutex<Vec<Event>>,
    pub counted: Mutex<Vec<(Option<String>, &'static str)>>,
    pub stale: Mutex<Vec<(String, i64)>>,
}

impl Consider for Recorder {
    fn consider(&self, event: Event) -> Considering<'_> {
        self.events.lock().expect("whole").push(event);
        Either::Left(ready(*self.answer.lock().expect("whole")))
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
pub struct Door {
    address: SocketAddr,
    pub recorder: Arc<Recorder>,
    handle: actix_web::dev::ServerHandle,
    server: Option<JoinHandle<()>>,
}

impl Door {
    pub fn open(body_timeout: Duration) -> Self {
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
            close_unavailable: false,
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

    pub fn connect(&self) -> Caller {
        let stream = TcpStream::connect(self.address).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
        Caller { reader: BufReader::new(stream.try_clone().expect("cloned")), stream }
    }

    pub fn post(&self, query: &str, body: &[u8]) -> Answer {
        self.connect().post(query, body)
    }

    /// Posts to app 2, which is unsigned.
    pub fn post_open(&self, body: &[u8]) -> Answer {
        self.post("SdkAppid=2", body)
    }

    pub fn events(&self) -> usize {
        self.recorder.events.lock().expect("whole").len()
    }

    pub fn last_counted(&self) -> (Option<String>, &'static str) {
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

pub struct Caller {
    pub stream: TcpStream,
    reader: BufReader<TcpStream>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub closes: bool,
    pub body: String,
}

impl Caller {
    pub fn head(&mut self, method: &str, query: &str, headers: &str) {
        let head =
            format!("{method} /webhook?{query} HTTP/1.1\r\nHost: automod\r\n{headers}\r\n\r\n");
        self.stream.write_all(head.as_bytes()).expect("sent");
    }

    pub fn post(&mut self, query: &str, body: &[u8]) -> Answer {
        self.head("POST", query, &format!("Content-Length: {}", body.len()));
        self.stream.write_all(body).expect("sent");
        self.answer()
    }

    pub fn answer(&mut self) -> Answer {
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
    pub fn is_hung_up(&mut self) -> bool {
        match self.reader.read(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }

    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}

pub fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(now.as_secs()).expect("before the end of time")
}

pub fn signed_at(time: i64) -> String {
    let sign = hex::encode(Sha256::digest(format!("{TOKEN}{time}")));
    format!("SdkAppid=1&CallbackCommand=Group.CallbackAfterSendMsg&Sign={sign}&RequestTime={time}")
}

pub fn message(text: &str) -> Vec<u8> {
    format!(
        r#"{{"CallbackCommand":"Group.CallbackAfterSendMsg","GroupId":"g1","Type":"Public","From_Account":"u1","MsgSeq":7,"MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{text}"}}}}]}}"#
    )
    .into_bytes()
}

pub fn open() -> Door {
    Door::open(Duration::from_secs(30))
}
