//! How Han characters sound, without tones: the syllables of each, and the letters a syllable is typed with.

use std::sync::LazyLock;

/// Syllable and the characters read so, by rank of the reading; see the file's head for its source.
pub const TABLE: &str = include_str!("readings.txt");

/// A syllable by its number; 0 is none.
pub type Sound = u16;

/// Readings of one character, the usual one first, 0 behind the last.
pub type Sounds = [Sound; 4];

const FIRST: u32 = 0x4E00;
const LETTERS: usize = 26;

struct Readings {
    names: Vec<&'static str>,
    of: Vec<Sounds>,
    /// A tree of letters: the next node for each, and the syllable that ends at each.
    next: Vec<[u16; LETTERS]>,
    ends: Vec<Sound>,
}

static READINGS: LazyLock<Readings> = LazyLock::new(Readings::load);

/// The readings of a simplified character; none for what is no Han.
pub fn of(c: char) -> Sounds {
    let at = (c as u32).checked_sub(FIRST).map(|at| at as usize);
    at.and_then(|at| READINGS.of.get(at)).copied().unwrap_or_default()
}

/// The syllable in plain letters, `v` for ü.
pub fn name(sound: Sound) -> &'static str {
    READINGS.names.get(usize::from(sound)).copied().unwrap_or_default()
}

/// The syllable that is written so.
pub fn named(letters: &str) -> Option<Sound> {
    let mut found = None;
    spelled(letters.bytes(), |sound, length| {
        if length == letters.len() {
            found = Some(sound);
        }
    });
    found
}

/// Calls `each` with every syllable that the letters begin with, and its length.
pub fn spelled(letters: impl Iterator<Item = u8>, mut each: impl FnMut(Sound, usize)) {
    let readings = &*READINGS;
    let mut node = 0;
    for (length, letter) in (1..).zip(letters) {
        let Some(index) = letter.checked_sub(b'a').filter(|i| usize::from(*i) < LETTERS) else {
            return;
        };
        node = usize::from(readings.next[node][usize::from(index)]);
        if node == 0 {
            return;
        }
        if readings.ends[node] != 0 {
            each(readings.ends[node], length);
        }
    }
}

impl Readings {
    fn load() -> Self {
        let mut readings = Self {
            names: vec![""],
            of: vec![Sounds::default(); 0x5200],
            next: vec![[0; LETTERS]],
            ends: vec![0],
        };
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        let rows: Vec<(&str, &str)> = rows.filter_map(|line| line.split_once(' ')).collect();
        for (name, _) in &rows {
            let sound = readings.names.len() as Sound;
            readings.names.push(name);
            readings.spell(name, sound);
        }
        // ü is typed as v, as u where nothing else is, or as yu.
        for (sound, (name, _)) in (1..).zip(&rows) {
            match name.as_bytes() {
                [b'j' | b'q' | b'x' | b'y', b'u', ..] => {
                    readings.spell(&name.replacen('u', "v", 1), sound);
                }
                [b'l' | b'n', b'v', ..] => readings.spell(&name.replacen('v', "yu", 1), sound),
                _ => {}
            }
        }
        for rank in 0..Sounds::default().len() {
            for (sound, (_, ranks)) in (1..).zip(&rows) {
                for c in ranks.split(',').nth(rank).unwrap_or_default().chars() {
                    readings.note(c, sound);
                }
            }
        }
        readings
    }

    fn note(&mut self, c: char, sound: Sound) {
        let at = (c as u32).wrapping_sub(FIRST) as usize;
        let free = self.of.get_mut(at).and_then(|of| of.iter_mut().find(|kept| **kept == 0));
        if let Some(free) = free {
            *free = sound;
        }
    }

    fn spell(&mut self, letters: &str, sound: Sound) {
        let mut node = 0;
        for index in letters.bytes().map(|letter| usize::from(letter.wrapping_sub(b'a')) % LETTERS)
        {
            if self.next[node][index] == 0 {
                self.next[node][index] = self.next.len() as u16;
                self.next.push([0; LETTERS]);
                self.ends.push(0);
            }
            node = usize::from(self.next[node][index]);
        }
        self.ends[node] = sound;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(c: char) -> Vec<&'static str> {
        of(c).into_iter().filter(|sound| *sound != 0).map(name).collect()
    }

    #[test]
    fn characters_have_their_readings_in_order() {
        assert_eq!(names('赌'), ["du"]);
        assert_eq!(names('长'), ["zhang", "chang"]);
        assert_eq!(names('乐')[0], "le");
        assert_eq!(names('绿'), ["lv", "lu"]);
        assert_eq!(names('a'), [""; 0]);
    }

    #[test]
    fn syllables_are_found_in_letters() {
        let mut found = Vec::new();
        spelled("xiang".bytes(), |sound, length| found.push((name(sound), length)));
        assert_eq!(found, [("xi", 2), ("xia", 3), ("xian", 4), ("xiang", 5)]);
        assert_eq!(named("qv").map(name), Some("qu"));
        assert_eq!(named("nyu").map(name), Some("nv"));
        assert_eq!(named("blort"), None);
    }
}
