//! What an export costs the writer: `cargo build --release && cargo run --release --example export_load [SECONDS]`.
//!
//! Writes 500 decisions a second into a database that holds 100,000 already, for so long (default 20) alone, and as long
//! while `automod audit export` runs again and again beside it. Prints how long a decision waits for the disk, and the
//! ratio. Nothing is asserted; run it on a machine that does nothing else.

mod made_up;

use anyhow::{Context, Result};
use chat_automod::store::Store;
use made_up::plan;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const HELD: u64 = 100_000;
const A_SECOND: u64 = 500;

#[tokio::main]
async fn main() -> Result<()> {
    let seconds = std::env::args().nth(1).map_or(Ok(20), |text| text.parse())?;
    let folder = std::env::temp_dir().join(format!("automod-export-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = measure(&folder, seconds).await;
    std::fs::remove_dir_all(&folder)?;
    done
}

async fn measure(folder: &Path, seconds: u64) -> Result<()> {
    let url = format!("sqlite://{}", folder.join("automod.db").display());
    let (store, writer) = Store::open(&url).await?;
    for from in (0..HELD).step_by(1_000) {
        let plans = (from..from + 1_000).map(|number| store.plan(plan(number)));
        futures_util::future::try_join_all(plans).await?;
    }
    // What filling left in the log is written down meanwhile.
    pace(&store, 3 * HELD, 10).await?;
    let alone = pace(&store, HELD, seconds).await?;
    say("alone", &alone);
    let exports = tokio::spawn(export_again_and_again(url.clone()));
    let beside = pace(&store, 2 * HELD, seconds).await?;
    exports.abort();
    say("beside exports", &beside);
    println!("p99: {:.2} times", at(&beside, 0.99) / at(&alone, 0.99));
    store.close().await;
    writer.finished().await;
    Ok(())
}

/// Decisions at an even pace; how long each took to be on disk, in ms and in order.
async fn pace(store: &Store, from: u64, seconds: u64) -> Result<Vec<f64>> {
    let begun = Instant::now();
    let mut waiting = Vec::new();
    for number in 0..seconds * A_SECOND {
        let due = begun + Duration::from_micros(number * 1_000_000 / A_SECOND);
        tokio::time::sleep_until(due.into()).await;
        let store = store.clone();
        waiting.push(tokio::spawn(async move {
            let begun = Instant::now();
            store.plan(plan(from + number)).await?;
            anyhow::Ok(begun.elapsed().as_secs_f64() * 1e3)
        }));
    }
    let mut took = Vec::new();
    for one in waiting {
        took.push(one.await??);
    }
    took.sort_by(f64::total_cmp);
    Ok(took)
}

async fn export_again_and_again(url: String) -> Result<()> {
    let program = std::env::current_exe()?;
    let folder = program.parent().and_then(Path::parent).context("target/release/examples")?;
    let mut exports = 0;
    loop {
        let export = Command::new(folder.join("automod"))
            .args(["audit", "export", "--format", "ndjson"])
            .env("AUTOMOD_STORE__URL", &url)
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .context("build the program first: cargo build --release")?;
        let mut running = Running(export);
        while running.0.try_wait()?.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        exports += 1;
        println!("export {exports} is complete");
    }
}

/// An export that ends with us.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn at(took: &[f64], share: f64) -> f64 {
    took[((took.len() - 1) as f64 * share) as usize]
}

fn say(what: &str, took: &[f64]) {
    let [half, most, slowest] = [0.5, 0.99, 1.0].map(|share| at(took, share));
    println!("{what:<16} median {half:.1} ms, p99 {most:.1} ms, slowest {slowest:.1} ms");
}
