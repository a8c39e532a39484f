//! Links as people write and disguise them: where they stand in the text and which host they lead to.
//!
//! A name counts by its public suffix and by the evidence around it (scheme, `www`, port, path, a telling
//! name). Where that leaves doubt (`main.rs`, `ok.so`, `std.io`), the link is reported as not
//! [`Link::sure`]: `any` and globs pass over it, a rule that names the domain takes it. The host of an
//! e-mail address is no link. A label that joins Han or Hangul to Latin letters is read from where the
//! script changes (`加www.abc.com领`), so of `abc公司.com` only `公司.com` is seen. Pure; time is linear.

mod gate;
mod host;
mod near;
mod pattern;
mod suffix;

pub use gate::Dots;
pub use near::without_suffix;
pub use pattern::{LinkPattern, LinkPatternError};

use super::detect::is_written_out;
use super::glance::Glance;
use super::plain::{self, Cell, reads};
use super::scan::widen;
use host::{Dot, Label};
use std::ops::Range;
use suffix::Weight;

/// A link in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Bytes of the original text, on grapheme borders: scheme, host, port, path and query.
    pub range: Range<usize>,
    /// What a browser would open: lower case, ASCII dots, punycode decoded (`xn--fsq.com` is `例.com`).
    pub host: String,
    /// The host as the eye reads it, without accents and look-alikes, where that differs.
    pub seen: Option<String>,
    /// Whether it is a link beyond doubt.
    pub sure: bool,
}

/// All links of `text`, in order and apart; at the cost of a glance where there can be none.
pub fn find(text: &str) -> Vec<Link> {
    if Glance::of(text).link { search(text) } else { Vec::new() }
}

/// The same for a text that may hold some.
pub fn search(text: &str) -> Vec<Link> {
    let cells = plain::read(text);
    let mut links: Vec<Link> = Vec::new();
    let mut at = 0;
    while at < cells.len() {
        if !cells[at].is_letter {
            at += 1;
            continue;
        }
        let scheme = scheme_before(&cells, at);
        let from = if scheme.is_some() { after_userinfo(&cells, at) } else { at };
        if let Some(end) = host::lone(&cells, from) {
            at = end;
            continue;
        }
        let labels = host::run(&cells, from);
        at = labels.last().map_or(from + 1, |last| last.cells.end);
        if labels.len() < 2 {
            continue;
        }
        for (i, name) in host::names(&cells, &labels).into_iter().enumerate() {
            let scheme = scheme.filter(|_| i == 0 && name.labels.start == 0);
            let Some((link, end)) = link(text, &cells, &labels, &name, scheme) else { continue };
            let apart = links.last().is_none_or(|last| last.range.end <= link.range.start);
            if apart {
                at = at.max(end);
                links.push(link);
            }
        }
    }
    links
}

/// The end of the domain that begins at cell `at`, for whoever knows by other means that one is meant.
pub(super) fn domain_at(cells: &[Cell], at: usize) -> Option<usize> {
    cells.get(at).filter(|cell| cell.is_letter)?;
    let labels = host::run(cells, at);
    let name =
        host::names(cells, &labels).into_iter().next().filter(|name| name.labels.start == 0)?;
    let (taken, _) = host::domain(&labels, &name)?;
    let doubtful =
        |label: &Label| matches!(label.dot, Dot::Spaced { before, after } if before != after);
    let apart = labels[1..taken.end].iter().any(doubtful);
    (taken.start == 0 && !apart).then(|| labels[taken.end - 1].cells.end)
}

