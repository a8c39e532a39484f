//! The checkpoint file as a witness: it is read line by line beside the events, and objects when they disagree.
//!
//! Promise: constant memory, whatever the file holds. What was added to the file after it was opened is left alone,
//! because the events that belong to it may be newer than what the verifier reads.

use super::checkpoint::{Checkpoint, Flaw, digest, no_line};
use super::key::PublicKey;
use super::ledger::LONGEST_LINE;
use crate::store::{Root, Witness};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Take};
use std::path::Path;

/// What the witness objects to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Dispute {
    #[error("line {line} of the checkpoints {flaw}")]
    Line { line: u64, flaw: Flaw },
    #[error("the checkpoint file is not whole: lines before its line 1 are missing")]
    Beheaded,
    #[error(
        "line {line} of the checkpoints does not follow the line before it: lines were removed, moved or added"
    )]
    Order { line: u64 },
    #[error(
        "event {seq} is not the one of the checkpoint in line {line}: events from {from} on were changed and their hashes computed anew"
    )]
    Recomputed { seq: i64, from: i64, line: u64 },
    #[error(
        "event {missing} is missing: the audit was cut off before it, and the checkpoint in line {line} knows event {seq}"
    )]
    CutOff { missing: i64, seq: i64, line: u64 },
    #[error("the checkpoint that the audit begins after {0}")]
    Root(Flaw),
    #[error("the audit does not begin after the event that its checkpoint knows")]
    OtherRoot,
    #[error("the checkpoints cannot be read: {0}")]
    Unreadable(String),
}

/// What a witness who agrees can tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    pub checkpoints: u64,
    /// The last event that a checkpoint knows; 0 where there is none.
    pub covered: i64,
    /// The file ends in half a line, as a crash while writing leaves it.
    pub torn: bool,
}

/// Reads the checkpoints beside the events.
#[derive(Debug)]
pub struct Checkpoints {
    lines: BufReader<Take<File>>,
    keys: Vec<PublicKey>,
    /// Read, and not yet met by an event.
    next: Option<Checkpoint>,
    at_end: bool,
    previous: [u8; 32],
    line: u64,
    summary: Summary,
}

impl Checkpoints {
    /// Opens a checkpoint file whose lines these keys have signed.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open(file: &Path, keys: Vec<PublicKey>) -> io::Result<Self> {
        let file = File::open(file)?;
        let length = file.metadata()?.len();
        Ok(Self {
            lines: BufReader::new(file.take(length)),
            keys,
            next: None,
            at_end: false,
            previous: no_line(),
            line: 0,
            summary: Summary::default(),
        })
    }

    /// What was found in it, once it has seen all events and did not object.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The audit begins after this event: lines about those before it have nothing to be compared with.
    fn start(&mut self, root: &Root) -> Result<(), Dispute> {
        if let Some(line) = &root.checkpoint {
            let signed = Checkpoint::check(line.as_bytes(), &self.keys).map_err(Dispute::Root)?;
            if signed.head != root.head {
                return Err(Dispute::OtherRoot);
            }
        }
        loop {
            self.advance()?;
            let Some(seq) = self.next.as_ref().map(|next| next.head.seq) else { return Ok(()) };
            if seq > root.head.seq {
                return Ok(());
            }
            self.compare(seq, &self.hash_at(root, seq))?;
        }
    }

    /// The hash that an event before the root must have had: that of the line itself, but for the root.
    fn hash_at(&self, root: &Root, seq: i64) -> [u8; 32] {
        match &self.next {
            Some(next) if seq < root.head.seq => next.head.hash,
            _ => root.head.hash,
        }
    }

    fn compare(&mut self, seq: i64, hash: &[u8; 32]) -> Result<(), Dispute> {
        self.advance()?;
        if self.next.as_ref().is_none_or(|next| next.head.seq != seq) {
            return Ok(());
        }
        if self.next.take().is_some_and(|next| next.head.hash != *hash) {
            let from = self.summary.covered + 1;
            return Err(Dispute::Recomputed { seq, from, line: self.line });
        }
        self.summary.covered = seq;
        Ok(())
    }

    fn close(&mut self, last: i64) -> Result<(), Dispute> {
        self.advance()?;
        match &self.next {
            Some(next) => {
                let (seq, line) = (next.head.seq, self.line);
                Err(Dispute::CutOff { missing: last + 1, seq, line })
            }
            None => Ok(()),
        }
    }

    /// Reads the next line, unless one is waiting.
    fn advance(&mut self) -> Result<(), Dispute> {
        if self.next.is_some() || self.at_end {
            return Ok(());
        }
        let mut line = Vec::new();
        let mut rest = (&mut self.lines).take(LONGEST_LINE);
        let read = rest.read_until(b'\n', &mut line);
        read.map_err(|problem| Dispute::Unreadable(problem.to_string()))?;
        let whole = line.pop_if(|last| *last == b'\n').is_some();
        if !whole && (line.len() as u64) < LONGEST_LINE {
            // The end, or half a line, which never counted.
            self.summary.torn = !line.is_empty();
            self.at_end = true;
            return Ok(());
        }
        self.line += 1;
        let found = Checkpoint::check(&line, &self.keys)
            .map_err(|flaw| Dispute::Line { line: self.line, flaw })?;
        if found.previous != self.previous {
            let first = self.line == 1;
            return Err(if first { Dispute::Beheaded } else { Dispute::Order { line: self.line } });
        }
        if found.head.seq <= self.summary.covered {
            return Err(Dispute::Order { line: self.line });
        }
        self.previous = digest(&line);
        self.summary.checkpoints += 1;
        self.next = Some(found);
        Ok(())
    }
}

impl Witness for Checkpoints {
    fn begin(&mut self, root: &Root) -> Result<(), String> {
        self.start(root).map_err(|dispute| dispute.to_string())
    }

    fn see(&mut self, seq: i64, hash: &[u8; 32]) -> Result<(), String> {
        self.compare(seq, hash).map_err(|dispute| dispute.to_string())
    }

    fn end(&mut self, last: i64) -> Result<(), String> {
        self.close(last).map_err(|dispute| dispute.to_string())
    }
}
