//! What one look at a text says about what it may hold, so that clean text is read no further.

use super::digits::value;
use crate::engine::fold::{Kind, look};
use std::sync::LazyLock;

/// Counted in one pass; a detector whose fact is missing has nothing to find.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// The most digits, however drawn or spelled, with no letter between them.
    pub digits: u32,
    /// An `@` or what people write for it.
    pub at: bool,
    /// Something that may be an id: letters with digits, a mark inside a word, or a word behind Han or Hangul.
    pub handle: bool,
}

impl Facts {
    pub fn of(text: &str) -> Self {
        let mut facts = Self::default();
        if is_bare(text.as_bytes()) {
            return facts;
        }
        let mut digits = 0;
        let mut token = Token::default();
        let mut dense = false;
        let kinds: &[Is] = &KINDS;
        for (at, c) in text.char_indices() {
            match kinds.get(c as usize).copied().unwrap_or_else(|| drawn(c)) {
                Is::Digit(is_latin) => {
                    digits += 1;
                    facts.digits = facts.digits.max(digits);
                    token.digit |= is_latin;
                    token.length += 1;
                }
                Is::Latin => {
                    digits = 0;
                    token.length += 1;
                }
                Is::Dense => {
                    digits = 0;
                    token.end(&mut facts, dense);
                    dense = true;
                    facts.at |= c == '골' && text[at..].starts_with("골뱅이");
                }
                Is::Nothing => {}
                Is::Mark => {
                    facts.at |= matches!(c, '@' | '＠' | '﹫');
                    token.mark |= matches!(c, '_' | '-') && token.length > 0;
                    if !matches!(c, '_' | '-') {
                        if matches!(c, '[' | '(' | '{' | '［' | '（' | '｛') {
                            let rest = text[at + c.len_utf8()..].trim_start();
                            facts.at |= rest
                                .chars()
                                .next()
                                .is_some_and(|c| matches!(c, 'a' | 'A') || !c.is_ascii());
                        }
                        // `t.me/x`
                        facts.handle |= c == '/' || c == '／';
                        let spoken = token.length > 0;
                        token.end(&mut facts, dense);
                        dense &= !spoken;
                    }
                }
            }
        }
        token.end(&mut facts, dense);
        facts.handle |= facts.at || facts.digits >= 5;
        facts
    }
}

/// Whether a text is ASCII without a digit and without any mark that a fact is made of. Without branches,
/// so that many bytes are looked at in one step.
fn is_bare(bytes: &[u8]) -> bool {
    let tells = |b: u8| {
        (b >= 0x80)
            | b.is_ascii_digit()
            | (b == b'@')
            | (b == b'_')
            | (b == b'-')
            | (b == b'/')
            | (b == b'[')
            | (b == b'(')
            | (b == b'{')
    };
    !bytes.chunks(64).any(|chunk| chunk.iter().fold(false, |seen, b| seen | tells(*b)))
}

/// A word of ASCII letters and digits.
#[derive(Debug, Default)]
struct Token {
    length: u32,
    digit: bool,
    mark: bool,
}

impl Token {
    /// `dense` is whether Han or Hangul stands before it.
    fn end(&mut self, facts: &mut Facts, dense: bool) {
        let token = std::mem::take(self);
        facts.handle |= token.length >= 4 && (token.digit || token.mark || dense);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    /// Whether it reads as an ASCII digit.
    Digit(bool),
    Latin,
    Dense,
    Mark,
    Nothing,
}

/// What each character of the basic plane is, made when it is first needed.
static KINDS: LazyLock<Vec<Is>> = LazyLock::new(|| {
    (0..=0xFFFF).map(|code| char::from_u32(code).map_or(Is::Nothing, kind)).collect()
});

fn kind(c: char) -> Is {
    match c {
        '0'..='9' => Is::Digit(true),
        'a'..='z' | 'A'..='Z' => Is::Latin,
        _ if c.is_ascii() => Is::Mark,
        '\u{3400}'..='\u{9FFF}' | '가'..='힣' | '〇' => match value(c) {
            Some(_) => Is::Digit(false),
            None => Is::Dense,
        },
        '\u{3001}'..='\u{303F}' => Is::Mark,
        _ => drawn(c),
    }
}

/// A character of no plain script: full-width, circled, a symbol, a mark.
fn drawn(c: char) -> Is {
    let look = look(c);
    match look.kind {
        Kind::Ignorable => Is::Nothing,
        Kind::Separator => Is::Mark,
        Kind::Letter => {
            let mut kind = Is::Dense;
            look.letters(|letter, like| {
                let seen = like.unwrap_or(letter);
                kind = match value(letter) {
                    Some(_) => Is::Digit(true),
                    None if seen.is_ascii_alphabetic() => Is::Latin,
                    None => Is::Dense,
                };
            });
            kind
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_bare_text_has_no_facts(text in "[ -~]{0,90}|[a-z .,!?*:;'\"]{60,140}") {
            let bare = is_bare(text.as_bytes());
            // A character beyond ASCII in front makes the long way be taken.
            let long = Facts::of(&format!("\u{301}{text}"));
            prop_assert_eq!(Facts::of(&text), long);
            prop_assert!(!bare || long == Facts::default());
        }
    }
}
