//! Numbers in whatever characters they are written, as runs of digits in groups.

use crate::engine::plain::Cell;
use std::ops::Range;

/// What the character is worth as a digit: any width or drawing, `一` `壹` `〇`, `공` `일`.
pub fn value(c: char) -> Option<u8> {
    Some(match c {
        '0'..='9' => c as u8 - b'0',
        '零' | '〇' | '洞' | '공' | '영' => 0,
        '一' | '壹' | '幺' | '일' => 1,
        '二' | '贰' | '貳' | '两' | '이' => 2,
        '三' | '叁' | '參' | '叄' | '삼' => 3,
        '四' | '肆' | '사' => 4,
        '五' | '伍' | '오' => 5,
        '六' | '陆' | '陸' | '육' | '륙' => 6,
        '七' | '柒' | '칠' => 7,
        '八' | '捌' | '팔' => 8,
        '九' | '玖' | '구' => 9,
        '\u{660}'..='\u{669}' => (c as u32 - 0x660) as u8,
        '\u{6F0}'..='\u{6F9}' => (c as u32 - 0x6F0) as u8,
        '\u{966}'..='\u{96F}' => (c as u32 - 0x966) as u8,
        _ => return None,
    })
}

/// A digit and its cell.
#[derive(Debug, Clone, Copy)]
pub struct Digit {
    pub value: u8,
    pub cell: usize,
}

/// Digits with nothing between them but what people put between the digits of one number.
#[derive(Debug, Default)]
pub struct Run {
    pub digits: Vec<Digit>,
    /// Where each group begins; a group is digits side by side.
    groups: Vec<usize>,
}

/// A stretch of whole groups of a run.
#[derive(Debug)]
pub struct Window<'a> {
    pub digits: &'a [Digit],
    /// Digits in each group.
    pub layout: Vec<usize>,
    /// Whether it is all of its run.
    pub whole: bool,
}

/// All runs of at least `least` digits.
pub fn runs(cells: &[Cell], least: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut run = Run::default();
    let mut end = |run: &mut Run| {
        let run = std::mem::take(run);
        if run.digits.len() >= least {
            runs.push(run);
        }
    };
    for (at, cell) in cells.iter().enumerate() {
        let Some(value) = value(cell.c).filter(|_| cell.is_letter) else { continue };
        let last = run.digits.last().map(|digit| digit.cell);
        let gap = last.map(|last| &cells[last + 1..at]);
        match gap {
            Some([]) => {}
            Some(gap) if parts(gap) => {
                end(&mut run);
                run.groups.push(0);
            }
            Some(_) => run.groups.push(run.digits.len()),
            None => run.groups.push(0),
        }
        run.digits.push(Digit { value, cell: at });
    }
    end(&mut run);
    runs
}

/// Whether what stands between two digits makes them two numbers.
fn parts(gap: &[Cell]) -> bool {
    let keeps = |cell: &Cell| match cell.c {
        ' ' | '-' | '.' | '(' | ')' | '[' | ']' | '*' | '_' | '~' | '|' => true,
        '。' | '、' | '！' | '？' | '，' | '；' | '《' | '》' | '\u{85}' | '\u{2028}'
        | '\u{2029}' => false,
        '¥' | '₩' | '€' | '£' | '→' | '×' | '÷' | '−' | '±' | '≈' | '°' => false,
        c => !cell.is_letter && !c.is_ascii(),
    };
    gap.len() > 3 || !gap.iter().all(keeps) || gap.len() == 2 && gap[0].c == '.' && gap[1].c == ' '
}

impl Run {
    /// Stretches of whole groups with `least` to `most` digits. Inside a run a number ends only at a space.
    pub fn windows<'a>(
        &'a self,
        cells: &'a [Cell],
        least: usize,
        most: usize,
    ) -> impl Iterator<Item = Window<'a>> {
        let border = |group: usize| match self.groups.get(group) {
            None => true,
            Some(0) => true,
            Some(at) => {
                let gap = &cells[self.digits[at - 1].cell + 1..self.digits[*at].cell];
                gap.iter().all(|cell| cell.c == ' ')
            }
        };
        let groups = self.groups.len();
        let starts = (0..groups).filter(move |first| border(*first));
        starts.flat_map(move |first| {
            // At most as many groups as digits: the work for one start is bounded.
            (first + 1..=groups.min(first + most)).rev().filter_map(move |last| {
                let (from, to) = (self.groups[first], self.group_end(last - 1));
                let fits = (least..=most).contains(&(to - from)) && border(last);
                fits.then(|| Window {
                    digits: &self.digits[from..to],
                    layout: (first..last).map(|g| self.group_end(g) - self.groups[g]).collect(),
                    whole: first == 0 && last == groups,
                })
            })
        })
    }

    fn group_end(&self, group: usize) -> usize {
        self.groups.get(group + 1).copied().unwrap_or(self.digits.len())
    }
}

