//! Personal data and contacts: what is found, exactly where, and what must never be.

use super::links::{text, well_placed};
use chat_automod::engine::detect::Detector;
use chat_automod::engine::glance::Glance;
use proptest::prelude::*;

fn found(detector: Detector, text: &str) -> Vec<&str> {
    let mut ranges = Vec::new();
    detector.find(text, &mut ranges);
    ranges.into_iter().map(|range| &text[range]).collect()
}

/// Every text must yield exactly this span.
fn hits(detector: Detector, cases: &[(&str, &str)]) {
    let wrong: Vec<_> =
        cases.iter().filter(|(text, span)| found(detector, text) != [*span]).collect();
    let told: Vec<_> =
        wrong.iter().map(|(text, span)| (text, span, found(detector, text))).collect();
    assert!(told.is_empty(), "{} misses: {told:#?}", detector.as_str());
}

fn innocent(detector: Detector, texts: &[&str]) {
    let wrong: Vec<_> = texts
        .iter()
        .map(|text| (text, found(detector, text)))
        .filter(|(_, f)| !f.is_empty())
        .collect();
    assert!(wrong.is_empty(), "{} hits: {wrong:#?}", detector.as_str());
}

#[test]
fn phones() {
    hits(
        Detector::Phone,
        &[
            ("call 010-1234-5678 now", "010-1234-5678"),
            ("전화01012345678로", "01012345678"),
            ("０１０－１２３４－５６７８", "０１０－１２３４－５６７８"),
            ("010 2345 6789 10시에", "010 2345 6789"),
            ("010.2345.6789", "010.2345.6789"),
            ("0 1 0 2 3 4 5 6 7 8 9", "0 1 0 2 3 4 5 6 7 8 9"),
            ("공일공 이삼사오 육칠팔구", "공일공 이삼사오 육칠팔구"),
            ("전화 공일공이삼사오육칠팔구요", "공일공이삼사오육칠팔구"),
            ("영일영-2345-6789", "영일영-2345-6789"),
            ("01\u{200B}0-23\u{200B}45-6789", "01\u{200B}0-23\u{200B}45-6789"),
            ("+82 10-2345-6789", "+82 10-2345-6789"),
            ("+821023456789", "+821023456789"),
            ("02-1234-5678", "02-1234-5678"),
            ("031-123-4567", "031-123-4567"),
            ("打电话13812345678吧", "13812345678"),
            ("138 1234 5678", "138 1234 5678"),
            ("138-1234-5678", "138-1234-5678"),
            ("一三八一二三四五六七八", "一三八一二三四五六七八"),
            ("壹叁捌壹贰叁肆伍陆柒捌", "壹叁捌壹贰叁肆伍陆柒捌"),
            ("①③⑧①②③④⑤⑥⑦⑧", "①③⑧①②③④⑤⑥⑦⑧"),
            ("𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖"),
            ("1🔥3🔥8🔥1🔥2🔥3🔥4🔥5🔥6🔥7🔥8", "1🔥3🔥8🔥1🔥2🔥3🔥4🔥5🔥6🔥7🔥8"),
            ("138·1234·5678", "138·1234·5678"),
            ("+86 138 1234 5678", "+86 138 1234 5678"),
            ("+8613812345678", "+8613812345678"),
            ("0755-12345678", "0755-12345678"),
            ("+1 (415) 555-2671", "+1 (415) 555-2671"),
            ("+442071838750", "+442071838750"),
            ("tel:13812345678", "13812345678"),
            ("phone: (010) 2345-6789", "(010) 2345-6789"),
        ],
    );
}

#[test]
fn emails() {
    hits(
        Detector::Email,
        &[
            ("write to foo.bar@example.com!", "foo.bar@example.com"),
            ("foo＠example.com", "foo＠example.com"),
            ("ｆｏｏ＠ｇｍａｉｌ．ｃｏｍ", "ｆｏｏ＠ｇｍａｉｌ．ｃｏｍ"),
            ("foo [at] example [dot] com", "foo [at] example [dot] com"),
            ("foo(at)example.com", "foo(at)example.com"),
            ("foo (at) gmail dot com", "foo (at) gmail dot com"),
            ("邮箱abc123@qq.com联系", "abc123@qq.com"),
            ("메일 kim골뱅이naver.com", "kim골뱅이naver.com"),
            ("kim @ naver.com", "kim @ naver.com"),
            ("mail john at gmail dot com now", "john at gmail dot com"),
            ("kim_88 at naver dot com", "kim_88 at naver dot com"),
            ("写信 abc.123 AT qq DOT com", "abc.123 AT qq DOT com"),
            ("a+b@sub.example.co.kr", "a+b@sub.example.co.kr"),
            ("f\u{200B}oo@gm\u{200B}ail.com", "f\u{200B}oo@gm\u{200B}ail.com"),
        ],
    );
    innocent(
        Detector::Email,
        &[
            "@kim hello",
            "look at gmail dot com",
            "sign in at outlook dot com",
            "meet us at example dot com",
            "we arrived at naver dot com",
            "meet @ 5pm",
            "logo@2x.png",
            "react@18.2.0",
            "a@b",
            "me @ home.ok",
            "look (at) that. com",
            "git@github.com:a/b.git",
            "你好@小明",
            "@everyone",
            "foo @bar",
            "3 @ 4.50",
            "user@localhost",
            "(at) the end",
            "안녕@친구",
        ],
    );
}

