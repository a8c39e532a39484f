//! `automod audit verify`: recomputes the whole chain and compares it with the signed checkpoints.

use super::files::Files;
use crate::cli::{Context, Exit, output, say};
use crate::proof::Checkpoints;
use crate::rulebook::kept_hash;
use crate::store::{Damage, Reader, Root, Store, Verified, Witness, default_key_file, verify};
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;
use std::path::PathBuf;

/// What to verify, and by what.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// A database or a copy of one [default: the one of store.url]
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Signed checkpoints [default: audit.checkpoint_file; with --db the file beside it]
    #[arg(long, value_name = "FILE")]
    checkpoints: Option<PathBuf>,
    /// Who signed them: a PEM file or the line that keygen printed; may be repeated [default: the key beside the signing key]
    #[arg(long, value_name = "KEY")]
    public_key: Vec<String>,
}

impl Verify {
    pub async fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let (url, key, files) = match &self.db {
            Some(file) => {
                let url = format!("sqlite://{}", file.display());
                (url, Some(default_key_file(file)), Files::beside(file))
            }
            None => {
                let (url, key) = context.database()?;
                (url, key, Files::configured(context)?)
            }
        };
        let reader = Store::open_to_verify(&url, key.as_deref()).await?;
        let witness = files.witness(self.checkpoints.as_deref(), &self.public_key)?;
        let found = recompute(&reader, witness).await?;
        found.tell()
    }
}

/// What a recomputed audit says of itself, and what the checkpoints say of it.
pub struct Found {
    audit: Result<Verified, Damage>,
    witness: Result<Checkpoints, String>,
}

/// Recomputes a database beside its checkpoints.
pub async fn recompute(
    reader: &Reader,
    witness: Result<Checkpoints, String>,
) -> anyhow::Result<Found> {
    let bar = progress(reader.head().await.map_or(0, |head| head.seq));
    let watched = Watched { bar: bar.clone(), witness };
    let found = verify(reader, kept_hash, watched).await;
    bar.finish_and_clear();
    let (audit, watched) = found.context("the audit cannot be read")?;
    Ok(Found { audit, witness: watched.witness })
}

impl Found {
    /// Says what was found, and how the command ends by it.
    pub fn tell(self) -> anyhow::Result<Exit> {
        if let Err(why) = &self.witness {
            say(&format!("note: {why}"));
        }
        match self.audit {
            Ok(sound) => {
                let from = sound.root.map_or_else(String::new, |root| {
                    let what = if root.checkpoint.is_some() { "checkpoint" } else { "event" };
                    format!("verified from {what} {}, ", root.head.seq)
                });
                writeln!(output(), "sound: {} events, {from}head {}", sound.events, sound.head)?;
                if let Ok(witness) = &self.witness {
                    tell_checkpoints(witness, sound.last);
                }
                Ok(Exit::Fine)
            }
            Err(damage) => {
                writeln!(output(), "DAMAGED: {damage}")?;
                Ok(Exit::Failed)
            }
        }
    }
}

fn tell_checkpoints(witness: &Checkpoints, last: i64) {
    let summary = witness.summary();
    let newer = match last - summary.covered {
        0 => "no event is newer".to_owned(),
        newer => format!("{newer} event(s) are newer and not covered yet"),
    };
    say(&format!(
        "checkpoints: {} agree, the last covers event {}; {newer}",
        summary.checkpoints, summary.covered
    ));
    if summary.torn {
        say("note: the checkpoint file ends in half a line, as a crash or a cut leaves it");
    }
}

/// A witness behind a progress bar.
struct Watched {
    bar: ProgressBar,
    witness: Result<Checkpoints, String>,
}

impl Witness for Watched {
    fn begin(&mut self, root: &Root) -> Result<(), String> {
        self.witness.as_mut().map_or(Ok(()), |witness| witness.begin(root))
    }

    fn see(&mut self, seq: i64, hash: &[u8; 32]) -> Result<(), String> {
        if seq % 1_000 == 0 {
            self.bar.set_position(u64::try_from(seq).unwrap_or(0));
        }
        self.witness.as_mut().map_or(Ok(()), |witness| witness.see(seq, hash))
    }

    fn end(&mut self, last: i64) -> Result<(), String> {
        self.witness.as_mut().map_or(Ok(()), |witness| witness.end(last))
    }
}

fn progress(events: i64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} events")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let all = u64::try_from(events).ok();
    ProgressBar::with_draw_target(all, ProgressDrawTarget::stderr()).with_style(style)
}
