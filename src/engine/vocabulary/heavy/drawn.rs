//! Letters drawn with two characters: `vv` for w, `()` for o.

use super::super::super::fold::Unit;
use super::super::Letter;

/// Whether the next two units draw the letter together.
pub fn is_drawn(letter: &Letter, units: &[Unit]) -> bool {
    let [first, second, ..] = units else { return false };
    let stroke = |unit: &Unit| unit.like.unwrap_or(unit.letter) == 'v';
    match letter.letter {
        'w' => stroke(first) && stroke(second),
        'o' => is_ring(first, second),
        _ => false,
    }
}

/// A pair of brackets with nothing in it.
pub fn is_ring(first: &Unit, second: &Unit) -> bool {
    first.written == '(' && second.written == ')' && first.end == second.start
}

/// The text with rings as letters, every byte in its place; `None` where it has none. `notes` say where brackets are.
pub fn with_rings_read(text: &str, notes: &[u32]) -> Option<String> {
    let ring = |at: &u32| text.as_bytes().get(*at as usize..).is_some_and(|b| b.starts_with(b"()"));
    // A letter said twice is one symbol, as the ring is.
    notes.iter().any(ring).then(|| text.replace("()", "oo"))
}
