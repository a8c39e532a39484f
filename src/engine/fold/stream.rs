//! Symbols in order, each with the byte it comes from. Owns the rule that a run of one symbol is one.

use super::Symbol;

/// Bytes between two characters of one run at most: whoever looks back crosses no more. An emoji of several parts may
/// part a double letter.
pub const WIDEST_RUN: usize = 32;

/// What is said of eight symbols together.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy)]
pub struct Eight {
    /// How many of them there are.
    pub count: usize,
    /// A bit for each: a word may begin with it.
    pub heads: u8,
    /// A word may begin with the symbol before them: one of them goes on with its run.
    pub last_begins: bool,
    /// The last of their symbols, and where its character begins.
    pub last: Symbol,
    pub latest: usize,
}

/// Symbols, and for each the byte of the original text at which its character begins. A run of one
/// symbol is one symbol, unless more stands between two of it than whoever looks back would cross.
///
/// The buffers keep their size from text to text and are written by index: growing them letter by letter
/// would cost more than the letters do.
#[derive(Debug, Default, Clone)]
pub struct Stream {
    symbols: Vec<Symbol>,
    starts: Vec<u32>,
    /// A bit for each symbol: a word may begin with it.
    heads: Vec<u8>,
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
            self.heads.resize(wanted / 8 + 2, 0);
        }
    }

    /// Whether it is a symbol of its own, and not one more of a run.
    #[inline]
    pub fn push(&mut self, symbol: Symbol, start: usize) -> bool {
        self.reserve(1);
        self.write(symbol, start)
    }

    /// Adds a symbol for which room was made; without room it is lost.
    #[inline]
    pub fn write(&mut self, symbol: Symbol, start: usize) -> bool {
        let new = self.last != Some(symbol) || start - self.latest > WIDEST_RUN;
        if new {
            if let (Some(to), Some(from)) =
                (self.symbols.get_mut(self.count), self.starts.get_mut(self.count))
            {
                (*to, *from) = (symbol, start as u32);
                self.add_heads(0, 1);
            }
            self.last = Some(symbol);
        }
        self.latest = start;
        new
    }

    /// Adds a letter. A word may begin with it if it `begins`, and with the last symbol where this goes on with it.
    #[inline]
    pub fn letter(&mut self, symbol: Symbol, start: usize, begins: bool) {
        self.push(symbol, start);
        if begins {
            self.last_begins();
        }
    }

    /// A word may begin with the last symbol.
    #[inline]
    pub fn last_begins(&mut self) {
        if let Some(last) = self.count.checked_sub(1)
            && let Some(bits) = self.heads.get_mut(last / 8)
        {
            *bits |= 1 << (last % 8);
        }
    }

    /// Counts so many symbols more, of which the bits say whether a word may begin with them.
    #[inline]
    fn add_heads(&mut self, bits: u8, more: usize) {
        let (at, shift) = (self.count / 8, self.count % 8);
        if let Some([low, high]) =
            self.heads.get_mut(at..).and_then(|heads| heads.first_chunk_mut())
        {
            let before = u16::from(*low) & ((1 << shift) - 1);
            [*low, *high] = (before | u16::from(bits) << shift).to_le_bytes();
        }
        self.count += more;
    }

    /// The symbols a word may begin with, in order.
    pub fn heads(&self) -> impl Iterator<Item = usize> + '_ {
        let bytes = self.heads.iter().take(self.count.div_ceil(8)).enumerate();
        bytes.flat_map(|(at, bits)| {
            std::iter::successors(Some(*bits), |bits| Some(bits & bits.wrapping_sub(1)))
                .take_while(|bits| *bits != 0)
                .map(move |bits| 8 * at + bits.trailing_zeros() as usize)
        })
    }

    /// The room for eight symbols and where they begin.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    pub fn room(&mut self) -> Option<(&mut [Symbol; 8], [&mut [u32; 4]; 2])> {
        let starts = self.starts.get_mut(self.count..self.count + 8)?;
        let [first, second] = starts.as_chunks_mut().0.first_chunk_mut()?;
        let symbols = self.symbols.get_mut(self.count..)?.first_chunk_mut()?;
        Some((symbols, [first, second]))
    }

    /// Counts up to eight symbols, none of which goes on with the last run, that were written into the room for them.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    pub fn eight(&mut self, eight: Eight) {
        if eight.last_begins {
            self.last_begins();
        }
        self.latest = eight.latest;
        self.add_heads(eight.heads, eight.count);
        self.last = Some(eight.last);
    }

    /// The symbol of the last run.
    pub fn last(&self) -> Option<Symbol> {
        self.last
    }

    /// Where the last character of the last run begins.
    pub fn latest(&self) -> usize {
        self.latest
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

    /// Adds the symbols of dense characters of three bytes from byte `at` on, up to one that is not plain or goes on
    /// with a run. `entries` is by code point, and calls plain what `leave` is no part of; 0 is no symbol. Tells `each`
    /// every place and entry. Where it ended. Without branches for separators: no processor can guess them.
    #[inline]
    pub fn dense(
        &mut self,
        bytes: &[u8],
        mut at: usize,
        entries: &[u32; 1 << 16],
        leave: u32,
        mut each: impl FnMut(usize, u32),
    ) -> usize {
        let most = (bytes.len() - at) / 3 + 1;
        self.reserve(most);
        let symbols = &mut self.symbols[self.count..self.count + most];
        let starts = &mut self.starts[self.count..self.count + most];
        let (mut count, mut last) = (0, self.last.unwrap_or(0));
        while let Some([a, b, c]) = bytes.get(at..at + 3).and_then(|part| part.first_chunk()) {
            let code = u16::from(a & 0xF) << 12 | u16::from(b & 0x3F) << 6 | u16::from(c & 0x3F);
            let entry = entries[usize::from(code)];
            let symbol = entry as Symbol;
            if a & 0xF0 != 0xE0 || entry & leave != 0 || symbol == last && symbol != 0 {
                break;
            }
            each(at, entry);
            symbols[count] = symbol;
            starts[count] = at as u32;
            count += usize::from(symbol != 0);
            last = if symbol == 0 { last } else { symbol };
            at += 3;
        }
        if count > 0 {
            self.latest = starts[count - 1] as usize;
            self.last = Some(last);
            self.count += count;
        }
        at
    }

    /// Adds the letters of a syllable that begins at byte `start`, 0 where there is none; without room they are lost.
    #[inline]
    pub fn syllable(&mut self, letters: [Symbol; 5], start: usize) {
        let room = self.count..self.count + letters.len();
        let (Some(symbols), Some(starts)) =
            (self.symbols.get_mut(room.clone()), self.starts.get_mut(room))
        else {
            return;
        };
        let near = start - self.latest <= WIDEST_RUN;
        let mut last = if near { self.last.unwrap_or(0) } else { 0 };
        let mut count = 0;
        for letter in letters {
            symbols[count] = letter;
            starts[count] = start as u32;
            count += usize::from(letter != 0 && letter != last);
            last = if letter == 0 { last } else { letter };
        }
        self.count += count;
        self.last = Some(last);
        self.latest = start;
    }
}
