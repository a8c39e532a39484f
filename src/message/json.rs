//! A cursor over raw JSON that knows where every value stands.
//!
//! Holds the grammar, skipping, and string decoding with the way back to the raw bytes. Does not hold
//! meaning: it knows no field of the platform. Promise: nothing is copied or normalised, so that a
//! caller can replace one string and leave every other byte as it was.

use std::borrow::Cow;
use std::ops::Range;

/// Nesting beyond this is refused: no message of the platform comes near it.
const MAX_DEPTH: usize = 128;

/// The text is not one JSON value, or is nested deeper than any message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed JSON at byte {at}")]
pub struct Malformed {
    pub at: usize,
}

/// One JSON value inside a checked text.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    source: &'a str,
    start: usize,
    end: usize,
}

impl Node<'static> {
    /// An array of nothing.
    pub const EMPTY: Self = Self { source: "[]", start: 0, end: 2 };
}

impl<'a> Node<'a> {
    /// Checks that `source` holds exactly one JSON value and returns it.
    ///
    /// Lenient inside strings (raw control characters, odd escapes), strict about structure.
    pub fn parse(source: &'a str) -> Result<Self, Malformed> {
        let start = skip_space(source.as_bytes(), 0);
        let end = check(source.as_bytes(), start)?;
        match skip_space(source.as_bytes(), end) {
            at if at == source.len() => Ok(Self { source, start, end }),
            at => Err(Malformed { at }),
        }
    }

    /// The value that begins there; the text was checked.
    fn at(source: &'a str, start: usize) -> Self {
        Self { source, start, end: skip_value(source.as_bytes(), start) }
    }

    /// The same value as a text of its own: places are told from its own beginning.
    pub(super) fn alone(&self) -> Self {
        Self { source: self.raw(), start: 0, end: self.end - self.start }
    }

    fn bytes(&self) -> &'a [u8] {
        self.source.as_bytes()
    }

    /// Where the value stands in the text given to [`Node::parse`], quotes and brackets included.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The value as it is written.
    pub fn raw(&self) -> &'a str {
        &self.source[self.range()]
    }

    pub fn is_object(&self) -> bool {
        self.bytes()[self.start] == b'{'
    }

    pub fn is_array(&self) -> bool {
        self.bytes()[self.start] == b'['
    }

    pub fn is_string(&self) -> bool {
        self.bytes()[self.start] == b'"'
    }

    /// The decoded string; `None` for any other kind of value.
    pub fn string(&self) -> Option<Decoded> {
        self.is_string().then(|| Decoded::new(&self.source[self.inside()]))
    }

    /// Where the characters between the quotes of a string stand.
    pub fn inside(&self) -> Range<usize> {
        let range = self.range();
        range.start + 1..range.end - 1
    }

    /// The text of a string, or a number as it is written: the platform mixes both.
    pub fn scalar(&self) -> Option<String> {
        match self.bytes()[self.start] {
            b'"' => self.string().map(|decoded| decoded.text),
            b'-' | b'0'..=b'9' => Some(self.raw().to_owned()),
            _ => None,
        }
    }

    /// Members of an object in their order (none for any other kind); a repeated key comes repeatedly.
    pub fn members(&self) -> impl Iterator<Item = (Cow<'a, str>, Node<'a>)> + use<'a> {
        let (source, mut cursor) = (self.source, self.open(b'{'));
        std::iter::from_fn(move || {
            let bytes = source.as_bytes();
            let key = Node::at(source, next_item(bytes, cursor?, b'}')?);
            let colon = skip_space(bytes, key.end);
            let value = Node::at(source, skip_space(bytes, colon + 1));
            cursor = Some(value.end);
            Some((key.key(), value))
        })
    }

    /// The text of a key; borrowed, as nearly all keys are plain.
    fn key(&self) -> Cow<'a, str> {
        let raw = &self.source[self.inside()];
        match raw.contains('\\') {
            true => Cow::Owned(Decoded::new(raw).text),
            false => Cow::Borrowed(raw),
        }
    }

    /// Items of an array in their order (none for any other kind).
    pub fn items(&self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let (source, mut cursor) = (self.source, self.open(b'['));
        std::iter::from_fn(move || {
            let item = Node::at(source, next_item(source.as_bytes(), cursor?, b']')?);
            cursor = Some(item.end);
            Some(item)
        })
    }

    /// The member of this name; the last one where the key is repeated, as JSON readers do.
    pub fn get(&self, name: &str) -> Option<Node<'a>> {
        self.members().filter(|(key, _)| key == name).map(|(_, value)| value).last()
    }

    fn open(&self, bracket: u8) -> Option<usize> {
        (self.bytes()[self.start] == bracket).then_some(self.start + 1)
    }
}

/// A decoded JSON string and the way from its text back to the raw characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    escapes: Vec<Escape>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Escape {
    text: usize,
    text_len: usize,
    raw: usize,
    raw_len: usize,
}

impl Decoded {
    /// Decodes what stands between the quotes. A lone surrogate becomes U+FFFD.
    pub fn new(raw: &str) -> Self {
        let (mut text, mut escapes, mut at) = (String::with_capacity(raw.len()), Vec::new(), 0);
        while let Some(found) = raw[at..].find('\\') {
            text.push_str(&raw[at..at + found]);
            at += found;
            let (character, raw_len) = unescape(&raw[at..]);
            escapes.push(Escape {
                text: text.len(),
                text_len: character.len_utf8(),
                raw: at,
                raw_len,
            });
            text.push(character);
            at += raw_len;
        }
        text.push_str(&raw[at..]);
        Self { text, escapes }
    }

