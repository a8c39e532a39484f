//! Whether a term written in other ways was meant: what clean text also has is not enough.

use super::super::fold::Unit;
use super::place::{Wrote, is_dense, is_drawn};
use super::{common, readings};

/// One place of a term on the units of a text.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    pub wrote: Wrote,
    pub start: usize,
    pub end: usize,
}

/// All places of a term on a text.
pub struct Trace<'t> {
    pub units: &'t [Unit],
    pub pieces: &'t [Piece],
    pub heavy: bool,
}

/// Letters of plain pinyin that stand for a term.
const LEAST_LETTERS: usize = 4;
/// Initials that are an offence in a text without Chinese.
const LONE_INITIALS: usize = 4;

/// Characters that are words of grammar: two of three accidental homophones have one of them.
const FUNCTION_WORDS: &str =
    "的了是在和不有会以已中最为与或但都仅及并将到对于由而也还又就很再只可要我你他这那个";

/// Marks of code and addresses: letters glued to one are no word.
const CODE: &str = "%\\/@#&=_$<>";

impl Trace<'_> {
    /// Whether anything of the term is written in another way.
    pub fn is_written_otherwise(&self) -> bool {
        self.pieces.iter().any(|piece| piece.wrote != Wrote::Own)
    }

    pub fn holds(&self) -> bool {
        let count = |is: fn(&Wrote) -> bool| self.pieces.iter().filter(|p| is(&p.wrote)).count();
        let own = count(|wrote| *wrote == Wrote::Own);
        let initials = count(|wrote| *wrote == Wrote::Initial);
        let latin = count(|wrote| wrote.is_latin());
        if own == self.pieces.len() || !self.parted() {
            return false;
        }
        if initials > 0 && self.is_code() {
            return false;
        }
        if !self.heavy && self.letters().any(is_drawn) {
            return false;
        }
        match () {
            () if latin == self.pieces.len() && initials == latin => self.initials(),
            () if latin == self.pieces.len() => self.pinyin(initials),
            () if latin > 0 => self.mixed(own, initials),
            () => self.characters(own),
        }
    }

    /// Whether the initials are a part of code or of an address: `%s`, `robots.txt`.
    fn is_code(&self) -> bool {
        let (first, last) = (self.pieces[0].start, self.pieces[self.pieces.len() - 1].end);
        let unit = |at: Option<usize>| at.and_then(|at| self.units.get(at));
        let spaced = |unit: Option<&Unit>| unit.is_some_and(|u| u.is_letter && !is_dense(u));
        let code = |mark: Option<&Unit>, beyond: Option<&Unit>| {
            mark.is_some_and(|u| CODE.contains(u.letter))
                || mark.is_some_and(|u| matches!(u.letter, '.' | '-' | ':')) && spaced(beyond)
        };
        code(unit(first.checked_sub(1)), unit(first.checked_sub(2)))
            || code(unit(Some(last)), unit(Some(last + 1)))
    }

    /// Units of the Latin pieces.
    fn letters(&self) -> impl Iterator<Item = &Unit> {
        let latin = self.pieces.iter().filter(|piece| piece.wrote.is_latin());
        latin.flat_map(|piece| &self.units[piece.start..piece.end])
    }

    fn gaps(&self) -> impl Iterator<Item = (&Piece, &Piece, &[Unit])> {
        self.pieces
            .windows(2)
            .map(|pair| (&pair[0], &pair[1], &self.units[pair[0].end..pair[1].start]))
    }

    /// What stands between is what people put between syllables or pieces; `heavy` takes more.
    fn parted(&self) -> bool {
        self.gaps().all(|(before, after, gap)| {
            let loose = |wrote: Wrote| wrote.is_latin() || matches!(wrote, Wrote::Split { .. });
            let link = |unit: &Unit| " -'’‘`·._•・~/|*+".contains(unit.letter);
            gap.is_empty()
                || self.heavy
                || (loose(before.wrote) || loose(after.wrote)) && gap.iter().all(link)
        })
    }

    fn is_parted(&self) -> bool {
        self.gaps().any(|(_, _, gap)| !gap.is_empty())
    }

    /// Pinyin throughout: no English word, and not a row of them.
    fn pinyin(&self, initials: usize) -> bool {
        let tone = |piece: &Piece| matches!(piece.wrote, Wrote::Spelled { tone: true, .. });
        if self.pieces.len() < 2 || initials > 0 && (self.pieces.len() < 3 || !self.among_han()) {
            return false;
        }
        if self.pieces.iter().all(tone) {
            return true;
        }
        self.letters().count() >= LEAST_LETTERS
            && !self.words().iter().all(|w| common::is_english(w))
    }

    /// The stretches of Latin letters.
    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let mut end = None;
        for piece in self.pieces {
            let letters = self.units[piece.start..piece.end].iter();
            let letters = letters.map(|unit| unit.like.unwrap_or(unit.letter));
            match words.last_mut() {
                Some(word) if end == Some(piece.start) => word.extend(letters),
                _ => words.push(letters.collect()),
            }
            end = Some(piece.end);
        }
        words
    }

    /// Initials throughout: a word of their own, among Chinese unless there are many.
    fn initials(&self) -> bool {
        let letters = self.letters().count();
        let (all, parted) =
            (self.gaps().count(), self.gaps().filter(|(_, _, g)| !g.is_empty()).count());
        let even = parted == 0 || parted == all && !self.goes_on_alone();
        let alone = letters >= 3
            && self.units.len() == self.pieces.iter().map(|p| p.end).max().unwrap_or(0);
        letters >= 2
            && even
            && (letters >= LONE_INITIALS
                || self.among_han()
                || alone && parted == 0 && self.pieces[0].start == 0)
            && !(parted == 0 && self.words().iter().all(|word| common::is_english(word)))
    }

    /// Whether more letters are spaced like these: `A B C D` holds no `B C`.
    fn goes_on_alone(&self) -> bool {
        let (first, last) = (self.pieces[0].start, self.pieces[self.pieces.len() - 1].end);
        let lone = |at: Option<usize>, beyond: Option<usize>| {
            let spaced = |at: Option<usize>| {
                at.and_then(|at| self.units.get(at)).filter(|u| u.is_letter && !is_dense(u))
            };
            spaced(at).is_some() && spaced(beyond).is_none()
        };
        lone(first.checked_sub(2), first.checked_sub(3)) || lone(Some(last + 1), Some(last + 2))
    }

    fn is_split(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece.wrote, Wrote::Split { .. }))
    }

    /// Whether something stands between all characters, of three or more.
    fn is_spaced_out(&self) -> bool {
        let (first, last) = (self.pieces[0].start, self.pieces[self.pieces.len() - 1].end);
        let units = &self.units[first..last];
        units.len() >= 5 && units.windows(2).all(|pair| !pair[0].is_letter || !pair[1].is_letter)
    }

    /// A character that stands in every sentence, and not as itself.
    fn is_function_word(&self, piece: &Piece) -> bool {
        piece.wrote == Wrote::Homophone && FUNCTION_WORDS.contains(self.units[piece.start].letter)
    }

    fn among_han(&self) -> bool {
        self.units.iter().any(|unit| readings::of(unit.letter)[0] != 0)
    }

    /// Characters and Latin letters: nobody writes so by accident, except single letters beside a word.
    fn mixed(&self, own: usize, initials: usize) -> bool {
        let latin = self.pieces.iter().filter(|piece| piece.wrote.is_latin()).count();
        match own {
            0 => initials == 0 || self.pieces.len() >= 3 && initials < latin,
            _ if initials == 0 => true,
            _ => self.pieces.len() > 2 || !self.is_parted(),
        }
    }

    /// Other characters: no word by themselves, and no part of words around them.
    fn characters(&self, own: usize) -> bool {
        let telling = |piece: &Piece| piece.wrote == Wrote::Split { telling: true };
        if self.pieces.iter().any(telling) || self.is_split() && self.is_spaced_out() {
            return true;
        }
        if self.pieces.len() == 1 {
            return false;
        }
        if self.pieces.len() == 2 && self.pieces.iter().any(|piece| self.is_function_word(piece)) {
            return false;
        }
        if own == 0 && self.pieces.len() == 2 && self.is_parted() {
            return false;
        }
        let (first, last) = (self.pieces[0].start, self.pieces[self.pieces.len() - 1].end);
        let from = first.saturating_sub(3);
        let near = &self.units[from..(last + 3).min(self.units.len())];
        let characters: Vec<char> =
            near.iter().map(|unit| if unit.is_letter { unit.letter } else { ' ' }).collect();
        let (first, last) = (first - from, last - from);
        let other = |at: usize| {
            let own = |p: &Piece| p.wrote == Wrote::Own && (p.start..p.end).contains(&(at + from));
            !self.pieces.iter().any(own)
        };
        !common::is_chinese(&characters[first..last])
            && !common::runs_over(&characters, first, last, other)
    }
}

/// Whether the word that unit `at` belongs to goes on beside it; `heavy` takes no digits for letters.
pub fn is_word(units: &[Unit], at: usize, step: isize, heavy: bool) -> bool {
    let beside = |at: usize| {
        let there = at.checked_add_signed(step)?;
        let (unit, here) = (units.get(there)?, units.get(at)?);
        let touches = if step > 0 { unit.start <= here.end } else { unit.end >= here.start };
        touches.then_some((there, unit))
    };
    let spaced = |unit: &Unit| {
        unit.is_letter && !is_dense(unit) && !(heavy && unit.letter.is_numeric())
            || unit.letter == '_' && !heavy
    };
    match beside(at) {
        Some((there, unit)) if matches!(unit.letter, '\'' | '’' | '`') => {
            beside(there).is_some_and(|(_, unit)| spaced(unit))
        }
        Some((_, unit)) => spaced(unit),
        None => false,
    }
}
