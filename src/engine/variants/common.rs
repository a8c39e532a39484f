//! Common words, which a way of writing may run into by accident.

use std::collections::HashSet;
use std::sync::LazyLock;

static CHINESE: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../../data/words/zh.txt").lines().collect());
static ENGLISH: LazyLock<HashSet<String>> = LazyLock::new(|| {
    include_str!("../../../data/words/en.txt").lines().map(str::to_ascii_lowercase).collect()
});

/// Names and words beyond the list that read as pinyin in English texts.
const ALSO: &str = " china chinese shanghai beijing taiwan macao wuhan yunnan sudan panda mango ramen tofu \
haha hehe lala mama papa baba nana dada lulu mimi gaga yoyo anna diana diane susan linda lisa nina tina dylan \
alan ethan cabin canine mini maxi banjo manga bali mali ";

/// The longest word of the list, in characters.
const LONGEST: usize = 4;

/// Whether these lower-case letters are an English word.
pub fn is_english(letters: &str) -> bool {
    matches!(letters, "a" | "i")
        || ENGLISH.contains(letters)
        || ALSO.split(' ').any(|word| word == letters)
}

/// Whether these characters are a Chinese word.
pub fn is_chinese(characters: &[char]) -> bool {
    let word: String = characters.iter().collect();
    CHINESE.contains(word.as_str())
}

/// Whether a word reaches over an end of `characters[from..to]` and covers one that `counts` names.
pub fn runs_over(
    characters: &[char],
    from: usize,
    to: usize,
    counts: impl Fn(usize) -> bool,
) -> bool {
    (from.saturating_sub(LONGEST - 1)..to).any(|start| {
        (start + 2..=(start + LONGEST).min(characters.len())).any(|end| {
            let over = start < from && end > from || start < to && end > to;
            over && (start.max(from)..end.min(to)).any(&counts)
                && is_chinese(&characters[start..end])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_over_the_edge_is_seen() {
        let text: Vec<char> = "他女子读".chars().collect();
        assert!(is_chinese(&text[1..3]));
        assert!(runs_over(&text, 2, 4, |_| true));
        assert!(!runs_over(&text, 2, 4, |at| at == 3));
        assert!(!runs_over(&text, 1, 3, |_| true));
        assert!(is_english("women") && !is_english("dubo"));
    }
}
