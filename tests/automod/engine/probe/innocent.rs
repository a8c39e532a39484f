//! Texts with dots, figures and names of messengers in which no link and no personal data stands.

use super::number::digits;
use crate::disguises::corpus::dice::Dice;

type Make = fn(&mut Dice) -> String;

const MADE: [Make; 22] = [
    |d| format!("version {}.{}.{}", d.below(20), d.below(30), d.below(99)),
    |d| {
        format!(
            "see {}.{} for it",
            d.pick(&["main", "report", "notes2", "app_v2", "index"]),
            d.pick(&["rs", "py", "js", "md", "txt", "docx", "pdf", "html", "json", "zip"])
        )
    },
    |d| {
        format!(
            "it costs ${}.{:02}, or {},{:03}원",
            d.below(900),
            d.below(100),
            d.between(1, 99),
            d.below(1000)
        )
    },
    |d| {
        format!(
            "{}:{:02}~{}:{:02}, {}/{}",
            d.below(24),
            d.below(60),
            d.below(24),
            d.below(60),
            d.between(1, 12),
            d.between(1, 28)
        )
    },
    |d| {
        format!(
            "2026-{:02}-{:02} {:02}:{:02}:{:02}",
            d.between(1, 12),
            d.between(1, 28),
            d.below(24),
            d.below(60),
            d.below(60)
        )
    },
    |d| format!("order {}", digits(d, 13)),
    |d| format!("订单号 {}", digits(d, 18)),
    |d| format!("송장번호 {}", digits(d, 12)),
    |d| {
        format!(
            "{}.{}({})",
            d.pick(&["user", "list", "self", "console", "Object", "np", "std"]),
            d.pick(&["name", "sort", "log", "keys", "io", "array", "run"]),
            d.below(9)
        )
    },
    |d| format!("the end.{} we go", d.pick(&["Next", "Now", "So", "It", "Then", "In", "Me"])),
    |d| format!("page {} of {}, line {}", d.below(99), d.below(999), d.below(400)),
    |d| format!("{}.{}.{}.{}", d.below(255), d.below(255), d.below(255), d.below(255)),
    |d| format!("36.{}, 127.{}", digits(d, 6), digits(d, 6)),
    |d| format!("score {}-{}, {}% of {}", d.below(9), d.below(9), d.below(100), digits(d, 6)),
    |d| format!("{} {} {}", digits(d, 3), digits(d, 2), digits(d, 3)),
    |d| {
        format!(
            "{}年{}月{}日，{}人参加",
            d.between(1990, 2030),
            d.between(1, 12),
            d.between(1, 28),
            d.between(2, 5000)
        )
    },
    |d| {
        format!(
            "flight {}{}, gate {}",
            d.pick(&["KE", "CA", "SQ"]),
            d.between(10, 9999),
            d.below(60)
        )
    },
    |d| format!("room {}-{}, floor {}", d.between(1, 400), d.between(100, 2500), d.below(40)),
    |d| format!("id={:016x}", d.next()),
    |d| format!("0x{:08x} + {}e{}", d.next() as u32, d.below(99), d.below(30)),
    |d| format!("ISBN 978-{}-{}-{}-{}", d.below(10), digits(d, 4), digits(d, 4), d.below(10)),
    |d| {
        format!(
            "{}千{}百, {}万, {}억 {}만",
            d.between(1, 9),
            d.between(1, 9),
            d.between(1, 999),
            d.between(1, 99),
            d.between(1, 999)
        )
    },
];

const WRITTEN: &str = "\
e.g. this, i.e. that, a.m. and p.m.
U.S.A., Ph.D., No.5, vol.2, fig.3
I said stop.Go home.Now
he left.Me too. It is late.So what
Node.js and Vue.js, ASP.NET, socket.io is fine? no, it is a library
let me.know and so.on
a.b.c and x.y = z.w
foo.bar().baz(); System.out.println(a);
import os.path as p; from a.b import c
git checkout origin/main.rs..HEAD
Mr.Kim and Dr.Lee met at St.Mary
今天。明天，后天。com是什么
我们在三点半见，四点走
重点是cn的市场
下午两点top级的会议
점심 먹고 다섯 시에 만나
점점 좋아지고 있어, 강점 cc
the dot com bubble of 2000
connect the dots. Net result is good
we came, com petitors, net profit
polka dot top and red dot info
微信支付坏了，微信好友很多
加微糖，加微波炉，加微量元素
微信群里有300人
他的微信头像很好看
我用wechat pay付了25元
qq音乐 听了100首歌
qq空间 2008年的照片
群里有12345人吗
加群里的人一起玩
飞机 MU5678 晚点了
坐飞机去上海 2小时
카톡 왔어? 카톡 답장 좀
카톡 2시간 뒤에 볼게
텔레비전 3대, 텔레파시
라인 3번에서 타세요, 온라인 강의
I drew a line 42 cm long
line 12345 of the log says so
the deadline is 20261201
online 123456 users, offline none
telegram was sent in 1912
discord is down again, discord bots v2
insta story of 2024, instant noodles
my kakao stock fell by 12345 won
v2 of the plan, v8 engine, vx was not it
+v flag, -v flag, --verbose
wx python 4.2.1 was released
add me to the list, add 12345 and 67890
whatsapp had 2000000000 users
QQ means crying, Q&A session 10000
pip install wechat-sdk==1.2.3
at example dot he stopped
look at home dot paint it
meet @kim and @lee_99 at 5
user@localhost and root@server:~$
git@github:team/repo
a @ b = c, 5 @ $3 each
@media screen, @property, @Override
10 @ 5.5 and 3 @ 2.25
1234-5678-90, 12-34-56
010101 001100 111000 binary
3.14159265358979 is pi
1 2 3 4 5 6 7 8 9 10 11 12
1,234,567,890원을 받았다
1588-1234 is a hotline? 1588
2019-2020, 2021-2022 and 2023-2024
192.168.0.1 and 10.0.0.0/8
000000-0000000 is a form to fill in
4111 1111 1111 1112 has a wrong digit
9007199254740993 is 2^53+1
1700000000000 and 1700000000
공이 칠 구멍에 들어갔다
일이 삼 일 만에 끝났다
이사 오 육 개월 됐어
一二三四五六七八九十
三三两两，七七八八，一一得一
十一个人，一百二十三，一九九八年
二〇二六年十一月二十三日
三七二十一，不管三七二十一
구구단 이일은 이 이이는 사
";

/// The written ones, and so many of each kind made up.
pub fn texts(each: usize) -> Vec<String> {
    let mut texts: Vec<String> = WRITTEN.lines().map(str::to_owned).collect();
    for (number, make) in MADE.iter().enumerate() {
        let mut dice = Dice::new(11).fork("innocent").fork(&number.to_string());
        texts.extend((0..each).map(|_| make(&mut dice)));
    }
    texts
}
