//! One character at a time: what it is and which letters it stands for, from a table built once.

use super::hangul;
use super::tables::{LOOK_ALIKES, SIMPLIFIED, SMALL_CAPITALS, TRADITIONAL};
use super::{BREAK, Symbol};
use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a character is to the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A letter or a digit.
    Letter,
    /// A space, punctuation, a symbol, an emoji.
    Separator,
    /// Nothing: a mark, a zero-width or bidi character, a filler, a variation selector, a tag.
    Ignorable,
}

/// What a character folds to: one letter, or with [`Look::letters`] a few (`㎏`, a Hangul syllable).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub kind: Kind,
    /// In lower case, without width, marks or tradition; a separator folds to its plain form.
    pub letter: char,
    /// The ASCII letter it looks like, if it is a letter of its own.
    pub like: Option<char>,
    many: Option<u16>,
}

impl Look {
    /// A separator that stands for itself.
    pub fn separator(letter: char) -> Self {
        Self { kind: Kind::Separator, letter, like: None, many: None }
    }

    /// Calls `each` with every letter, in order, and the ASCII letter it looks like.
    pub fn letters(&self, mut each: impl FnMut(char, Option<char>)) {
        match self.many {
            Some(index) => TABLE.many[usize::from(index)].iter().for_each(|l| each(*l, None)),
            None if self.kind == Kind::Letter
                && hangul::jamo(self.letter, |jamo| each(jamo, None)) => {}
            None => each(self.letter, self.like),
        }
    }
}

/// Looks up one character.
#[inline]
pub fn look(c: char) -> Look {
    TABLE.get(c)
}

