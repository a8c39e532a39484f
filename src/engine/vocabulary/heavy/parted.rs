//! Whether letters with something between them are one word: each script parts its words in its own way.

use super::super::super::fold::Unit;
use super::case::Case;
use super::gap::is_apostrophe;
use super::is_dense;

/// Particles of two syllables.
const PARTICLES: [[char; 2]; 12] = [
    ['에', '서'],
    ['에', '게'],
    ['한', '테'],
    ['이', '랑'],
    ['으', '로'],
    ['까', '지'],
    ['부', '터'],
    ['처', '럼'],
    ['보', '다'],
    ['하', '고'],
    ['마', '다'],
    ['조', '차'],
];

impl Case<'_> {
    pub fn parted(&self) -> bool {
        let evidence = &self.evidence;
        // `so easy, money follows` goes on after its comma; `e. a. s. y. m. o. n. e. y` does not.
        let split = evidence.joints == 0;
        if evidence.ended > 0 && !split {
            return false;
        }
        if evidence.gaps == 0 {
            return true;
        }
        if evidence.widest > 3 && !split {
            return false;
        }
        match (self.has_dense(), self.is_hangul()) {
            (true, true) => self.hangul_parted(),
            (true, false) => self.han_parted(split),
            _ => self.spaced_parted(split),
        }
    }

    /// A space parts words, so only letters that each stand alone are one word in spite of it.
    fn spaced_parted(&self, split: bool) -> bool {
        let evidence = &self.evidence;
        if evidence.spaces + evidence.lines > 0 {
            return split && self.length() >= 3 && !self.goes_on_alone() && !self.spelled_on();
        }
        let lone = evidence.apostrophes > 0 && evidence.widest == 1;
        split && !self.spelled_on() || !split && self.length() >= 5 && !(lone && self.contracted())
    }

    /// Whether an apostrophe parts so little from the word that it may be a contraction.
    fn contracted(&self) -> bool {
        let pieces = self.units[self.found.clone()].split(|unit| is_apostrophe(unit.written));
        pieces.into_iter().any(|piece| piece.len() <= 2)
    }

    /// Whether the same thing that parts the term's letters parts another one from it: `c-l-a-s-s` is not
    /// `a-s-s`.
    fn spelled_on(&self) -> bool {
        let inside = &self.units[self.found.clone()];
        let gap = |units: &mut dyn Iterator<Item = &Unit>| -> Vec<char> {
            units.take_while(|unit| !unit.is_letter).map(|unit| unit.written).collect()
        };
        let letters = |units: &mut dyn Iterator<Item = &Unit>, width: usize| {
            let beyond: Vec<&Unit> = units.skip(width).take(2).collect();
            beyond.first().is_some_and(|unit| unit.is_letter && !is_dense(unit.letter))
                && beyond.get(1).is_none_or(|unit| !unit.is_letter)
        };
        let last = gap(&mut inside.iter().rev().skip_while(|unit| unit.is_letter));
        let after = gap(&mut self.units[self.found.end..].iter());
        let first = gap(&mut inside.iter().skip_while(|unit| unit.is_letter));
        let before = gap(&mut self.units[..self.found.start].iter().rev());
        let spaces = |gap: &[char]| gap.iter().all(|c| c.is_whitespace() && *c != '\n');
        let goes_on = |own: Vec<char>, other: Vec<char>, units: &mut dyn Iterator<Item = &Unit>| {
            !own.is_empty() && own == other && !spaces(&own) && letters(units, own.len())
        };
        // A gap before the term is read backwards.
        let first = first.into_iter().rev().collect();
        goes_on(last.into_iter().rev().collect(), after, &mut self.units[self.found.end..].iter())
            || goes_on(first, before, &mut self.units[..self.found.start].iter().rev())
    }

    /// Whether the letters around are parted by spaces as well: `c l a s s` is not `a s s`.
    fn goes_on_alone(&self) -> bool {
        let lone = |start: usize, step: isize| {
            let unit = |at: isize| usize::try_from(at).ok().and_then(|at| self.units.get(at));
            let space = unit(start as isize).is_some_and(|unit| unit.letter.is_whitespace());
            // A Chinese or Korean word beside it is no letter of the spelling.
            let spells = |unit: &&Unit| unit.is_letter && space && !is_dense(unit.letter);
            let letter = unit(start as isize + step).filter(spells);
            let then = unit(start as isize + 2 * step);
            letter.filter(|_| then.is_none_or(|unit| !unit.is_letter)).map(|unit| unit.letter)
        };
        let before = self.found.start.checked_sub(1).and_then(|at| lone(at, -1));
        let after = lone(self.found.end, 1);
        // `a` and `I` are words of one letter.
        before.is_some_and(|letter| !matches!(letter, 'a' | 'i')) || after.is_some()
    }

    /// Chinese has no spaces to part words, but a sentence ends where it ends.
    fn han_parted(&self, split: bool) -> bool {
        let evidence = &self.evidence;
        let mixed =
            evidence.inserted > 0 && evidence.spaces + evidence.sentence + evidence.lines > 0;
        !mixed && (evidence.clauses == 0 || split && self.length() >= 3)
    }

    /// Across a space every piece must stand alone. Anything may follow the last of three where all letters
    /// or syllables are parted: no clean text is written so. Of two it must be a particle.
    fn hangul_parted(&self) -> bool {
        let evidence = &self.evidence;
        let spelled = evidence.joints == 0 && evidence.gaps >= 2;
        let broken = evidence.spaces + evidence.lines + evidence.sentence > 0;
        let alone = |unit: Option<&Unit>| unit.is_none_or(|unit| !unit.is_letter);
        let split = evidence.joints == 0 && self.particle_follows();
        !broken
            || evidence.inserted == 0
                && alone(self.before())
                && (spelled || split || alone(self.after()))
    }

    /// Whether a particle of two syllables follows and ends the eojeol. Those of one are ends of other words:
    /// 대 마을.
    fn particle_follows(&self) -> bool {
        let mut syllables = self.units[self.found.end..].chunk_by(|a, b| a.start == b.start);
        let mut next = || syllables.next().map(|units| &units[0]).filter(|unit| unit.is_letter);
        let (Some(first), Some(second)) = (next(), next()) else { return false };
        PARTICLES.contains(&[first.written, second.written]) && next().is_none()
    }
}
