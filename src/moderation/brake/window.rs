//! Who was hit lately: senders and texts, each counted once within a span of time.

use std::collections::{HashSet, VecDeque};

/// More are not counted: every limit is far below.
const MOST: usize = 20_000;

/// Hits of the last so many ms that have both a new sender and a new text.
#[derive(Debug, Clone)]
pub struct Window {
    span: i64,
    counted: VecDeque<(i64, u64, u64)>,
    senders: HashSet<u64>,
    texts: HashSet<u64>,
}

impl Window {
    pub fn new(span: i64) -> Self {
        Self { span, counted: VecDeque::new(), senders: HashSet::new(), texts: HashSet::new() }
    }

    /// Counts a hit at `at` (ms, never going back), unless its sender or its text counts already.
    pub fn note(&mut self, at: i64, sender: u64, text: u64) -> bool {
        self.forget(at);
        let known = self.senders.contains(&sender) || self.texts.contains(&text);
        if known || self.counted.len() >= MOST {
            return false;
        }
        self.senders.insert(sender);
        self.texts.insert(text);
        self.counted.push_back((at, sender, text));
        true
    }

    /// How many count at `at`.
    pub fn count(&mut self, at: i64) -> u64 {
        self.forget(at);
        self.counted.len() as u64
    }

    pub fn clear(&mut self) {
        *self = Self::new(self.span);
    }

    fn forget(&mut self, at: i64) {
        while let Some((then, sender, text)) = self.counted.front().copied() {
            if at - then < self.span {
                break;
            }
            self.counted.pop_front();
            self.senders.remove(&sender);
            self.texts.remove(&text);
        }
    }
}
