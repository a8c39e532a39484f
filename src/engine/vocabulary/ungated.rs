//! The vocabulary without index and filters: every term laid over every place of a text. Slow, for tests.

use super::{Sighting, Units, Vocabulary, heavy, simple, symbol_of};

impl Vocabulary {
    /// What [`Vocabulary::search`] must find, literals of regexes left out; much of it several times.
    pub fn search_everywhere(&self, text: &str, at_ms: i64, mut each: impl FnMut(Sighting)) {
        let mut units = Units::default();
        units.fill(text);
        for entry in self.entries.iter().filter(|entry| !entry.literal && at_ms < entry.until) {
            let letters = self.letters(entry);
            let anchor = usize::from(entry.anchor);
            let (_, dense) = symbol_of(letters[anchor].letter, letters[anchor].like);
            for at in 0..units.all.len() {
                let found = simple::find(entry, letters, anchor, &units.all, at);
                let found = match entry.heavy && dense {
                    true => found.map(|range| heavy::stretched(&units, range)),
                    false => found,
                };
                let disguised = || heavy::find(entry, letters, anchor, &units.all, at);
                let found = found.or_else(|| entry.heavy.then(disguised).flatten());
                found.into_iter().for_each(|range| each(Sighting { target: entry.target, range }));
            }
        }
    }
}