#[test]
fn cards() {
    hits(
        Detector::Card,
        &[
            ("4111 1111 1111 1111", "4111 1111 1111 1111"),
            ("card 4111-1111-1111-1111 ok", "4111-1111-1111-1111"),
            ("4111111111111111", "4111111111111111"),
            ("카드번호５５５５５５５５５５５５４４４４입니다", "５５５５５５５５５５５５４４４４"),
            ("378282246310005", "378282246310005"),
            ("3782 822463 10005", "3782 822463 10005"),
            ("6222021234567890128", "6222021234567890128"),
            ("卡号四一一一一一一一一一一一一一一一", "四一一一一一一一一一一一一一一一"),
            ("④①①①①①①①①①①①①①①①", "④①①①①①①①①①①①①①①①"),
        ],
    );
    innocent(
        Detector::Card,
        &[
            "4111111111111112",
            "1234567890123456",
            "1700000000000",
            "0000000000000000",
            "4444 4444 4444 4444",
            "order 4111111111111111",
            "4111111111111111abc",
            "$4111111111111111",
            "2026112300001234",
        ],
    );
}

#[test]
fn resident_numbers() {
    hits(
        Detector::ResidentNumber,
        &[
            ("11010519491231002X", "11010519491231002X"),
            ("身份证11010519491231002x。", "11010519491231002x"),
            ("110105 19491231 002X", "110105 19491231 002X"),
            ("１１０１０５１９４９１２３１００２Ｘ", "１１０１０５１９４９１２３１００２Ｘ"),
            ("440524188001010014 440524198001010013", "440524198001010013"),
            ("900101-1234568", "900101-1234568"),
            ("주민번호 9001011234568", "9001011234568"),
            ("９００１０１－１２３４５６８", "９００１０１－１２３４５６８"),
            ("201015-3123456", "201015-3123456"),
        ],
    );
    innocent(
        Detector::ResidentNumber,
        &[
            "900101-1234567",
            "901301-1234568",
            "900230-1234568",
            "201015-1123456",
            "2010153123456",
            "110105194912310021",
            "999999194912310021",
            "240115-1000234",
            "1700000000000",
            "90010112345689",
        ],
    );
}

#[test]
fn contact_handles() {
    hits(
        Detector::ContactHandle,
        &[
            ("加微信abc12345领红包", "加微信abc12345"),
            ("加V：abc_123", "加V：abc_123"),
            ("+v abc12345", "+v abc12345"),
            ("vx:abc12345", "vx:abc12345"),
            ("ＶＸ：ａｂｃ１２３４５", "ＶＸ：ａｂｃ１２３４５"),
            ("威信 abc12345", "威信 abc12345"),
            ("薇信号: lucky888", "薇信号: lucky888"),
            ("加微信 lovelygirl", "加微信 lovelygirl"),
            ("微信13812345678", "微信13812345678"),
            ("카톡 아이디 kim_88 주세요", "카톡 아이디 kim_88"),
            ("카톡: lucky77", "카톡: lucky77"),
            ("ㅋㅌ lucky77", "ㅋㅌ lucky77"),
            ("카카오톡 lucky77", "카카오톡 lucky77"),
            ("텔레그램 @luckywin", "텔레그램 @luckywin"),
            ("telegram: @luckywin", "telegram: @luckywin"),
            ("tg @lucky_win", "tg @lucky_win"),
            ("join t.me/luckywin", "t.me/luckywin"),
            ("电报 @lucky888", "电报 @lucky888"),
            ("飞机：@lucky888", "飞机：@lucky888"),
            ("라인 아이디 lucky77", "라인 아이디 lucky77"),
            ("line id: lucky77", "line id: lucky77"),
            ("QQ：12345678", "QQ：12345678"),
            ("扣扣12345678", "扣扣12345678"),
            ("加群 123456789", "加群 123456789"),
            ("qq一二三四五六七", "qq一二三四五六七"),
            ("whatsapp +8613812345678", "whatsapp +8613812345678"),
            ("discord: @lucky_77", "discord: @lucky_77"),
            ("오픈채팅 https://open.kakao.com/o/abcd", "open.kakao.com/o/abcd"),
        ],
    );
    innocent(
        Detector::ContactHandle,
        &[
            "line up please",
            "I use WeChat",
            "line 42",
            "line 12345",
            "我用微信",
            "微信支付成功",
            "加微信吧",
            "加我微信",
            "카톡 해줘",
            "카톡으로 보내줘 123",
            "telegram is great",
            "discord is down",
            "飞机CA1234延误",
            "飞机晚点了",
            "群里有20000人",
            "全群50000人",
            "qq",
            "qq音乐",
            "vx",
            "line of code",
            "wechat: login failed",
            "tg",
            "hotline 1577",
            "online 2024",
            "電報",
            "라인 업데이트",
            "텔레비전 2024",
            "deadline 20261123",
            "wx_init_12345",
            "discord bot v2",
            "a+variable12",
            "kakao talk update 10.2.1",
            "微信版本8.0.40",
            "WeChat 8.0.40",
            "I moved to telegram in 2019",
            "skype call at 10",
        ],
    );
}

