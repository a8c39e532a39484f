//! What a rule is, once it has been read and found in order.

use super::count::Count;
use super::detect::Detector;
use super::glob::Glob;
use super::link::LinkPattern;
use super::variants::Ways;
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
    /// The offence itself is kept only as a hash.
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
}

/// How many disguises a word matcher sees through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Disguises {
    None,
    Simple,
    Heavy,
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
    pub review: bool,
}

impl Action {
    /// Whether the action rewrites text.
    pub fn edits(&self) -> bool {
        self.mask.is_some() || self.replace.is_some() || self.blank.is_some()
    }

    /// Whether the action changes the message at all; review alone does not.
    pub fn acts(&self) -> bool {
        self.edits() || self.tag.is_some()
    }
}

/// Where a rule applies. An empty list admits everything, and so does what is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Scope {
    pub apps: Vec<Glob>,
    pub groups: Vec<Glob>,
    pub group_types: Vec<String>,
    pub topics: Vec<Glob>,
}

/// What is known of where a text was said and by whom.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Subject<'a> {
    pub app: Option<&'a str>,
    pub group: Option<&'a str>,
    pub group_type: Option<&'a str>,
    pub topic: Option<&'a str>,
    pub account: Option<&'a str>,
}

impl Scope {
    pub(super) fn admits(&self, subject: &Subject<'_>) -> bool {
        let globs = |globs: &[Glob], id: Option<&str>| {
            globs.is_empty() || id.is_none_or(|id| globs.iter().any(|glob| glob.matches(id)))
        };
        let kind = subject.group_type.map(group_type);
        globs(&self.apps, subject.app)
            && globs(&self.groups, subject.group)
            && globs(&self.topics, subject.topic)
            && (self.group_types.is_empty()
                || kind.is_none_or(|kind| self.group_types.iter().any(|k| group_type(k) == kind)))
    }
}

/// Group types as the platform names them; some have an old name and a new one.
pub(super) const GROUP_TYPES: [&str; 9] = [
    "Public",
    "Private",
    "Work",
    "ChatRoom",
    "Meeting",
    "AVChatRoom",
    "Community",
    "Live",
    "BChatRoom",
];

/// One name for a group type that has two.
fn group_type(name: &str) -> &str {
    match name {
        "Work" => "Private",
        "Meeting" => "ChatRoom",
        name => name,
    }
}

/// What lifts a match: phrases around it, and people and places it does not apply to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Except {
    pub phrases: Vec<String>,
    pub links: Vec<LinkPattern>,
    pub accounts: Vec<Glob>,
    pub groups: Vec<Glob>,
}

impl Except {
    /// Whether the sender or the group is exempt; one that is not known is not.
    pub(super) fn lifts(&self, subject: &Subject<'_>) -> bool {
        let any = |globs: &[Glob], id: Option<&str>| {
            id.is_some_and(|id| globs.iter().any(|glob| glob.matches(id)))
        };
        any(&self.accounts, subject.account) || any(&self.groups, subject.group)
    }
}

/// From and until, in ms of Unix time; `until` is the first moment that is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Active {
    pub from: Option<i64>,
    pub until: Option<i64>,
}

impl Active {
    pub(super) fn at(&self, at_ms: i64) -> bool {
        self.from.is_none_or(|from| from <= at_ms) && self.until.is_none_or(|until| at_ms < until)
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
    pub(super) fn literal(text: &str) -> Self {
        let place = Place { file: Arc::from(""), span: 0..0 };
        Self { text: text.to_owned(), open_start: true, open_end: true, until: None, place }
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
}

impl Rule {
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
