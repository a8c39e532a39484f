//! Terms → entries, their letters and symbols, and the slots they are filed under.

use super::super::fold::{Symbol, Unit, Units, is_jamo, is_syllable, symbol_of};
use super::super::needs::Literal;
use super::super::rule::{Disguises, Term};
use super::index::{Census, Index, Slot};
use super::{Entry, Letter, Target, Vocabulary};

/// A vocabulary while it is being filled.
#[derive(Default)]
pub struct Filing {
    vocabulary: Vocabulary,
    /// Terms that wait to be filed, and what their grams are worth.
    waiting: Vec<(u32, Drawer)>,
    hidden: Vec<Slot>,
    census: Census,
    units: Units,
}

/// The index a term is filed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drawer {
    Words,
    Spaced,
    Han,
    Hangul,
    Runs,
}

/// The symbols of a term in one stream, each with the letter it comes from.
pub type Piece = Vec<(Symbol, usize)>;

impl Filing {
    pub fn file(&mut self, target: Target, term: &Term, disguises: Disguises) {
        self.units.fill(&term.text);
        let letters = letters(&self.units.all);
        let (spaced, dense) = pieces(&letters);
        let use_dense = dense.len() >= 2 || spaced.len() < 2 && !dense.is_empty();
        let piece = if use_dense { dense } else { spaced };
        let Some(&(symbol, anchor)) = piece.first() else { return };
        let number = self.vocabulary.entries.len() as u32;
        // Of a run of one letter only the first is in the piece.
        let last = piece.last().map_or(anchor, |(_, at)| *at);
        let tail = letters[last..].iter().all(|letter| letter.letter == letters[last].letter);
        let run = letters[anchor..].iter().take_while(|l| symbol_of(l.letter, l.like).0 == symbol);
        let entry = Entry {
            target,
            until: term.until.unwrap_or(i64::MAX),
            letters: self.vocabulary.letters.len() as u32,
            letters_len: letters.len() as u16,
            anchor: anchor as u16,
            anchor_run: run.count() as u16,
            symbols: self.vocabulary.symbols.len() as u32,
            symbols_len: piece.len() as u16,
            syllables: letters.iter().filter(|letter| letter.opens && letter.is_letter).count()
                as u16,
            open_start: term.open_start,
            open_end: term.open_end,
            heavy: disguises == Disguises::Heavy,
            head: anchor == 0 && !use_dense && !term.open_start,
            tail: tail && !use_dense && !term.open_end,
            literal: false,
        };
        let symbols: Vec<Symbol> = piece.iter().map(|(symbol, _)| *symbol).collect();
        self.census.count(&symbols, use_dense);
        self.waiting.push((number, drawer(&entry, use_dense, &symbols)));
        if use_dense && entry.heavy && entry.syllables >= 3 && piece.len() <= 255 {
            self.hidden.extend(hidden(&letters, &piece, number));
        }
        let once = if use_dense && entry.heavy { once(&letters) } else { None };
        self.vocabulary.letters.extend(letters);
        self.vocabulary.symbols.extend(symbols);
        if let Some(once) = once {
            self.vocabulary.entries.push(entry.clone());
            self.file_once(entry, &once);
        } else {
            self.vocabulary.entries.push(entry);
        }
    }

    /// Files a term once more, as a text in which every syllable is stretched is read.
    fn file_once(&mut self, entry: Entry, once: &[Symbol]) {
        self.census.count(once, true);
        let drawer = drawer(&entry, true, once);
        self.waiting.push((self.vocabulary.entries.len() as u32, drawer));
        let symbols = self.vocabulary.symbols.len() as u32;
        self.vocabulary.symbols.extend(once);
        self.vocabulary.entries.push(Entry { symbols, symbols_len: once.len() as u16, ..entry });
    }

    /// Files what a regex needs; it is compared by symbols only, for the regex itself decides.
    pub fn file_literal(&mut self, target: Target, literal: &Literal) {
        let before = self.vocabulary.entries.len();
        let term = Term::literal(&literal.text, literal.opens_word);
        self.file(target, &term, Disguises::Simple);
        if let Some(entry) = self.vocabulary.entries.get_mut(before) {
            entry.literal = true;
            // One of a run is enough.
            let symbols = &self.vocabulary.symbols[entry.symbols as usize..];
            if let Some((_, drawer @ Drawer::Runs)) = self.waiting.last_mut() {
                *drawer = dense_drawer(symbols);
            }
        }
    }

