//! Names that are no links, and almost are: what an explanation tells of.

use super::{address, has_path, host, is_email, scheme_before};
use crate::engine::plain;
use crate::engine::scan::widen;
use std::ops::Range;

/// Names that would be links if their end were a public suffix, in order: what was written is backed by a scheme,
/// `www`, a path or a telling name.
pub fn without_suffix(text: &str) -> Vec<(Range<usize>, String)> {
    let cells = plain::read(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < cells.len() {
        if !cells[at].is_letter {
            at += 1;
            continue;
        }
        let labels = host::run(&cells, at);
        let scheme = scheme_before(&cells, at).is_some();
        let end = labels.last().map_or(at + 1, |last| last.cells.end);
        for name in host::names(&cells, &labels) {
            let own = &labels[name.labels.clone()];
            let (first, last) = (own[0].cells.start, own[own.len() - 1].cells.end);
            let number = address(&labels, &name).is_some()
                || own.iter().all(|l| l.seen.parse::<u64>().is_ok());
            let unknown =
                host::domain(&labels, &name).is_none() && !number && !is_email(&cells, first, last);
            let backed =
                scheme || own[0].seen == "www" || has_path(&cells, last) || host::is_telling(own);
            if unknown && backed {
                found.push((widen(text, cells[first].start..cells[last - 1].end), host::join(own)));
            }
        }
        at = end;
    }
    found
}
