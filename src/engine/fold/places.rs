//! Places of a text or a stream, in order: a list that is written by index.

/// Numbers that only grow, some perhaps twice.
#[derive(Debug, Default, Clone)]
pub struct Places {
    all: Vec<u32>,
    count: usize,
}

impl Places {
    pub fn all(&self) -> &[u32] {
        &self.all[..self.count]
    }

    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// Makes room for so many more, and as much again.
    #[inline]
    pub fn reserve(&mut self, more: usize) {
        let wanted = self.count + more;
        if self.all.len() < wanted {
            self.all.resize(2 * wanted, 0);
        }
    }

    #[inline]
    pub fn push(&mut self, place: usize) {
        self.reserve(1);
        self.put(place, true);
    }

    /// Adds a place if it `counts`, without a branch. Without room for it, it is lost.
    #[inline]
    pub fn put(&mut self, place: usize, counts: bool) {
        if let Some(to) = self.all.get_mut(self.count) {
            *to = place as u32;
            self.count += usize::from(counts);
        }
    }

    /// The room there is for more; [`Places::took`] says how many were written to it.
    pub fn room(&mut self) -> &mut [u32] {
        &mut self.all[self.count..]
    }

    pub fn took(&mut self, count: usize) {
        self.count = (self.count + count).min(self.all.len());
    }
}
