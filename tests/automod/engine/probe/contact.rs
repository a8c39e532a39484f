//! Addresses of mail, and ids of messengers behind the words that name them.

use super::Way;
use super::number::digits;
use crate::disguises::corpus::dice::Dice;

pub const EMAILS: [Way; 10] = [
    Way { name: "as it is", write: |d| mail(d, "@", ".") },
    Way { name: "wide sign", write: |d| mail(d, "＠", ".") },
    Way {
        name: "wide stop",
        write: |d| {
            let dot = d.pick(&["．", "。", "｡", "․"]).to_owned();
            mail(d, "@", &dot)
        },
    },
    Way { name: "[at]", write: |d| mail(d, "[at]", ".") },
    Way { name: "(at) and [dot]", write: |d| mail(d, " (at) ", "[dot]") },
    Way { name: "[at] and dot", write: |d| mail(d, " [at] ", " dot ") },
    Way { name: "골뱅이", write: |d| mail(d, "골뱅이", ".") },
    Way { name: "spaces", write: |d| mail(d, " @ ", ".") },
    Way { name: "unseen", write: |d| mail(d, "\u{200B}@\u{2060}", "\u{200B}.") },
    Way { name: "点", write: |d| mail(d, "@", "点") },
];

pub const HANDLES: [Way; 14] = [
    Way {
        name: "加微信",
        write: |d| {
            cued(&["加微信", "加我微信", "微信号", "微信：", "加微", "＋微信", "加個微信"], d)
        },
    },
    Way {
        name: "vx",
        write: |d| {
            cued(&["vx", "VX:", "v x ", "V-X：", "wx ", "ＶＸ：", "v信", "+v", "➕V", "加V:"], d)
        },
    },
    Way {
        name: "other characters",
        write: |d| {
            cued(&["薇信", "威信：", "徽信:", "嶶信:", "微亻言:", "卫星:", "薇❤", "加薇："], d)
        },
    },
    Way {
        name: "parted cue",
        write: |d| cued(&["微 信 ", "微.信:", "加 微 信 ", "카 톡 ", "카.톡:", "w e c h a t "], d),
    },
    Way {
        name: "wechat",
        write: |d| {
            cued(&["wechat: ", "WeChat id ", "weixin：", "wechat ID: ", "add my wechat "], d)
        },
    },
    Way {
        name: "카톡",
        write: |d| {
            cued(
                &[
                    "카톡 ",
                    "카톡:",
                    "카톡아이디 ",
                    "카카오톡 ",
                    "카톡 id: ",
                    "카톡문의 ",
                    "ㅋㅌ ",
                    "카톡으로 ",
                    "톡아이디 ",
                ],
                d,
            )
        },
    },
    Way {
        name: "텔레그램",
        write: |d| cued(&["텔레그램 ", "텔레 @", "텔레그램: ", "텔 @", "텔레그램아이디 "], d),
    },
    Way {
        name: "telegram",
        write: |d| {
            cued(&["telegram: ", "telegram @", "TG: ", "tg@", "Tele: @", "dm me on telegram "], d)
        },
    },
    Way {
        name: "电报",
        write: |d| cued(&["电报 @", "纸飞机：", "飞机号：", "飞机 @", "加飞机"], d),
    },
    Way {
        name: "line",
        write: |d| cued(&["line id: ", "LINE ID ", "라인 아이디 ", "line：@", "加line "], d),
    },
    Way {
        name: "qq",
        write: |d| numbered(&["QQ", "qq:", "加QQ ", "扣扣 ", "企鹅号", "Q Q ", "秋秋", "q："], d),
    },
    Way {
        name: "群",
        write: |d| numbered(&["加群", "Q群：", "QQ群 ", "群号:", "裙号 ", "进群"], d),
    },
    Way {
        name: "whatsapp",
        write: |d| {
            format!(
                "{}+{}{}",
                d.pick(&["whatsapp ", "WhatsApp: ", "WA: ", "whats app "]),
                d.between(30, 60),
                digits(d, 9)
            )
        },
    },
    Way {
        name: "others",
        write: |d| {
            cued(
                &["snapchat: ", "skype: ", "insta @", "instagram: @", "discord id ", "인스타 @"],
                d,
            )
        },
    },
];

fn word(dice: &mut Dice) -> String {
    let syllables = ["ka", "mo", "lin", "su", "ve", "tor", "ja", "ney", "rok", "bi"];
    (0..dice.between(2, 3)).map(|_| dice.pick(&syllables)).collect()
}

fn mail(dice: &mut Dice, sign: &str, dot: &str) -> String {
    let local = match dice.below(3) {
        0 => word(dice),
        1 => format!("{}.{}", word(dice), word(dice)),
        _ => format!("{}{}", word(dice), dice.below(999)),
    };
    let (host, suffix) =
        *[("gmail", "com"), ("naver", "com"), ("qq", "com"), ("163", "com"), ("daum", "net")]
            .get(dice.below(5))
            .unwrap_or(&("gmail", "com"));
    format!("{local}{sign}{host}{dot}{suffix}")
}

fn cued(cues: &[&str], dice: &mut Dice) -> String {
    let id = match dice.below(3) {
        0 => format!("{}{}", word(dice), dice.between(10, 9999)),
        1 => format!("{}_{}", word(dice), dice.between(1, 99)),
        _ => {
            format!("{}{}{}", dice.char("abcdkxz"), dice.char("bcdmz"), dice.between(1000, 99_999))
        }
    };
    format!("{}{id}", dice.pick(cues))
}

fn numbered(cues: &[&str], dice: &mut Dice) -> String {
    format!("{}{}{}", dice.pick(cues), dice.between(1, 9), digits(dice, 8))
}
