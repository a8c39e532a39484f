//! English words in disguise.

use super::super::dice::Dice;
use super::super::spelled::{Spelled, each, whole};
use super::super::terms::Term;
use super::super::{Class, Level, Tongue};
use super::alphabets::{self as abc, dressed, styled};
use super::class;

type Write = fn(&Term, &mut Dice) -> Option<Spelled>;

pub fn classes() -> Vec<Class> {
    let simple: [(&'static str, Write); 25] = [
        ("capitals", |t, d| whole(case(t.text, d))),
        ("math alphabets", |t, d| whole(styled(t.text, d.below(13), d.chance(40))?)),
        ("enclosed alphabets", |t, d| whole(styled(t.text, 13 + d.below(7), d.chance(40))?)),
        ("a style for each letter", |t, d| whole(many_styles(t.text, d)?)),
        ("flags kept apart unseen", |t, _| {
            whole(
                t.text
                    .chars()
                    .map(|c| styled(&c.to_string(), 19, true))
                    .collect::<Option<Vec<_>>>()?
                    .join("\u{200C}"),
            )
        }),
        ("small capitals", |t, d| whole(dressed(t.text, abc::SMALL_CAPITALS, d, |_| true)?)),
        ("superscripts", |t, d| whole(dressed(t.text, abc::MODIFIERS, d, |_| true)?)),
        ("subscripts", |t, d| whole(dressed(t.text, abc::SUBSCRIPTS, d, |_| true)?)),
        ("Cyrillic", |t, d| foreign(t.text, abc::CYRILLIC, d)),
        ("Cyrillic capitals", |t, d| foreign(&t.text.to_uppercase(), abc::CYRILLIC_CAPITALS, d)),
        ("Greek", |t, d| foreign(t.text, abc::GREEK, d)),
        ("Greek capitals", |t, d| foreign(&t.text.to_uppercase(), abc::GREEK_CAPITALS, d)),
        ("Armenian", |t, d| foreign(t.text, abc::ARMENIAN, d)),
        ("Cherokee", |t, d| foreign(&t.text.to_uppercase(), abc::CHEROKEE, d)),
        ("Lisu", |t, d| foreign(&t.text.to_uppercase(), abc::LISU, d)),
        ("Coptic", |t, d| foreign(&t.text.to_uppercase(), abc::COPTIC, d)),
        ("phonetic letters", |t, d| whole(dressed(t.text, abc::IPA, d, |d| d.chance(40))?)),
        ("stroked letters", |t, d| whole(dressed(t.text, abc::STROKED, d, |d| d.chance(60))?)),
        ("accents", |t, d| whole(dressed(t.text, abc::ACCENTED, d, |d| d.chance(60))?)),
        ("marks", |t, d| whole(laid(t.text, &abc::MARKS, 0..2, d))),
        ("zalgo", |t, d| whole(laid(t.text, &abc::MARKS, 3..15, d))),
        ("unseen", |t, d| whole(inner(t.text, &abc::UNSEEN, d))),
        ("bidi override", |t, _| whole(format!("\u{202D}{}\u{202C}", t.text))),
        ("capitals and marks", |t, d| {
            let c = case(t.text, d);
            whole(laid(&c, &abc::MARKS, 0..2, d))
        }),
        ("look-alikes and unseen", |t, d| {
            let c = foreign(t.text, abc::CYRILLIC, d)?.offence;
            whole(inner(&c, &abc::UNSEEN, d))
        }),
    ];
    let heavy: [(&'static str, Write); 46] = [
        ("one digit", |t, d| whole(leet(t.text, DIGITS, 0, d)?)),
        ("one mark", |t, d| whole(leet(t.text, SIGNS, 0, d)?)),
        ("some digits and marks", |t, d| whole(leet(t.text, BOTH, 30, d)?)),
        ("bracket for c", |t, _| {
            whole(if t.text.contains('c') { t.text.replacen('c', "(", 1) } else { return None })
        }),
        ("less-than for c", |t, _| {
            whole(if t.text.contains('c') { t.text.replacen('c', "<", 1) } else { return None })
        }),
        ("vv for w", |t, _| {
            whole(if t.text.contains('w') { t.text.replacen('w', "vv", 1) } else { return None })
        }),
        ("brackets for o", |t, _| {
            whole(if t.text.contains('o') { t.text.replacen('o', "()", 1) } else { return None })
        }),
        ("strokes for letters", |t, _| whole(strokes(t.text)?)),
        ("spaces", |t, _| parted(t.text, || " ".into())),
        ("two spaces", |t, _| parted(t.text, || "  ".into())),
        ("no-break spaces", |t, d| {
            let s = pick(&["\u{A0}", "\u{2009}", "\u{202F}", "\u{3000}", "\u{2003}"], d);
            parted(t.text, || s.into())
        }),
        ("braille blanks", |t, _| parted(t.text, || "\u{2800}".into())),
        ("full stops", |t, _| parted(t.text, || ".".into())),
        ("hyphens", |t, _| parted(t.text, || "-".into())),
        ("one sign of many", |t, d| {
            let s = sign(d);
            parted(t.text, || s.into())
        }),
        ("mixed signs", |t, d| parted(t.text, || sign(d).into())),
        ("mixed signs and spaces", |t, d| {
            parted(t.text, || pick(&[" ", ".", "-", " - ", ". ", "*", " "], d).to_string())
        }),
        ("sign and space", |t, d| {
            let s = pick(&[" - ", ". ", " . ", ", ", " / ", " | ", " * ", " _ "], d);
            parted(t.text, || s.into())
        }),
        ("emoji", |t, d| {
            let s = pick(EMOJI, d);
            parted(t.text, || s.into())
        }),
        ("mixed emoji", |t, d| parted(t.text, || pick(EMOJI, d).to_string())),
        ("a letter a line", |t, _| parted(t.text, || "\n".into())),
        ("a letter a CRLF line", |t, _| parted(t.text, || "\r\n".into())),
        ("tabs", |t, _| parted(t.text, || "\t".into())),
        ("letters in brackets", |t, d| {
            let (a, b) = pick(
                &[("[", "]"), ("(", ")"), ("{", "}"), ("<", ">"), ("【", "】"), ("「", "」")],
                d,
            );
            brackets(t.text, a, b)
        }),
        ("one sign inside", |t, d| {
            let s = sign(d);
            single(t.text, s, 5, d)
        }),
        ("one emoji inside", |t, d| {
            let s = pick(EMOJI, d);
            single(t.text, s, 5, d)
        }),
        ("two signs inside", |t, d| {
            let s = format!("{}{}", sign(d), sign(d));
            single(t.text, &s, 5, d)
        }),
        ("a letter many times", |t, d| {
            let at = d.below(t.text.len());
            let n = d.between(3, 9);
            whole(times(t.text, |i| if i == at { n } else { 1 }))
        }),
        ("all letters twice", |t, _| whole(times(t.text, |_| 2))),
        ("letters again at random", |t, d| {
            let at = d.below(t.text.len());
            whole(times(t.text, |i| if i == at { 3 } else { d.between(1, 3) }))
        }),
        ("one starred out", |t, d| {
            let s = pick(&["*", "#", "•", "%", "?", "✱"], d);
            starred(t.text, s, 1, d)
        }),
        ("two starred out", |t, d| starred(t.text, "*", 2, d)),
        ("digits glued", |t, d| {
            if t.text.len() < 5 {
                return None;
            }
            let n = d.between(1, 9999).to_string();
            Some(if d.chance(50) {
                Spelled::glued(&n, t.text, "")
            } else {
                Spelled::glued("", t.text, &n)
            })
        }),
        ("underscore glued", |t, d| {
            Some(match d.below(3) {
                0 => Spelled::glued("_", t.text, ""),
                1 => Spelled::glued("", t.text, "_"),
                _ => Spelled::glued("_", t.text, "_"),
            })
        }),
        ("underscore and words glued", |t, d| {
            (t.text.len() >= 5).then(|| {
                if d.chance(50) {
                    Spelled::glued("best_", t.text, "")
                } else {
                    Spelled::glued("", t.text, "_club")
                }
            })
        }),
        ("capitals and digits", |t, d| {
            let c = leet(t.text, DIGITS, 20, d)?;
            whole(case(&c, d))
        }),
        ("look-alikes and full stops", |t, d| {
            let c = foreign(t.text, abc::CYRILLIC, d)?.offence;
            parted(&c, || ".".into())
        }),
        ("full-width and spaces", |t, _| {
            let c = styled(t.text, 15, true)?;
            parted(&c, || " ".into())
        }),
        ("enclosed and spaces", |t, d| {
            let c = styled(t.text, 13 + d.below(7), true)?;
            parted(&c, || " ".into())
        }),
        ("marks and hyphens", |t, d| {
            let c = dressed(t.text, abc::ACCENTED, d, |d| d.chance(60))?;
            parted(&c, || "-".into())
        }),
        ("digits and unseen", |t, d| {
            let c = leet(t.text, DIGITS, 20, d)?;
            whole(inner(&c, &abc::UNSEEN, d))
        }),
        ("digits and spaces", |t, d| {
            if t.text.len() < 5 {
                return None;
            }
            let c = leet(t.text, DIGITS, 20, d)?;
            parted(&c, || " ".into())
        }),
        ("digits and repeats", |t, d| {
            if t.text.len() < 5 {
                return None;
            }
            let c = leet(t.text, DIGITS, 10, d)?;
            let at = d.below(c.len());
            whole(times(&c, |i| if i == at { 4 } else { 1 }))
        }),
        ("repeats and full stops", |t, d| {
            let at = d.below(t.text.len());
            let c = times(t.text, |i| if i == at { 3 } else { 1 });
            parted(&c, || ".".into())
        }),
        ("unseen and spaces", |t, _| parted(t.text, || "\u{200B} ".into())),
        ("small capitals and underscores", |t, d| {
            let c = dressed(t.text, abc::SMALL_CAPITALS, d, |_| true)?;
            parted(&c, || "_".into())
        }),
    ];
    let of = |level, all: &[(&'static str, Write)]| -> Vec<Class> {
        all.iter().map(|(name, write)| class(Tongue::English, level, name, *write)).collect()
    };
    of(Level::Simple, &simple).into_iter().chain(of(Level::Heavy, &heavy)).collect()
}

pub const EMOJI: &[&str] = &["🔥", "💰", "😀", "❤️", "👨‍👩‍👧", "⭐", "✨", "👍🏽", "🇰🇷", "➖", "♦", "→"];

const DIGITS: &str = "a4 b8 e3 g9 g6 i1 l1 o0 s5 t7 z2";
const SIGNS: &str = "a@ i! i| l| s$ t+ e€ c¢ y¥ o°";
const BOTH: &str = "a4 a@ b8 e3 g9 i1 i! i| l1 l| o0 s5 s$ t7 t+ z2";

pub fn pick<T: Copy>(items: &[T], dice: &mut Dice) -> T {
    items[dice.below(items.len())]
}

fn sign(dice: &mut Dice) -> &'static str {
    pick(
        &[
            ".", "-", "_", "*", "/", "|", "·", "~", ",", "\\", "+", "=", ":", ";", "^", "•", "#",
            "&", "'", "、", "—", "…",
        ],
        dice,
    )
}

fn case(word: &str, dice: &mut Dice) -> String {
    let way = dice.below(3);
    each(word, |c| match way {
        0 => c.to_uppercase().to_string(),
        _ if dice.chance(50) => c.to_uppercase().to_string(),
        _ => c.to_string(),
    })
}

fn many_styles(word: &str, dice: &mut Dice) -> Option<String> {
    word.chars()
        .map(|c| {
            let style = [0, 1, 2, 4, 6, 8, 9, 12, 13, 15, 16, 17, 18][dice.below(13)];
            styled(&c.to_string(), style, dice.chance(50))
        })
        .collect()
}

/// Some letters by those of another script, never all of them: that would be a word of that script.
fn foreign(word: &str, table: &str, dice: &mut Dice) -> Option<Spelled> {
    let out = dressed(word, table, dice, |dice| dice.chance(40))?;
    let kept = word.chars().zip(out.chars()).any(|(a, b)| a == b && a != ' ');
    if kept || word.len() >= 5 { whole(out) } else { None }
}

/// So many of these marks behind every letter, at least one in all.
pub fn laid(word: &str, marks: &[char], count: std::ops::Range<usize>, dice: &mut Dice) -> String {
    let mut out = String::new();
    let sure = dice.below(word.chars().count());
    for (at, c) in word.chars().enumerate() {
        out.push(c);
        let least = if at == sure { count.start.max(1) } else { count.start };
        for _ in 0..dice.between(least, count.end.max(least)) {
            out.push(pick(marks, dice));
        }
    }
    out
}

/// Unseen characters between the letters, at least one in all.
pub fn inner(word: &str, unseen: &[char], dice: &mut Dice) -> String {
    let count = word.chars().count();
    let (mut out, sure) = (String::new(), 1 + dice.below(count - 1));
    let one = pick(unseen, dice);
    let always = dice.chance(50);
    for (at, c) in word.chars().enumerate() {
        if at > 0 && (at == sure || always || dice.chance(30)) {
            out.push(if always { one } else { pick(unseen, dice) });
        }
        out.push(c);
    }
    out
}

/// One letter by the table, and others with this chance; never more than half of them, and in a word of
/// three letters one inside.
fn leet(word: &str, table: &str, percent: usize, dice: &mut Dice) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let inner = |at: usize| letters.len() > 3 || at > 0 && at + 1 < letters.len();
    let all = |c: char| {
        table
            .split(' ')
            .filter(move |pair| pair.starts_with(c))
            .filter_map(|pair| pair.chars().nth(1))
    };
    let fit: Vec<usize> =
        (0..letters.len()).filter(|at| inner(*at) && all(letters[*at]).next().is_some()).collect();
    let sure = *fit.get(dice.below(fit.len()))?;
    let (mut changed, mut out) = (0, String::new());
    for (at, c) in letters.iter().enumerate() {
        let others: Vec<char> = all(*c).collect();
        let may = fit.contains(&at) && (changed + 1) * 2 <= letters.len();
        if at == sure || may && dice.chance(percent) {
            changed += 1;
            out.push(pick(&others, dice));
        } else {
            out.push(*c);
        }
    }
    Some(out).filter(|_| changed * 2 <= letters.len())
}

/// Letters drawn with several strokes.
fn strokes(word: &str) -> Option<String> {
    let drawn = [
        ("w", "\\/\\/"),
        ("m", "/\\/\\"),
        ("k", "|<"),
        ("n", "|\\|"),
        ("h", "|-|"),
        ("v", "\\/"),
        ("d", "|)"),
        ("u", "|_|"),
        ("p", "|>"),
    ];
    if word.len() < 5 {
        return None;
    }
    let (letter, by) = drawn.iter().find(|(letter, _)| word.contains(letter))?;
    Some(word.replacen(letter, by, 1))
}

pub fn parted(word: &str, mut what: impl FnMut() -> String) -> Option<Spelled> {
    let mut out = String::new();
    for (at, c) in word.chars().filter(|c| *c != ' ').enumerate() {
        let joins = matches!(c as u32, 0x300..=0x36F | 0x200B..=0x200F | 0xFE00..=0xFE0F);
        if at > 0 && !joins {
            out.push_str(&what());
        }
        out.push(c);
    }
    whole(out)
}

fn brackets(word: &str, open: &str, close: &str) -> Option<Spelled> {
    let letters: Vec<String> = word.chars().filter(|c| *c != ' ').map(|c| c.to_string()).collect();
    // The outer brackets are nobody's: the offence is from the first letter to the last.
    Some(Spelled::glued(open, &letters.join(&format!("{close}{open}")), close))
}

/// One thing inside the word, between its second letter and its last but one.
fn single(word: &str, what: &str, least: usize, dice: &mut Dice) -> Option<Spelled> {
    if word.len() < least || word.contains(' ') {
        return None;
    }
    let at = dice.between(2, word.len() - 2);
    // `ca'sino` could be read as a contraction.
    (what != "'" || at + 2 < word.len())
        .then(|| whole(format!("{}{what}{}", &word[..at], &word[at..])))?
}

pub fn times(word: &str, mut count: impl FnMut(usize) -> usize) -> String {
    word.chars()
        .enumerate()
        .map(|(at, c)| if c == ' ' { " ".into() } else { c.to_string().repeat(count(at)) })
        .collect()
}

/// So many letters inside the word behind a mark each, side by side or not.
fn starred(word: &str, mark: &str, count: usize, dice: &mut Dice) -> Option<Spelled> {
    if word.contains(' ') || word.len() < 3 * count || count == 2 && word.len() < 6 {
        return None;
    }
    let first = dice.between(1, word.len() - 1 - count);
    let second = if count == 2 && dice.chance(50) && first + 3 < word.len() {
        first + 2
    } else {
        first + count - 1
    };
    whole(
        word.chars()
            .enumerate()
            .map(
                |(at, c)| if at == first || at == second { mark.to_owned() } else { c.to_string() },
            )
            .collect(),
    )
}
