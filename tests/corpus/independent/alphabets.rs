//! Letters in other dress, as they are written by hand or by "font" generators.

use super::super::dice::Dice;

/// First code points of whole alphabets: of the small letters, then of the capitals; 0 where there is none.
pub const STYLES: [(&str, u32, u32); 20] = [
    ("math bold", 0x1D41A, 0x1D400),
    ("math italic", 0x1D44E, 0x1D434),
    ("math bold italic", 0x1D482, 0x1D468),
    ("math script", 0x1D4B6, 0x1D49C),
    ("math bold script", 0x1D4EA, 0x1D4D0),
    ("math fraktur", 0x1D51E, 0x1D504),
    ("math double-struck", 0x1D552, 0x1D538),
    ("math bold fraktur", 0x1D586, 0x1D56C),
    ("math sans", 0x1D5BA, 0x1D5A0),
    ("math sans bold", 0x1D5EE, 0x1D5D4),
    ("math sans italic", 0x1D622, 0x1D608),
    ("math sans bold italic", 0x1D656, 0x1D63C),
    ("math monospace", 0x1D68A, 0x1D670),
    ("circled", 0x24D0, 0x24B6),
    ("parenthesised", 0x249C, 0x1F110),
    ("full-width", 0xFF41, 0xFF21),
    ("negative circled", 0, 0x1F150),
    ("negative squared", 0, 0x1F170),
    ("squared", 0, 0x1F130),
    ("regional indicators", 0, 0x1F1E6),
];

/// Letters that stand elsewhere because they were encoded before their alphabet.
const HOLES: [(u32, char); 24] = [
    (0x1D455, 'ℎ'),
    (0x1D49D, 'ℬ'),
    (0x1D4A0, 'ℰ'),
    (0x1D4A1, 'ℱ'),
    (0x1D4A3, 'ℋ'),
    (0x1D4A4, 'ℐ'),
    (0x1D4A7, 'ℒ'),
    (0x1D4A8, 'ℳ'),
    (0x1D4AD, 'ℛ'),
    (0x1D4BA, 'ℯ'),
    (0x1D4BC, 'ℊ'),
    (0x1D4C4, 'ℴ'),
    (0x1D506, 'ℭ'),
    (0x1D50B, 'ℌ'),
    (0x1D50C, 'ℑ'),
    (0x1D515, 'ℜ'),
    (0x1D51D, 'ℨ'),
    (0x1D53A, 'ℂ'),
    (0x1D53F, 'ℍ'),
    (0x1D545, 'ℕ'),
    (0x1D547, 'ℙ'),
    (0x1D548, 'ℚ'),
    (0x1D549, 'ℝ'),
    (0x1D551, 'ℤ'),
];

/// The word in one of [`STYLES`].
pub fn styled(word: &str, style: usize, capitals: bool) -> Option<String> {
    let (_, small, capital) = STYLES[style];
    let first = if capitals || small == 0 { capital } else { small };
    if first == 0 {
        return None;
    }
    let letter = |c: char| match c.is_ascii_lowercase() {
        true => {
            let code = first + u32::from(c as u8 - b'a');
            let hole = HOLES.iter().find(|(hole, _)| *hole == code).map(|(_, c)| *c);
            hole.or_else(|| char::from_u32(code)).unwrap_or(c)
        }
        false => c,
    };
    Some(word.chars().map(letter).collect())
}

pub const SMALL_CAPITALS: &str =
    "aᴀ bʙ cᴄ dᴅ eᴇ fꜰ gɢ hʜ iɪ jᴊ kᴋ lʟ mᴍ nɴ oᴏ pᴘ qꞯ rʀ sꜱ tᴛ uᴜ vᴠ wᴡ yʏ zᴢ";
pub const MODIFIERS: &str =
    "aᵃ bᵇ cᶜ dᵈ eᵉ fᶠ gᵍ hʰ iⁱ jʲ kᵏ lˡ mᵐ nⁿ oᵒ pᵖ rʳ sˢ tᵗ uᵘ vᵛ wʷ xˣ yʸ zᶻ";