fn link(
    text: &str,
    cells: &[Cell],
    labels: &[Label],
    name: &host::Name,
    scheme: Option<usize>,
) -> Option<(Link, usize)> {
    let address = address(labels, name);
    let (taken, weight) = match &address {
        Some(taken) => (taken.clone(), Weight::File),
        None => host::domain(labels, name)?,
    };
    let labels = &labels[taken.clone()];
    let scheme = scheme.filter(|_| taken.start == name.labels.start);
    let (first, last) = (labels[0].cells.start, labels[labels.len() - 1].cells.end);
    // `john at gmail dot com` is an address written out; `look at bet365 dot com` is a link.
    let written_out = labels[1].dot == Dot::Word && is_written_out(cells, first..last);
    if (is_email(cells, first, last) || written_out) && scheme.is_none() {
        return None;
    }
    let port = port(cells, last);
    let path = has_path(cells, port);
    let www = labels[0].seen == "www" && labels.len() > 2;
    let hidden = labels[1..].iter().any(|label| !matches!(label.dot, Dot::Plain));
    let rooted = scheme.is_none()
        && first.checked_sub(1).is_some_and(|i| matches!(cells[i].c, '/' | '\\' | '.' | '$' | '_'));
    let backed = scheme.is_some() || (!rooted && (www || path || address.is_some() && port > last));
    let weight = match weight {
        Weight::Proof if is_code(cells, labels) => Weight::Word,
        weight => weight,
    };
    let sure = backed
        || !rooted
            && address.is_none()
            && name.clear
            && match weight {
                Weight::Proof => true,
                Weight::Word => host::is_telling(labels) || hidden,
                Weight::File => labels[1..].iter().any(|label| label.dot == Dot::Bracketed),
            };
    let start = scheme.unwrap_or(first);
    let end = if sure || path { tail(cells, port) } else { last };
    let seen = host::join(labels);
    let host = opened(text, cells, labels).unwrap_or_else(|| seen.clone());
    let range = widen(text, cells[start].start..cells[end - 1].end);
    let seen = Some(seen).filter(|seen| *seen != host);
    Some((Link { range, host, seen, sure }, end))
}

/// The host as a browser reads the characters written: accents stay, look-alikes are other letters.
fn opened(text: &str, cells: &[Cell], labels: &[Label]) -> Option<String> {
    let mut host = String::new();
    for label in labels {
        if !host.is_empty() {
            host.push('.');
        }
        let (first, last) = (label.cells.start, label.cells.end - 1);
        let end = cells.get(last + 1).map_or(text.len(), |next| next.start);
        // Marks follow the letter they stand on; a cell of a later character ends them.
        let written = text.get(cells[first].start..end.max(cells[last].end))?;
        host.extend(written.chars().filter(|c| !c.is_whitespace()));
    }
    let (host, result) = idna::domain_to_unicode(&host);
    result.ok().map(|()| host).filter(|host| !host.is_empty())
}

/// Four numbers up to 255 with plain or bracketed dots.
fn address(labels: &[Label], name: &host::Name) -> Option<Range<usize>> {
    let parts = &labels[name.labels.clone()];
    let number = |label: &Label| {
        label.seen.parse::<u8>().is_ok() && (label.seen == "0" || !label.seen.starts_with('0'))
    };
    let plain = parts.iter().skip(1).all(|label| matches!(label.dot, Dot::Plain | Dot::Bracketed));
    (parts.len() == 4 && plain && parts.iter().all(number)).then(|| name.labels.clone())
}

/// Where a scheme that ends right before `at` begins.
fn scheme_before(cells: &[Cell], at: usize) -> Option<usize> {
    let colon = at.checked_sub(3)?;
    if !reads(cells, colon, "://") {
        return None;
    }
    let mut start = colon;
    while start > 0
        && colon - start < 8
        && (cells[start - 1].c.is_ascii_alphabetic() || cells[start - 1].c == '*')
    {
        start -= 1;
    }
    // Latin letters glued before the scheme are no part of it.
    let word: String = cells[start..colon].iter().map(|cell| cell.c).collect();
    let known = ["https", "hxxps", "h**ps", "http", "hxxp", "h**p", "ftp", "wss", "ws"];
    let length =
        known.iter().find(|scheme| word.ends_with(**scheme)).map_or(word.len(), |s| s.len());
    (length > 0).then(|| colon - length)
}

/// `https://google.com@evil.io` leads to what stands after the last `@`.
fn after_userinfo(cells: &[Cell], at: usize) -> usize {
    let authority = cells[at..].iter().take(128);
    let authority = authority
        .take_while(|c| !c.c.is_whitespace() && !matches!(c.c, '/' | '?' | '#') && !c.is_dense());
    let sign = authority.enumerate().filter(|(_, c)| c.c == '@').last().map(|(i, _)| at + i + 1);
    sign.filter(|next| cells.get(*next).is_some_and(|c| c.is_letter)).unwrap_or(at)
}

