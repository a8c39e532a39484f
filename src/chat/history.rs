//! What the platform keeps of a group, as read from it.

use crate::message::Content;

/// What stands at a message's place.
#[derive(Debug, Clone)]
pub enum Found {
    Present(Stored),
    Gone(Gone),
}

/// Why there is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    Recalled,
    /// Past the platform's time of keeping, deleted, or never stored.
    Expired,
    /// Nothing is at this number, not even a placeholder.
    Missing,
}

/// A message as the platform keeps it.
#[derive(Debug, Clone)]
pub struct Stored {
    pub seq: u64,
    pub sender: Option<String>,
    /// Unix time in ms, of whole seconds.
    pub sent_at: Option<i64>,
    /// Written by the platform itself, such as "x joined".
    pub system: bool,
    /// Without custom data where the history tells none: that is not the same as empty.
    pub content: Content,
}

/// A page of a group's history, newest first.
#[derive(Debug, Clone)]
pub struct History {
    /// There is nothing older to be had.
    pub complete: bool,
    pub entries: Vec<Entry>,
}

/// One number of a group's history.
#[derive(Debug, Clone)]
pub struct Entry {
    pub seq: u64,
    /// `None` where the platform told something that is neither a message nor a placeholder.
    pub found: Option<Found>,
}
