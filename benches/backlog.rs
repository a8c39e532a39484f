//! A start with a million actions that wait: how long until the service is ready, and how much memory it takes.
//!
//! `cargo bench --bench backlog`; `BACKLOG=100000` for fewer. Fills a database, starts the real program on it, and
//! prints what was measured. Nothing is asserted: compare the figures with those in docs/reliability.md.

use anyhow::{Context, Result, bail};
use chat_automod::simulator::{Fault, Post, SimulatedApp, Simulator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const APP: u64 = 1_400_000_001;
const GROUP: &str = "@TGS#2BENCH";
const RULES: &str = "version: 1\nrules:\n  - id: gambling\n    mode: enforce\n    match: { words: [casino] }\n    action: { mask: stars }\n";
/// The service works on its backlog for so long before its memory is read.
const AT_WORK: Duration = Duration::from_secs(20);

fn main() -> Result<()> {
    // `cargo test` runs benches too, without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("backlog: skipped, run it by `cargo bench --bench backlog`");
        return Ok(());
    }
    tokio::runtime::Runtime::new()?.block_on(measure())
}

async fn measure() -> Result<()> {
    let waiting: i64 = std::env::var("BACKLOG").map_or(Ok(1_000_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    std::fs::create_dir(folder.path().join("rules"))?;
    std::fs::write(folder.path().join("rules/bench.yaml"), RULES)?;
    let app = SimulatedApp {
        sdk_app_id: APP,
        admin: "automod".into(),
        secret_key: "bench".into(),
        webhook_url: None,
        webhook_token: Some("bench".into()),
    };
    let platform = Simulator::start(([127, 0, 0, 1], 0).into(), vec![app]).await?;
    platform.faults().always(None, Fault::Status(502));
    let mut service = Service::start(folder.path(), &platform)?;
    platform.send(Post::text(APP, GROUP, "lee", "a casino")).await;
    service.stop()?;
    platform.faults().clear();

    let began = Instant::now();
    let size = fill(&folder.path().join("automod.db"), waiting).await?;
    println!("{waiting} actions wait, {} MB, filled in {:.0?}", size >> 20, began.elapsed());

    let began = Instant::now();
    let mut service = Service::start(folder.path(), &platform)?;
    service.until_ready()?;
    println!("ready after {:.2?}", began.elapsed());
    println!("memory when ready: {} MB", service.memory("VmHWM")? >> 10);
    tokio::time::sleep(AT_WORK).await;
    println!("memory after {AT_WORK:?} of work: at most {} MB", service.memory("VmHWM")? >> 10);
    service.stop()
}

/// Multiplies the one decision that waits, with its texts; tells the file's size.
async fn fill(file: &Path, waiting: i64) -> Result<i64> {
    let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
    let mut database: SqliteConnection = options.connect().await?;
    let columns: Vec<String> =
        sqlx::query_scalar("SELECT name FROM pragma_table_info('decisions')")
            .fetch_all(&mut database)
            .await?;
    let numbers = format!(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {waiting}) "
    );
    let value = |column: &String| match column.as_str() {
        "id" => "'bench-' || n".to_owned(),
        "msg_seq" => "1000 + n".into(),
        "created_at" => "created_at - n".into(),
        "severity" => "n % 4".into(),
        "attempts" | "flight" => "0".into(),
        column => column.to_owned(),
    };
    let values: Vec<_> = columns.iter().map(value).collect();
    let statements = [
        format!("{numbers}INSERT INTO decisions SELECT {} FROM n, decisions", values.join(", ")),
        format!(
            "{numbers}INSERT INTO texts SELECT 1000000 + n, name, 'bench-' || n, salt, content, account \
             FROM n, texts WHERE decision_id IS NOT NULL"
        ),
        "PRAGMA wal_checkpoint(TRUNCATE)".into(),
    ];
    for statement in statements {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut database).await?;
    }
    let size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    let size = sqlx::query_scalar(size).fetch_one(&mut database).await?;
    database.close().await?;
    Ok(size)
}

/// `automod serve`; killed when it is dropped.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start(folder: &Path, platform: &Simulator) -> Result<Self> {
        let of = |name: &str| folder.join(name).display().to_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_automod"))
            .arg("serve")
            .env("AUTOMOD_SERVER__LISTEN", "127.0.0.1:0")
            .env("AUTOMOD_SERVER__METRICS_LISTEN", "127.0.0.1:0")
            .env("AUTOMOD_STORE__URL", format!("sqlite://{}", of("automod.db")))
            .env("AUTOMOD_RULES__DIR", of("rules"))
            .env("AUTOMOD_APPS__MAIN__SDK_APP_ID", APP.to_string())
            .env("AUTOMOD_APPS__MAIN__ADMIN", "automod")
            .env("AUTOMOD_APPS__MAIN__SECRET_KEY", "bench")
            .env("AUTOMOD_APPS__MAIN__WEBHOOK_TOKEN", "bench")
            .env("AUTOMOD_APPS__MAIN__BASE_URL", platform.base_url())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("its log")?).lines();
        let address = loop {
            let Some(line) = lines.next() else { bail!("the service ended") };
            let line = line?;
            if let Some((_, rest)) = line.split_once("webhooks at http://") {
                break rest.split('/').next().context("an address")?.to_owned();
            }
        };
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        platform.set_webhook(APP, &format!("http://{address}/webhook"), Some("bench"));
        Ok(Self { child, address })
    }

    fn until_ready(&self) -> Result<()> {
        let request =
            format!("GET /readyz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        loop {
            let mut answer = String::new();
            let mut stream = TcpStream::connect(&self.address)?;
            stream.write_all(request.as_bytes())?;
            stream.read_to_string(&mut answer)?;
            if answer.starts_with("HTTP/1.1 200") {
                return Ok(());
            }
        }
    }

    /// In KiB, as the kernel tells it.
    fn memory(&self, field: &str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with(field)).context("a field")?;
        Ok(line.split_whitespace().nth(1).context("a value")?.parse()?)
    }

    fn stop(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
