//! An app's server that keeps every webhook it is sent.

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, web};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

#[derive(Debug, Clone)]
pub struct Webhook {
    pub query: BTreeMap<String, String>,
    pub body: String,
}

#[derive(Default)]
struct Kept {
    webhooks: Mutex<Vec<Webhook>>,
    arrived: Notify,
}

pub struct Inbox {
    pub url: String,
    kept: Arc<Kept>,
    server: ServerHandle,
}

impl Inbox {
    pub fn open() -> Self {
        let kept = Arc::new(Kept::default());
        let shared = Arc::clone(&kept);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::from(Arc::clone(&shared)))
                .route("/hook", web::post().to(keep))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
        let url = format!("http://{}/hook", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, kept, server: handle }
    }

    /// The first `count` webhooks, once so many have come.
    pub async fn first(&self, count: usize) -> Vec<Webhook> {
        loop {
            let arrived = self.kept.arrived.notified();
            let webhooks = self.all();
            if webhooks.len() >= count {
                return webhooks;
            }
            arrived.await;
        }
    }

    pub fn all(&self) -> Vec<Webhook> {
        self.kept.webhooks.lock().unwrap().clone()
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

async fn keep(request: HttpRequest, body: String, kept: web::Data<Kept>) -> HttpResponse {
    let query =
        web::Query::<BTreeMap<_, _>>::from_query(request.query_string()).unwrap().into_inner();
    kept.webhooks.lock().unwrap().push(Webhook { query, body });
    kept.arrived.notify_one();
    HttpResponse::Ok().body(r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#)
}
