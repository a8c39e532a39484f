//! `automod healthcheck`: asks the running service whether it is alive, for containers without a shell.

use super::{Context, Exit, say};
use anyhow::Context as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(3);
/// Long enough for any status line.
const STATUS_LINE: u64 = 256;

/// Ask the running service whether it is alive (exit code 0 or 1)
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Asks GET /healthz on server.listen.\n\nExample:\n  HEALTHCHECK CMD [\"automod\", \"healthcheck\"]"
)]
pub struct Args {}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let address = reachable(context.server_settings()?.listen);
        let status = ask(address).with_context(|| format!("no answer from {address}"))?;
        match status.as_str() {
            "200" => Ok(Exit::Fine),
            status => {
                say(&format!("{address} answered {status}"));
                Ok(Exit::Failed)
            }
        }
    }
}

/// Where to reach a service that listens on `listen`: all interfaces include the loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// The status code of `GET /healthz`. One plain request needs no HTTP client.
fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut line = String::new();
    BufReader::new(stream.take(STATUS_LINE)).read_line(&mut line)?;
    let status = line.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.split_whitespace().next());
    status.map(str::to_owned).ok_or_else(|| std::io::Error::other("no HTTP answer"))
}
