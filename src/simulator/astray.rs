//! Webhooks that go astray: dropped, repeated or out of order, by a seed that makes a run repeatable.

use super::event::Event;

/// What goes wrong with webhooks on their way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WebhookFaults {
    /// Share of webhooks never posted, from 0 to 1.
    pub drop: f64,
    /// How often each is posted again.
    pub duplicate: u32,
    /// Webhooks wait until so many are waiting, then go out in random order; 0 posts each at once.
    pub shuffle: usize,
}

impl WebhookFaults {
    pub const NONE: Self = Self { drop: 0.0, duplicate: 0, shuffle: 0 };
}

/// A webhook to be posted.
#[derive(Debug)]
pub(super) struct Due {
    pub event: Event,
    pub platform: &'static str,
}

#[derive(Debug)]
pub(super) struct Astray {
    faults: WebhookFaults,
    held: Vec<Due>,
    dropped: u64,
    random: u64,
}

impl Default for Astray {
    fn default() -> Self {
        Self { faults: WebhookFaults::NONE, held: Vec::new(), dropped: 0, random: 0 }
    }
}

impl Astray {
    /// Faults from now on. What is held back stays so until the next batch.
    pub fn set(&mut self, faults: WebhookFaults, seed: u64) {
        (self.faults, self.random) = (faults, seed);
    }

    /// What is to be posted now that this is due: nothing, this, or a batch.
    pub fn pass(&mut self, due: Due) -> Vec<Due> {
        if self.share() < self.faults.drop {
            self.dropped += 1;
            return Vec::new();
        }
        self.held.push(due);
        if self.held.len() < self.faults.shuffle { Vec::new() } else { self.release() }
    }

    /// All that is held back, in random order.
    pub fn release(&mut self) -> Vec<Due> {
        for last in (1..self.held.len()).rev() {
            let other = (self.random() % (last as u64 + 1)) as usize;
            self.held.swap(last, other);
        }
        std::mem::take(&mut self.held)
    }

    /// How often each is posted.
    pub fn times(&self) -> u32 {
        self.faults.duplicate.saturating_add(1)
    }

    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The next pseudo-random number (SplitMix64).
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The next pseudo-random number from 0 up to 1.
    fn share(&mut self) -> f64 {
        (self.random() >> 11) as f64 / (1u64 << 53) as f64
    }
}
