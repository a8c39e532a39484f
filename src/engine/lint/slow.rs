//! Regexes on trial for what they cost: the texts, the plain pattern beside which they run, and from when on
//! a cost is told of. The engine knows no clock: whoever has one measures, and brings the figures.

use super::super::compile::Ruleset;
use super::super::diagnostic::{Code, Diagnostic};
use super::super::pattern;
use super::super::rule::{MatcherKind, Rule};
use super::super::scan::MOST_MATCHES;
use super::adversarial;
use regex::Regex;
use std::sync::LazyLock;

/// So many times the cost of the plain pattern is far beyond it. What looks for an address or a few words stays well
/// below, also on a busy machine; what this is about is several hundred times dearer.
const FAR: u64 = 200;
/// Characters of a text, and of a regex, that are shown.
const MOST_SHOWN: usize = 12;
const MOST_QUOTED: usize = 60;

/// Patterns as moderators write them, with no literal to skip by; the other one has edges of words, which are slow on
/// Chinese whatever stands between them.
static PLAIN: LazyLock<Option<Regex>> = LazyLock::new(|| pattern::compile("[a-z]+[0-9]{3,}").ok());
static EDGED: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern::compile(r"\b[a-z]+[0-9]{3,}\b").ok());

/// What the search of one text cost, in any unit; the best of several runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    pub regex: u64,
    pub plain: u64,
}

impl Cost {
    /// How many times dearer than the plain pattern.
    pub fn times(self) -> u64 {
        self.regex / self.plain.max(1)
    }

    pub fn is_far_beyond(self) -> bool {
        self.times() >= FAR
    }
}

/// One regex of a rule set on trial.
#[derive(Debug)]
pub struct Trial<'r> {
    rule: &'r Rule,
    regex: Regex,
    /// Whether it asks for edges of words.
    edged: bool,
    /// What it is to be tried on.
    pub texts: Vec<String>,
}

impl Ruleset {
    /// All regexes, one after the other; texts are made when it is their turn.
    pub fn regex_trials(&self) -> impl Iterator<Item = Trial<'_>> {
        let matchers =
            self.rules.iter().flat_map(|rule| rule.matchers.iter().map(move |m| (rule, m)));
        matchers.filter_map(|(rule, matcher)| {
            let MatcherKind::Regex { pattern: text, .. } = &matcher.kind else { return None };
            let regex = pattern::compile(text).ok()?;
            let edged = pattern::parse(text)
                .is_some_and(|hir| hir.properties().look_set().contains_word_unicode());
            Some(Trial { rule, regex, edged, texts: adversarial::texts(text) })
        })
    }
}

impl Trial<'_> {
    /// The pattern as it is written.
    pub fn regex(&self) -> &str {
        self.regex.as_str()
    }

    /// Searches a text as a judgement does, and says how much was found. Nothing that an earlier search has learnt
    /// helps: the next message is another one.
    pub fn run(&self, text: &str) -> usize {
        search(&self.regex, text)
    }

    /// The same with the plain pattern.
    pub fn run_plain(&self, text: &str) -> usize {
        let plain = if self.edged { &EDGED } else { &PLAIN };
        plain.as_ref().map_or(0, |regex| search(regex, text))
    }

    /// What is to be said of a cost on one of the texts; nothing of one that is not far beyond.
    pub fn warning(&self, text: &str, cost: Cost) -> Option<Diagnostic> {
        let start = |text: &str, most: usize| -> String {
            let start = text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c });
            start.chain((text.chars().nth(most).is_some()).then_some('…')).collect()
        };
        let title = format!(
            "a regex of `{}` takes {} times as long as a plain one on a text like `{}`",
            self.rule.id,
            cost.times(),
            start(text, MOST_SHOWN)
        );
        let place = &self.rule.place;
        let fault = Diagnostic::new(Code::SlowRegex, &place.file, place.span.clone(), title)
            .label(format!("the regex `{}`", start(self.regex.as_str(), MOST_QUOTED)))
            .help("counts such as `{0,500}` of wide classes are what costs: use smaller ones, begin with a word that must be there, or use `all` with `within`");
        cost.is_far_beyond().then_some(fault)
    }
}

fn search(regex: &Regex, text: &str) -> usize {
    let unlearnt = regex.clone();
    unlearnt.find_iter(text).filter(|found| !found.is_empty()).take(MOST_MATCHES).count()
}
