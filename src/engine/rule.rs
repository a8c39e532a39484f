//! What a rule is, once it has been read and found in order.

use super::count::Count;
use super::detect::Detector;
use super::link::LinkPattern;
use super::scope::{Active, Except, Scope};
use super::sources::Sources;
use super::variants::{self, AddOn, Ways};
use serde::Serialize;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The stable name of a rule, unique over all files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RuleId(pub Arc<str>);

impl RuleId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The order in which rewrites go out when there are more than the platform takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Whether a rule acts. A rule that is `off` is read and tested, and never judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    Off,
    Shadow,
    Enforce,
}

impl Mode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Shadow => "shadow",
            Self::Enforce => "enforce",
        }
    }
}

/// Whether the original text may be kept; ordered from lenient to strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeepOriginal {
    Yes,
    /// The message is kept with every offence masked, and the offence itself only as a keyed digest.
    Redacted,
    /// Then there is no undo.
    No,
}

impl KeepOriginal {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Redacted => "redacted",
            Self::No => "no",
        }
    }

    /// The one that this word names.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Yes, Self::Redacted, Self::No].into_iter().find(|keep| keep.as_str() == word)
    }

    /// Where the rule does not say: numbers of identity documents and cards are not to be kept.
    pub(super) fn by_default(matchers: &[Matcher]) -> Self {
        let is_identity = |it: &Detector| matches!(it, Detector::Card | Detector::ResidentNumber);
        let finds_identity = |matcher: &Matcher| match &matcher.kind {
            MatcherKind::Detect(detectors) => detectors.iter().any(is_identity),
            _ => false,
        };
        if matchers.iter().any(finds_identity) { Self::Redacted } else { Self::Yes }
    }
}

/// How many disguises a word matcher sees through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Disguises {
    None,
    Simple,
    Heavy,
}

impl Disguises {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Simple => "simple",
            Self::Heavy => "heavy",
        }
    }
}

/// On what ground a rule stands, for reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ground {
    Terms,
    Illegal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    pub reference: String,
    pub ground: Option<Ground>,
}

/// How the clusters of an offence are covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Mask {
    /// One ASCII punctuation character other than `"` and `\`.
    pub with: char,
    /// So many visible clusters of the offence stay readable.
    pub keep_first: usize,
}

/// What an enforced rule does. At most one of mask, replace and blank is set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Action {
    pub mask: Option<Mask>,
    /// Stands in the place of each offence.
    pub replace: Option<String>,
    /// Stands in the place of the whole leaf.
    pub blank: Option<String>,
    pub tag: Option<String>,
    /// The whole message is taken away; nothing else is done to it then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub recall: bool,
    pub review: bool,
}

impl Action {
    /// Whether the action rewrites text.
    pub fn edits(&self) -> bool {
        self.mask.is_some() || self.replace.is_some() || self.blank.is_some()
    }

    /// Whether the action changes the message at all; review alone does not.
    pub fn acts(&self) -> bool {
        self.edits() || self.tag.is_some() || self.recall
    }
}

/// How the matchers of a rule must come together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Condition {
    Any(Vec<Condition>),
    All(Vec<Condition>),
    /// All of them in one text, with so many characters between at most.
    Near(Vec<Condition>, usize),
    None(Vec<Condition>),
    /// An index into [`Rule::matchers`].
    Matcher(usize),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matcher {
    pub kind: MatcherKind,
    /// Required, but not an offence: it is never masked.
    pub context: bool,
}

/// The text that a regex runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum On {
    /// As it was written.
    Original,
    /// As [`super::folded`] shows it.
    Folded,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum MatcherKind {
    Words {
        disguises: Disguises,
        /// Whether add-ons made some of the terms.
        add_ons: bool,
        /// The words and what add-ons made of them; the first `as_written` are the words themselves.
        #[serde(skip)]
        terms: Vec<Term>,
        #[serde(skip)]
        as_written: usize,
        /// How their characters may be written.
        #[serde(skip)]
        ways: Ways,
    },
    Regex {
        pattern: String,
        on: On,
    },
    Links(Vec<LinkPattern>),
    Detect(Vec<Detector>),
    Count(Count),
}

impl MatcherKind {
    /// One term, written in no way but its own.
    pub(super) fn word(term: Term, disguises: Disguises) -> Self {
        Self::word_with(term, disguises, &[])
    }

