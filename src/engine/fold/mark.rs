//! Marks that people write for letters, and marks with which they hide one.

/// The letters that a symbol or digit is written for, the likeliest first.
pub fn letters(mark: char) -> &'static [char] {
    match mark {
        '@' | '4' => &['a'],
        '8' => &['b'],
        '¢' | '©' | '(' | '<' => &['c'],
        '€' | '3' => &['e'],
        '9' | '6' => &['g'],
        '!' | '¡' | '|' | '¦' | '1' => &['i', 'l'],
        '£' => &['l'],
        '0' | '°' => &['o'],
        '®' => &['r'],
        '$' | '§' | '5' => &['s'],
        '+' | '7' => &['t'],
        '×' => &['x'],
        '¥' => &['y'],
        '2' => &['z'],
        _ => &[],
    }
}

/// Whether a mark beside a letter is more likely a letter than punctuation.
pub fn is_strong(mark: char) -> bool {
    matches!(mark, '@' | '$' | '+' | '§' | '€' | '£' | '¢' | '¥' | '©' | '®' | '×' | '°')
}

/// Whether a mark directly before a letter may be the first letter of its word.
pub fn leads(mark: char) -> bool {
    is_strong(mark) || matches!(mark, '!' | '¡' | '|' | '¦' | '(' | '<')
}

/// What closes a bracket that may also be a letter.
pub fn closes(mark: char) -> Option<char> {
    match mark {
        '(' => Some(')'),
        '<' => Some('>'),
        _ => None,
    }
}

/// Whether a mark is one that people put over a letter.
pub fn hides(mark: char) -> bool {
    matches!(
        mark,
        '*' | '#'
            | '%'
            | '&'
            | '?'
            | '^'
            | '•'
            | '●'
            | '○'
            | '◯'
            | '★'
            | '☆'
            | '■'
            | '□'
            | '✱'
            | '＊'
            | '×'
            | '∗'
    )
}
