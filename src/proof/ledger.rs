//! The checkpoint file: its last line, and one line more.
//!
//! Promise: whole lines are only ever added, and an added line is on disk when this says so. A line that a crash left
//! half written is cut off, because it never counted.

use super::checkpoint::{Checkpoint, digest};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// No line is longer.
pub const LONGEST_LINE: u64 = 1024;

/// Why the file takes no line.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("{}: {problem}", .file.display())]
    File { file: PathBuf, problem: io::Error },
    #[error("a line of {} is no checkpoint", .0.display())]
    NoCheckpoint(PathBuf),
}

/// The last line, as a checkpoint and as the bytes it is.
#[derive(Debug, Clone)]
pub struct Last {
    pub checkpoint: Checkpoint,
    pub line: Vec<u8>,
}

impl Last {
    /// What the next line says of this one.
    pub fn digest(&self) -> [u8; 32] {
        digest(&self.line)
    }
}

/// The last whole line; `None` where there is no file or no line.
///
/// # Errors
/// When the file cannot be read, or its last line is no checkpoint.
pub fn last(path: &Path) -> Result<Option<Last>, LedgerError> {
    let read = || match File::open(path) {
        Ok(mut file) => last_line(&mut file).map(|(line, _)| line),
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(problem) => Err(problem),
    };
    let line = read().map_err(|problem| LedgerError::File { file: path.to_owned(), problem })?;
    let parse = |line: Vec<u8>| {
        let checkpoint = Checkpoint::parse(&line);
        let checkpoint = checkpoint.ok_or_else(|| LedgerError::NoCheckpoint(path.to_owned()))?;
        Ok(Last { checkpoint, line })
    };
    line.map(parse).transpose()
}

/// The last line that is about an event up to `seq`; `None` where there is none. Reads the file to there.
///
/// # Errors
/// When the file cannot be read, or a line on the way is no checkpoint.
pub fn last_upto(path: &Path, seq: i64) -> Result<Option<Last>, LedgerError> {
    let told = |problem| LedgerError::File { file: path.to_owned(), problem };
    let mut lines = BufReader::new(File::open(path).map_err(told)?);
    let mut found = None;
    loop {
        let mut line = Vec::new();
        (&mut lines).take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(told)?;
        // The end, or half a line, which never counted.
        if line.pop_if(|last| *last == b'\n').is_none() {
            return Ok(found);
        }
        let checkpoint = Checkpoint::parse(&line);
        let checkpoint = checkpoint.ok_or_else(|| LedgerError::NoCheckpoint(path.to_owned()))?;
        if checkpoint.head.seq > seq {
            return Ok(found);
        }
        found = Some(Last { checkpoint, line });
    }
}

/// Adds a line and waits until it is on disk.
///
/// # Errors
/// When it is not.
pub fn append(path: &Path, line: &str) -> Result<(), LedgerError> {
    let write = || {
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).mode(0o644).open(path)?;
        let (_, end) = last_line(&mut file)?;
        if file.metadata()?.len() > end {
            file.set_len(end)?;
        }
        file.write_all(format!("{line}\n").as_bytes())?;
        file.sync_all()
    };
    write().map_err(|problem| LedgerError::File { file: path.to_owned(), problem })
}

/// The last whole line, and where it ends (after its line break).
fn last_line(file: &mut File) -> io::Result<(Option<Vec<u8>>, u64)> {
    let length = file.metadata()?.len();
    // Two lines at most: a whole one, and a half one behind it.
    let from = length.saturating_sub(2 * LONGEST_LINE);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(2 * LONGEST_LINE).read_to_end(&mut tail)?;
    let Some(end) = tail.iter().rposition(|byte| *byte == b'\n') else { return Ok((None, from)) };
    let begin = tail[..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
    Ok((Some(tail[begin..end].to_vec()), from + end as u64 + 1))
}
