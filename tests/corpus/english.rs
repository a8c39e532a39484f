//! How English is disguised.

use super::spelled::{
    Spelled, alphabet, between, by_table, each, hidden, inside, repeated, some_by_table, whole,
};
use super::{Class, Level, Tongue};
use unicode_normalization::UnicodeNormalization;

const CYRILLIC: &str = "aа bь cс dԁ eе hһ iі jј kк lӏ mм nп oо pр rг sѕ tт uц vѵ wԝ xх yу";
const GREEK: &str = "aα bβ eε iι kκ nη oο pρ tτ uυ vν wω xχ yγ";
const GREEK_CAPITALS: &str = "aΑ bΒ eΕ hΗ iΙ kΚ mΜ nΝ oΟ pΡ tΤ xΧ yΥ zΖ";
const ARMENIAN: &str = "oօ nո uս hհ gց jյ qզ";
const CHEROKEE: &str = "aᎪ bᏴ cᏟ dᎠ eᎬ gᏀ hᎻ jᎫ kᏦ lᏞ mᎷ pᏢ rᎡ sᏚ tᎢ vᏙ wᎳ zᏃ";
const SMALL_CAPITALS: &str =
    "aᴀ bʙ cᴄ dᴅ eᴇ fꜰ gɢ hʜ iɪ jᴊ kᴋ lʟ mᴍ nɴ oᴏ pᴘ rʀ sꜱ tᴛ uᴜ vᴠ wᴡ yʏ zᴢ";
const SUPERSCRIPT: &str =
    "aᵃ bᵇ cᶜ dᵈ eᵉ fᶠ gᵍ hʰ iⁱ jʲ kᵏ lˡ mᵐ nⁿ oᵒ pᵖ rʳ sˢ tᵗ uᵘ vᵛ wʷ xˣ yʸ zᶻ";
const SUBSCRIPT: &str = "aₐ eₑ hₕ iᵢ jⱼ kₖ lₗ mₘ nₙ oₒ pₚ rᵣ sₛ tₜ uᵤ vᵥ xₓ";
const ROMAN: &str = "iⅰ vⅴ xⅹ lⅼ cⅽ dⅾ mⅿ";
const STROKES: &str = "bƀ dđ gǥ hħ iɨ lł oø tŧ uʉ zƶ cȼ eɇ rɍ yɏ";
const IPA: &str = "aɑ gɡ iı oᴑ vʋ yʏ nɳ rɾ sʂ zʐ tʈ dɖ kƙ bɓ mɱ pƥ cƈ";
const ACCENTS: [&str; 8] =
    ["\u{301}", "\u{300}", "\u{308}", "\u{302}", "\u{303}", "\u{304}", "\u{30A}", "\u{327}"];
const DIGITS: &str = "a4 e3 i1 o0 s5 t7 b8 g9 z2 l1";
const SYMBOLS: &str = "a@ s$ i! o0 l| c( t+ e€ h# x×";

const fn simple_class(
    name: &'static str,
    write: fn(&super::Term, &mut super::Dice) -> Option<Spelled>,
) -> Class {
    Class { name, tongue: Tongue::English, level: Level::Simple, promised: true, write }
}

const fn heavy_class(
    name: &'static str,
    write: fn(&super::Term, &mut super::Dice) -> Option<Spelled>,
) -> Class {
    Class { name, tongue: Tongue::English, level: Level::Heavy, promised: true, write }
}

/// Letters of a fancy alphabet, capitals where it has no small ones.
macro_rules! alphabets {
    ($($name:literal = $first:literal,)*) => { vec![$(simple_class($name, |t, _| whole(alphabet(t.text, $first))),)*] };
}

/// Something invisible between all letters.
macro_rules! invisible {
    ($($name:literal = $what:expr,)*) => {
        vec![$(simple_class($name, |t, d| whole(between(t.text, || d.pick(&$what).to_owned()))),)*]
    };
}

macro_rules! separators {
    ($($name:literal = $what:expr,)*) => {
        vec![$(heavy_class($name, |t, _| whole(between(t.text, || $what.to_owned()))),)*]
    };
}

