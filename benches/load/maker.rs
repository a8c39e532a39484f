//! The load maker, a process of its own: webhooks over connections that are kept alive.

use super::figures::Answers;
use super::process::{Core, Process};
use super::webhook::Webhooks;
use anyhow::{Context, Result, bail};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const OK: &[u8] = b"HTTP/1.1 200 ";

/// A load under way.
pub struct Load(Process);

impl Load {
    /// What came of it, when it is over.
    pub fn answers(mut self) -> Result<Answers> {
        self.0.line()?.parse()
    }
}

/// Begins a load; `rate` is webhooks a second, 0 for as many as are answered.
pub fn load(
    kind: &str,
    address: &str,
    connections: usize,
    how_long: Duration,
    rate: u32,
) -> Result<Load> {
    let (connections, seconds) = (connections.to_string(), how_long.as_secs().to_string());
    let arguments = ["maker", kind, address, &connections, &seconds, &rate.to_string()];
    Process::role(&arguments, Core::Other).map(Load)
}

/// The role: makes the load and says one line.
pub fn main(arguments: &[&str]) -> Result<()> {
    let [kind, address, connections, seconds, rate] = arguments else { bail!("five arguments") };
    let (connections, rate): (u64, u32) = (connections.parse()?, rate.parse()?);
    let how_long = Duration::from_secs(seconds.parse()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answers = runtime.block_on(async {
        let began = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for first in 0..connections {
            // Every run says something new: who says it twice has said a duplicate.
            let first = u64::from(std::process::id()) * 100_000_000 + first;
            let webhooks = Webhooks::new(*kind == "offence", address, first, connections);
            let every = (rate > 0).then(|| Duration::from_secs(1) * connections as u32 / rate);
            let offset = every.map_or(Duration::ZERO, |every| {
                every.mul_f64((first % connections) as f64 / connections as f64)
            });
            let stream = TcpStream::connect(*address).await?;
            stream.set_nodelay(true)?;
            let connection = Connection { stream, answer: Vec::new() };
            tasks.spawn(connection.talk(webhooks, began + offset, began + how_long, every));
        }
        let (mut took, mut bad) = (Vec::new(), 0);
        while let Some(done) = tasks.join_next().await {
            let (times, failures) = done??;
            took.extend(times);
            bad += failures;
        }
        anyhow::Ok(Answers::new(took, bad, began.elapsed()))
    })?;
    println!("{}", answers.line());
    Ok(())
}

struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    /// Says one webhook after the other; how long each answer took, and how many were not OK.
    async fn talk(
        mut self,
        mut webhooks: Webhooks,
        mut next: Instant,
        end: Instant,
        every: Option<Duration>,
    ) -> Result<(Vec<f64>, u64)> {
        let (mut took, mut bad, mut request) = (Vec::new(), 0, Vec::new());
        loop {
            // A webhook that the one before it holds up has waited since its time.
            let mut began = Instant::now();
            if let Some(every) = every {
                if next > began {
                    tokio::time::sleep_until(next.into()).await;
                    began = Instant::now();
                } else {
                    began = next;
                }
                next += every;
            }
            if began >= end {
                return Ok((took, bad));
            }
            webhooks.write(&mut request);
            self.stream.write_all(&request).await?;
            match self.answer().await? {
                true => took.push(began.elapsed().as_secs_f64()),
                false => bad += 1,
            }
        }
    }

    /// Reads one answer; whether it is OK.
    async fn answer(&mut self) -> Result<bool> {
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the connection ended");
            }
            let Some(head) = self.answer.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let text = std::str::from_utf8(&self.answer[..head])?.to_ascii_lowercase();
            let length = text.split("content-length: ").nth(1).context("a length")?;
            let length: usize = length.lines().next().unwrap_or_default().parse()?;
            if self.answer.len() >= head + 4 + length {
                return Ok(self.answer.starts_with(OK));
            }
        }
    }
}
