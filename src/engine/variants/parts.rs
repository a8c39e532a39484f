//! How Han characters are taken apart, and the forms that one radical has.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Character and the ways to take it apart; see the file's head for its source.
pub const TABLE: &str = include_str!("parts.txt");

/// Forms of one radical; the first stands for all.
const RADICALS: &str = "水氵氺⺡⺢ 人亻⺅ 手扌⺘龵 金钅釒⻐ 言讠訁⻈ 糸纟糹⺰⺯ 心忄⺖㣺⺗ 犬犭⺨ 示礻⺭ \
衣衤⻂ 食饣飠⻠ 刀刂⺉ 艸艹⺾⺿⻀ 辶辵⻌⻍⻎ 阝邑阜⻏⻖ 火灬⺣ 攴攵⺙ 玉王⺩ 肉⺼ 网罒⺳⺲⺫ 爪爫⺤ 竹⺮ 老耂⺹ 足⻊ \
西襾覀⻃ 牛牜⺧ 羊⺶⺷ 卩㔾⺋ 彐彑⺕ 歹歺 川巛 小⺌ 贝⻉ 见⻅ 页⻚ 风⻛ 马⻢ 鱼⻥ 鸟⻦ 车⻋ 门⻔ 虎虍 儿⺎ 尢兀⺐ 尸⼫ 疒⽧ 宀⼧ 囗⼞";

/// Pieces that no word is written with: where one stands, somebody took a character apart.
const ONLY_PIECES: &str = "氵氺亻扌钅釒讠訁纟糹忄㣺犭礻衤饣飠刂艹艸辶辵阝灬攵攴罒爫耂襾覀牜卩㔾彐彑歺巛虍疒宀冖冫凵匚勹厶廴彳彡夂丷丬亠冂囗尢屮幺廾弋戋";

static RADICAL: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let forms = |row: &'static str| {
        let first = row.chars().next().unwrap_or('水');
        row.chars().map(move |form| (form, first))
    };
    RADICALS.split_whitespace().flat_map(forms).collect()
});

static PARTS: LazyLock<HashMap<char, &'static str>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let (c, ways) = line.split_once(' ')?;
        Some((c.chars().next()?, ways))
    };
    rows.filter_map(row).collect()
});

/// One character for all forms of a radical.
pub fn radical(c: char) -> char {
    RADICAL.get(&c).copied().unwrap_or(c)
}

/// Whether the character is a piece and no word.
pub fn is_only_piece(c: char) -> bool {
    ONLY_PIECES.contains(c) || matches!(c as u32, 0x2E80..=0x2EFF)
}

/// The ways to take a simplified character apart, in pieces that stand for all their forms.
pub fn of(c: char) -> Vec<Box<[char]>> {
    let ways = PARTS.get(&c).map(|ways| ways.split(',')).into_iter().flatten();
    let mut found: Vec<Box<[char]>> = ways.map(|way| way.chars().map(radical).collect()).collect();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_radical_is_the_same_in_all_its_forms() {
        for (a, b) in [('氵', '水'), ('亻', '人'), ('扌', '手'), ('⻉', '贝')] {
            assert_eq!(radical(a), radical(b));
        }
        assert_eq!(of('赌'), [Box::from(['贝', '者'])]);
        assert!(of('漂').contains(&Box::from(['水', '票'])));
        assert!(of('A').is_empty());
    }
}
