//! Hangul by arithmetic: every way to write a letter meets in one compatibility jamo.

const SYLLABLES: u32 = 0xAC00;
const VOWELS: u32 = 21;
const FINALS: u32 = 28;

/// Compatibility jamo of the 19 initial consonants.
const INITIAL: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ',
    'ㅌ', 'ㅍ', 'ㅎ',
];

/// Compatibility jamo of the 27 final consonants; index 0 is no final.
const FINAL: [char; 27] = [
    'ㄱ', 'ㄲ', 'ㄳ', 'ㄴ', 'ㄵ', 'ㄶ', 'ㄷ', 'ㄹ', 'ㄺ', 'ㄻ', 'ㄼ', 'ㄽ', 'ㄾ', 'ㄿ', 'ㅀ', 'ㅁ',
    'ㅂ', 'ㅄ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ',
];

/// Whether `c` is a precomposed syllable.
pub fn is_syllable(c: char) -> bool {
    matches!(c, '가'..='힣')
}

/// Whether `c` is a letter that is typed as two, written by itself.
pub fn is_compound(c: char) -> bool {
    let mut count = 0;
    !is_syllable(c) && jamo(c, |_| count += 1) && count > 1
}

/// Where a jamo may stand inside a syllable block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    Initial,
    Vowel,
    Final,
}

/// The place of a conjoining jamo (what NFD writes); `None` for every other character.
pub fn conjoining(c: char) -> Option<Position> {
    match c as u32 {
        0x1100..=0x1112 => Some(Position::Initial),
        0x1161..=0x1175 => Some(Position::Vowel),
        0x11A8..=0x11C2 => Some(Position::Final),
        _ => None,
    }
}

/// Calls `each` with the simple compatibility jamo that `c` consists of; false if `c` is no Hangul.
/// Compound vowels and double finals come as their parts, as they are typed.
pub fn jamo(c: char, mut each: impl FnMut(char)) -> bool {
    let code = c as u32;
    match code {
        0xAC00..=0xD7A3 => {
            let index = code - SYLLABLES;
            each(INITIAL[(index / (VOWELS * FINALS)) as usize]);
            parts(vowel(index / FINALS % VOWELS), &mut each);
            if let Some(f) = (index % FINALS).checked_sub(1) {
                parts(FINAL[f as usize], &mut each);
            }
        }
        0x1100..=0x1112 => each(INITIAL[(code - 0x1100) as usize]),
        0x1161..=0x1175 => parts(vowel(code - 0x1161), &mut each),
        0x11A8..=0x11C2 => parts(FINAL[(code - 0x11A8) as usize], &mut each),
        0x3131..=0x3163 => parts(c, &mut each),
        0xFFA1..=0xFFBE => parts(char_at(0x3131, code - 0xFFA1), &mut each),
        0xFFC2..=0xFFC7 => parts(vowel(code - 0xFFC2), &mut each),
        0xFFCA..=0xFFCF => parts(vowel(code - 0xFFCA + 6), &mut each),
        0xFFD2..=0xFFD7 => parts(vowel(code - 0xFFD2 + 12), &mut each),
        0xFFDA..=0xFFDC => parts(vowel(code - 0xFFDA + 18), &mut each),
        _ => return false,
    }
    true
}

fn vowel(index: u32) -> char {
    char_at(0x314F, index)
}

fn char_at(base: u32, index: u32) -> char {
    char::from_u32(base + index).unwrap_or('ㅏ')
}

fn parts(jamo: char, each: &mut impl FnMut(char)) {
    let parts: &[char] = match jamo {
        'ㄳ' => &['ㄱ', 'ㅅ'],
        'ㄵ' => &['ㄴ', 'ㅈ'],
        'ㄶ' => &['ㄴ', 'ㅎ'],
        'ㄺ' => &['ㄹ', 'ㄱ'],
        'ㄻ' => &['ㄹ', 'ㅁ'],
        'ㄼ' => &['ㄹ', 'ㅂ'],
        'ㄽ' => &['ㄹ', 'ㅅ'],
        'ㄾ' => &['ㄹ', 'ㅌ'],
        'ㄿ' => &['ㄹ', 'ㅍ'],
        'ㅀ' => &['ㄹ', 'ㅎ'],
        'ㅄ' => &['ㅂ', 'ㅅ'],
        'ㅘ' => &['ㅗ', 'ㅏ'],
        'ㅙ' => &['ㅗ', 'ㅐ'],
        'ㅚ' => &['ㅗ', 'ㅣ'],
        'ㅝ' => &['ㅜ', 'ㅓ'],
        'ㅞ' => &['ㅜ', 'ㅔ'],
        'ㅟ' => &['ㅜ', 'ㅣ'],
        'ㅢ' => &['ㅡ', 'ㅣ'],
        _ => return each(jamo),
    };
    parts.iter().for_each(|part| each(*part));
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    fn of(text: &str) -> String {
        let mut out = String::new();
        for c in text.chars() {
            assert!(jamo(c, |j| out.push(j)), "{c:?} is Hangul");
        }
        out
    }

    #[test]
    fn every_way_to_write_a_syllable_meets() {
        for syllable in ('가'..='힣').step_by(7) {
            let text = syllable.to_string();
            assert_eq!(of(&text), of(&text.nfd().collect::<String>()), "{syllable}");
        }
        assert_eq!(of("카지노"), of("ㅋㅏㅈㅣㄴㅗ"));
    }

    #[test]
    fn half_width_jamo_are_their_compatibility_form() {
        for c in '\u{FFA1}'..='\u{FFDC}' {
            // ㅀ comes back as an initial that no syllable of today has.
            let Some(wide) = c.nfkc().next().filter(|wide| jamo(c, |_| {}) && jamo(*wide, |_| {}))
            else {
                continue;
            };
            assert_eq!(of(&c.to_string()), of(&wide.to_string()), "{c:?}");
        }
    }
}
