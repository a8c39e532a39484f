//! What verifying costs: `cargo run --release --example verify_cost [EVENTS]`.
//!
//! Writes so many decisions (default 1,000,000; each one event with four texts, encrypted) into a database, then verifies
//! it. Prints the seconds of both and the most memory that was used before and after.

mod made_up;

use anyhow::{Result, anyhow};
use chat_automod::store::{Store, verify};
use made_up::plan;
use std::path::Path;
use std::time::Instant;

const AT_ONCE: u64 = 2_000;

#[tokio::main]
async fn main() -> Result<()> {
    let events = std::env::args().nth(1).map_or(Ok(1_000_000), |text| text.parse())?;
    let folder = std::env::temp_dir().join(format!("automod-verify-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = measure(&folder, events).await;
    std::fs::remove_dir_all(&folder)?;
    done
}

async fn measure(folder: &Path, events: u64) -> Result<()> {
    let url = format!("sqlite://{}", folder.join("automod.db").display());
    let begun = Instant::now();
    let (store, writer) = Store::open(&url).await?;
    for from in (0..events).step_by(AT_ONCE as usize) {
        let plans = (from..events.min(from + AT_ONCE)).map(|number| store.plan(plan(number)));
        futures_util::future::try_join_all(plans).await?;
    }
    store.close().await;
    writer.finished().await;
    println!("written in {:.1} s, {} MB at most", begun.elapsed().as_secs_f64(), peak());
    let begun = Instant::now();
    let reader = Store::open_to_verify(&url, None).await?;
    let (sound, ()) = verify(&reader, |_| None, ()).await?;
    let sound = sound.map_err(|damage| anyhow!("{damage}"))?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("{} events verified in {seconds:.1} s, {} MB at most", sound.events, peak());
    Ok(())
}

/// The most memory this process ever had, in MB; 0 where the system does not say.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1_000
}
