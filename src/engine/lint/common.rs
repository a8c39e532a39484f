//! Words that hit other words: each term is tried on the common words of its language that hold it.

use super::super::compile::Ruleset;
use super::super::diagnostic::{Code, Diagnostic, Diagnostics};
use super::super::explain::{bare, sightings};
use super::super::fold::look;
use super::super::rule::{Condition, Disguises, Matcher, MatcherKind, Mode, Place, Rule, Term};
use super::super::trial::ANY_TIME;
use super::super::vocabulary::Sighting;
use aho_corasick::AhoCorasick;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::LazyLock;

/// Common words and names; sources and licences stand in data/words/README.md.
const LISTS: [&str; 3] = [
    include_str!("../../../data/words/en.txt"),
    include_str!("../../../data/words/zh.txt"),
    include_str!("../../../data/words/ko.txt"),
];
/// Han characters and Hangul syllables of a term that must not hit common words where it is enforced.
const SHORT: usize = 2;
/// Terms of one rule and file that are told of one by one.
const MOST_TOLD: usize = 5;
/// Common words that are named.
const MOST_NAMED: usize = 3;

struct Words {
    /// How each word reads.
    whole: Vec<(String, &'static str)>,
    /// Words by how they read as a whole; words of Chinese and Korean by every part.
    parts: HashMap<String, Vec<&'static str>>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let (mut whole, mut by_part) = (Vec::new(), HashMap::<String, Vec<&'static str>>::new());
    for word in LISTS.iter().flat_map(|list| list.lines()) {
        whole.push((key(word), word));
        for part in parts(word) {
            by_part.entry(part).or_default().push(word);
        }
    }
    Words { whole, parts: by_part }
});

/// Tells of every term that hits common words other than itself.
pub fn words(rules: &[Rule], faults: &mut Diagnostics) {
    let judged = || rules.iter().filter(|rule| rule.mode != Mode::Off);
    let open = Open::of(judged().flat_map(terms).map(|(term, _)| term));
    for rule in judged() {
        let found: Vec<Found<'_>> = tried(rule, &open);
        for file in found.chunk_by(|a, b| a.place().file == b.place().file) {
            tell(rule, file, faults);
        }
    }
}

/// A term and the common words it hits, the exceptions of its rule taken away.
struct Found<'r> {
    term: &'r Term,
    words: BTreeSet<&'static str>,
}

impl Found<'_> {
    fn place(&self) -> &Place {
        &self.term.place
    }

    /// Few characters of a script that writes no spaces, or Hangul: the words around them are many.
    fn is_short(&self) -> bool {
        let letters = || self.term.text.chars().filter(|c| !c.is_whitespace());
        letters().all(is_dense) && letters().count() <= SHORT
    }
}

/// The terms of a rule that are enough to make it hit, what add-ons made of them too.
fn terms(rule: &Rule) -> impl Iterator<Item = (&Term, Disguises)> {
    let decides =
        |index: usize, matcher: &Matcher| !matcher.context && suffices(&rule.condition, index);
    let matchers = rule.matchers.iter().enumerate().filter(move |(index, it)| decides(*index, it));
    let words = matchers.filter_map(|(_, matcher)| match &matcher.kind {
        MatcherKind::Words { disguises, terms, .. } => Some((*disguises, terms)),
        _ => None,
    });
    words.flat_map(|(disguises, terms)| terms.iter().map(move |term| (term, disguises)))
}

/// The common words in which terms stand that have an open edge: behind it a word may go on in any way. One
/// walk over the words serves all rules.
#[derive(Default)]
struct Open(HashMap<String, Vec<&'static str>>);

impl Open {
    fn of<'t>(terms: impl Iterator<Item = &'t Term>) -> Self {
        let open = terms.filter(|term| term.open_start || term.open_end);
        let keys: BTreeSet<String> =
            open.map(|term| key(&term.text)).filter(|key| !key.is_empty()).collect();
        let mut holding: Vec<(String, Vec<&'static str>)> =
            keys.into_iter().map(|key| (key, Vec::new())).collect();
        if holding.is_empty() {
            return Self::default();
        }
        let Ok(search) = AhoCorasick::new(holding.iter().map(|(key, _)| key)) else {
            return Self::default();
        };
        for (key, word) in &WORDS.whole {
            for found in search.find_overlapping_iter(key) {
                holding[found.pattern().as_usize()].1.push(word);
            }
        }
        Self(holding.into_iter().collect())
    }
}

/// The terms of a rule that hit common words.
fn tried<'r>(rule: &'r Rule, open: &Open) -> Vec<Found<'r>> {
    let terms: Vec<(&Term, Disguises)> = terms(rule).collect();
    // What add-ons made of a term stands at the place of the term, behind it.
    let mut whole: HashMap<(&str, &Range<usize>), String> = HashMap::new();
    for (term, _) in &terms {
        let place = (term.place.file.as_ref(), &term.place.span);
        whole.entry(place).or_insert_with(|| key(&term.text));
    }
    let mut found = Vec::new();
    for ((term, _), words) in hit(rule, &terms, open) {
        let own = &whole[&(term.place.file.as_ref(), &term.place.span)];
        let words: BTreeSet<&str> = words.into_iter().filter(|word| key(word) != *own).collect();
        if !words.is_empty() {
            found.push(Found { term, words });
        }
    }
    found
}