impl Window<'_> {
    pub fn number(&self) -> Vec<u8> {
        self.digits.iter().map(|digit| digit.value).collect()
    }

    pub fn cells(&self) -> Range<usize> {
        self.digits[0].cell..self.digits[self.digits.len() - 1].cell + 1
    }

    /// One group, groups as in `known`, or every digit by itself.
    pub fn is_laid_out(&self, known: &[&[usize]]) -> bool {
        self.layout.len() == 1
            || known.contains(&self.layout.as_slice())
            || self.whole && self.layout.iter().all(|digits| *digits == 1)
    }
}

/// Whether the characters around `number` let it be a number of its own: not a part of a word, a price,
/// a decimal, a time, a path or an order number.
pub fn stands_alone(cells: &[Cell], number: &Range<usize>) -> bool {
    is_apart(cells, number) && !is_reference(cells, number.start)
}

/// Whether a number is not a part of something longer. Enough for one that its check digit vouches for.
pub fn is_apart(cells: &[Cell], number: &Range<usize>) -> bool {
    let before = |back: usize| number.start.checked_sub(back).map(|i| &cells[i]);
    let after = |on: usize| cells.get(number.end + on);
    let digit = |cell: Option<&Cell>| cell.is_some_and(|cell| value(cell.c).is_some());
    let word = |cell: Option<&Cell>| cell.is_some_and(Cell::is_spaced);
    let left = match before(1).map(|cell| cell.c) {
        Some('#' | '$' | '¥' | '₩' | '€' | '£' | '_' | '/' | '\\' | '&' | '%' | '^' | '@') => {
            false
        }
        Some(',' | '.' | '-') => !before(2).is_some_and(|cell| cell.is_letter && !cell.is_dense()),
        Some(':' | '=') => !digit(before(2)),
        _ => !word(before(1)) || cue_before(cells, number.start),
    };
    let right = match after(0).map(|cell| cell.c) {
        Some(
            '%' | '@' | '_' | '/' | '\\' | '=' | '$' | '€' | '元' | '원' | '円' | '块' | '个'
            | '개' | '명' | '점' | '亿' | '万' | '만' | '억',
        ) => false,
        Some(',' | '.' | ':' | '-') => {
            !(digit(after(1)) || word(after(1)) && after(0).is_some_and(|c| c.c != ','))
        }
        _ => !word(after(0)),
    };
    left && right
}

/// `tel138…`: a word that names the number may be glued to it.
fn cue_before(cells: &[Cell], at: usize) -> bool {
    let from = cells[..at].iter().rev().take(9).take_while(|c| c.is_spaced()).count();
    let word: String = cells[at - from..at].iter().map(|cell| cell.c).collect();
    ["tel", "phone", "call", "mobile", "t", "v", "vx", "wx", "hp", "m", "sms", "whatsapp", "card"]
        .contains(&word.as_str())
}

/// Whether a word before the number says that it is the number of something.
fn is_reference(cells: &[Cell], at: usize) -> bool {
    let from = at.saturating_sub(12);
    let before: String = cells[from..at].iter().map(|cell| cell.c).collect();
    let before =
        before.trim_end_matches([' ', ':', '#', '.', '=', '-', '號', '号', '는', '은', '번', '호']);
    [
        "order",
        "order no",
        "invoice",
        "tracking",
        "ticket",
        "no",
        "serial",
        "isbn",
        "订单",
        "单",
        "快递",
        "流水",
        "编",
        "주문",
        "주문번호",
        "송장",
        "운송장",
        "번",
        "sku",
        "barcode",
        "订单编",
        "uid",
        "id",
        "编号",
        "userid",
        "order id",
        "timestamp",
        "ts",
    ]
    .iter()
    .any(|word| {
        before.strip_suffix(word).is_some_and(|rest| {
            !word.is_ascii() || !rest.ends_with(|c: char| c.is_ascii_alphanumeric())
        })
    })
}
