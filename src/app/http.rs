//! The two listeners: webhooks, health and the API on one, metrics on the other.

use super::BuildError;
use crate::console::{self, Console};
use crate::health::{self, Health};
use crate::webhook::{self, Gate, Line};
use actix_web::dev::Server;
use actix_web::rt::net::TcpStream;
use actix_web::{App as Routes, HttpServer, web};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// Connections whose request is being answered get this long at the end.
const LAST_ANSWERS: u64 = 5;

pub fn serve(
    listener: TcpListener,
    threads: Option<usize>,
    gate: web::Data<Gate>,
    health: web::Data<Health>,
    console: Option<Arc<Console>>,
) -> io::Result<Server> {
    let cuts = gate.close_unavailable;
    let server = HttpServer::new(move || {
        Routes::new()
            .app_data(gate.clone())
            .app_data(health.clone())
            .configure(webhook::configure)
            .configure(health::configure)
            .configure(|routes| {
                if let Some(console) = console.clone() {
                    routes.app_data(web::Data::new(console)).configure(console::api::configure);
                }
            })
            .default_service(web::to(health::nothing_here))
    });
    let server = server.on_connect(move |connection, data| {
        // A second handle takes a file descriptor, so it is only made where it is used.
        let connection = connection.downcast_ref::<TcpStream>().filter(|_| cuts);
        connection.and_then(|connection| Line::of(connection).ok()).map(|line| data.insert(line));
    });
    let server = match threads {
        Some(threads) => server.workers(threads),
        None => server,
    };
    Ok(server
        .client_request_timeout(Duration::from_secs(5))
        .shutdown_timeout(LAST_ANSWERS)
        .disable_signals()
        .listen(listener)?
        .run())
}

pub fn serve_metrics(listener: TcpListener, health: web::Data<Health>) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        Routes::new().app_data(health.clone()).configure(health::configure_metrics)
    });
    Ok(server.workers(1).shutdown_timeout(1).disable_signals().listen(listener)?.run())
}

pub fn listen(key: &'static str, address: SocketAddr) -> Result<TcpListener, BuildError> {
    let bind = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    bind().map_err(|problem| BuildError::Listen { key, address, problem })
}