    pub fn finish(self) -> Vocabulary {
        let Self { mut vocabulary, waiting, hidden, census, .. } = self;
        let mut slots: [Vec<Slot>; 5] = Default::default();
        let count = |drawer| waiting.iter().filter(|(_, is)| *is == drawer).count();
        let counts = [Drawer::Words, Drawer::Spaced, Drawer::Han, Drawer::Hangul, Drawer::Runs];
        let counts = counts.map(count);
        for (number, drawer) in waiting {
            let entry = &vocabulary.entries[number as usize];
            let from = entry.symbols as usize;
            let symbols = &vocabulary.symbols[from..from + usize::from(entry.symbols_len)];
            slots[drawer as usize].push(match drawer {
                Drawer::Words => Slot::head(symbols, number),
                _ => {
                    let dense = drawer != Drawer::Spaced;
                    Slot::new(symbols, number, dense, &census, counts[drawer as usize])
                }
            });
        }
        let [words, spaced, han, hangul, runs] = slots.map(Index::new);
        vocabulary = Vocabulary { words, spaced, han, hangul, runs, ..vocabulary };
        vocabulary.hidden = Index::new(hidden);
        vocabulary
    }
}

fn drawer(entry: &Entry, dense: bool, symbols: &[Symbol]) -> Drawer {
    match dense {
        false if entry.head => Drawer::Words,
        false => Drawer::Spaced,
        // Not qq群, of which one character is dense.
        true if symbols.len() == 1 && entry.anchor_run > 1 => Drawer::Runs,
        true => dense_drawer(symbols),
    }
}

fn dense_drawer(symbols: &[Symbol]) -> Drawer {
    if symbols.iter().all(|symbol| is_jamo(*symbol)) { Drawer::Hangul } else { Drawer::Han }
}

/// Whether a literal is rare enough in clean text to be worth waiting for.
pub fn is_telling(literal: &str) -> bool {
    let mut units = Units::default();
    units.fill(literal);
    let (spaced, dense) = pieces(&letters(&units.all));
    if dense.len() >= 2 {
        dense.len() >= 4 || !literal.contains(is_syllable)
    } else {
        spaced.len() >= 3
    }
}

/// The symbols of a term that repeats a syllable, each taken once; of a long one only.
fn once(letters: &[Letter]) -> Option<Vec<Symbol>> {
    let syllables: Vec<&[Letter]> = letters.chunk_by(|_, next| !next.opens).collect();
    let mut kept = syllables.clone();
    kept.dedup_by(|b, a| a[0].block.is_some() && a[0].block == b[0].block);
    let letters: Vec<Letter> = kept.concat();
    let short = kept.len() == syllables.len() || kept.len() < 3;
    (!short).then(|| pieces(&letters).1.iter().map(|(symbol, _)| *symbol).collect())
}

/// A slot for each inner character that a mark may hide: its neighbours tell the term.
fn hidden(letters: &[Letter], piece: &Piece, number: u32) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (at, _) in letters.iter().enumerate().filter(|(_, letter)| letter.opens && letter.is_letter)
    {
        let closes = letters[at..].iter().position(|l| l.closes).map_or(at, |more| at + more);
        let before = piece.iter().rposition(|(_, from)| *from < at);
        // Of a run of one symbol the piece has the first, which may be hidden.
        let symbols = letters[closes + 1..].iter().filter(|letter| letter.is_letter);
        let after = symbols.map(|l| symbol_of(l.letter, l.like)).find(|(_, dense)| *dense);
        if let (Some(before), Some((after, _))) = (before, after) {
            slots.push(Slot::hidden(piece[before].0, after, number, before));
        }
    }
    slots
}

/// The term's letters; white space inside is one space, white space around is gone.
fn letters(units: &[Unit]) -> Vec<Letter> {
    let mut out: Vec<Letter> = Vec::with_capacity(units.len());
    for unit in units {
        let letter = if unit.letter.is_whitespace() { ' ' } else { unit.letter };
        if letter == ' ' && out.last().is_none_or(|last| last.letter == ' ') {
            continue;
        }
        let Unit { like, is_letter, opens, closes, written, .. } = *unit;
        out.push(Letter {
            letter,
            like,
            is_letter,
            opens,
            closes,
            block: is_syllable(written).then_some(written),
        });
    }
    if out.last().is_some_and(|last| last.letter == ' ') {
        out.pop();
    }
    out
}

/// The longest stretch of the spaced stream, and all of the dense one, folded as texts are.
pub fn pieces(letters: &[Letter]) -> (Piece, Piece) {
    let (mut longest, mut current, mut dense) = (Piece::new(), Piece::new(), Piece::new());
    let push = |piece: &mut Piece, symbol, at| {
        if piece.last().is_none_or(|(last, _)| *last != symbol) {
            piece.push((symbol, at));
        }
    };
    for (at, letter) in letters.iter().enumerate().filter(|(_, letter)| letter.is_letter) {
        let (symbol, is_dense) = symbol_of(letter.letter, letter.like);
        if is_dense {
            push(&mut dense, symbol, at);
            current.clear();
        } else {
            push(&mut current, symbol, at);
            if current.len() > longest.len() {
                longest.clone_from(&current);
            }
        }
    }
    (longest, dense)
}
