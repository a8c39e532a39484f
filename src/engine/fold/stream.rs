//! Symbols in order, each with the byte it comes from. Owns the rule that a run of one symbol is one.

use super::Symbol;

/// Bytes between two characters of one run at most: whoever looks back crosses no more. An emoji of several parts may
/// part a double letter.
pub const WIDEST_RUN: usize = 32;

/// Symbols, and for each the byte of the original text at which its character begins. A run of one
/// symbol is one symbol, unless more stands between two of it than whoever looks back would cross.
///
/// The buffers keep their size from text to text and are written by index: growing them letter by letter
/// would cost more than the letters do.
#[derive(Debug, Default, Clone)]
pub struct Stream {
    symbols: Vec<Symbol>,
    starts: Vec<u32>,
    count: usize,
    /// The symbol of the last run, and where its last character begins.
    last: Option<Symbol>,
    latest: usize,
}

impl Stream {
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols[..self.count]
    }

    pub fn starts(&self) -> &[u32] {
        &self.starts[..self.count]
    }

    pub fn clear(&mut self) {
        (self.count, self.last, self.latest) = (0, None, 0);
    }

    /// Makes room for `more` symbols.
    #[inline]
    pub fn reserve(&mut self, more: usize) {
        let wanted = self.count + more;
        if self.symbols.len() < wanted {
            self.symbols.resize(wanted, 0);
            self.starts.resize(wanted, 0);
        }
    }

    #[inline]
    pub fn push(&mut self, symbol: Symbol, start: usize) {
        self.reserve(1);
        self.write(symbol, start);
    }

    /// Adds a symbol for which room was made; without room it is lost.
    #[inline]
    pub fn write(&mut self, symbol: Symbol, start: usize) {
        if self.last != Some(symbol) || start - self.latest > WIDEST_RUN {
            if let (Some(to), Some(from)) =
                (self.symbols.get_mut(self.count), self.starts.get_mut(self.count))
            {
                (*to, *from) = (symbol, start as u32);
                self.count += 1;
            }
            self.last = Some(symbol);
        }
        self.latest = start;
    }

    /// The last run goes on behind so many bytes that are no part of the distance.
    pub fn pass_over(&mut self, bytes: usize) {
        self.latest += bytes;
    }

    /// Adds a copy of what `other` has at `range`, as it stands there.
    pub fn copy(&mut self, other: &Stream, range: std::ops::Range<usize>) {
        let to = self.count..self.count + range.len();
        self.reserve(range.len());
        self.symbols[to.clone()].copy_from_slice(&other.symbols[range.clone()]);
        self.starts[to.clone()].copy_from_slice(&other.starts[range]);
        self.count = to.end;
    }

    /// Adds a symbol, be it the same as the one before.
    pub fn set(&mut self, symbol: Symbol, start: u32) {
        self.reserve(1);
        (self.symbols[self.count], self.starts[self.count]) = (symbol, start);
        self.count += 1;
    }

    /// Adds the symbols of a stretch of ASCII that begins at byte `at`, up to what `table` calls `slow`;
    /// 0 in it is no symbol. How many bytes were taken. Without branches for letters: which byte of a text is
    /// a space no processor can guess.
    #[inline]
    pub fn ascii(&mut self, bytes: &[u8], at: usize, table: &[Symbol; 256], slow: Symbol) -> usize {
        self.reserve(bytes.len());
        let symbols = &mut self.symbols[self.count..self.count + bytes.len()];
        let starts = &mut self.starts[self.count..self.count + bytes.len()];
        let (mut count, mut last, mut latest) = (0, self.last.unwrap_or(slow), self.latest);
        let mut taken = bytes.len();
        for (more, byte) in bytes.iter().enumerate() {
            let symbol = table[usize::from(*byte)];
            if symbol == slow {
                taken = more;
                break;
            }
            let here = at + more;
            symbols[count] = symbol;
            starts[count] = here as u32;
            let letter = symbol != 0;
            count += usize::from(letter & ((symbol != last) | (here - latest > WIDEST_RUN)));
            last = if letter { symbol } else { last };
            latest = if letter { here } else { latest };
        }
        self.count += count;
        self.latest = latest;
        if last != slow {
            self.last = Some(last);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_stretch_at_once_is_the_same_as_letter_by_letter(text in "([ab .]|                                  ){0,9}", at in 0_usize..70) {
            let table = std::array::from_fn(|byte| match byte as u8 {
                b'a' | b'b' => byte as Symbol,
                b'.' => Symbol::MAX,
                _ => 0,
            });
            let (mut one, mut other) = (Stream::default(), Stream::default());
            one.push(b'a'.into(), at);
            other.push(b'a'.into(), at);
            let taken = one.ascii(text.as_bytes(), at + 1, &table, Symbol::MAX);
            prop_assert_eq!(taken, text.find('.').unwrap_or(text.len()));
            for (more, byte) in text.bytes().enumerate().take(taken).filter(|(_, byte)| *byte != b' ') {
                other.push(byte.into(), at + 1 + more);
            }
            prop_assert_eq!(one.symbols(), other.symbols());
            prop_assert_eq!(one.starts(), other.starts());
        }
    }
}