pub fn simple() -> Vec<Class> {
    let mut all = vec![
        simple_class("upper case", |t, _| whole(t.text.to_uppercase())),
        simple_class("mixed case", |t, d| {
            whole(each(t.text, |c| if d.chance(50) { c.to_ascii_uppercase() } else { c }.into()))
        }),
        simple_class("full-width capitals", |t, _| whole(alphabet(t.text, 0xFF21))),
        simple_class("double-struck capitals", |t, _| {
            let holes = "cℂ hℍ nℕ pℙ qℚ rℝ zℤ";
            whole(alphabet(&by_table(t.text, holes).unwrap_or(t.text.into()), 0x1D538))
        }),
        simple_class("script with holes", |t, _| {
            let holes = "eℯ gℊ oℴ";
            whole(alphabet(&by_table(t.text, holes).unwrap_or(t.text.into()), 0x1D4B6))
        }),
        simple_class("regional indicators parted", |t, _| {
            whole(between(&alphabet(t.text, 0x1F1E6), || "\u{200B}".into()))
        }),
        simple_class("small capitals", |t, _| whole(by_table(t.text, SMALL_CAPITALS)?)),
        simple_class("superscript", |t, _| whole(by_table(t.text, SUPERSCRIPT)?)),
        simple_class("subscript", |t, _| whole(by_table(t.text, SUBSCRIPT)?)),
        simple_class("small Roman numerals", |t, _| whole(by_table(t.text, ROMAN)?)),
        simple_class("letters with a stroke", |t, _| whole(by_table(t.text, STROKES)?)),
        simple_class("phonetic letters", |t, d| {
            whole(some_by_table(t.text, IPA, |_| d.chance(50))?)
        }),
        simple_class("accents, composed", |t, d| {
            whole(each(t.text, |c| format!("{c}{}", d.pick(&ACCENTS))).nfc().collect())
        }),
        simple_class("one accent", |t, d| {
            let at = d.below(t.text.chars().count());
            let accent = |(i, c): (usize, char)| match i == at {
                true => format!("{c}{}", ACCENTS[1]),
                false => c.to_string(),
            };
            whole(t.text.chars().enumerate().map(accent).collect::<String>().nfc().collect())
        }),
        simple_class("accents, apart", |t, d| {
            whole(each(t.text, |c| format!("{c}{}", d.pick(&ACCENTS))))
        }),
        simple_class("stacked marks (zalgo)", |t, d| {
            whole(each(t.text, |c| {
                let marks = (0..d.between(3, 9))
                    .filter_map(|_| char::from_u32(0x300 + d.below(0x70) as u32));
                std::iter::once(c).chain(marks).collect()
            }))
        }),
        simple_class("struck through", |t, _| whole(each(t.text, |c| format!("{c}\u{336}")))),
        simple_class("enclosed by a mark", |t, _| whole(each(t.text, |c| format!("{c}\u{20DD}")))),
        simple_class("one zero-width inside", |t, d| whole(inside(t.text, d, "\u{200B}")?)),
        simple_class("Cyrillic", |t, _| {
            // The last letter stays Latin: a word wholly in another alphabet is a word of that alphabet.
            let last = t.text.chars().count() - 1;
            whole(some_by_table(t.text, CYRILLIC, |at| at != last)?)
        }),
        simple_class("one Cyrillic letter", |t, _| {
            whole(some_by_table(t.text, CYRILLIC, |_| false)?)
        }),
        simple_class("Greek", |t, d| whole(some_by_table(t.text, GREEK, |_| d.chance(60))?)),
        simple_class("Greek capitals", |t, d| {
            whole(some_by_table(t.text, GREEK_CAPITALS, |_| d.chance(60))?)
        }),
        simple_class("Armenian", |t, _| whole(by_table(t.text, ARMENIAN)?)),
        simple_class("Cherokee", |t, d| whole(some_by_table(t.text, CHEROKEE, |_| d.chance(60))?)),
        simple_class("look-alikes mixed", |t, d| {
            let tables = [CYRILLIC, GREEK, ARMENIAN, CHEROKEE, SMALL_CAPITALS];
            whole(each(t.text, |c| {
                let table = d.pick(&tables);
                let keep = d.chance(30);
                by_table(&c.to_string(), table).filter(|_| !keep).unwrap_or(c.into())
            }))
        }),
        simple_class("forms mixed", |t, d| {
            let firsts = [0xFF41, 0x24D0, 0x1D41A, 0x1D4EA, 0x1F130, 0x1F170, 0x1D5BA, 0x1D68A];
            whole(each(t.text, |c| alphabet(&c.to_string(), firsts[d.below(firsts.len())])))
        }),
        simple_class("accent and zero-width", |t, d| {
            whole(between(t.text, || format!("{}\u{200D}", d.pick(&ACCENTS))))
        }),
        simple_class("full-width and marks", |t, d| {
            whole(each(&alphabet(t.text, 0xFF41), |c| format!("{c}{}", d.pick(&ACCENTS))))
        }),
    ];
    all.extend(alphabets! {
        "full-width" = 0xFF41, "circled" = 0x24D0, "circled capitals" = 0x24B6, "parenthesised" = 0x249C,
        "squared" = 0x1F130, "negative squared" = 0x1F170, "negative circled" = 0x1F150,
        "parenthesised capitals" = 0x1F110, "bold" = 0x1D41A, "bold italic" = 0x1D482,
        "bold script" = 0x1D4EA, "bold fraktur" = 0x1D586, "fraktur" = 0x1D51E, "double-struck" = 0x1D552,
        "sans" = 0x1D5BA, "sans bold" = 0x1D5EE, "sans italic" = 0x1D622, "monospace" = 0x1D68A,
        "bold capitals" = 0x1D400, "regional indicators" = 0x1F1E6,
    });
    all.extend(invisible! {
        "zero-width space" = ["\u{200B}"],
        "zero-width joiners" = ["\u{200C}", "\u{200D}"],
        "word joiner" = ["\u{2060}"],
        "byte order mark" = ["\u{FEFF}"],
        "soft hyphen" = ["\u{AD}"],
        "bidi controls" = ["\u{202A}", "\u{202C}", "\u{202D}", "\u{2066}", "\u{2069}", "\u{200E}", "\u{200F}", "\u{61C}"],
        "variation selectors" = ["\u{FE00}", "\u{FE0E}", "\u{FE0F}", "\u{E0101}"],
        "tag characters" = ["\u{E0061}", "\u{E0020}", "\u{E007F}"],
        "fillers" = ["\u{3164}", "\u{115F}", "\u{FFA0}", "\u{34F}", "\u{180E}"],
        "invisible operators" = ["\u{2061}", "\u{2062}", "\u{2063}", "\u{2064}"],
    });
    all
}

