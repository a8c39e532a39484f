//! A client of the API, and the tokens that tests need.

use crate::service::harness::TestApp;
use chat_automod::acts::token::{Wanted, make};
use chat_automod::store::{Opening, Role, Store, Writer};
use reqwest::header::HeaderMap;
use secrecy::ExposeSecret;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}", self.text))
    }

    /// The code of a problem.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let body = self.json();
        assert_eq!(body["status"], self.status);
        assert!(body["detail"].is_string() && body["title"].is_string(), "{body}");
        let code = body["code"].as_str().unwrap();
        assert_eq!(body["type"], format!("urn:automod:problem:{code}"));
        code.to_owned()
    }

    /// The body, where all was well.
    pub fn good(&self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.json()
    }
}

impl TestApp {
    /// Asks for `path` below `/api/v1` with this token.
    pub async fn ask(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let headers = [("authorization", format!("Bearer {token}"))];
        let body = body.map(|body| body.to_string().into_bytes());
        self.call(&headers, method, &format!("/api/v1{path}"), body).await
    }

    pub async fn look(&self, token: &str, path: &str) -> Answer {
        self.ask(token, "GET", path, None).await
    }

    pub async fn post(&self, token: &str, path: &str, body: Value) -> Answer {
        self.ask(token, "POST", path, Some(body)).await
    }

    /// Any request.
    pub async fn call(
        &self,
        headers: &[(&str, String)],
        method: &str,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Answer {
        let tls = chat_automod::tls::trusting_nobody().unwrap();
        let client = reqwest::Client::builder().tls_backend_preconfigured(tls).build().unwrap();
        let mut request = client.request(method.parse().unwrap(), format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request.body(body.unwrap_or_default()).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        Answer { status, headers, text: answer.text().await.unwrap() }
    }

    /// The status line of a request that is written byte by byte, as no well-behaved client would.
    pub async fn raw(&self, request: Vec<u8>) -> String {
        let address = self.url.strip_prefix("http://").unwrap().to_owned();
        let asked = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            stream.write_all(&request).unwrap();
            let mut answer = Vec::new();
            // A server that closes early answers all the same.
            let _ = stream.read_to_end(&mut answer);
            String::from_utf8_lossy(&answer).into_owned()
        });
        asked.await.unwrap()
    }

    /// The database, opened beside the service as the commands do.
    pub async fn beside(&self) -> (Store, Writer) {
        let settings = self.settings();
        let key = settings.audit.encryption_key(&self.file("automod.db"));
        let opening = Opening { key, ..Opening::default() };
        Store::open_as(&settings.store.url, &opening).await.unwrap()
    }

    /// A token of this role, made as the commands make it.
    pub async fn key(&self, role: Role, name: &str, sdk_app_id: Option<u64>) -> String {
        let (store, writer) = self.beside().await;
        let wanted = Wanted { name: name.into(), role, sdk_app_id, expires_at: None, by: None };
        let made = make(&store, wanted).await.unwrap();
        store.close().await;
        writer.finished().await;
        made.text.expose_secret().to_owned()
    }

    pub async fn moderator(&self) -> String {
        self.key(Role::Moderator, "mo", None).await
    }

    pub async fn auditor(&self) -> String {
        self.key(Role::Auditor, "au", None).await
    }

    pub async fn admin(&self) -> String {
        self.key(Role::Admin, "ad", None).await
    }
}
