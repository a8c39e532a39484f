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
    /// A bit for each that is marked.
    pub marks: u8,
    /// One that is marked goes on with the run before them.
    pub mark_last: bool,
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
    /// A bit for each symbol: a word may begin with it, or of a dense one, it stands for more than one character.
    marks: Vec<u64>,
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
        if let Some(used) = self.marks.get_mut(..self.count.div_ceil(64)) {
            used.fill(0);
        }
        (self.count, self.last, self.latest) = (0, None, 0);
    }

    /// Makes room for `more` symbols.
    #[inline]
    pub fn reserve(&mut self, more: usize) {
        let wanted = self.count + more;
        if self.symbols.len() < wanted {
            self.symbols.resize(wanted, 0);
            self.starts.resize(wanted, 0);
            self.marks.resize(wanted / 64 + 2, 0);
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
                self.count += 1;
            }
            self.last = Some(symbol);
        }
        self.latest = start;
        new
    }

    /// Adds a letter. If it `marks`, the symbol that stands for it is marked, be it the last one, with whose run it
    /// goes on.
    #[inline]
    pub fn letter(&mut self, symbol: Symbol, start: usize, marks: bool) {
        self.push(symbol, start);
        if marks {
            self.mark_last();
        }
    }

    #[inline]
    pub fn mark_last(&mut self) {
        if let Some(last) = self.count.checked_sub(1)
            && let Some(bits) = self.marks.get_mut(last / 64)
        {
            *bits |= 1 << (last % 64);
        }
    }

    /// Calls `each` for the symbols that are marked, in order.
    #[inline]
    pub fn each_marked(&self, mut each: impl FnMut(usize)) {
        for (number, bits) in self.marks.iter().take(self.count.div_ceil(64)).enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                each(64 * number + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
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
        if eight.mark_last {
            self.mark_last();
        }
        let (at, shift) = (self.count / 64, self.count % 64);
        if let Some([low, high]) =
            self.marks.get_mut(at..).and_then(|marks| marks.first_chunk_mut())
        {
            let bits = u128::from(eight.marks) << shift;
            *low |= bits as u64;
            *high |= (bits >> 64) as u64;
        }
        self.count += eight.count;
        self.latest = eight.latest;
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
        while at + 3 <= bytes.len() {
            let [a, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]].map(usize::from);
            let entry = entries[(a & 0xF) << 12 | (b & 0x3F) << 6 | c & 0x3F];
            let symbol = entry as Symbol;
            let again = (symbol == last) & (symbol != 0);
            if (a & 0xF0 != 0xE0) | (entry & leave != 0) | again {
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
        let again = letters[0] == last;
        let mut count = 0;
        for letter in letters {
            symbols[count] = letter;
            starts[count] = start as u32;
            count += usize::from(letter != 0 && letter != last);
            last = if letter == 0 { last } else { letter };
        }
        if again {
            self.mark_last();
        }
        self.count += count;
        self.last = Some(last);
        self.latest = start;
    }
}