pub const SUBSCRIPTS: &str = "aₐ eₑ hₕ iᵢ jⱼ kₖ lₗ mₘ nₙ oₒ pₚ rᵣ sₛ tₜ uᵤ vᵥ xₓ";
pub const CYRILLIC: &str = "aа cс eе oо pр xх yу iі jј sѕ hһ dԁ qԛ wԝ";
pub const CYRILLIC_CAPITALS: &str = "AА BВ CС EЕ HН KК MМ OО PР TТ XХ YУ IІ JЈ SЅ";
pub const GREEK: &str = "aα oο vν iι uυ pρ kκ nη tτ yγ wω eε xχ";
pub const GREEK_CAPITALS: &str = "AΑ BΒ EΕ ZΖ HΗ IΙ KΚ MΜ NΝ OΟ PΡ TΤ YΥ XΧ";
pub const ARMENIAN: &str = "oօ hհ uս nո gց qզ jյ";
pub const CHEROKEE: &str = "AᎪ BᏴ CᏟ DᎠ EᎬ GᏀ HᎻ IᏆ JᎫ KᏦ LᏞ MᎷ PᏢ RᎡ SᏚ TᎢ VᏙ WᎳ YᎩ ZᏃ";
pub const LISU: &str = "Aꓮ Bꓐ Cꓚ Dꓓ Eꓰ Fꓝ Gꓖ Hꓧ Iꓲ Jꓙ Kꓗ Lꓡ Mꓟ Nꓠ Oꓳ Pꓑ Rꓣ Sꓢ Tꓔ Uꓴ Vꓦ Wꓪ Xꓫ Yꓬ Zꓜ";
pub const COPTIC: &str = "AⲀ BⲂ CⲤ HⲎ IⲒ KⲔ MⲘ NⲚ OⲞ PⲢ TⲦ YⲨ XⲬ";
pub const IPA: &str = "aɑ bɓ cƈ dɖ eɛ fƒ gɡ hɦ iɨ kƙ lɭ mɱ nɲ pƥ rɽ sʂ tʈ uʉ vʋ yƴ zʐ";
pub const STROKED: &str = "aⱥ bƀ cȼ dđ eɇ gǥ hħ iɨ jɉ lł oø pᵽ rɍ tŧ uʉ yɏ zƶ";
pub const ACCENTED: &str = "aáàâäãåāăąǎȧạảấậắ bḃḅ cçćĉċč dďḋḍ eéèêëēĕėęěẹẻẽếệ fḟ gĝğġģǧǵ hĥȟḥḩ iíìîïĩīĭįǐỉị jĵǰ kķǩḱḳ lĺļľḷ mṁṃḿ nñńņňṅṇ oóòôöõōŏőǒơọỏốộớợ pṗṕ rŕŗřṙṛ sśŝşšșṡṣ tţťțṫṭ uúùûüũūŭůűųǔưụủứự vṽṿ wŵẁẃẅẇẉ xẋẍ yýÿŷȳẏỵỷỹ zźżžẑẓ";

/// Letters by a table of groups (`"aáà bḃ"`, the letter first) where `choose` says so; `None` where
/// nothing changed.
pub fn dressed(
    word: &str,
    table: &str,
    dice: &mut Dice,
    mut choose: impl FnMut(&mut Dice) -> bool,
) -> Option<String> {
    let group = |c: char| table.split(' ').find(|group| group.starts_with(c));
    let fit: Vec<usize> =
        word.chars().enumerate().filter(|(_, c)| group(*c).is_some()).map(|(at, _)| at).collect();
    let sure = *fit.get(dice.below(fit.len()))?;
    let mut out = String::new();
    for (at, c) in word.chars().enumerate() {
        match group(c).filter(|_| at == sure || choose(dice)) {
            Some(group) => {
                let all: Vec<char> = group.chars().skip(1).take_while(|c| !c.is_ascii()).collect();
                out.push(all[dice.below(all.len())]);
            }
            None => out.push(c),
        }
    }
    Some(out)
}

/// Characters nobody sees.
pub const UNSEEN: [char; 34] = [
    '\u{200B}',
    '\u{200C}',
    '\u{200D}',
    '\u{2060}',
    '\u{FEFF}',
    '\u{AD}',
    '\u{180E}',
    '\u{34F}',
    '\u{200E}',
    '\u{200F}',
    '\u{61C}',
    '\u{2061}',
    '\u{2062}',
    '\u{2063}',
    '\u{2064}',
    '\u{115F}',
    '\u{1160}',
    '\u{3164}',
    '\u{FFA0}',
    '\u{17B4}',
    '\u{17B5}',
    '\u{FE00}',
    '\u{FE0E}',
    '\u{FE0F}',
    '\u{180B}',
    '\u{E0061}',
    '\u{E0020}',
    '\u{E007F}',
    '\u{E0101}',
    '\u{202A}',
    '\u{202C}',
    '\u{2066}',
    '\u{2069}',
    '\u{206A}',
];

/// Marks laid on a letter.
pub const MARKS: [char; 24] = [
    '\u{300}', '\u{301}', '\u{302}', '\u{303}', '\u{304}', '\u{307}', '\u{308}', '\u{30A}',
    '\u{323}', '\u{327}', '\u{328}', '\u{332}', '\u{335}', '\u{336}', '\u{337}', '\u{338}',
    '\u{33D}', '\u{489}', '\u{20DD}', '\u{20DE}', '\u{20E0}', '\u{1AB0}', '\u{FE20}', '\u{36F}',
];
