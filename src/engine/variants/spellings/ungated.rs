//! Spellings without keys and filter: every term laid over every place of a text. Slow, for tests.

use super::{Range, Spellings, Units};

impl Spellings {
    /// What [`Spellings::search`] must find.
    pub fn search_everywhere(
        &self,
        text: &str,
        at_ms: i64,
        mut each: impl FnMut(u32, Range<usize>),
    ) {
        let mut units = Units::default();
        units.fill(text);
        for entry in self.entries.iter().filter(|entry| at_ms < entry.until) {
            for at in 0..units.all.len() {
                let found = self.find(entry, &units.all, at);
                found.into_iter().for_each(|range| each(entry.target, range));
            }
        }
    }
}
