//! Links as people write and disguise them, and what merely looks like one.

use chat_automod::engine::glance::Glance;
use chat_automod::engine::link::{LinkPattern, LinkPatternError, find};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

/// Text, the whole link in it, and the host.
const LINKS: &[(&str, &str, &str)] = &[
    ("go to bet365.com now", "bet365.com", "bet365.com"),
    ("https://www.bet365.com/en/?a=1#x, ok?", "https://www.bet365.com/en/?a=1#x", "www.bet365.com"),
    ("hxxp://evil.rs/x", "hxxp://evil.rs/x", "evil.rs"),
    ("HTTP：／／ＷＷＷ．ＡＢＣ．ＣＯＭ", "HTTP：／／ＷＷＷ．ＡＢＣ．ＣＯＭ", "www.abc.com"),
    ("ｂｅｔ３６５．ｃｏｍ", "ｂｅｔ３６５．ｃｏｍ", "bet365.com"),
    ("bet365。com", "bet365。com", "bet365.com"),
    ("www。abc。com来玩", "www。abc。com", "www.abc.com"),
    ("bet365｡com", "bet365｡com", "bet365.com"),
    ("𝐛𝐞𝐭𝟑𝟔𝟓.𝐜𝐨𝐦", "𝐛𝐞𝐭𝟑𝟔𝟓.𝐜𝐨𝐦", "bet365.com"),
    ("ⓑⓔⓣ365.ⓒⓞⓜ", "ⓑⓔⓣ365.ⓒⓞⓜ", "bet365.com"),
    ("bet\u{200B}365.c\u{200B}om", "bet\u{200B}365.c\u{200B}om", "bet365.com"),
    ("bet365 [dot] com", "bet365 [dot] com", "bet365.com"),
    ("bet365(dot)com!", "bet365(dot)com", "bet365.com"),
    ("bet365{.}com", "bet365{.}com", "bet365.com"),
    ("bet365[.]com", "bet365[.]com", "bet365.com"),
    ("bet365 dot com", "bet365 dot com", "bet365.com"),
    ("look at bet365 dot com", "bet365 dot com", "bet365.com"),
    ("win88 DOT net please", "win88 DOT net", "win88.net"),
    ("bet365(点)com", "bet365(点)com", "bet365.com"),
    ("bet365点com", "bet365点com", "bet365.com"),
    ("来bet365 点 com玩", "bet365 点 com", "bet365.com"),
    ("bet365點com", "bet365點com", "bet365.com"),
    ("百度点com", "百度点com", "百度.com"),
    ("bet365 . com", "bet365 . com", "bet365.com"),
    ("google . com", "google . com", "google.com"),
    ("bet365 .com today", "bet365 .com", "bet365.com"),
    ("bet365. com today", "bet365. com", "bet365.com"),
    ("bet365,com", "bet365,com", "bet365.com"),
    ("bet365，com", "bet365，com", "bet365.com"),
    ("加www.abc.com领", "www.abc.com", "www.abc.com"),
    ("사이트abc.com입니다", "abc.com", "abc.com"),
    ("카지노abc점com으로", "abc점com", "abc.com"),
    ("네이버.com에서", "네이버.com", "네이버.com"),
    ("도박.한국 오세요", "도박.한국", "도박.한국"),
    ("http://例子.公司", "http://例子.公司", "例子.公司"),
    ("xn--fsq.com", "xn--fsq.com", "例.com"),
    ("http://1.2.3.4:8080/x", "http://1.2.3.4:8080/x", "1.2.3.4"),
    ("1.2.3.4:8080", "1.2.3.4:8080", "1.2.3.4"),
    ("join t.me/lucky_win", "t.me/lucky_win", "t.me"),
    ("bit.ly/3xYz", "bit.ly/3xYz", "bit.ly"),
    ("见 shop.example.co.kr。", "shop.example.co.kr", "shop.example.co.kr"),
    ("https://google.com@evil.io/x", "https://google.com@evil.io/x", "evil.io"),
    ("(see abc.com)", "abc.com", "abc.com"),
    ("abc.com:8443/a", "abc.com:8443/a", "abc.com"),
    ("example.com.Please visit", "example.com", "example.com"),
    ("1xbet88.vip", "1xbet88.vip", "1xbet88.vip"),
    ("royal.casino", "royal.casino", "royal.casino"),
    ("abc.com领取xyz.cn", "abc.com", "abc.com"),
];