    /// One term, and what these add-ons make of it.
    pub(super) fn word_with(term: Term, disguises: Disguises, add_ons: &[AddOn]) -> Self {
        let more = variants::of(&term, add_ons, disguises == Disguises::Heavy);
        let terms = std::iter::once(term).chain(more).collect();
        let ways = Ways::of(add_ons);
        Self::Words { disguises, add_ons: !add_ons.is_empty(), terms, as_written: 1, ways }
    }
}

/// As a moderator writes it, in few words.
impl fmt::Display for MatcherKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let few = |names: Vec<String>| match names.as_slice() {
            [only] => only.clone(),
            [first, .., last] if names.len() == 2 => format!("{first}, {last}"),
            [first, ..] => format!("{first} and {} more", names.len() - 1),
            [] => String::new(),
        };
        let name = |name: &dyn fmt::Display| format!("`{name}`");
        match self {
            Self::Words { terms, .. } => {
                write!(f, "words: {}", few(terms.iter().map(|term| name(term)).collect()))
            }
            Self::Regex { pattern, .. } => write!(f, "regex: `{pattern}`"),
            Self::Links(links) => {
                write!(f, "links: {}", few(links.iter().map(|link| name(link)).collect()))
            }
            Self::Detect(detectors) => {
                let names = detectors.iter().map(|detector| name(&detector.as_str()));
                write!(f, "detect: {}", few(names.collect()))
            }
            Self::Count(count) => {
                let bounds = count.0.iter().map(|(counted, bound)| {
                    name(&format_args!("{}: '>{bound}'", counted.as_str()))
                });
                write!(f, "count: {}", few(bounds.collect()))
            }
        }
    }
}

/// One word or phrase that is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub text: String,
    /// `*` at an end: the word may go on there.
    pub open_start: bool,
    pub open_end: bool,
    /// The first moment at which the term is out, in ms of Unix time.
    pub until: Option<i64>,
    pub(super) place: Place,
}

impl Term {
    /// What a regex needs, as a term that comes from no file.
    pub(super) fn literal(text: &str, opens_word: bool) -> Self {
        let place = Place { file: Arc::from(""), span: 0..0 };
        Self { text: text.to_owned(), open_start: !opens_word, open_end: true, until: None, place }
    }
}

/// As it is written in a rule, `*` at an open end.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = |open: bool| if open { "*" } else { "" };
        write!(f, "{}{}{}", star(self.open_start), self.text, star(self.open_end))
    }
}

/// A span of a file, for diagnostics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub file: Arc<str>,
    pub span: Range<usize>,
}

/// One test inside a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Case {
    pub catch: bool,
    pub text: String,
    pub masked: Option<String>,
    pub app: Option<String>,
    pub account: Option<String>,
    pub group: Option<String>,
    pub group_type: Option<String>,
    pub topic: Option<String>,
    pub mentions: bool,
    pub place: Place,
}

/// A rule in order. Its texts are as the moderator wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    pub id: RuleId,
    pub description: Option<String>,
    pub category: Option<String>,
    pub policy: Option<Policy>,
    pub severity: Severity,
    pub mode: Mode,
    pub condition: Condition,
    pub matchers: Vec<Matcher>,
    pub except: Except,
    pub scope: Scope,
    pub active: Active,
    pub action: Action,
    pub keep_original: KeepOriginal,
    #[serde(skip)]
    pub(super) cases: Vec<Case>,
    #[serde(skip)]
    pub(super) place: Place,
    /// All of it, in the bytes of its file.
    #[serde(skip)]
    pub(super) span: Range<usize>,
}

impl Rule {
    /// The rule as it is written in its file, without the file's own indentation; `None` where these are not the
    /// sources that it was read from.
    pub fn source(&self, sources: &Sources) -> Option<String> {
        let text = sources.text(&self.place.file);
        let written = text.get(self.span.clone())?.trim_end();
        let line = text[..self.span.start].rsplit('\n').next().unwrap_or_default();
        let indented = " ".repeat(line.chars().count());
        let lines = written.lines().map(|line| line.strip_prefix(&indented).unwrap_or(line));
        Some(lines.collect::<Vec<_>>().join("\n"))
    }

    /// What a message is tagged with where its text cannot be changed: the rule's tag, else its
    /// category, else its id.
    pub fn fallback_tag(&self) -> &str {
        let tag = self.action.tag.as_deref().or(self.category.as_deref());
        tag.unwrap_or(self.id.as_str())
    }

    /// How many tests stand inside the rule.
    pub fn tests(&self) -> usize {
        self.cases.len()
    }

    /// The file that the rule stands in, relative to the rules folder.
    pub fn file(&self) -> &str {
        &self.place.file
    }
}
