//! Terms, rule sets and messages, made up the same way on every machine.

use super::corpus::dice::Dice;
use super::corpus::{innocents, ruleset};
use chat_automod::engine::{Ruleset, Ruling, Sources, compile};
use chat_automod::message::Message;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// Bytes of a message.
pub const SIZES: [usize; 3] = [60, 2_000, 12_000];

/// A rule set, the terms it is made of, how long compiling took and how much memory it took for good.
pub struct Set {
    pub terms: Vec<String>,
    pub rules: Ruleset,
    pub compiled_in: Duration,
    pub megabytes: f64,
}

/// Messages of about one size.
pub struct Messages {
    pub all: Vec<Message>,
    pub texts: Vec<String>,
}

impl Messages {
    fn new(texts: Vec<String>) -> Self {
        Self { all: texts.iter().map(|text| ruleset::message(text)).collect(), texts }
    }

    pub fn bytes(&self) -> usize {
        self.texts.iter().map(String::len).sum()
    }
}

pub struct Material {
    pub level: &'static str,
    /// What the full set holds beside its terms.
    pub beside: String,
    pub small: Set,
    pub full: Set,
    pub large: Set,
    /// By size.
    pub mix: Vec<Messages>,
    pub chinese: Vec<Messages>,
}

impl Material {
    /// # Errors
    /// What the engine has against the rules.
    pub fn new(terms: [usize; 2]) -> Result<Self, String> {
        let level = "heavy";
        let large = made_up_terms(terms[1]);
        let small: Vec<String> = large[..terms[0]].to_vec();
        let (more, beside) = beside();
        let words = format!("{{ words_from: terms.txt, disguises: {level} }}");
        let set = |terms: &[String], more: &str| set(terms, &format!("{{ any: [{words}{more}] }}"));
        let (small, full, large) = (set(&small, "")?, set(&small, &more)?, set(&large, "")?);
        let clean = |text: &String| {
            let rulings =
                [&large, &full].map(|set| set.rules.judge(&ruleset::message(text), 0).ruling);
            rulings.iter().all(|ruling| *ruling == Ruling::Pass)
        };
        let mix = SIZES.map(|size| Messages::new(texts(size, [55, 38, 7], &clean))).into();
        let chinese = SIZES.map(|size| Messages::new(texts(size, [0, 100, 0], &clean))).into();
        Ok(Self { level, beside, small, full, large, mix, chinese })
    }
}

/// Three of five Chinese, two of five in ASCII; none a common word.
fn made_up_terms(n: usize) -> Vec<String> {
    let mut dice = Dice::new(11);
    let common: HashSet<&str> = ["en", "zh"].into_iter().flat_map(innocents::words).collect();
    let han: Vec<char> = innocents::words("zh").concat().chars().step_by(5).collect();
    let (mut terms, mut seen) = (Vec::new(), HashSet::new());
    while terms.len() < n {
        let term: String = if dice.chance(60) {
            let length = [2, 3, 3, 4, 4, 5][dice.below(6)];
            (0..length).map(|_| han[dice.below(han.len())]).collect()
        } else {
            let syllables = dice.between(2, 4);
            (0..syllables)
                .flat_map(|_| [dice.char("bcdfghjklmnprstvwz"), dice.char("aeiou")])
                .chain(['x'; 1])
                .collect()
        };
        if !common.contains(term.as_str()) && seen.insert(term.clone()) {
            terms.push(term);
        }
    }
    terms
}

/// What stands beside the terms in the full set: 200 regexes, links and detectors.
fn beside() -> (String, String) {
    let words = innocents::words("en");
    let han: Vec<&str> = innocents::words("zh");
    let regex = |n: usize| match n % 3 {
        0 => format!("'\\b{}zq(?:s|ed|ing)?\\b'", words[n * 40]),
        1 => format!("'{}.{{0,6}}(?:{}|{})'", han[n * 40], han[n * 40 + 7], han[n * 40 + 11]),
        _ => format!("'\\b{}\\d{{2,4}}\\s*(?:off|free)\\b'", words[n * 40 + 3]),
    };
    let mut more: String = (0..200).map(|n| format!(", {{ regex: {} }}", regex(n))).collect();
    let mut names = vec!["200 regexes"];
    let others = [
        ("{ links: ['*.casino', bet365.com] }", "links"),
        ("{ detect: phone }", "phone"),
        ("{ detect: email }", "email"),
        ("{ detect: card }", "card"),
        ("{ detect: resident_number }", "resident_number"),
        ("{ detect: contact_handle }", "contact_handle"),
    ];
    for (matcher, name) in others {
        more.push_str(&format!(", {matcher}"));
        names.push(name);
    }
    (more, names.join(", "))
}

fn yaml(matching: &str) -> String {
    format!(
        "rules:\n  - id: bench\n    mode: shadow\n    match: {matching}\n    action: {{ mask: stars }}\n"
    )
}

fn set(terms: &[String], matching: &str) -> Result<Set, String> {
    let sources = Sources::of([("bench.yaml", yaml(matching)), ("terms.txt", terms.join("\n"))]);
    let (began, before) = (Instant::now(), resident());
    let compiled = compile(&sources).map_err(|faults| faults.render(&sources, false))?;
    let compiled_in = began.elapsed();
    let megabytes = (resident() - before).max(0.0);
    Ok(Set { terms: terms.to_vec(), rules: compiled.ruleset, compiled_in, megabytes })
}

/// So many terms compiled by themselves, for the time and the memory it takes.
///
/// # Errors
/// What the engine has against the rules.
pub fn load(terms: usize) -> Result<Set, String> {
    set(&made_up_terms(terms), "{ words_from: terms.txt, disguises: heavy }")
}

/// Megabytes of this process that are in memory; 0 where the system does not say.
fn resident() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|all| all.split(' ').nth(1)?.parse::<f64>().ok());
    pages.unwrap_or(0.0) * 4096.0 / 1e6
}

/// Clean messages of about `size` bytes: English, Chinese and Korean in these per cents.
fn texts(size: usize, per_cent: [usize; 3], clean: &impl Fn(&String) -> bool) -> Vec<String> {
    let mut dice = Dice::new(size as u64);
    let pool: Vec<(String, Vec<String>)> = innocents::written()
        .into_iter()
        .chain(innocents::made_up(2_000, 3))
        .map(|group| (group.name.to_lowercase(), group.texts))
        .collect();
    let of = |language: &str| -> Vec<&str> {
        let groups = pool.iter().filter(|(name, _)| name.starts_with(language));
        groups
            .flat_map(|(_, texts)| texts.iter().filter(|text| clean(text)))
            .map(String::as_str)
            .collect()
    };
    let (english, chinese, korean) = (of("english"), of("chinese"), of("korean"));
    let n = if size < 1_000 { 400 } else { 60 };
    let mut texts = Vec::new();
    for _ in 0..n * 20 {
        let at = dice.below(100);
        let (from, between) = match at {
            _ if at < per_cent[0] => (&english, " "),
            _ if at < per_cent[0] + per_cent[1] => (&chinese, "。"),
            _ => (&korean, " "),
        };
        let mut text = String::new();
        while text.len() < size {
            text.push_str(dice.pick(from));
            text.push_str(between);
        }
        let end = (0..=size).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        if clean(&text) {
            texts.push(text);
        }
        if texts.len() == n {
            break;
        }
    }
    texts
}
