//! Texts that offend nobody: written by hand in `innocents/`, and made up from common words and from what
//! machines write.

use super::dice::Dice;
use super::terms;

/// Innocent texts of one kind.
pub struct Group {
    pub name: &'static str,
    pub texts: Vec<String>,
}

macro_rules! written {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("innocents/", $name, ".txt")))),*]
    };
}

const WRITTEN: [(&str, &str); 8] =
    written!("english", "chinese", "korean", "embedded", "machines", "repeats", "languages", "art");

const WORDS: [(&str, &str); 3] = [
    ("en", include_str!("../../data/words/en.txt")),
    ("zh", include_str!("../../data/words/zh.txt")),
    ("ko", include_str!("../../data/words/ko.txt")),
];

/// The common words of a language that neither are nor hold a term.
pub fn words(language: &str) -> Vec<&'static str> {
    let list = WORDS.iter().find(|(name, _)| *name == language).map_or("", |(_, list)| list);
    let spaced = language == "en";
    let is_term = |word: &str| {
        let word = word.to_lowercase();
        terms::all().any(|t| if spaced { t.text == word } else { word.contains(t.text) })
    };
    list.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty() && !is_term(line))
        .collect()
}

/// The files, one text a line; a line of `%%` parts texts of several lines.
pub fn written() -> Vec<Group> {
    let texts = |text: &str| -> Vec<String> {
        match text.contains("\n%%\n") {
            true => text.split("\n%%\n").map(str::to_owned).collect(),
            false => text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        }
    };
    WRITTEN.iter().map(|(name, text)| Group { name, texts: texts(text) }).collect()
}

/// So many texts of each kind, made up.
pub fn made_up(each: usize, seed: u64) -> Vec<Group> {
    type Make = fn(&mut Dice, &Words) -> String;
    let kinds: [(&'static str, Make); 12] = [
        ("English words", |d, w| sentence(d, &w.english, " ", 3, 14)),
        ("Chinese words", |d, w| sentence(d, &w.chinese, "", 2, 12)),
        ("Korean words", |d, w| korean(d, &w.korean)),
        ("languages mixed", |d, w| {
            let (a, b) = (d.pick(&w.english), d.pick(&w.english));
            format!("{a} {} {} {b}", sentence(d, &w.chinese, "", 1, 4), korean(d, &w.korean))
        }),
        ("UUIDs and hex", |d, _| {
            let hex =
                |d: &mut Dice, n| (0..n).map(|_| d.char("0123456789abcdef")).collect::<String>();
            match d.below(3) {
                0 => [8, 4, 4, 4, 12].map(|n| hex(d, n)).join("-"),
                1 => format!("commit {}", hex(d, 40)),
                _ => format!("0x{} 0x{}", hex(d, 8), hex(d, 16)),
            }
        }),
        ("base64", |d, _| {
            const SIXTY_FOUR: &str =
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            let n = d.between(20, 120);
            (0..n).map(|_| d.char(SIXTY_FOUR)).chain("==".chars()).collect()
        }),
        ("numbers", |d, _| {
            let n = |d: &mut Dice, most| d.below(most);
            match d.below(5) {
                0 => format!("{}-{}-{}", n(d, 999), n(d, 9999), n(d, 9999)),
                1 => format!("v{}.{}.{}-rc{}", n(d, 9), n(d, 30), n(d, 30), n(d, 5)),
                2 => format!("${}.{} / {}%", n(d, 9999), n(d, 99), n(d, 100)),
                3 => format!(
                    "2026-{:02}-{:02} {:02}:{:02}",
                    n(d, 12) + 1,
                    n(d, 28) + 1,
                    n(d, 24),
                    n(d, 60)
                ),
                _ => (0..d.between(3, 9))
                    .map(|_| n(d, 10_000).to_string())
                    .collect::<Vec<_>>()
                    .join(" "),
            }
        }),
        ("URLs", |d, w| {
            let (host, path, page) = (d.pick(&w.english), d.pick(&w.english), d.pick(&w.english));
            format!(
                "https://www.{host}.example/{path}/{page}-{}?id={}&q={path}",
                d.below(10_000),
                d.next()
            )
        }),
        ("code", |d, w| {
            let (a, b, c) = (d.pick(&w.english), d.pick(&w.english), d.pick(&w.english));
            match d.below(3) {
                0 => format!("let {a}_{b} = self.{c}[{}].{a}(&mut {b})?; // {c}", d.below(64)),
                1 => format!("{a}.{b}({c}_{}, \"{a}-{b}\");", d.below(100)),
                _ => format!(
                    "#define {}_{} ({} << {})",
                    a.to_uppercase(),
                    b.to_uppercase(),
                    c,
                    d.below(32)
                ),
            }
        }),
        ("letters spaced", |d, _| {
            let n = d.between(3, 9);
            let letters: Vec<String> =
                (0..n).map(|_| d.char("ABCDEFGHIJKLMNOPQRSTUVWXYZ").into()).collect();
            letters.join(d.pick(&[" ", ", ", " - ", "/"]))
        }),
        ("stretched words", |d, w| {
            let n = d.between(2, 6);
            let one = |word: &str, d: &mut Dice| {
                let (at, times) = (d.below(word.chars().count()), d.between(2, 6));
                super::spelled::repeated(word, |i| if i == at { times } else { 1 })
            };
            (0..n).map(|_| one(d.pick(&w.english), d)).collect::<Vec<_>>().join(" ")
        }),
        ("emoji between words", |d, w| {
            const EMOJI: [&str; 8] = ["😀", "🔥", "❤️", "👍🏽", "🎉", "😂😂", "👨‍👩‍👧", "🇰🇷"];
            let n = d.between(3, 8);
            (0..n).map(|_| format!("{}{}", d.pick(&w.english), d.pick(&EMOJI))).collect()
        }),
    ];
    let words = Words { english: words("en"), chinese: words("zh"), korean: words("ko") };
    let all = kinds.into_iter().map(|(name, make)| {
        let mut dice = Dice::new(seed).fork(name);
        let mut texts: Vec<String> = (0..each).map(|_| make(&mut dice, &words)).collect();
        // Words that come together to a term are no innocent any more.
        texts.retain(|text| {
            !terms::all().any(|term| !term.text.is_ascii() && text.contains(term.text))
        });
        Group { name, texts }
    });
    all.collect()
}

struct Words {
    english: Vec<&'static str>,
    chinese: Vec<&'static str>,
    korean: Vec<&'static str>,
}

fn sentence(dice: &mut Dice, words: &[&str], between: &str, least: usize, most: usize) -> String {
    let n = dice.between(least, most);
    let words: Vec<&str> = (0..n).map(|_| dice.pick(words)).collect();
    let end = if between.is_empty() { ["。", "!", "?", ""] } else { [".", "!", "?", ""] };
    format!("{}{}", words.join(between), dice.pick(&end))
}

fn korean(dice: &mut Dice, words: &[&str]) -> String {
    const PARTICLES: [&str; 10] = ["", "", "은", "이", "을", "에서", "하고", "도", "까지", "의"];
    let n = dice.between(2, 8);
    (0..n)
        .map(|_| format!("{}{}", dice.pick(words), dice.pick(&PARTICLES)))
        .collect::<Vec<_>>()
        .join(" ")
}
