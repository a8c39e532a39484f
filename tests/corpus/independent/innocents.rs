//! Texts that offend nobody: prose by hand, and what is made up from common words, letters and machines.

use super::super::dice::Dice;
use super::super::innocents::{Group, words};
use super::prose::PROSE;
use super::vocabulary::says_openly;

/// The prose, and so many texts of each kind made up. Nothing among them says a word openly.
pub fn groups(each: usize, seed: u64) -> Vec<Group> {
    let prose = PROSE.lines().map(|line| line.replace('⏎', "\n")).collect();
    let words = Words { english: words("en"), chinese: words("zh"), korean: words("ko") };
    let mut groups = vec![Group { name: "prose", texts: prose }];
    for (name, make) in KINDS {
        let mut dice = Dice::new(seed).fork("independent innocents").fork(name);
        let texts = (0..each).map(|_| make(&mut dice, &words)).collect();
        groups.push(Group { name, texts });
    }
    for group in &mut groups {
        group.texts.retain(|text| !says_openly(text));
    }
    groups
}

struct Words {
    english: Vec<&'static str>,
    chinese: Vec<&'static str>,
    korean: Vec<&'static str>,
}

type Make = fn(&mut Dice, &Words) -> String;

const KINDS: [(&str, Make); 26] = [
    ("word, comma, word", |d, w| {
        list(d, &w.english, &[" ", ", ", " ", ". ", " - ", "/", " & ", "; "])
    }),
    ("English one by one", |d, w| d.pick(&w.english).to_owned()),
    ("Chinese words, marks", |d, w| {
        list(d, &w.chinese, &["", "", "，", "。", " ", "、", "！", "\n"])
    }),
    ("Chinese and figures", |d, w| {
        let n = d.between(1, 99).to_string();
        list(d, &w.chinese, &["", "，", &n, "的"])
    }),
    ("Korean words, particles", |d, w| {
        let n = d.between(2, 8);
        many(n, " ", || {
            format!(
                "{}{}",
                d.pick(&w.korean),
                d.pick(&["", "은", "을", "에서", "도", "의", "로", "이 ", ",", "!"])
            )
        })
    }),
    ("Korean one by one", |d, w| d.pick(&w.korean).to_owned()),
    ("Korean cut in two", |d, w| {
        let (a, b): (&str, &str) = (d.pick(&w.korean), d.pick(&w.korean));
        format!("{a}\n{b} {}", d.pick(&w.korean))
    }),
    ("capitals", |d, w| list(d, &w.english, &[" "]).to_uppercase()),
    ("spelled out", |d, w| {
        let s: &str = d.pick(&[" ", "-", ".", " - ", ", ", "\n", "*", "_"]);
        let n = d.between(1, 2);
        many(n, "   ", || spelled(d.pick(&w.english), s))
    }),
    ("stretched words", |d, w| {
        let n = d.between(1, 5);
        many(n, " ", || stretch(d.pick(&w.english), d))
    }),
    ("words in digits", |d, w| {
        let n = d.between(1, 4);
        many(n, " ", || digits(d.pick(&w.english), d))
    }),
    ("camel and snake", |d, w| {
        let s: &str = d.pick(&["", "_", "-", "."]);
        let n = d.between(2, 4);
        many(n, s, || capital(d.pick(&w.english)))
    }),
    ("words and numbers", |d, w| {
        let n = d.between(1, 4);
        many(n, " ", || format!("{}{}", d.pick(&w.english), d.below(1000)))
    }),
    ("single letters", |d, _| {
        let s: &str = d.pick(&[" ", ", ", "/", "\n", " | ", "-"]);
        let n = d.between(3, 9);
        many(n, s, || d.char("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ").to_string())
    }),
    ("initials and names", |d, w| {
        let a = d.char("ABCDEFGHIJKLMNOPRST");
        let b = d.char("ABCDEFGHIJKLMNOPRST");
        format!("{a}. {b}. {} and {}", capital(d.pick(&w.english)), d.pick(&w.english))
    }),
    ("hexadecimal", |d, _| {
        let n = [8, 16, 32, 40][d.below(4)];
        many(n, "", || d.char("0123456789abcdef").to_string())
    }),
    ("base64", |d, _| {
        let n = d.between(16, 120);
        many(n, "", || {
            d.char("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").to_string()
        })
    }),
    ("uuid", |d, _| {
        many(5, "-", || {
            let n = [4, 8, 12][d.below(3)];
            many(n, "", || d.char("0123456789abcdef").to_string())
        })
    }),
    ("product codes", |d, _| {
        many(3, "-", || {
            let n = d.between(2, 5);
            many(n, "", || d.char("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789").to_string())
        })
    }),
    ("keys at random", |d, _| {
        let n = d.between(4, 30);
        many(n, "", || d.char("asdfghjklqwertyuiop ;,.").to_string())
    }),
    ("marks at random", |d, _| {
        let n = d.between(4, 40);
        many(n, "", || d.char("!@#$%^&*()_+-=[]{}|;:,.<>/?~`ab1 ").to_string())
    }),
    ("prices and times", |d, w| {
        format!(
            "{} ${}.{:02} @{}:{:02}, {}%",
            d.pick(&w.english),
            d.below(900),
            d.below(100),
            d.below(24),
            d.below(60),
            d.below(101)
        )
    }),
    ("links", |d, w| {
        format!(
            "https://{}.{}/{}/{}?{}={}",
            d.pick(&w.english),
            d.pick(&["com", "org", "net", "io"]),
            d.pick(&w.english),
            d.pick(&w.english),
            d.char("abcdefghijklmnop"),
            d.below(10_000)
        )
        .to_lowercase()
    }),
    ("code", |d, w| {
        format!(
            "{}.{}({}[{}], {}->{}) // {}",
            d.pick(&w.english),
            d.pick(&w.english),
            d.pick(&w.english),
            d.below(99),
            d.char("abcdefgs"),
            d.char("abcdefgs"),
            d.pick(&w.english)
        )
    }),
    ("mixed languages", |d, w| {
        format!(
            "{}{}{} {} {}",
            d.pick(&w.chinese),
            d.pick(&w.english),
            d.pick(&w.chinese),
            d.pick(&w.korean),
            d.pick(&w.english)
        )
    }),
    ("table rows", |d, w| {
        format!(
            "| {} | {} | {} |\n|---|---|---|\n| {} | {} | {} |",
            d.pick(&w.english),
            d.below(99),
            d.char("ABCXS"),
            d.pick(&w.chinese),
            d.char("abs"),
            d.pick(&w.korean)
        )
    }),
];

