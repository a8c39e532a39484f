//! How Chinese is disguised.

use super::dice::Dice;
use super::spelled::{
    Spelled, between, by_table, each, hidden, inside, repeated, some_by_table, whole,
};
use super::terms::Term;
use super::{Class, Level, Tongue};
use unicode_normalization::UnicodeNormalization;

pub const TRADITIONAL: &str = "乐樂 赌賭 场場 时時 机機 单單 鲁魯 开開 发發 贝貝 云雲 车車 见見 马馬 疗療 辽遼 实實 鸡雞 厂廠 卤鹵 阁閣 丝絲";

fn class(
    name: &'static str,
    level: Level,
    write: fn(&Term, &mut Dice) -> Option<Spelled>,
) -> Class {
    Class { name, tongue: Tongue::Chinese, level, promised: true, write }
}

/// Characters of these blocks that are only another form of a character of the text.
fn forms(text: &str, blocks: &[(u32, u32)]) -> Option<String> {
    let form = |c: char| {
        let mut codes =
            blocks.iter().flat_map(|(first, last)| *first..=*last).filter_map(char::from_u32);
        codes.find(|other| std::iter::once(*other).nfkc().eq([c]))
    };
    let traditional = by_table(text, TRADITIONAL).unwrap_or_default();
    let simple = each(text, |c| form(c).unwrap_or(c).into());
    let old = each(&traditional, |c| form(c).unwrap_or(c).into());
    [(simple, text), (old, traditional.as_str())]
        .into_iter()
        .find(|(made, of)| !made.is_empty() && made != of)
        .map(|(made, _)| made)
}

const RADICALS: (u32, u32) = (0x2F00, 0x2FD5);
const COMPATIBILITY: [(u32, u32); 2] = [(0xF900, 0xFAD9), (0x2F800, 0x2FA1D)];
const ENCLOSED: [(u32, u32); 3] = [(0x3220, 0x3247), (0x3280, 0x32B0), (0x1F210, 0x1F251)];

macro_rules! put_between {
    ($level:expr; $($name:literal = $what:expr,)*) => {
        vec![$(class($name, $level, |t, d| whole(between(t.text, || d.pick(&$what).to_owned()))),)*]
    };
}

pub fn classes() -> Vec<Class> {
    let (simple, heavy) = (Level::Simple, Level::Heavy);
    let mut all = vec![
        class("traditional", simple, |t, _| whole(by_table(t.text, TRADITIONAL)?)),
        class("one traditional", simple, |t, _| {
            whole(some_by_table(t.text, TRADITIONAL, |_| false)?)
        }),
        class("radicals", simple, |t, _| whole(forms(t.text, &[RADICALS])?)),
        class("compatibility ideographs", simple, |t, _| whole(forms(t.text, &COMPATIBILITY)?)),
        class("enclosed ideographs", simple, |t, _| whole(forms(t.text, &ENCLOSED)?)),
        class("one zero-width inside", simple, |t, d| whole(inside(t.text, d, "\u{200B}")?)),
        class("marks on top", simple, |t, d| {
            whole(each(t.text, |c| {
                format!("{c}{}", d.pick(&["\u{336}", "\u{301}", "\u{20DD}", "\u{335}\u{334}"]))
            }))
        }),
        class("traditional and zero-width", simple, |t, _| {
            whole(between(&by_table(t.text, TRADITIONAL)?, || "\u{200D}".into()))
        }),
        class("one space inside", heavy, |t, d| whole(inside(t.text, d, " ")?)),
        class("one mark inside", heavy, |t, d| {
            let mark = d.pick(&["*", ".", "-", "·", "、", "/", "|"]);
            whole(inside(t.text, d, mark)?)
        }),
        class("brackets around each", heavy, |t, _| {
            let text = each(t.text, |c| format!("【{c}】"));
            let inner = text.trim_start_matches('【').trim_end_matches('】');
            Some(Spelled::glued("【", inner, "】"))
        }),
        class("characters repeated", heavy, |t, d| whole(repeated(t.text, |_| d.between(2, 3)))),
        class("one character starred", heavy, |t, d| whole(hidden(t.text, d, "*")?)),
        class("traditional and spaces", heavy, |t, _| {
            whole(between(&by_table(t.text, TRADITIONAL)?, || " ".into()))
        }),
        class("traditional and digits", heavy, |t, d| {
            whole(between(&by_table(t.text, TRADITIONAL)?, || d.char("0123456789").into()))
        }),
        class("compatibility and dots", heavy, |t, _| {
            whole(between(&forms(t.text, &[RADICALS, COMPATIBILITY[0]])?, || ".".into()))
        }),
        class("zero-width and stars", heavy, |t, _| whole(between(t.text, || "\u{200B}*".into()))),
        class("digits around", heavy, |t, _| {
            Some(Spelled::glued("8", &between(t.text, || "8".into()), "8"))
        }),
    ];
    all.extend(put_between! { simple;
        "zero-width between" = ["\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}"],
        "soft hyphens between" = ["\u{AD}"],
        "bidi controls between" = ["\u{202A}", "\u{202C}", "\u{2067}", "\u{200F}"],
        "variation selectors between" = ["\u{FE00}", "\u{E0100}", "\u{FE0F}"],
        "fillers and tags between" = ["\u{3164}", "\u{E0041}", "\u{FFA0}"],
    });
    all.extend(put_between! { heavy;
        "spaces between" = [" "],
        "two spaces between" = ["  "],
        "full-width spaces between" = ["\u{3000}"],
        "newlines between" = ["\n"],
        "dots between" = ["."],
        "middle dots between" = ["·", "・"],
        "punctuation between" = ["-", "_", "*", "/", "|", "+", "~", "#"],
        "Chinese punctuation between" = ["、", "丶", "…", "—"],
        "emoji between" = ["🔥", "😀", "❤️", "🎲", "👌🏻"],
        "letters between" = ["a", "x", "Q", "v", "N"],
        "digits between" = ["0", "1", "7", "8"],
        "spaced marks between" = [" - ", " . ", " * "],
    });
    all
}
