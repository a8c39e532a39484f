//! What was done to a term where it was found: what the walk leaves and the case is decided on.

use super::gap::Gap;

/// What was done to the term where it was found.
#[derive(Debug, Default, Clone)]
pub struct Evidence {
    /// Read a mark as a hidden syllable, whatever stands behind it.
    pub mark_hides: bool,
    pub foreign: usize,
    pub truly: usize,
    pub digits: usize,
    pub marks: usize,
    /// Brackets among those marks.
    pub brackets: usize,
    /// Pairs of brackets that draw one letter.
    pub rings: usize,
    /// Letters twice and letters three times or more where the term has fewer.
    pub doubled: usize,
    pub stretched: usize,
    pub hidden: usize,
    /// Borders between the term's letters with and without something between.
    pub gaps: usize,
    pub joints: usize,
    pub widest: usize,
    pub spaces: usize,
    pub lines: usize,
    /// Commas and their kin; those of them that end a Chinese clause; apostrophes.
    pub sentence: usize,
    pub clauses: usize,
    pub apostrophes: usize,
    /// Digits or Latin letters between dense letters.
    pub inserted: usize,
    /// Ends of a clause in place of the term's own spaces.
    pub ended: usize,
}

impl Evidence {
    /// What stands between two letters that were found.
    pub fn note(&mut self, gap: &Gap) {
        if gap.width == 0 {
            self.joints += 1;
            return;
        }
        self.gaps += 1;
        self.widest = self.widest.max(gap.width);
        self.spaces += gap.spaces;
        self.lines += gap.lines;
        self.sentence += gap.sentence;
        self.clauses += gap.clauses;
        self.apostrophes += gap.apostrophes;
        self.inserted += gap.inserted;
    }
}