#[test]
fn names_lead_back_to_their_detectors() {
    for detector in Detector::ALL {
        assert_eq!(Detector::named(detector.as_str()), Some(detector));
    }
    assert_eq!(Detector::named("telephone"), None);
}

/// What a detector that looked back or ahead without bound would choke on.
#[test]
fn long_hostile_texts_are_read_to_their_end() {
    let pieces = [
        "a.",
        "b.rs/",
        "1 ",
        "0",
        "@a",
        "a@",
        "加v",
        "[at]",
        "微信:",
        "http://",
        "点com",
        ". ",
        "+1",
        "一",
        "공",
        "((",
        "www .",
        "1.2.3.4/",
        "a-",
        "e\u{301}",
        "\u{200B}.",
        "💥1",
    ];
    for piece in pieces {
        let text = piece.repeat(48_000 / piece.len()) + " 010-2345-6789";
        chat_automod::engine::link::find(&text);
        for detector in Detector::ALL {
            let phones = found(detector, &text);
            let seen = phones.last().is_some_and(|last| last.ends_with("010-2345-6789"));
            // A number of digits only runs on into the number behind it.
            assert!(
                detector != Detector::Phone || seen || piece.contains(['1', '0', '一', '공']),
                "{piece}"
            );
        }
    }
}

/// A fixed sequence of numbers that look random, the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn hex(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(b"0123456789abcdef"[self.next(16) as usize])).collect()
    }

    fn base64(&mut self, length: usize) -> String {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        (0..length).map(|_| char::from(letters[self.next(64) as usize])).collect()
    }

    fn word(&mut self) -> &'static str {
        let words = [
            "the",
            "meeting",
            "is",
            "at",
            "noon",
            "ok",
            "今天",
            "我们",
            "一起",
            "吃饭",
            "二十",
            "三个人",
            "안녕하세요",
            "내일",
            "이거",
            "오늘은",
            "line",
            "微信",
            "카톡",
            "telegram",
            "群里",
            "so",
            "me",
            "好的",
            "하자",
            "lol",
            "price",
            "version",
            "电报",
            "飞机",
            "discord",
        ];
        words[self.next(words.len() as u64) as usize]
    }
}