/// The terms that may stand in common words, each with those that a set of them alone finds it in.
fn hit<'t>(
    rule: &Rule,
    terms: &[(&'t Term, Disguises)],
    open: &Open,
) -> Vec<((&'t Term, Disguises), Vec<&'static str>)> {
    let holding = holding(terms, open);
    let tried: Vec<&(usize, Vec<&'static str>)> =
        holding.iter().filter(|(_, words)| !words.is_empty()).collect();
    if tried.is_empty() {
        return Vec::new();
    }
    let matcher = |(number, _): &&(usize, Vec<_>)| {
        let (term, disguises) = terms[*number];
        let term = Term { until: None, ..term.clone() };
        Matcher { kind: MatcherKind::word(term, disguises), context: false }
    };
    let matchers = tried.iter().map(matcher).collect();
    let alone = Rule { matchers, except: rule.except.clone(), ..bare(rule) };
    let set = Ruleset::new(String::new(), vec![alone], &mut Diagnostics::default());
    let mut hits: Vec<Vec<&'static str>> = vec![Vec::new(); tried.len()];
    for word in tried.iter().flat_map(|(_, words)| words).collect::<BTreeSet<_>>() {
        for target in unlifted(&set, word) {
            hits[target as usize].push(word);
        }
    }
    tried.iter().map(|(number, _)| terms[*number]).zip(hits).collect()
}

/// The matchers that hit a word, what the exceptions lift left out.
fn unlifted(set: &Ruleset, word: &str) -> BTreeSet<u32> {
    let found = sightings(set, &[word], ANY_TIME);
    let (phrases, matches): (Vec<_>, Vec<_>) =
        found.iter().map(|(_, it)| it).partition(|it| set.phrase_of(it.target).is_some());
    let lifted = |it: &Sighting| {
        let covers = |by: &Range<usize>| by.start <= it.range.start && it.range.end <= by.end;
        phrases.iter().any(|phrase| covers(&phrase.range))
    };
    matches.iter().filter(|it| !lifted(it)).map(|it| it.target).collect()
}

/// Whether a matcher that finds something is enough for the condition.
fn suffices(condition: &Condition, matcher: usize) -> bool {
    match condition {
        Condition::Matcher(index) => *index == matcher,
        Condition::Any(items) => items.iter().any(|item| suffices(item, matcher)),
        Condition::All(items) | Condition::Near(items, _) => {
            items.iter().all(|item| suffices(item, matcher))
        }
        Condition::None(_) => true,
    }
}

/// For each term the common words that it may stand in.
fn holding(terms: &[(&Term, Disguises)], open: &Open) -> Vec<(usize, Vec<&'static str>)> {
    let words = |(number, (term, _)): (usize, &(&Term, Disguises))| {
        let key = key(&term.text);
        let behind = open.0.get(&key).filter(|_| term.open_start || term.open_end);
        let known = WORDS.parts.get(&key).into_iter().chain(behind).flatten();
        (number, known.copied().collect())
    };
    terms.iter().enumerate().map(words).collect()
}

/// How a word reads, repeated letters taken once.
fn key(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    for c in word.chars() {
        look(c).letters(|letter, like| {
            let letter = like.unwrap_or(letter);
            if !key.ends_with(letter) {
                key.push(letter);
            }
        });
    }
    key
}

/// The keys under which a word is looked for.
fn parts(word: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::from([key(word)]);
    if word.chars().all(is_dense) {
        let borders: Vec<usize> =
            word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        for (number, start) in borders.iter().enumerate() {
            keys.extend(borders[number + 1..].iter().map(|end| key(&word[*start..*end])));
        }
    }
    keys
}

fn is_dense(c: char) -> bool {
    matches!(c as u32, 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF)
}

/// One diagnostic for each of the first terms, and one for the rest of a list.
fn tell(rule: &Rule, found: &[Found<'_>], faults: &mut Diagnostics) {
    let (mut told, mut rest) = (0, Vec::new());
    for one in found {
        if rule.mode == Mode::Enforce && rule.action.acts() && one.is_short() {
            faults.push(fault(Code::CommonWord, one).help(
                "write a longer term, lift the words with `except: phrases`, or use `mode: shadow`",
            ));
        } else if told < MOST_TOLD {
            told += 1;
            let help = "lift what is meant well with `except: phrases`, or write a longer term";
            faults.push(fault(Code::CommonWords, one).help(help));
        } else {
            rest.push(one);
        }
    }
    if let [first, ..] = rest.as_slice() {
        let title = format!("{} more terms of `{}` here hit common words", rest.len(), rule.id);
        let Place { file, span } = first.place();
        let named: Vec<String> =
            rest.iter().take(MOST_NAMED).map(|one| format!("`{}`", one.term)).collect();
        let more = Diagnostic::new(Code::CommonWords, file, span.clone(), title)
            .help(format!("look at them with `rules explain`: {} …", named.join(", ")));
        faults.push(more);
    }
}

fn fault(code: Code, found: &Found<'_>) -> Diagnostic {
    let named: Vec<&str> = found.words.iter().take(MOST_NAMED).copied().collect();
    let count = found.words.len();
    let (noun, such) = if count == 1 { ("word", "") } else { ("words", "such as ") };
    let title = format!("`{}` hits {count} common {noun}", found.term);
    let Place { file, span } = found.place();
    Diagnostic::new(code, file, span.clone(), title).label(format!("{such}{}", named.join(", ")))
}