fn many(count: usize, between: &str, mut make: impl FnMut() -> String) -> String {
    (0..count).map(|_| make()).collect::<Vec<_>>().join(between)
}

fn list(dice: &mut Dice, words: &[&'static str], marks: &[&str]) -> String {
    let mut out = String::new();
    for at in 0..dice.between(3, 14) {
        if at > 0 {
            out.push_str(dice.pick(marks));
        }
        out.push_str(dice.pick(words));
    }
    out
}

fn spelled(word: &str, mark: &str) -> String {
    word.chars().map(|c| c.to_string()).collect::<Vec<_>>().join(mark)
}

fn stretch(word: &str, dice: &mut Dice) -> String {
    let (at, more) = (dice.below(word.chars().count()), dice.between(2, 6));
    word.chars()
        .enumerate()
        .map(|(i, c)| c.to_string().repeat(if i == at { more } else { 1 }))
        .collect()
}

fn digits(word: &str, dice: &mut Dice) -> String {
    let of = |c: char| {
        "a4 e3 i1 o0 s5 t7"
            .split(' ')
            .find(|pair| pair.starts_with(c))
            .and_then(|pair| pair.chars().nth(1))
    };
    word.chars().map(|c| of(c).filter(|_| dice.chance(60)).unwrap_or(c)).collect()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}
