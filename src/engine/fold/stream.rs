//! Symbols in order, each with the byte it comes from. Owns the rule that a run of one symbol is one.

use super::Symbol;
use super::quick::{Entries, Entry, MOST_JAMO, Syllable};

/// Behind the symbols there is room for so many more: whoever reads several in a step may read over their end.
pub const SPARE: usize = 16;

/// Bytes between two characters of one run at most: whoever looks back crosses no more. An emoji of several parts may
/// part a double letter.
pub const WIDEST_RUN: usize = 32;

/// What is said of up to 64 symbols together.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy)]
pub struct Block {
    /// How many of them there are.
    pub count: usize,
    /// A bit for each that is marked.
    pub marks: u64,
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

    /// The same and [`SPARE`] more that mean nothing, where there is room.
    #[cfg(target_arch = "x86_64")]
    pub fn symbols_and_spare(&self) -> Option<&[Symbol]> {
        self.symbols.get(..self.count + SPARE)
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
        let wanted = self.count + more + SPARE;
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

    /// The room for so many symbols and where they begin.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    pub fn room<const N: usize>(&mut self) -> Option<(&mut [Symbol; N], &mut [u32; N])> {
        let symbols = self.symbols.get_mut(self.count..)?.first_chunk_mut()?;
        Some((symbols, self.starts.get_mut(self.count..)?.first_chunk_mut()?))
    }

    /// Counts symbols, none of which goes on with the last run, that were written into the room for them.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    pub fn block(&mut self, block: Block) {
        if block.mark_last {
            self.mark_last();
        }
        let (at, shift) = (self.count / 64, self.count % 64);
        if let Some([low, high]) =
            self.marks.get_mut(at..).and_then(|marks| marks.first_chunk_mut())
        {
            let bits = u128::from(block.marks) << shift;
            *low |= bits as u64;
            *high |= (bits >> 64) as u64;
        }
        self.count += block.count;
        self.latest = block.latest;
        self.last = Some(block.last);
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

    /// Adds the symbols of dense characters of three bytes from byte `at` on, up to one that is neither dense nor plain
    /// or goes on with a run. Tells `each` every place and entry. Where it ended. Without branches for separators: no
    /// processor can guess them.
    #[inline]
    pub fn dense(
        &mut self,
        bytes: &[u8],
        mut at: usize,
        entries: &Entries,
        mut each: impl FnMut(usize, Entry),
    ) -> usize {
        let most = (bytes.len() - at) / 3 + 1;
        self.reserve(most);
        let symbols = &mut self.symbols[self.count..self.count + most];
        let starts = &mut self.starts[self.count..self.count + most];
        let (mut count, mut last) = (0, self.last.unwrap_or(0));
        while at + 3 <= bytes.len() {
            let [a, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]].map(usize::from);
            let entry = entries[(a & 0xF) << 12 | (b & 0x3F) << 6 | c & 0x3F];
            let Some(symbol) = entry.dense() else { break };
            let again = (symbol == last) & (symbol != 0);
            if (a & 0xF0 != 0xE0) | again {
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

    /// Adds the letters of a syllable that begins at byte `start`; without room they are lost.
    #[inline]
    pub fn syllable(&mut self, syllable: Syllable, start: usize) {
        let (letters, count) = (syllable.letters(), syllable.count());
        let near = start - self.latest <= WIDEST_RUN;
        let again = near && self.last == Some(letters[0]);
        // The first letter goes on with the run: it is written over that run's symbol, which keeps its place.
        let from = self.count - usize::from(again);
        let (Some(symbols), Some(starts)) = (
            self.symbols.get_mut(from..).and_then(|room| room.first_chunk_mut()),
            self.starts.get_mut(from..).and_then(|room| room.first_chunk_mut::<MOST_JAMO>()),
        ) else {
            return;
        };
        *symbols = letters;
        let first = starts[0];
        *starts = [start as u32; MOST_JAMO];
        if again {
            starts[0] = first;
            self.mark_last();
        }
        self.count = from + count;
        self.last = count.checked_sub(1).and_then(|last| letters.get(last)).copied();
        self.latest = start;
    }
}
