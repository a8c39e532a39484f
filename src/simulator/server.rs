//! The simulated platform's HTTP edge: sockets and headers, nothing else.

use super::control;
use super::rest::{self, Answer, Call};
use super::service::Service;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, web};
use futures_util::stream;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

const MAX_REQUEST: usize = 1024 * 1024;
/// Longer than any client keeps a connection it does not use, so that none meets a closing one.
const KEEP_ALIVE: Duration = Duration::from_secs(120);

/// Serves on a thread of its own, so that a busy or stopping caller does not hold it up.
pub(super) async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
) -> io::Result<ServerHandle> {
    let (started, handle) = oneshot::channel();
    let run = move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(web::Data::from(Arc::clone(&service)))
                    .app_data(web::PayloadConfig::new(MAX_REQUEST))
                    .route("/v4/{service}/{command}", web::route().to(call))
                    .configure(control::routes)
            })
            .workers(2)
            .keep_alive(KEEP_ALIVE)
            .shutdown_timeout(1)
            .disable_signals()
            .listen(listener);
            match server {
                Err(error) => drop(started.send(Err(error))),
                Ok(server) => {
                    let server = server.run();
                    drop(started.send(Ok(server.handle())));
                    drop(server.await);
                }
            }
        });
    };
    std::thread::Builder::new().name("simulator".into()).spawn(run)?;
    handle.await.map_err(|_| io::Error::other("the simulator's thread ended"))?
}

async fn call(
    path: web::Path<(String, String)>,
    request: HttpRequest,
    body: web::Bytes,
    service: web::Data<Service>,
) -> HttpResponse {
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    let call = Call {
        is_post: request.method() == Method::POST,
        path: format!("{}/{}", path.0, path.1),
        query: query.map(web::Query::into_inner).unwrap_or_default(),
        body: body.to_vec(),
    };
    let service = service.into_inner();
    respond(rest::answer(&service, call).await, service.now())
}

fn respond(answer: Answer, now: i64) -> HttpResponse {
    match answer {
        Answer::Json(body) => builder(StatusCode::OK, "application/json", now).body(body),
        Answer::Broken { status, content_type, gzip, body } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            let mut builder = builder(status, content_type, now);
            if gzip {
                builder.insert_header((header::CONTENT_ENCODING, "gzip"));
            }
            builder.body(body)
        }
        // A body that fails at its first byte ends the connection before anything is written.
        Answer::Nothing => HttpResponse::Ok().streaming(stream::once(async {
            Err::<web::Bytes, _>(io::Error::from(io::ErrorKind::ConnectionAborted))
        })),
    }
}

fn builder(
    status: StatusCode,
    content_type: &'static str,
    now: i64,
) -> actix_web::HttpResponseBuilder {
    let mut builder = HttpResponse::build(status);
    builder.insert_header((header::CONTENT_TYPE, content_type));
    if let Ok(now) = jiff::Timestamp::from_millisecond(now) {
        builder
            .insert_header((header::DATE, now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
    }
    builder
}