const INNOCENT: &[&str] = &[
    "open main.rs and index.js",
    "Object.keys(x)",
    "e.g. this, i.e. that",
    "the U.S. and the U.K.",
    "version 1.2.3",
    "v2.10.4-rc.1",
    "Node.js and Vue.js",
    "at 3.30pm or 10.15 a.m.",
    "it costs 9.99",
    "README.md",
    "foo.py, test1.py",
    "lib2.so",
    "run build.sh",
    "src/main.rs:120",
    "std.io",
    "I went home.so did he",
    "ok.to be sure",
    "Thanks.my friend",
    "It is the end. Com is short",
    "use .net core",
    "the dot com bubble",
    "polka dot top",
    "connect the dots in order",
    "write to foo@bar.com",
    "first.last@example.co.kr",
    "foo[at]bar.com",
    "john.doe at gmail dot com",
    "foo ＠ bar",
    "你好。我是小明",
    "今天8点见",
    "下午3点in the office",
    "안녕하세요.반갑습니다",
    "그래서 갔다.한국 사람",
    "谢谢.公司明天开会",
    "com.tencent.app.id",
    "java.util.List",
    "self.data.id",
    "System.out.println",
    "user.name = 1",
    "arr.map(x)",
    "this.page.next",
    "3,com",
    "org,com,net",
    "1.2.3.4",
    "10.0.0.0/8",
    "Wait...what",
    "and/or",
    "a.b.c",
    "x.y = z.w",
    "Mr.Smith and Dr.Who",
    "hello,world",
    "한국어.중국어",
    "你好。top player",
    "lol. top player here",
    "path/to/file.zip",
    "C:\\temp\\a.py",
    "12.5.2024",
    "2026.11.23",
    "p.s. hi",
    "Ph.D.",
    "f.write(x)",
    "a.k.a. me",
    "etc.The",
    "No.1 in town",
    "…me",
    "img1.mov",
    "it.is fine",
    "I use ASP.NET daily",
    "7.30.pm",
];

fn sure(text: &str) -> Vec<(&str, String)> {
    let links = find(text).into_iter().filter(|link| link.sure);
    links.map(|link| (&text[link.range.clone()], link.seen.unwrap_or(link.host))).collect()
}

