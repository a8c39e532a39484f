//! Chinese words in disguise.

use super::super::dice::Dice;
use super::super::spelled::{Spelled, whole};
use super::super::terms::Term;
use super::super::{Class, Level, Tongue};
use super::alphabets as abc;
use super::class;
use super::english::{EMOJI, inner, laid, parted, pick, times};

type Write = fn(&Term, &mut Dice) -> Option<Spelled>;

pub fn classes() -> Vec<Class> {
    let simple: [(&'static str, Write); 8] = [
        ("Traditional", |t, d| whole(abc::dressed(t.text, TRADITIONAL, d, |_| true)?)),
        ("half Traditional", |t, d| whole(abc::dressed(t.text, TRADITIONAL, d, |d| d.chance(40))?)),
        ("radicals and compatibility", |t, d| {
            whole(abc::dressed(t.text, COMPATIBILITY, d, |_| true)?)
        }),
        ("circled ideographs", |t, d| whole(abc::dressed(t.text, CIRCLED, d, |_| true)?)),
        ("unseen in Han", |t, d| whole(inner(t.text, &abc::UNSEEN, d))),
        ("marks on Han", |t, d| whole(laid(t.text, &abc::MARKS, 0..3, d))),
        ("full-width letters in Han", |t, _| {
            whole(if t.text.is_ascii() {
                return None;
            } else {
                t.text
                    .chars()
                    .map(|c| {
                        if c.is_ascii_lowercase() {
                            char::from_u32(c as u32 - 0x61 + 0xFF21).unwrap_or(c)
                        } else {
                            c
                        }
                    })
                    .collect()
            })
        }),
        ("Traditional and unseen", |t, d| {
            let c = abc::dressed(t.text, TRADITIONAL, d, |_| true)?;
            whole(inner(&c, &abc::UNSEEN, d))
        }),
    ];
    let heavy: [(&'static str, Write); 24] = [
        ("spaces in Han", |t, _| parted(t.text, || " ".into())),
        ("wide spaces in Han", |t, d| {
            let s = pick(&["\u{3000}", "  ", "\u{A0}", "\u{2003}", "\t"], d);
            parted(t.text, || s.into())
        }),
        ("a character a line", |t, d| {
            let s = pick(&["\n", "\r\n"], d);
            parted(t.text, || s.into())
        }),
        ("one sign of many in Han", |t, d| {
            let s = sign(d);
            parted(t.text, || s.into())
        }),
        ("mixed signs in Han", |t, d| parted(t.text, || sign(d).into())),
        ("sign and space in Han", |t, d| {
            let s = pick(&[" - ", " . ", " * ", " / ", " | ", " · "], d);
            parted(t.text, || s.into())
        }),
        ("emoji in Han", |t, d| {
            let s = pick(EMOJI, d);
            parted(t.text, || s.into())
        }),
        ("brackets in Han", |t, d| {
            let (a, b) =
                pick(&[("【", "】"), ("[", "]"), ("（", "）"), ("《", "》"), ("(", ")")], d);
            brackets(t.text, a, b)
        }),
        ("one sign once in Han", |t, d| once(t.text, sign(d), d)),
        ("one space once in Han", |t, d| once(t.text, " ", d)),
        ("one emoji once in Han", |t, d| {
            let s = pick(EMOJI, d);
            once(t.text, s, d)
        }),
        ("a digit between all", |t, d| han(t.text, || d.below(10).to_string())),
        ("a digit once", |t, d| {
            let s = d.below(10).to_string();
            pure(t.text)?;
            once(t.text, &s, d)
        }),
        ("a letter between all", |t, d| {
            han(t.text, || d.char("abcdefghijklmnopqrstuvwxyz").to_string())
        }),
        ("letters once", |t, d| {
            let s: String =
                (0..d.between(1, 3)).map(|_| d.char("abcdefghijklmnopqrstuvwxyzABC")).collect();
            pure(t.text)?;
            once(t.text, &s, d)
        }),
        ("digits counting", |t, _| {
            let mut n = 0;
            han(t.text, || {
                n += 1;
                n.to_string()
            })
        }),
        ("circled digits between", |t, d| {
            han(t.text, || pick(&["①", "②", "③", "⑩"], d).to_string())
        }),
        ("each twice or more", |t, d| {
            let n = d.between(2, 4);
            pure(t.text)?;
            whole(times(t.text, |_| n))
        }),
        ("one many times", |t, d| {
            let count = t.text.chars().count();
            pure(t.text)?;
            let (at, n) = (d.below(count), d.between(3, 6));
            whole(times(t.text, |i| if i == at { n } else { 1 }))
        }),
        ("one starred in Han", |t, d| {
            starred(t.text, pick(&["*", "#", "○", "●", "□", "×", "✱", "?"], d), d)
        }),
        ("Traditional and signs", |t, d| {
            let c = abc::dressed(t.text, TRADITIONAL, d, |_| true)?;
            let s = sign(d);
            parted(&c, || s.into())
        }),
        ("Traditional and digits", |t, d| {
            let c = abc::dressed(t.text, TRADITIONAL, d, |_| true)?;
            han(&c, || d.below(10).to_string())
        }),
        ("unseen and spaces in Han", |t, _| parted(t.text, || "\u{200B} \u{200B}".into())),
        ("Traditional and starred", |t, d| {
            let c = abc::dressed(t.text, TRADITIONAL, d, |_| true)?;
            starred(&c, "*", d)
        }),
    ];
    let of = |level, all: &[(&'static str, Write)]| -> Vec<Class> {
        all.iter().map(|(name, write)| class(Tongue::Chinese, level, name, *write)).collect()
    };
    of(Level::Simple, &simple).into_iter().chain(of(Level::Heavy, &heavy)).collect()
}

/// The simplified character, then its other forms.
const TRADITIONAL: &str = "赌賭 场場 聊聊 单單 枪槍 约約 药藥 币幣 挂掛 网網 贷貸 发發 钱錢 诈詐 骗騙 传傳 销銷 职職 办辦 证證 卖賣 荐薦 \
    乐樂 机機 时時 门門 级級 团團 炸炸 鱼魚 捕捕 群羣 频頻 号號 资資 国國 记記 员員 学學 历歷 书書 电電 话話 红紅 赢贏 稳穩 赚賺 赔賠 过過 万萬 \
    开開 结結 马馬 线線 荷荷 鲁魯 诺諾 龙龍 斗鬥 银銀 烟煙 黄黃 优優 贴貼 刷刷 码碼 实實 视視 东東 车車 两兩 华華 业業 务務 个個 计計 划劃 领領 \
    费費 进進 奖獎 现現 联聯 系係 态態 誉譽 侦偵 体體 风風 飞飛 饮飲 馆館 庄莊 术術 黑黑 礼禮 头頭 脑腦 让讓 认認 识識 贰貳 叶葉";

/// Radicals, and ideographs that were encoded twice.
const COMPATIBILITY: &str = "一⼀ 人⼈ 六六 大⼤ 女女⼥ 小⼩ 手⼿ 毛⽑ 水⽔ 色⾊ 老老⽼ 虎虎 金金⾦ 门⻔ 黑⿊ 龙⻰ 马⻢ 车⻋ 斗⽃ 木⽊ 毒⽏ 行行 \
    片⽚ 方⽅ 色⾊ 见⻅ 自⾃ 身⾝ 赤⾚ 高⾼ 麻⿇ 鱼⻥ 贝⻉ 风⻛ 飞⻜ 食⻝ 页⻚ 户⼾ 心⼼ 日⽇ 月⽉ 生⽣ 用⽤ 白⽩ 皮⽪ 目⽬ 石⽯ 立⽴ 竹⽵ 羊⽺ 耳⽿ \
    肉⾁ 血⾎ 西⻄⾑ 言⾔ 谷⾕ 走⾛ 足⾜ 里里⾥ 长⻓ 雨⾬ 青⻘⾭ 面⾯ 音⾳ 首⾸ 香⾹ 鬼⻤⿁ 鹿⿅ 鼠⿏ 利利 料料 百⽩ 力⼒ 口⼝ 土⼟ 士⼠ 子⼦ 寸⼨ 工⼯ 己⼰ 巾⼱ 干⼲ 弓⼸";

const CIRCLED: &str = "一㊀ 二㊁ 三㊂ 六㊅ 月㊊ 火㊋ 水㊌ 木㊍ 金㊎ 土㊏ 日㊐ 女㊛ 男㊚ 秘㊙ 大㊤ 上㊤ 中㊥ 下㊦ 左㊧ 右㊨ 医㊩ 学㊫";

fn sign(dice: &mut Dice) -> &'static str {
    pick(
        &[
            ".", "-", "_", "*", "/", "|", "·", "~", "、", "\\", "+", "=", "^", "•", "#", "&", "'",
            "—", "…", "`", "“", "★", "℃", "丶", "丨",
        ],
        dice,
    )
}

fn pure(word: &str) -> Option<()> {
    (!word.contains(|c: char| c.is_ascii())).then_some(())
}

fn once(word: &str, what: &str, dice: &mut Dice) -> Option<Spelled> {
    let letters: Vec<char> = word.chars().collect();
    let at = dice.between(1, letters.len() - 1);
    let (head, tail) = letters.split_at(at);
    whole(head.iter().collect::<String>() + what + &tail.iter().collect::<String>())
}

/// Something between all characters of a word that has no Latin letters of its own.
fn han(word: &str, what: impl FnMut() -> String) -> Option<Spelled> {
    pure(word)?;
    parted(word, what)
}

fn brackets(word: &str, open: &str, close: &str) -> Option<Spelled> {
    let letters: Vec<String> = word.chars().map(|c| c.to_string()).collect();
    Some(Spelled::glued(open, &letters.join(&format!("{close}{open}")), close))
}

pub fn starred(word: &str, mark: &str, dice: &mut Dice) -> Option<Spelled> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 3 {
        return None;
    }
    let hidden = dice.between(1, letters.len() - 2);
    whole(
        letters
            .iter()
            .enumerate()
            .map(|(at, c)| if at == hidden { mark.to_owned() } else { c.to_string() })
            .collect(),
    )
}