/// Whether the host belongs to an e-mail address, or is the part before its `@`.
fn is_email(cells: &[Cell], first: usize, last: usize) -> bool {
    let local = |i: usize| {
        cells.get(i).is_some_and(|c| c.is_letter || matches!(c.c, '_' | '-' | '+' | '.'))
    };
    let after = cells.get(last).is_some_and(|c| c.c == '@') && local(last + 1);
    let sign = |at: usize| cells.get(at).is_some_and(|c| c.c == '@');
    let bracketed = |open: char, close: char| {
        first.checked_sub(4).is_some_and(|i| {
            cells[i].c == open && cells[first - 1].c == close && reads(cells, i + 1, "at") && i > 0
        })
    };
    let before = first.checked_sub(1).is_some_and(sign) && first.checked_sub(2).is_some_and(local);
    after || before || bracketed('[', ']') || bracketed('(', ')') || bracketed('{', '}')
}

/// The end of `:8080` after a host that ends at `at`.
fn port(cells: &[Cell], at: usize) -> usize {
    if cells.get(at).is_none_or(|c| c.c != ':') {
        return at;
    }
    let digits = cells[at + 1..].iter().take(6).take_while(|c| c.c.is_ascii_digit()).count();
    if (2..=5).contains(&digits) { at + 1 + digits } else { at }
}

/// The end of the path, query and fragment that begin at `at`; punctuation that ends a sentence is out.
fn tail(cells: &[Cell], at: usize) -> usize {
    if !cells.get(at).is_some_and(|c| matches!(c.c, '/' | '?' | '#')) {
        return at;
    }
    let inside = |c: &&Cell| {
        c.c.is_ascii_graphic() && !matches!(c.c, '"' | '<' | '>' | '`' | '{' | '}' | '|' | '\\')
    };
    let mut end = at + cells[at..].iter().take_while(inside).count();
    while end > at
        && matches!(
            cells[end - 1].c,
            '.' | ',' | '!' | '?' | ':' | ';' | ')' | ']' | '\'' | '*' | '~'
        )
    {
        end -= 1;
    }
    end
}

/// Whether a path follows that speaks for a link: not another file as in `main.rs/lib.rs`, nor a mere
/// number as in `10.0.0.0/8`. The first part of it decides.
fn has_path(cells: &[Cell], at: usize) -> bool {
    if cells.get(at).is_none_or(|cell| cell.c != '/') {
        return false;
    }
    let inside = |c: &&Cell| c.c.is_ascii_graphic() && !matches!(c.c, '/' | '?' | '#');
    let part: String = cells[at + 1..].iter().take(64).take_while(inside).map(|c| c.c).collect();
    let file = part.rsplit_once('.').is_some_and(|(_, end)| suffix::weight(end) == Weight::File);
    let number = part.len() < 3 && part.bytes().all(|b| b.is_ascii_digit());
    part.starts_with(|c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '@' | '~' | '+' | '_' | '%')
    }) && !file
        && !number
}

/// A member in code, a package, or a sentence without space after its full stop.
fn is_code(cells: &[Cell], labels: &[Label]) -> bool {
    let (first, last) = (&labels[0], &labels[labels.len() - 1]);
    if suffix::UNMISTAKABLE.contains(&last.seen.as_str()) && last.dot == Dot::Plain {
        return false;
    }
    let after = cells.get(last.cells.end).map(|c| c.c);
    let members = [
        "self", "this", "super", "window", "document", "console", "math", "object", "std", "event",
        "obj",
    ];
    let package = ["com", "org", "net", "io", "java", "javax", "android", "cn", "kr"];
    last.is_title(cells) && last.dot == Dot::Plain
        || after == Some('(')
        || after == Some('_')
        || members.contains(&first.seen.as_str())
        || labels.len() > 2 && package.contains(&first.seen.as_str())
        || dense_sentence(cells, labels)
        || last.seen == "net" && ["asp", "vb", "ado", "ml", "paint"].contains(&first.seen.as_str())
}

/// `你好.公司` and `갔다.한국`: two names in Han or Hangul may as well be two sentences.
fn dense_sentence(cells: &[Cell], labels: &[Label]) -> bool {
    let [name, suffix] = labels else { return false };
    let dense = |label: &Label| cells[label.cells.start].is_dense();
    let hangul = suffix.seen.chars().all(|c| matches!(c, '가'..='힣'));
    let ends = ['다', '요', '죠', '네', '까', '함', '임', '음'];
    dense(name) && dense(suffix) && (!hangul || name.seen.ends_with(ends))
}