fn one(n: &mut Numbers, kind: u64) -> String {
    let (y, m, d) = (1990 + n.next(45), 1 + n.next(12), 1 + n.next(28));
    let (h, min, s) = (n.next(24), n.next(60), n.next(60));
    let (big, small) = (n.next(1 << 31), n.next(10_000));
    match kind {
        0 => format!("{y}-{m:02}-{d:02} {h:02}:{min:02}:{s:02}"),
        1 => format!("{y}-{m:02}-{d:02}T{h:02}:{min:02}:{s:02}.{small:04}Z"),
        2 => format!("{y}{m:02}{d:02}{h:02}{min:02}{s:02}"),
        3 => format!("{y}年{m}月{d}日 {h}点{min}分"),
        4 => format!("{y}. {m}. {d}. {h}시 {min}분"),
        5 => format!("{}", 1_500_000_000 + n.next(300_000_000)),
        6 => format!("{}{:03}", 1_500_000_000 + n.next(300_000_000), n.next(1000)),
        7 => format!("${}.{:02}", big % 1_000_000, small % 100),
        8 => format!("¥{},{:03},{:03}", small % 100, n.next(1000), n.next(1000)),
        9 => format!("{},{:03}원", small, n.next(1000)),
        10 => format!("{}.{}.{}.{}", n.next(256), n.next(256), n.next(256), n.next(256)),
        11 => format!("v{}.{}.{}-rc.{}", n.next(20), n.next(20), n.next(20), n.next(9)),
        12 => format!("{}-{}-{}-{}-{}", n.hex(8), n.hex(4), n.hex(4), n.hex(4), n.hex(12)),
        13 => n.hex(40),
        14 => n.hex(64),
        15 => n.base64(60),
        16 => format!("order #{}{:05}", big, small),
        17 => format!("{y}{m:02}{d:02}{:010}", big),
        18 => format!("主页 {}:{} 行 {}", "main.rs", small, n.next(100)),
        19 => format!("let x{} = foo.bar({}, {:#x});", small, big, big),
        20 => format!("{} {} {} {}", n.word(), n.word(), small, n.word()),
        21 => format!("{} {} {}", n.word(), n.word(), n.word()),
        22 => format!("{}x{} px, {}%", small, n.next(5000), n.next(100)),
        23 => format!("{:.6}, {:.6}", small as f64 / 77.0, big as f64 / 1e8),
        24 => format!("订单号{}{:06}", big, small),
        25 => format!("{}+{}={}", small, small, small * 2),
        26 => format!("{}:{} {}-{}", n.next(10), n.next(10), n.next(10), n.next(10)),
        27 => format!("{}, {}, {}, {}", n.next(100), n.next(100), n.next(100), n.next(100)),
        28 => format!(
            "{} {} {} {} {} {}",
            1 + n.next(45),
            1 + n.next(45),
            1 + n.next(45),
            1 + n.next(45),
            1 + n.next(45),
            1 + n.next(45)
        ),
        29 => format!("一二三四五六七八九十 {}", n.word()),
        30 => format!("{}～{}万元", small, small + 5),
        _ => format!("1{:018}", big * 99_991),
    }
}

/// Prints how many of the innocents each detector hits; none may.
#[test]
fn no_generated_innocent_is_hit() {
    const EACH: u64 = 400;
    let mut numbers = Numbers(7);
    let mut wrong = Vec::new();
    for kind in 0..32 {
        for _ in 0..EACH {
            let text = one(&mut numbers, kind);
            for detector in Detector::ALL {
                wrong.extend(
                    found(detector, &text)
                        .into_iter()
                        .map(|span| (detector, text.clone(), span.to_owned())),
                );
            }
            let links = chat_automod::engine::link::find(&text);
            assert!(links.iter().all(|link| !link.sure), "{text} {links:?}");
        }
    }
    println!("{} false hits in {} innocent texts", wrong.len(), 32 * EACH);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn phones_are_not_seen_in_other_numbers() {
    innocent(
        Detector::Phone,
        &[
            "order 13812345678",
            "id:13812345678",
            "订单号13812345678",
            "主文号 20261123000012",
            "1700000000",
            "1700000000000",
            "2026-11-23",
            "2026-11-23 13:05:22",
            "13,812,345,678",
            "₩13812345678",
            "1.3812345678",
            "a13812345678",
            "13812345678f",
            "192.168.100.200",
            "550e8400-e29b-41d4-a716-446655440000",
            "+100000000",
            "score +5000",
            "1+2345678901",
            "3.14159265358979",
            "12345678901",
            "0123456789",
            "88888888",
            "10 20 30 40 50 60",
            "이 일은 오 분",
            "一二三四五六七八九",
            "二〇二六年十一月二十三日",
            "ISBN 978-3-16-148410-0",
            "2019-2020 2021-2022",
            "555-1234",
            "1000000000원",
            "010",
            "99999999999",
            "第一三八一二三四章",
            "구구단 이일이 이이사",
            "13800000000000000",
            "0x13812345678",
            "138123456789",
        ],
    );
}

#[test]
fn the_facts_of_clean_text_call_no_detector() {
    for text in [
        "hello there, how are you today?",
        "你好，今天天气真好。我们走吧！",
        "안녕하세요 반갑습니다. 그래요",
        "we won 3-2 at 19:30",
    ] {
        let facts = Glance::of(text).facts;
        assert!(
            Detector::ALL.iter().all(|detector| !detector.may_find(facts)),
            "{text}: {facts:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn ranges_are_well_placed(text in text()) {
        for detector in Detector::ALL {
            let mut ranges = Vec::new();
            detector.find(&text, &mut ranges);
            well_placed(&text, ranges);
        }
    }
}