pub fn heavy() -> Vec<Class> {
    let mut all = vec![
        heavy_class("one digit for a letter", |t, _| {
            whole(some_by_table(t.text, DIGITS, |_| false)?)
        }),
        heavy_class("digits for letters", |t, d| {
            whole(some_by_table(t.text, DIGITS, |_| d.chance(70))?)
        }),
        heavy_class("one symbol for a letter", |t, _| {
            whole(some_by_table(t.text, SYMBOLS, |_| false)?)
        }),
        heavy_class("symbols for letters", |t, d| {
            whole(some_by_table(t.text, SYMBOLS, |_| d.chance(70))?)
        }),
        heavy_class("digits and symbols", |t, d| {
            let text = some_by_table(t.text, SYMBOLS, |_| d.chance(40)).unwrap_or(t.text.into());
            whole(some_by_table(&text, DIGITS, |_| d.chance(40)).unwrap_or(text))
        }),
        heavy_class("emoji between", |t, d| {
            let emoji = d.pick(&["😀", "🔥", "❤️", "👍🏽", "💰"]);
            whole(between(t.text, || emoji.into()))
        }),
        heavy_class("punctuation mixed", |t, d| {
            whole(between(t.text, || d.char(".,-_*/~:;'").into()))
        }),
        heavy_class("pairs with a hyphen", |t, _| {
            let letters: Vec<char> = t.text.chars().collect();
            let pairs: Vec<String> = letters.chunks(2).map(|pair| pair.iter().collect()).collect();
            whole(pairs.join("-"))
        }),
        heavy_class("one hyphen inside", |t, d| whole(inside(t.text, d, "-")?)),
        heavy_class("one dot inside", |t, d| whole(inside(t.text, d, ".")?)),
        heavy_class("one mark inside", |t, d| {
            let mark = d.pick(&["*", "_", "/", "'", "~", "|", "·"]);
            whole(inside(t.text, d, mark)?)
        }),
        heavy_class("one emoji inside", |t, d| whole(inside(t.text, d, "🔥")?)),
        heavy_class("one letter stretched", |t, d| {
            let (at, times) = (d.below(t.text.chars().count()), d.between(3, 7));
            whole(repeated(t.text, |i| if i == at { times } else { 1 }))
        }),
        heavy_class("last letter stretched", |t, d| {
            let (last, times) = (t.text.chars().count() - 1, d.between(3, 9));
            whole(repeated(t.text, |i| if i == last { times } else { 1 }))
        }),
        heavy_class("all letters doubled", |t, _| whole(repeated(t.text, |_| 2))),
        heavy_class("letters repeated", |t, d| whole(repeated(t.text, |_| d.between(1, 4)))),
        heavy_class("one letter starred", |t, d| whole(hidden(t.text, d, "*")?)),
        heavy_class("digits behind", |t, d| {
            Some(Spelled::glued("", t.text, d.pick(&["88", "365", "2026", "1"])))
        }),
        heavy_class("digits before", |t, d| {
            Some(Spelled::glued(d.pick(&["88", "365", "18"]), t.text, ""))
        }),
        heavy_class("underscores around", |t, d| {
            let (before, after) = if d.chance(50) { ("_", "_") } else { ("__", "") };
            Some(Spelled::glued(before, t.text, after))
        }),
        heavy_class("underscore and digits", |t, _| Some(Spelled::glued("", t.text, "_777"))),
        heavy_class("case and spaces", |t, d| {
            let text =
                each(t.text, |c| if d.chance(50) { c.to_ascii_uppercase() } else { c }.into());
            whole(between(&text, || " ".into()))
        }),
        heavy_class("digits and dots", |t, d| {
            let text = some_by_table(t.text, DIGITS, |_| d.chance(40))?;
            whole(between(&text, || ".".into()))
        }),
        heavy_class("full-width and hyphens", |t, _| {
            whole(between(&alphabet(t.text, 0xFF41), || "-".into()))
        }),
        heavy_class("Cyrillic and spaces", |t, d| {
            let text = some_by_table(t.text, CYRILLIC, |_| d.chance(40))?;
            whole(between(&text, || " ".into()))
        }),
        heavy_class("Cyrillic and digits", |t, d| {
            let text = some_by_table(t.text, DIGITS, |_| false)?;
            whole(some_by_table(&text, CYRILLIC, |_| d.chance(40))?)
        }),
        heavy_class("accents and repeats", |t, d| {
            let text = repeated(t.text, |_| d.between(1, 3));
            whole(each(&text, |c| format!("{c}{}", d.pick(&ACCENTS))).nfc().collect())
        }),
        heavy_class("zero-width and digits", |t, _| {
            let text = some_by_table(t.text, DIGITS, |_| false)?;
            whole(between(&text, || "\u{200B}".into()))
        }),
        heavy_class("digits and repeats", |t, d| {
            let text = some_by_table(t.text, DIGITS, |_| d.chance(30))?;
            whole(repeated(&text, |_| d.between(1, 3)))
        }),
        heavy_class("bold and digits behind", |t, _| {
            Some(Spelled::glued("", &alphabet(t.text, 0x1D41A), "88"))
        }),
        heavy_class("zalgo and spaces", |t, d| {
            let marked = |c| format!("{c}\u{335}\u{321}\u{34D} ");
            let _ = d;
            whole(t.text.chars().map(marked).collect::<String>().trim_end().into())
        }),
        heavy_class("starred and upper case", |t, d| {
            whole(hidden(&t.text.to_uppercase(), d, "*")?)
        }),
    ];
    all.extend(separators! {
        "spaces between" = " ", "two spaces between" = "  ", "dots between" = ".", "hyphens between" = "-",
        "underscores between" = "_", "stars between" = "*", "slashes between" = "/", "pipes between" = "|",
        "commas and spaces between" = ", ", "newlines between" = "\n", "tildes between" = "~",
        "middle dots between" = "·", "full-width spaces between" = "\u{3000}",
        "no-break spaces between" = "\u{A0}", "spaced hyphens between" = " - ", "blank braille between" = "\u{2800}",
    });
    all
}
