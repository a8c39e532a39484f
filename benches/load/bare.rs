//! The bare counterpart: an actix-web handler that reads the same JSON and gives the same answer.

use actix_web::http::header::ContentType;
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Result;
use serde::Deserialize;
use std::hint::black_box;
use std::net::TcpListener;

const ACCEPTED: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;

/// The fields that we read too.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "what is parsed is not used")]
struct Callback {
    callback_command: String,
    group_id: String,
    topic_id: Option<String>,
    r#type: Option<String>,
    #[serde(rename = "From_Account")]
    from_account: Option<String>,
    #[serde(rename = "Operator_Account")]
    operator_account: Option<String>,
    msg_seq: u64,
    msg_time: u64,
    event_time: u64,
    online_only_flag: u8,
    cloud_custom_data: Option<String>,
    msg_body: Vec<Element>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "what is parsed is not used")]
struct Element {
    msg_type: String,
    msg_content: serde_json::Value,
}

/// The role: says where it listens, and answers until it is killed.
pub fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    let server = HttpServer::new(|| App::new().route("/webhook", web::post().to(answer)));
    let server = server.workers(1).listen(listener)?.run();
    Ok(actix_web::rt::System::new().block_on(server)?)
}

async fn answer(callback: web::Json<Callback>) -> HttpResponse {
    black_box(&callback);
    HttpResponse::Ok().content_type(ContentType::json()).body(ACCEPTED)
}