#[test]
fn links_are_found_however_they_are_written() {
    let mut wrong = String::new();
    for (text, span, host) in LINKS {
        let found = sure(text);
        if !found.first().is_some_and(|(found, seen)| found == span && seen == host) {
            wrong.push_str(&format!("{text:?}: {found:?}, not {span:?} {host:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_only_looks_like_a_link_is_left_alone() {
    let wrong: Vec<_> =
        INNOCENT.iter().map(|text| (text, sure(text))).filter(|(_, f)| !f.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_link_of_a_text_is_found() {
    let found: Vec<_> = sure("abc.com领取xyz.cn, then www.foo.org/x and bar.co.kr")
        .into_iter()
        .map(|f| f.1)
        .collect();
    assert_eq!(found, ["abc.com", "xyz.cn", "www.foo.org", "bar.co.kr"]);
}

#[test]
fn most_clean_text_never_gets_past_the_gate() {
    for text in [
        "hello there, how are you",
        "你好。今天天气真好，我们走吧",
        "안녕하세요 반갑습니다. 그래요",
        "It is 3.14 o'clock. And done.",
    ] {
        assert!(!Glance::of(text).link, "{text}");
    }
}

fn hits(pattern: &str, text: &str) -> bool {
    let pattern = LinkPattern::parse(pattern).expect("a domain");
    find(text).iter().any(|link| pattern.matches(link))
}

#[test]
fn a_domain_takes_its_sub_domains_and_no_other() {
    assert!(hits("ourgame.com", "ourgame.com"));
    assert!(hits("ourgame.com", "https://shop.OurGame.com/x"));
    assert!(!hits("ourgame.com", "ourgame.com.evil.io/x"));
    assert!(!hits("ourgame.com", "notourgame.com"));
    assert!(!hits("ourgame.com", "https://ourgame.com@evil.io/x"));
    assert!(hits("*.casino", "royal.casino") && hits("*.casino", "a.b.casino"));
    assert!(hits("bet*.com", "www.bet365.com") && !hits("bet*.com", "bet365.net"));
    assert!(hits("例.com", "xn--fsq.com") && hits("xn--fsq.com", "例.com"));
    assert!(hits("any", "abc.com") && !hits("any", "main.rs"));
    assert!(hits("1.2.3.4", "at 1.2.3.4"));
}

#[test]
fn a_rule_that_names_a_doubtful_domain_takes_it_and_a_glob_does_not() {
    assert!(hits("main.rs", "see main.rs"));
    assert!(!hits("*.rs", "see main.rs"));
    assert!(hits("*.rs", "see https://main.rs"));
}

#[test]
fn a_look_alike_is_caught_with_the_domain_and_not_excused_with_it() {
    let text = "visit оurgame.com"; // the first letter is Cyrillic
    let pattern = LinkPattern::parse("ourgame.com").expect("a domain");
    let links = find(text);
    assert!(pattern.matches(&links[0]), "{links:?}");
    assert!(!pattern.excuses(&links[0]), "{links:?}");
    assert!(pattern.excuses(&find("www.ourgame.com")[0]));
}

#[test]
fn what_names_no_domain_is_refused() {
    use LinkPatternError as E;
    for (text, error) in [
        ("", E::Empty),
        ("a@b.com", E::Email),
        ("https://bet365.com/x", E::MoreThanADomain("bet365.com".into())),
        ("casino", E::NoDot("casino".into())),
        ("co.kr", E::Suffix("co.kr".into())),
        ("foo.nosuchsuffix", E::UnknownSuffix("nosuchsuffix".into())),
        ("foo..com", E::BadLabel(String::new())),
        ("two words.com", E::BadLabel("two words".into())),
    ] {
        assert_eq!(LinkPattern::parse(text), Err(error));
    }
}

/// Texts in which links are likely, whole, in parts and disguised.
pub fn text() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        4 => proptest::sample::select(vec![
            "bet365.com", "www.", "http://", "[dot]", "点com", "。", ".", "com", "xn--fsq", "한국", "加", "@", "1.2.3.4",
            ":80", "/x", "e\u{301}", "ｃｏｍ", "🇨🇳", "👨‍👩‍👧", "010-1234-5678", "微信", "四", "①②③", "카톡", " ", "\r\n",
            "110105194912310021", "4111 1111 1111 1111", "\u{200B}", "vx:abc123", "a@b.com", "⑩",
        ]).prop_map(str::to_owned),
        1 => "[ -~]{0,5}",
        1 => "\\PC{0,3}",
        1 => any::<char>().prop_map(String::from),
        1 => "[\u{300}-\u{310}\u{200B}-\u{200F}\u{FE0F}\u{E0020}-\u{E0030}]{1,2}",
    ];
    proptest::collection::vec(parts, 0..12).prop_map(|parts| parts.concat())
}

/// In order, apart and on grapheme borders.
pub fn well_placed(text: &str, ranges: impl IntoIterator<Item = std::ops::Range<usize>>) {
    let borders: Vec<usize> =
        text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
    let mut end = 0;
    for range in ranges {
        assert!(range.start >= end && range.start < range.end, "{text:?} {range:?}");
        assert!(
            borders.contains(&range.start) && borders.contains(&range.end),
            "{text:?} {range:?}"
        );
        end = range.end;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn ranges_are_well_placed(text in text()) {
        well_placed(&text, find(&text).into_iter().map(|link| link.range));
    }

    #[test]
    fn a_pattern_of_any_text_is_told_about(text in "\\PC{0,20}") {
        let _ = LinkPattern::parse(&text);
    }
}
