//! Numbers of telephones, cards and people, in every way that digits are written.

use super::Way;
use crate::disguises::corpus::dice::Dice;

pub const PHONES: [Way; 17] = [
    Way { name: "Korean, hyphens", write: |d| korean(d).join("-") },
    Way { name: "Korean, nothing between", write: |d| korean(d).concat() },
    Way { name: "Korean, spaces", write: |d| korean(d).join(" ") },
    Way { name: "Korean, dots", write: |d| korean(d).join(".") },
    Way { name: "Korean, sung", write: |d| drawn(&korean(d).concat(), SUNG) },
    Way { name: "Korean, half sung", write: |d| half(&korean(d).join("-"), SUNG, d) },
    Way { name: "Korean, full width", write: |d| drawn(&korean(d).join("－"), WIDE) },
    Way { name: "Korean, key caps", write: |d| drawn(&korean(d).concat(), CAPS) },
    Way { name: "Korean, abroad", write: |d| format!("+82 {}", &korean(d).join("-")[1..]) },
    Way { name: "Chinese, nothing between", write: |d| chinese(d) },
    Way {
        name: "Chinese, groups",
        write: |d| {
            let by = d.pick(&[" ", "-", ".", "·"]).to_owned();
            grouped(&chinese(d), &[3, 4, 4], &by)
        },
    },
    Way { name: "Chinese, numerals", write: |d| drawn(&chinese(d), HAN) },
    Way { name: "Chinese, half numerals", write: |d| half(&chinese(d), HAN, d) },
    Way { name: "Chinese, circled", write: |d| drawn(&chinese(d), CIRCLED) },
    Way {
        name: "Chinese, unseen between",
        write: |d| parted(&chinese(d), d.pick(&["\u{200B}", "\u{2060}", "\u{AD}"])),
    },
    Way {
        name: "Chinese, parted",
        write: |d| parted(&chinese(d), d.pick(&[" ", "-", ".", "🔥", "*"])),
    },
    Way {
        name: "American",
        write: |d| format!("+1 {}{}", d.between(2, 9), grouped(&digits(d, 9), &[2, 3, 4], "-")),
    },
];

pub const CARDS: [Way; 8] = [
    Way { name: "nothing between", write: card },
    Way { name: "spaces", write: |d| grouped(&card(d), &[4, 4, 4, 4], " ") },
    Way { name: "hyphens", write: |d| grouped(&card(d), &[4, 4, 4, 4], "-") },
    Way { name: "dots", write: |d| grouped(&card(d), &[4, 4, 4, 4], ".") },
    Way { name: "full width", write: |d| drawn(&card(d), WIDE) },
    Way { name: "numerals", write: |d| drawn(&card(d), HAN) },
    Way { name: "unseen between", write: |d| parted(&card(d), "\u{200B}") },
    Way { name: "every digit apart", write: |d| parted(&card(d), d.pick(&[" ", "-", ".", "·"])) },
];

pub const RESIDENTS: [Way; 10] = [
    Way { name: "Korean, hyphen", write: |d| grouped(&resident(d), &[6, 7], "-") },
    Way { name: "Korean, space", write: |d| grouped(&resident(d), &[6, 7], " ") },
    Way { name: "Korean, spaced hyphen", write: |d| grouped(&resident(d), &[6, 7], " - ") },
    Way {
        name: "Korean, full width",
        write: |d| drawn(&grouped(&resident(d), &[6, 7], "－"), WIDE),
    },
    Way {
        name: "Korean, unseen between",
        write: |d| parted(&grouped(&resident(d), &[6, 7], "-"), "\u{200B}"),
    },
    Way { name: "Chinese, nothing between", write: citizen },
    Way {
        name: "Chinese, groups",
        write: |d| grouped(&citizen(d), &[6, 8, 4], d.pick(&[" ", "-"])),
    },
    Way { name: "Chinese, full width", write: |d| drawn(&citizen(d), WIDE) },
    Way { name: "Chinese, unseen between", write: |d| parted(&citizen(d), "\u{200B}") },
    Way { name: "Chinese, numerals", write: |d| drawn(&citizen(d), HAN) },
];

const WIDE: &str = "０１２３４５６７８９";
const HAN: &str = "零一二三四五六七八九";
const SUNG: &str = "공일이삼사오육칠팔구";
const CIRCLED: &str = "⓪①②③④⑤⑥⑦⑧⑨";
/// Marked here, drawn as key caps.
const CAPS: &str = "keycaps";

pub fn digits(dice: &mut Dice, count: usize) -> String {
    (0..count).map(|_| dice.char("0123456789")).collect()
}

fn korean(dice: &mut Dice) -> [String; 3] {
    ["010".into(), format!("{}{}", dice.between(2, 9), digits(dice, 3)), digits(dice, 4)]
}

fn chinese(dice: &mut Dice) -> String {
    format!("1{}{}{}", dice.between(3, 9), digits(dice, 8), dice.between(1, 9))
}

fn drawn(number: &str, by: &str) -> String {
    let draw = |c: char| match c.to_digit(10) {
        Some(_) if by == CAPS => format!("{c}\u{FE0F}\u{20E3}"),
        Some(digit) => by.chars().nth(digit as usize).into_iter().collect(),
        None => c.to_string(),
    };
    number.chars().map(draw).collect()
}

fn half(number: &str, by: &str, dice: &mut Dice) -> String {
    number
        .chars()
        .map(|c| if dice.chance(40) { drawn(&c.to_string(), by) } else { c.into() })
        .collect()
}

fn parted(number: &str, by: &str) -> String {
    number.chars().map(String::from).collect::<Vec<_>>().join(by)
}

fn grouped(number: &str, groups: &[usize], by: &str) -> String {
    let mut at = 0;
    let parts: Vec<&str> = groups
        .iter()
        .map(|length| {
            at += length;
            &number[at - length..at]
        })
        .collect();
    parts.join(by)
}

/// Sixteen digits with a right check digit.
fn card(dice: &mut Dice) -> String {
    let head = dice.pick(&["4", "51", "55", "62", "6011"]).to_owned();
    let body = head.clone() + &digits(dice, 15 - head.len());
    let sum: u32 = body
        .chars()
        .enumerate()
        .filter_map(|(at, c)| Some((at, c.to_digit(10)?)))
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn weighed(body: &str, weights: &[u32]) -> u32 {
    body.chars()
        .filter_map(|c| c.to_digit(10))
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

fn resident(dice: &mut Dice) -> String {
    let date =
        format!("{:02}{:02}{:02}", dice.between(50, 99), dice.between(1, 12), dice.between(1, 28));
    let body = format!("{date}{}{}", dice.between(1, 2), digits(dice, 5));
    let check = (11 - weighed(&body, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10;
    format!("{body}{check}")
}

fn citizen(dice: &mut Dice) -> String {
    let place = format!("{}{}", dice.pick(&["11", "31", "44", "51"]), "0105");
    let date =
        format!("{}{:02}{:02}", dice.between(1950, 2005), dice.between(1, 12), dice.between(1, 28));
    let body = format!("{place}{date}{}", digits(dice, 3));
    let sum = weighed(&body, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
    format!("{body}{}", "10X98765432".chars().nth(sum as usize).unwrap_or('0'))
}
