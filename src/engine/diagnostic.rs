//! What is wrong with a rule file: where, by which code, and how to mend it.

use super::sources::Sources;
use annotate_snippets::{AnnotationKind, Level as Shown, Renderer, Snippet, renderer::DecorStyle};
use std::collections::HashMap;
use std::ops::Range;

/// Whether a rule set can be used all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Error,
    Warning,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $meaning:literal;)*) => {
        /// A fault by its stable code: people search for it and scripts compare it. `E` is an error, `W` a warning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// Such as `E203`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// Such as `unknown-key`.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }
        }
    };
}

codes! {
    NotUtf8 = "E101", "not-utf8";
    Syntax = "E102", "syntax";
    LineTooLong = "E103", "line-too-long";
    TooDeep = "E104", "too-deep";
    FullWidthColon = "E105", "full-width-colon";
    CurlyQuotes = "E106", "curly-quotes";
    SwallowedHash = "E107", "swallowed-hash";
    UnquotedAt = "E108", "unquoted-at";
    YamlFeature = "E109", "yaml-feature";
    Version = "E110", "version";
    NoRules = "E111", "no-rules";
    UnknownKey = "E201", "unknown-key";
    DoubleKey = "E202", "double-key";
    MissingKey = "E203", "missing-key";
    WrongKind = "E204", "wrong-kind";
    UnknownValue = "E205", "unknown-value";
    BadId = "E207", "bad-id";
    DoubleId = "E208", "double-id";
    EmptyText = "E209", "empty-text";
    BadDate = "E210", "bad-date";
    ActiveNever = "E211", "active-never";
    EmptyTerm = "E301", "empty-term";
    EmptyList = "E302", "empty-list";
    MissingList = "E303", "missing-list";
    FoldsToNothing = "E304", "folds-to-nothing";
    TermTooLong = "E305", "term-too-long";
    NoMatcher = "E306", "no-matcher";
    TooManyTerms = "E307", "too-many-terms";
    TooManyRegexes = "E308", "too-many-regexes";
    BadRegex = "E309", "bad-regex";
    RegexTooLarge = "E310", "regex-too-large";
    LooksAround = "E311", "looks-around";
    DisguisedRegex = "E312", "disguised-regex";
    Backspace = "E313", "backspace";
    CommonWord = "E314", "common-word";
    NoAction = "E401", "no-action";
    BadMask = "E402", "bad-mask";
    TwoTextActions = "E403", "two-text-actions";
    CaughtText = "E404", "caught-text";
    FailedTest = "E501", "failed-test";
    CaughtNever = "E502", "caught-never";
    NoTests = "W601", "no-tests";
    OneLetter = "W602", "one-letter";
    MatchesEmpty = "W603", "matches-empty";
    Hidden = "W604", "hidden";
    AddOnUntested = "W605", "add-on-untested";
    CommonWords = "W606", "common-words";
    CostlyRegex = "W607", "costly-regex";
    SlowRegex = "W608", "slow-regex";
    ManyWarnings = "W699", "many-warnings";
    ManyFaults = "E199", "many-faults";
}

impl Code {
    pub fn level(self) -> Level {
        if self.id().starts_with('W') { Level::Warning } else { Level::Error }
    }
}

/// One fault at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    /// Relative to the rules folder.
    pub file: String,
    /// Bytes of the file.
    pub span: Range<usize>,
    pub title: String,
    /// What stands at the place, in a few words.
    pub label: Option<String>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    pub(super) fn new(
        code: Code,
        file: &str,
        span: Range<usize>,
        title: impl Into<String>,
    ) -> Self {
        Self { code, file: file.into(), span, title: title.into(), label: None, help: None }
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Every fault of all files, by file and place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

/// More faults in one file than anybody reads in one go.
const MOST_PER_FILE: usize = 100;

impl Diagnostics {
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|fault| fault.code.level() == Level::Error)
    }

    /// These and more, in order.
    pub fn with(mut self, more: impl IntoIterator<Item = Diagnostic>) -> Self {
        self.0.extend(more);
        self.sort();
        self
    }

    pub(super) fn push(&mut self, fault: Diagnostic) {
        self.0.push(fault);
    }

    /// In order of file and place, each fault once, and no more than anybody reads.
    pub(super) fn sort(&mut self) {
        self.0
            .sort_by(|a, b| (&a.file, a.span.start, a.code).cmp(&(&b.file, b.span.start, b.code)));
        self.0.dedup();
        let mut counts: HashMap<(String, Level), usize> = HashMap::new();
        let mut more = Vec::new();
        self.0.retain(|fault| {
            let level = fault.code.level();
            let count = counts.entry((fault.file.clone(), level)).or_default();
            *count += 1;
            if *count == MOST_PER_FILE + 1 {
                let (code, what) = match level {
                    Level::Error => (Code::ManyFaults, "faults"),
                    Level::Warning => (Code::ManyWarnings, "warnings"),
                };
                let title = format!("more than {MOST_PER_FILE} {what} in this file");
                more.push(Diagnostic::new(code, &fault.file, fault.span.clone(), title));
            }
            *count <= MOST_PER_FILE
        });
        self.0.extend(more);
    }

    /// All faults as text for people: `file:line:column`, code, excerpt, help.
    pub fn render(&self, sources: &Sources, colour: bool) -> String {
        self.0
            .iter()
            .map(|fault| fault.render(sources, colour) + "\n")
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl Diagnostic {
    /// This fault as text for people.
    pub fn render(&self, sources: &Sources, colour: bool) -> String {
        let text = sources.text(&self.file);
        let window = Window::of(&text, &self.span);
        let level = match self.code.level() {
            Level::Error => Shown::ERROR,
            Level::Warning => Shown::WARNING,
        };
        let mut mark = AnnotationKind::Primary.span(window.span.clone());
        if let Some(label) = &self.label {
            mark = mark.label(label.as_str());
        }
        let snippet = Snippet::source(window.text)
            .line_start(window.line)
            .path(self.file.as_str())
            .fold(false)
            .annotation(mark);
        let id = format!("{}-{}", self.code.id(), self.code.meaning());
        let mut group = level.primary_title(self.title.as_str()).id(id).element(snippet);
        if let Some(help) = &self.help {
            group = group.element(Shown::HELP.message(help.as_str()));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
    }

    /// Line and column (in characters), both from 1.
    pub fn line_column(&self, sources: &Sources) -> (usize, usize) {
        let text = sources.text(&self.file);
        let start = floor(&text, self.span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = text[..start].bytes().filter(|b| *b == b'\n').count() + 1;
        (line, text[line_start..start].chars().count() + 1)
    }
}

/// The line or two around a place: excerpts of large files must not cost their size.
struct Window<'t> {
    text: &'t str,
    line: usize,
    span: Range<usize>,
}

impl<'t> Window<'t> {
    const WIDEST: usize = 2_000;

    fn of(text: &'t str, span: &Range<usize>) -> Self {
        let start = floor(text, span.start);
        let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let from = floor(text, from.max(start.saturating_sub(Self::WIDEST)));
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let to = floor(text, line_end.min(start + Self::WIDEST));
        let end = floor(text, span.end).clamp(start, to);
        Self {
            text: &text[from..to],
            line: text[..from].bytes().filter(|b| *b == b'\n').count() + 1,
            span: start - from..end - from,
        }
    }
}

/// The character border at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
