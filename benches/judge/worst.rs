//! Messages made to be slow: four times as long may cost at most five times as much.

use super::corpus::dice::Dice;
use super::material::Material;
use super::ratios::milliseconds;
use std::fmt::Write;

type Make = fn(&mut Dice, &[String]) -> String;

/// A piece of the text; pieces follow each other until the size is reached.
const SHAPES: [(&str, Make); 12] = [
    ("random Unicode", |d, _| {
        loop {
            if let Some(c) = char::from_u32(d.below(0x3_0000) as u32) {
                return c.into();
            }
        }
    }),
    ("zalgo", |d, t| {
        let marks = |d: &mut Dice| {
            (0..6).filter_map(|_| char::from_u32(0x300 + d.below(0x70) as u32)).collect::<String>()
        };
        term(d, t).chars().map(|c| format!("{c}{}", marks(d))).collect()
    }),
    ("one letter and marks", |_, _| "\u{301}".into()),
    ("one letter repeated", |_, _| "a".into()),
    ("one Han repeated", |_, _| "的".into()),
    ("terms stretched, last letter missing", |d, t| {
        let term = short(d, t);
        term.chars().flat_map(|c| [c; 5]).collect()
    }),
    ("beginnings of terms", |d, t| short(d, t)),
    ("beginnings of terms, spaced", |d, t| short(d, t).chars().flat_map(|c| [c, ' ']).collect()),
    ("beginnings of terms, zero-width", |d, t| {
        short(d, t).chars().flat_map(|c| [c, '\u{200B}']).collect()
    }),
    ("terms end to end", |d, t| term(d, t)),
    ("digits and symbols", |d, _| d.char("0134578@$!|+").into()),
    ("single letters spaced", |d, _| format!("{} ", d.char("aeinorst"))),
];

fn term(dice: &mut Dice, terms: &[String]) -> String {
    terms[dice.below(terms.len())].clone()
}

fn short(dice: &mut Dice, terms: &[String]) -> String {
    let mut term = term(dice, terms);
    term.pop();
    term
}

fn text(make: Make, terms: &[String], size: usize) -> String {
    let mut dice = Dice::new(5);
    let mut text = String::from("x");
    while text.len() < size {
        text.push_str(&make(&mut dice, terms));
    }
    let end = (0..=size).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.truncate(end);
    text
}

pub fn print(material: &Material) -> String {
    let mut out = String::from(
        "\nworst cases; ms for 3 KB and 12 KB, and their ratio (must 5; aim under 2 ms, with regexes under 10 ms)\n",
    );
    for (name, make) in SHAPES {
        let terms = &material.small.terms;
        let [small, large] = [3_000, 12_000].map(|size| text(make, terms, size));
        let [a, b] = [&small, &large].map(|text| milliseconds(&material.small, text));
        let full = milliseconds(&material.full, &large);
        _ = writeln!(out, "  {name:40} {a:8.3} {b:8.3}   {:6.1}   with all else {full:8.3}", b / a);
    }
    out
}
