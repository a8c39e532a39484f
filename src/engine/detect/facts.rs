//! What one look at a text says about what the detectors may find in it.

/// A detector whose fact is missing has nothing to find.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// The most digits, however drawn or spelled, with no letter between them.
    pub digits: u32,
    /// An `@` or what people write for it.
    pub at: bool,
    /// Something that may be an id: letters with digits, a mark inside a word, or a word behind Han or Hangul.
    pub handle: bool,
}