    /// The raw range that a range of the text was decoded from. Both ends must be character borders.
    pub fn raw_range(&self, range: &Range<usize>) -> Range<usize> {
        self.raw_offset(range.start)..self.raw_offset(range.end)
    }

    fn raw_offset(&self, offset: usize) -> usize {
        match self.escapes.partition_point(|escape| escape.text <= offset) {
            0 => offset,
            n => {
                let escape = self.escapes[n - 1];
                match offset.checked_sub(escape.text + escape.text_len) {
                    Some(past) => escape.raw + escape.raw_len + past,
                    None => escape.raw,
                }
            }
        }
    }
}

/// `text` as it stands between the quotes of a JSON string.
pub fn escape(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The character that the escape at the start of `raw` stands for, and the escape's length.
fn unescape(raw: &str) -> (char, usize) {
    let Some(kind) = raw[1..].chars().next() else { return ('\\', 1) };
    match kind {
        'n' => ('\n', 2),
        't' => ('\t', 2),
        'r' => ('\r', 2),
        'b' => ('\u{8}', 2),
        'f' => ('\u{c}', 2),
        'u' => unescape_unit(raw),
        other => (other, 1 + other.len_utf8()),
    }
}

fn unescape_unit(raw: &str) -> (char, usize) {
    let Some(high) = unit(raw) else { return ('u', 2) };
    if let (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) = (high, raw.get(6..).and_then(unit)) {
        let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12);
    }
    (char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), 6)
}

/// The UTF-16 unit that `raw` begins with, escaped by `\u` and four digits.
fn unit(raw: &str) -> Option<u32> {
    let digits = raw.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The start of the next item at or after `at`, `None` at the closing bracket.
fn next_item(bytes: &[u8], at: usize, close: u8) -> Option<usize> {
    let at = skip_space(bytes, at);
    let at = if bytes[at] == b',' { skip_space(bytes, at + 1) } else { at };
    (bytes[at] != close).then_some(at)
}

/// Where the string that opens at `at` ends, past its quote.
fn skip_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += 1;
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 1,
            _ => {}
        }
    }
}

/// Where a checked value ends.
fn skip_value(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0usize;
    loop {
        at = match bytes[at] {
            b'"' => skip_string(bytes, at).unwrap_or(bytes.len()),
            b'{' | b'[' => {
                depth += 1;
                at + 1
            }
            b'}' | b']' => {
                depth -= 1;
                at + 1
            }
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => at + 1,
            _ => skip_word(bytes, at),
        };
        if depth == 0 {
            return at;
        }
    }
}

fn skip_word(bytes: &[u8], mut at: usize) -> usize {
    while matches!(
        bytes.get(at),
        Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'-' | b'.')
    ) {
        at += 1;
    }
    at
}

/// Checks one value's grammar without recursion and returns where it ends.
fn check(bytes: &[u8], mut at: usize) -> Result<usize, Malformed> {
    let mut open: Vec<u8> = Vec::new();
    loop {
        at = skip_space(bytes, at);
        match bytes.get(at) {
            Some(b'{' | b'[') if open.len() == MAX_DEPTH => return Err(Malformed { at }),
            Some(&bracket @ (b'{' | b'[')) => {
                let close = bracket + 2; // '{' + 2 is '}', '[' + 2 is ']'
                let inside = skip_space(bytes, at + 1);
                if bytes.get(inside) == Some(&close) {
                    at = inside + 1;
                } else {
                    open.push(close);
                    at = if close == b'}' { check_key(bytes, inside)? } else { inside };
                    continue;
                }
            }
            Some(b'"') => at = skip_string(bytes, at).ok_or(Malformed { at })?,
            _ => at = check_word(bytes, at)?,
        }
        // A value has ended: close what ends with it, or go on to the next item.
        loop {
            let Some(&close) = open.last() else { return Ok(at) };
            at = skip_space(bytes, at);
            match bytes.get(at) {
                Some(b',') => {
                    at = skip_space(bytes, at + 1);
                    at = if close == b'}' { check_key(bytes, at)? } else { at };
                    break;
                }
                Some(found) if *found == close => {
                    open.pop();
                    at += 1;
                }
                _ => return Err(Malformed { at }),
            }
        }
    }
}

/// A key and its colon; returns where the value may begin.
fn check_key(bytes: &[u8], at: usize) -> Result<usize, Malformed> {
    if bytes.get(at) != Some(&b'"') {
        return Err(Malformed { at });
    }
    let end = skip_string(bytes, at).ok_or(Malformed { at })?;
    match skip_space(bytes, end) {
        colon if bytes.get(colon) == Some(&b':') => Ok(colon + 1),
        at => Err(Malformed { at }),
    }
}

fn check_word(bytes: &[u8], at: usize) -> Result<usize, Malformed> {
    let end = skip_word(bytes, at);
    match &bytes[at..end] {
        b"true" | b"false" | b"null" => Ok(end),
        word if is_number(word) => Ok(end),
        _ => Err(Malformed { at }),
    }
}

/// By its grammar alone: whether anybody can hold `1e400` is not our business.
fn is_number(word: &[u8]) -> bool {
    let digits = |from: usize| word[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(word.first() == Some(&b'-'));
    match digits(at) {
        0 => return false,
        more if more > 1 && word[at] == b'0' => return false,
        whole => at += whole,
    }
    if word.get(at) == Some(&b'.') {
        match digits(at + 1) {
            0 => return false,
            fraction => at += 1 + fraction,
        }
    }
    if matches!(word.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(word.get(at + 1), Some(b'+' | b'-')));
        match digits(at.min(word.len())) {
            0 => return false,
            exponent => at += exponent,
        }
    }
    at == word.len()
}
