//! Where a word may begin and end, judged on the characters as they are written.

/// How a script parts its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    /// By spaces and punctuation: Latin, Cyrillic, Greek, Arabic, digits, `_`.
    Spaced,
    Hangul,
    /// Not at all: Han, Kana, Thai and their neighbours.
    Unspaced,
    /// No letter.
    Outside,
}

fn script(c: char) -> Script {
    match c as u32 {
        0x1100..=0x11FF | 0x3131..=0x318E | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xFFA0..=0xFFDC => {
            Script::Hangul
        }
        0x0E00..=0x0EFF
        | 0x1000..=0x109F
        | 0x1780..=0x17FF
        | 0x2E80..=0x30FF
        | 0x3105..=0x312F
        | 0x3190..=0x9FFF
        | 0xF900..=0xFAFF
        | 0xFF66..=0xFF9F
        | 0x20000..=0x3FFFF => Script::Unspaced,
        // Circled, squared and flag letters are drawn signs, not parts of a word.
        0x2460..=0x24FF | 0x1F100..=0x1F1FF => Script::Outside,
        _ if c == '_' || c.is_alphanumeric() => Script::Spaced,
        _ => Script::Outside,
    }
}

/// Whether a jamo stands by itself, as in ㅋㅋ: laughter is no part of the word after it.
fn is_split(c: char) -> bool {
    matches!(c as u32, 0x3131..=0x318E | 0xFFA0..=0xFFDC)
}

/// Whether a word that begins with `first` may begin after `before`. A Hangul term of one or two
/// syllables must begin an eojeol.
pub fn may_start(before: Option<char>, first: char, syllables: usize) -> bool {
    let Some(before) = before else { return true };
    match script(first) {
        Script::Spaced => script(before) != Script::Spaced,
        Script::Hangul if syllables <= 2 => {
            is_split(before) || script(before) != Script::Hangul && !before.is_numeric()
        }
        _ => true,
    }
}

/// Whether a word that ends with `last` may end before `after`. Korean particles follow their word.
pub fn may_end(last: char, after: Option<char>) -> bool {
    let Some(after) = after else { return true };
    script(last) != Script::Spaced || script(after) != Script::Spaced
}

/// Scripts that look alike are told apart only where both part words by spaces.
pub fn same_alphabet(a: char, b: char) -> bool {
    alphabet(a) == alphabet(b)
}

fn alphabet(c: char) -> u8 {
    match c as u32 {
        0x41..=0x24F
        | 0x250..=0x2AF
        | 0x1D00..=0x1DBF
        | 0x1E00..=0x1EFF
        | 0x2C60..=0x2C7F
        | 0xA720..=0xA7FF
        | 0xAB30..=0xAB6F => 1,
        0x370..=0x3FF | 0x1F00..=0x1FFF => 2,
        0x400..=0x52F | 0x1C80..=0x1C8F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F => 3,
        _ => 4,
    }
}