/// Han, Kana and Hangul: scripts whose words need no space between them.
pub(super) fn is_dense(letter: char) -> bool {
    matches!(letter as u32, 0x1100..=0x11FF | 0x2E80..=0x9FFF | 0xA960..=0xA97F | 0xAC00..=0xD7FF
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// The symbol of a letter: one for all letters and digits that people write for each other.
pub(super) fn class(letter: char, like: Option<char>) -> Symbol {
    let shown = like.unwrap_or(letter);
    match shown {
        'i' | 'l' | '1' => Symbol::from(b'i'),
        'a' | '4' => Symbol::from(b'a'),
        'b' | '8' => Symbol::from(b'b'),
        'e' | '3' => Symbol::from(b'e'),
        'g' | '9' | '6' => Symbol::from(b'g'),
        'o' | '0' => Symbol::from(b'o'),
        's' | '5' => Symbol::from(b's'),
        't' | '7' => Symbol::from(b't'),
        // `vv` is drawn for w, and a run of one symbol is one.
        'v' | 'w' => Symbol::from(b'v'),
        'z' | '2' => Symbol::from(b'z'),
        _ => {
            let code = shown as u32;
            let symbol = (code ^ (code >> 16).wrapping_mul(0x9E37)) as Symbol;
            if symbol == BREAK { Symbol::MAX } else { symbol }
        }
    }
}

const PAGE: usize = 256;
/// A page on which every character is a letter that stands for itself (most of Han).
const OWN: u16 = u16::MAX;

const KIND_SHIFT: u32 = 30;
const MANY_BIT: u32 = 1 << 29;
const LIKE_SHIFT: u32 = 21;
const LETTER_MASK: u32 = (1 << LIKE_SHIFT) - 1;

/// Two stages: page of the character, entry on the page. An entry is kind, look-alike and letter.
struct Table {
    pages: Vec<u16>,
    entries: Vec<u32>,
    many: Vec<Box<[char]>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::build);

impl Table {
    #[inline]
    fn get(&self, c: char) -> Look {
        let code = c as usize;
        let page = self.pages[code / PAGE];
        if page == OWN {
            return Look { kind: Kind::Letter, letter: c, like: None, many: None };
        }
        let entry = self.entries[usize::from(page) * PAGE + code % PAGE];
        let kind = match entry >> KIND_SHIFT {
            0 => Kind::Separator,
            1 => Kind::Letter,
            _ => Kind::Ignorable,
        };
        if entry & MANY_BIT != 0 {
            let many = Some((entry & 0xFFFF) as u16);
            return Look { kind, letter: c, like: None, many };
        }
        let like = match (entry >> LIKE_SHIFT & 0x1F) as u8 {
            0 => None,
            n => Some(char::from(b'a' + n - 1)),
        };
        let letter = char::from_u32(entry & LETTER_MASK).unwrap_or(c);
        Look { kind, letter, like, many: None }
    }

    fn build() -> Self {
        let own = Letters::load();
        let mut table = Self { pages: Vec::new(), entries: Vec::new(), many: Vec::new() };
        let mut known: HashMap<Vec<u32>, u16> = HashMap::new();
        for first in (0..0x11_0000_u32).step_by(PAGE) {
            let nobody_writes = matches!(first, 0x3_2000..0xE_0000 | 0xE_1000..);
            if let (true, Some(blank)) = (nobody_writes, known.get([0; PAGE].as_slice())) {
                table.pages.push(*blank);
                continue;
            }
            let page: Vec<u32> = (first..first + PAGE as u32)
                .map(|code| char::from_u32(code).map_or(0, |c| table.entry(c, &own)))
                .collect();
            let itself = |(i, e): (usize, &u32)| *e == 1 << KIND_SHIFT | (first + i as u32);
            let number = if page.iter().enumerate().all(itself) {
                OWN
            } else {
                *known.entry(page).or_insert_with_key(|page| {
                    table.entries.extend_from_slice(page);
                    (table.entries.len() / PAGE - 1) as u16
                })
            };
            table.pages.push(number);
        }
        table
    }

    fn entry(&mut self, c: char, own: &Letters) -> u32 {
        match fold(c, own) {
            Folded::Ignorable => 2 << KIND_SHIFT,
            Folded::Separator(plain) => plain as u32,
            Folded::Letter(letter, like) => {
                let like = like.map_or(0, |like| u32::from(like as u8 - b'a') + 1);
                1 << KIND_SHIFT | like << LIKE_SHIFT | letter as u32
            }
            Folded::Many(letters) => {
                self.many.push(letters.into());
                1 << KIND_SHIFT | MANY_BIT | (self.many.len() - 1) as u32
            }
        }
    }
}

/// The generated tables as maps, for building only.
struct Letters {
    like: HashMap<char, char>,
    small: HashMap<char, char>,
    simplified: HashMap<char, char>,
}

impl Letters {
    fn load() -> Self {
        let spread = |rows: &[(char, &str)]| {
            rows.iter().flat_map(|(letter, all)| all.chars().map(|c| (c, *letter))).collect()
        };
        let mut like: HashMap<char, char> = spread(LOOK_ALIKES);
        like.extend(spread(DRAWN_ALIKE));
        let mut simplified: HashMap<char, char> =
            TRADITIONAL.chars().zip(SIMPLIFIED.chars()).collect();
        simplified.extend(RADICALS.chars().zip(UNIFIED.chars()));
        Self { like, small: spread(SMALL_CAPITALS), simplified }
    }
}

/// Look-alikes that UTS #39 leaves out, for in its fonts they do not look alike enough.
const DRAWN_ALIKE: &[(char, &str)] = &[('a', "Ⲁⲁ"), ('b', "Ⲃⲃ"), ('e', "ɛƐ"), ('i', "ᏆⲒⲓ")];

/// Radicals that stand for a character of today and have no compatibility form, and that character.
const RADICALS: &str = "⺁⺅⺉⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺖⺗⺘⺙⺛⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺨⺩⺪⺬⺭⺮⺯⺰⺲⺶⺷⺹⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳";
const UNIFIED: &str = "厂亻刂㔾小小兀尣尢尣巳幺彑忄心扌攵旡月歺母民氵氺灬爪爫丬犭王疋礻礻竹糸纟罒羊羊耂肉臼艹艹艹虎衤西西见角讠贝车辶辶辶阝钅长长长门阝雨青韦页风飞食食饣饣马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟龟龟";

enum Folded {
    Ignorable,
    Separator(char),
    Letter(char, Option<char>),
    Many(Vec<char>),
}

/// Width, compatibility, case, marks, tradition: everything `simple` sees through in one character.
fn fold(c: char, own: &Letters) -> Folded {
    let code = c as u32;
    match code {
        _ if is_ignorable(c) => return Folded::Ignorable,
        // 丶 and 丨 are strokes that no word is written with, and look like a comma and a bar.
        0x4E36 | 0x2F02 => return Folded::Separator('丶'),
        0x4E28 | 0x2F01 => return Folded::Separator('丨'),
        // A vowel that Korean gave up, written today as a middle dot.
        0x318D => return Folded::Separator('·'),
        0x2E80..=0x2EFF if own.simplified.contains_key(&c) => {
            return Folded::Letter(sharp(c, own), None);
        }
        // Letters on coloured ground and flags have no compatibility form.
        0x1F150..=0x1F169 => return Folded::Letter(latin(code - 0x1F150), None),
        0x1F170..=0x1F189 => return Folded::Letter(latin(code - 0x1F170), None),
        0x1F1E6..=0x1F1FF => return Folded::Letter(latin(code - 0x1F1E6), None),
        0xAC00..=0xD7A3 | 0x1100..=0x11FF | 0x3131..=0x318E | 0xFFA1..=0xFFDC => {
            return Folded::Letter(c, None);
        }
        // An enclosed syllable is the syllable, whole: ㉸ is 카.
        0x3200..=0x321E | 0x3260..=0x327E => return enclosed(c),
        // Voiced Kana are letters of their own; the exact view joins a mark that stands alone.
        0x3040..=0x30FF if c.is_alphabetic() => return Folded::Letter(c, None),
        _ => {}
    }
    if let Some(letter) = own.small.get(&c) {
        return Folded::Letter(*letter, None);
    }
    let plain: Vec<char> = std::iter::once(c).nfkd().filter(|c| !is_mark(*c)).collect();
    let lower = |c: &char| c.to_lowercase().nfkd().filter(|c| !is_mark(*c)).collect::<Vec<_>>();
    let letters: Vec<char> =
        plain.iter().flat_map(lower).filter(|c| is_letter(*c)).map(|c| sharp(c, own)).collect();
    match letters.as_slice() {
        [] => Folded::Separator(if plain.len() == 1 { plain[0] } else { c }),
        [letter] => {
            let shape =
                plain.first().and_then(|c| own.like.get(c)).or_else(|| own.like.get(letter));
            Folded::Letter(*letter, shape.copied().filter(|_| !letter.is_ascii()))
        }
        _ => Folded::Many(letters),
    }
}

/// Hangul in a circle or in parentheses.
fn enclosed(c: char) -> Folded {
    let inside: Vec<char> = std::iter::once(c).nfkc().filter(|c| is_letter(*c)).collect();
    if let [letter] = inside.as_slice() {
        return Folded::Letter(*letter, None);
    }
    let mut letters = Vec::new();
    for c in inside {
        hangul::jamo(c, |jamo| letters.push(jamo));
    }
    Folded::Many(letters)
}

fn sharp(c: char, own: &Letters) -> char {
    match own.simplified.get(&c) {
        Some(simplified) => *simplified,
        None => match c {
            'ς' => 'σ',
            'ſ' => 's',
            c => c,
        },
    }
}

/// Whether a flag may begin with this character.
pub fn may_be_flag(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

/// Whether two flag letters begin at byte `at` and no third one stands beside them: that is a flag, no word.
pub fn is_flag(text: &str, at: usize) -> bool {
    let letter = may_be_flag;
    let mut ahead = text[at..].chars();
    ahead.next().is_some_and(letter)
        && ahead.next().is_some_and(letter)
        && !ahead.next().is_some_and(letter)
        && !text[..at].chars().next_back().is_some_and(letter)
}

fn latin(index: u32) -> char {
    char::from(b'a' + index as u8 % 26)
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Marks that are laid on any letter. The vowel signs of Thai or Devanagari are letters to us.
fn is_mark(c: char) -> bool {
    is_combining_mark(c)
        && matches!(c as u32, 0x0300..=0x08FF | 0x135D..=0x135F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF
            | 0x20D0..=0x20FF | 0x2CEF..=0x2CF1 | 0x2DE0..=0x2DFF | 0x302A..=0x302F
            | 0x3099..=0x309A | 0xA66F..=0xA67D | 0xFE00..=0xFE2F | 0x1D165..=0x1D1AD
            | 0xE0100..=0xE01EF)
}

/// What a reader does not see, or sees only on another character.
fn is_ignorable(c: char) -> bool {
    is_mark(c)
        || matches!(c as u32,
            0x00..=0x08 | 0x0E..=0x1F | 0x7F..=0x84 | 0x86..=0x9F // control characters that break no line
            | 0xAD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F
            | 0xFEFF | 0xFF9E..=0xFF9F | 0xFFA0 | 0xFFF0..=0xFFFB | 0x1BCA0..=0x1BCA3
            | 0x1D173..=0x1D17A | 0x1F3FB..=0x1F3FF | 0xE0000..=0xE0FFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_tables_are_whole() {
        assert_eq!(TRADITIONAL.chars().count(), SIMPLIFIED.chars().count());
        assert!(TRADITIONAL.chars().count() > 4_000);
        for (traditional, simplified) in "樂賭網馬車國發".chars().zip("乐赌网马车国发".chars())
        {
            assert_eq!(look(traditional).letter, simplified);
        }
        for (written, like) in "аеорсхуіΑΒΕΝ".chars().zip("aeopcxyiaben".chars()) {
            assert_eq!(look(written).like, Some(like), "{written}");
        }
    }

    #[test]
    fn no_han_character_is_taken_for_a_letter() {
        for c in '\u{4E00}'..='\u{9FFF}' {
            let look = look(c);
            assert!(look.like.is_none() && !look.letter.is_ascii(), "{c}");
        }
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for c in ('\0'..='\u{2FFFF}').filter(|c| look(*c).kind == Kind::Letter) {
            look(c).letters(|letter, _| {
                let again = look(letter);
                assert!(again.kind == Kind::Letter, "{c:?} folds to {letter:?}");
            });
        }
    }
}
