//! Links in a text, as people write them and as they disguise them.
//!
//! A host is found by its dots: full-width ones, `点`, `[dot]`, dots with spaces around. Only ASCII labels
//! count, after folding: Chinese glued to a link is text again. What is no known suffix is no link.

use super::fold::{Unit, Units};
use super::glob::Glob;
use serde::Serialize;
use std::ops::Range;

/// A link with the bytes it takes and its host in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub range: Range<usize>,
    pub host: String,
    /// Scheme, `www.` or a path: a link beyond doubt, not two words with a dot between.
    pub plain: bool,
}

/// Which links a matcher or an exception means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum LinkPattern {
    Any,
    /// A domain with all its sub-domains.
    Domain(String),
    /// A glob over the whole host.
    Hosts(Glob),
}

impl LinkPattern {
    /// `any`, a domain, or a glob such as `*.casino`; `None` for what is no host.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('.').to_lowercase();
        let host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '*' | '?');
        match text.as_str() {
            "any" => Some(Self::Any),
            _ if text.is_empty() || !text.chars().all(host) || !text.contains('.') => None,
            _ if text.contains(['*', '?']) => Some(Self::Hosts(Glob::new(text))),
            _ => Some(Self::Domain(text)),
        }
    }

    pub fn matches(&self, link: &Link) -> bool {
        match self {
            Self::Any => link.plain || is_common(&link.host),
            Self::Domain(domain) => {
                let sub = link.host.strip_suffix(domain.as_str());
                sub.is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
            }
            Self::Hosts(glob) => glob.matches(&link.host),
        }
    }
}

/// Suffixes that stand behind a bare dot on purpose; `so` or `it` are words that follow a full stop.
const COMMON: [&str; 46] = [
    "com", "net", "org", "info", "biz", "io", "co", "me", "tv", "cc", "gg", "ly", "ai", "app",
    "dev", "xyz", "top", "vip", "club", "shop", "site", "online", "live", "link", "casino", "bet",
    "win", "fun", "work", "wang", "ltd", "icu", "cn", "kr", "jp", "tw", "hk", "ru", "uk", "de",
    "us", "eu", "vn", "th", "my", "sg",
];

fn is_common(host: &str) -> bool {
    host.rsplit('.').next().is_some_and(|last| COMMON.contains(&last))
}

/// Whether a text can hold a link at all.
pub fn may_be_in(text: &str) -> bool {
    let dot = |b: &u8| matches!(b, b'.' | 0xE3 | 0xEF | 0xE7 | b'[' | b'(' | b'{');
    text.bytes().any(|b| dot(&b)) || text.to_ascii_lowercase().contains(" dot ")
}

/// All links of a text, in order. `units` is a buffer.
pub fn find(text: &str, units: &mut Units) -> Vec<Link> {
    if !may_be_in(text) {
        return Vec::new();
    }
    units.fill(text);
    let finder = Finder { text, units: &units.all };
    let mut links: Vec<Link> = Vec::new();
    let mut at = 0;
    while at < finder.units.len() {
        match finder.label(at).and_then(|first| finder.link(at, first)) {
            Some((link, next)) => {
                links.push(link);
                at = next;
            }
            // On to the next label: this one is a word.
            None => at = finder.label(at).unwrap_or(at + 1),
        }
    }
    links
}

struct Finder<'f> {
    text: &'f str,
    units: &'f [Unit],
}

impl Finder<'_> {
    /// The ASCII character that a unit of a host stands for.
    fn host_letter(&self, at: usize) -> Option<char> {
        let unit = self.units.get(at)?;
        match unit.letter {
            c if c.is_ascii_alphanumeric() || c == '-' => Some(c),
            _ => unit.like.filter(|_| unit.is_letter),
        }
    }

    /// Where the label that begins at `at` ends.
    fn label(&self, at: usize) -> Option<usize> {
        let length =
            (at..self.units.len()).take_while(|at| self.host_letter(*at).is_some()).count();
        (length > 0).then_some(at + length)
    }

    /// Where the dot that begins at `at` ends, however it is written.
    fn dot(&self, at: usize) -> Option<usize> {
        let letter = |at: usize| self.units.get(at).map(|unit| unit.letter);
        let spaces =
            (at..self.units.len()).take_while(|at| letter(*at) == Some(' ')).take(2).count();
        let (spaced, at) = (spaces > 0, at + spaces);
        let open = matches!(letter(at), Some('[' | '(' | '{' | '<' | '【'));
        let word = at + usize::from(open);
        let is_word = ['d', 'o', 't'].iter().enumerate().all(|(i, c)| letter(word + i) == Some(*c));
        let end = match letter(word)? {
            '.' | '。' | '・' | '·' | '•' => word + 1,
            '点' | '點' => word + 1,
            'd' if is_word && (open || spaced) => word + 3,
            _ => return None,
        };
        let closed = matches!(letter(end), Some(']' | ')' | '}' | '>' | '】'));
        if open != closed {
            return None;
        }
        let end = end + usize::from(closed);
        let after =
            (end..self.units.len()).take_while(|at| letter(*at) == Some(' ')).take(2).count();
        // A dot has spaces on both sides or none: a full stop has one behind it.
        let balanced = open || spaced == (after > 0);
        balanced.then_some(end + after)
    }

    /// The link whose first label is `at..end`.
    fn link(&self, at: usize, end: usize) -> Option<(Link, usize)> {
        let label = |from: usize, to: usize| {
            (from..to).filter_map(|at| self.host_letter(at)).collect::<String>()
        };
        let mut host = label(at, end);
        let mut best = None;
        let mut next = end;
        while let Some((from, to)) = self.dot(next).and_then(|from| Some((from, self.label(from)?)))
        {
            host = format!("{host}.{}", label(from, to));
            next = to;
            if has_known_suffix(&host) {
                best = Some((host.clone(), to));
            }
        }
        let (host, host_end) = best?;
        let start = self.scheme(at).unwrap_or(at);
        let rest = self.rest(host_end);
        let plain = start < at || host.starts_with("www.") || rest > host_end;
        let range = self.units[start].start as usize..self.units[rest - 1].end as usize;
        Some((Link { range, host, plain }, rest))
    }

    /// Where `https://` begins, if it stands before the host.
    fn scheme(&self, host: usize) -> Option<usize> {
        let before = &self.text[..self.units[host].start as usize];
        let scheme = before.strip_suffix("://")?;
        let letters = scheme.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
        let at = scheme.len() - letters;
        (letters > 0).then(|| self.units.partition_point(|unit| (unit.start as usize) < at))
    }

    /// Where port and path end: at white space, at Chinese, and before punctuation that ends a sentence.
    fn rest(&self, host_end: usize) -> usize {
        let unit = |at: usize| self.units.get(at).map(|unit| unit.written);
        if !matches!(unit(host_end), Some('/' | ':' | '?' | '#')) {
            return host_end;
        }
        let inside = |c: char| {
            c.is_ascii_graphic()
                && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
        };
        let mut end = host_end;
        while unit(end).is_some_and(inside) {
            end += 1;
        }
        while end > host_end
            && unit(end - 1)
                .is_some_and(|c| matches!(c, '.' | ',' | ':' | ';' | '!' | '?' | ')' | ']' | '\''))
        {
            end -= 1;
        }
        end
    }
}

/// Whether a host ends in a suffix of the public list and has a name before it.
fn has_known_suffix(host: &str) -> bool {
    let domain = psl::domain(host.as_bytes());
    domain.is_some_and(|domain| domain.suffix().is_known())
        && host.split('.').all(|label| !label.is_empty())
}
