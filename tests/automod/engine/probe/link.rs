//! Domains as people write them who do not want them found.

use super::Way;
use crate::disguises::corpus::dice::Dice;

pub const LINKS: [Way; 19] = [
    Way { name: "as it is", write: |d| joined(d, ".") },
    Way { name: "with scheme and path", write: |d| format!("https://{}/a?b=1", joined(d, ".")) },
    Way { name: "hxxp", write: |d| format!("hxxps://{}", joined(d, "[.]")) },
    Way { name: "www", write: |d| format!("www.{}", joined(d, ".")) },
    Way { name: "full width", write: |d| wide(&joined(d, ".")) },
    Way {
        name: "other stops",
        write: |d| {
            let dot = d.pick(&["。", "．", "｡", "․", "·", "•"]).to_owned();
            joined(d, &dot)
        },
    },
    Way {
        name: "brackets",
        write: |d| {
            let dot = d
                .pick(&["[.]", "(.)", "{.}", "[dot]", "(dot)", " [dot] ", "(点)", "【.】", "<.>"])
                .to_owned();
            joined(d, &dot)
        },
    },
    Way { name: "dot as a word", write: |d| joined(d, " dot ") },
    Way { name: "DOT as a word", write: |d| joined(d, " DOT ") },
    Way { name: "点", write: |d| joined(d, "点") },
    Way { name: "점", write: |d| joined(d, "점") },
    Way {
        name: "spaces around",
        write: |d| {
            let dot = d.pick(&[" . ", ". ", " ."]).to_owned();
            joined(d, &dot)
        },
    },
    Way { name: "unseen", write: |d| joined(d, "\u{200B}.\u{2060}") },
    Way { name: "capitals", write: |d| joined(d, ".").to_uppercase() },
    Way { name: "mathematical", write: |d| bold(&joined(d, ".")) },
    Way { name: "glued to Chinese", write: |d| format!("来{}玩", joined(d, ".")) },
    Way { name: "glued to Korean", write: |d| format!("여기{}에서", joined(d, ".")) },
    Way {
        name: "look-alikes",
        write: |d| joined(d, ".").replacen('o', "о", 1).replacen('e', "е", 1),
    },
    Way { name: "comma", write: |d| joined(d, ",") },
];

/// A made-up name of spam, with a digit in it, and a suffix.
fn joined(dice: &mut Dice, dot: &str) -> String {
    let name =
        dice.pick(&["bet", "win", "lucky", "vip", "casino", "k", "slot", "money"]).to_owned();
    let suffix = dice.pick(&["com", "com", "net", "cn", "xyz", "vip", "top", "cc", "kr", "org"]);
    format!("{name}{}{dot}{suffix}", dice.between(1, 9999))
}

fn wide(text: &str) -> String {
    text.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap_or(c)).collect()
}

fn bold(text: &str) -> String {
    let draw = |c: char| match c {
        'a'..='z' => char::from_u32(0x1D41A + c as u32 - 'a' as u32).unwrap_or(c),
        '0'..='9' => char::from_u32(0x1D7CE + c as u32 - '0' as u32).unwrap_or(c),
        c => c,
    };
    text.chars().map(draw).collect()
}
