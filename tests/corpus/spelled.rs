//! A disguised term, what is glued to it, and the ways to put one together.

use super::dice::Dice;
use std::ops::Range;

/// A disguised term; `before` and `after` are glued to it and no part of the offence.
#[derive(Debug, Clone, Default)]
pub struct Spelled {
    pub before: String,
    pub offence: String,
    pub after: String,
}

impl Spelled {
    pub fn glued(before: &str, offence: &str, after: &str) -> Self {
        Self { before: before.into(), offence: offence.into(), after: after.into() }
    }

    pub fn text(&self) -> String {
        format!("{}{}{}", self.before, self.offence, self.after)
    }

    /// The sentence with this in the place of `{}`, and the bytes of the offence.
    pub fn inside(&self, carrier: &str) -> (String, Range<usize>) {
        let (head, tail) = carrier.split_once("{}").unwrap_or((carrier, ""));
        let start = head.len() + self.before.len();
        (format!("{head}{}{tail}", self.text()), start..start + self.offence.len())
    }
}

/// The whole is the offence.
pub fn whole(offence: String) -> Option<Spelled> {
    Some(Spelled { offence, ..Spelled::default() })
}

/// Every letter by `to`; a space stays.
pub fn each(text: &str, mut to: impl FnMut(char) -> String) -> String {
    text.chars().map(|c| if c == ' ' { " ".to_owned() } else { to(c) }).collect()
}

/// Letters by a table of pairs (`"aα bβ"`); `None` if no letter of the text is in it.
pub fn by_table(text: &str, pairs: &str) -> Option<String> {
    some_by_table(text, pairs, |_| true)
}

/// Letters by a table of pairs where `choose` says so, and at least one of them.
pub fn some_by_table(
    text: &str,
    pairs: &str,
    mut choose: impl FnMut(usize) -> bool,
) -> Option<String> {
    let look_up = |c: char| {
        let pair = pairs.split(' ').find(|pair| pair.starts_with(c))?;
        pair.chars().nth(1)
    };
    let fit: Vec<usize> =
        text.chars().enumerate().filter(|(_, c)| look_up(*c).is_some()).map(|(i, _)| i).collect();
    let mut chosen: Vec<usize> = fit.iter().copied().filter(|at| choose(*at)).collect();
    if chosen.is_empty() {
        chosen.push(*fit.first()?);
    }
    let other = |(at, c): (usize, char)| match look_up(c) {
        Some(other) if chosen.contains(&at) => other,
        _ => c,
    };
    Some(text.chars().enumerate().map(other).collect())
}

/// `a`..`z` as the letters from `first` on.
pub fn alphabet(text: &str, first: u32) -> String {
    each(text, |c| {
        let at = c.is_ascii_lowercase().then(|| first + u32::from(c as u8 - b'a'));
        at.and_then(char::from_u32).unwrap_or(c).to_string()
    })
}

/// Something put between all letters.
pub fn between(text: &str, mut what: impl FnMut() -> String) -> String {
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if at > 0 {
            out.push_str(&what());
        }
        out.push(c);
    }
    out
}

/// One thing put at one place inside the word.
pub fn inside(text: &str, dice: &mut Dice, what: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() < 2 || text.contains(' ') {
        return None;
    }
    let at = dice.between(1, letters.len() - 1);
    let (head, tail) = letters.split_at(at);
    Some(format!("{}{what}{}", head.iter().collect::<String>(), tail.iter().collect::<String>()))
}

/// One letter inside the word replaced.
pub fn hidden(text: &str, dice: &mut Dice, by: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 || text.contains(' ') {
        return None;
    }
    let at = dice.between(1, letters.len() - 2);
    let of = |(i, c): (usize, &char)| if i == at { by.to_owned() } else { c.to_string() };
    Some(letters.iter().enumerate().map(of).collect())
}

/// One letter, or all, written so many times.
pub fn repeated(text: &str, mut times: impl FnMut(usize) -> usize) -> String {
    let again =
        |(at, c): (usize, char)| std::iter::repeat_n(c, if c == ' ' { 1 } else { times(at) });
    text.chars().enumerate().flat_map(again).collect()
}
