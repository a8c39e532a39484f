//! The words that the rules of this corpus look for: long and short, real and made up.

use super::super::Tongue;

/// Separated by `|`.
const ENGLISH: &str = "ass|sex|bet|coke|meth|weed|porn|nude|shit|damn|slut|dick|spin|lotto|casino|poker|\
    loans|pills|betting|gamble|jackpot|roulette|baccarat|blackjack|sportsbook|bitcoin|airdrop|giveaway|\
    escort|hookers|viagra|cialis|xanax|cocaine|heroin|ketamine|ecstasy|cannabis|firearm|ransom|phishing|\
    malware|telegram|whatsapp|onlyfans|webcam|striptease|massage parlor|free money|easy cash|hot singles|\
    crypto pump|wire transfer|gift card|account seller|fake passport|zorvex|klumpo|wexify|qorban|jazzmuf|\
    vliptor|hyxolam|brumwick|thokkel|snarvig|yurpple|oodlekin|mimmoz|pexxar|flubbity|grintas|dwamoth|\
    kevolix|nuzzbar|quorvex|zipzap pro|moonlotto|vegas nine";

const CHINESE: &str = "赌博|博彩|赌场|彩票|裸聊|刷单|色情|毒品|枪支|冰毒|代孕|迷药|假币|约炮|嫖娼|外挂|私服|网贷|\
    发票|洗钱|诈骗|传销|兼职|返利|办证|卖淫|赌球|福利|荐股|百家乐|老虎机|六合彩|时时彩|澳门金|真人秀|皇冠网|\
    德州扑克|炸金花|斗地主|捕鱼机|赌大小|加微信|加群主|看片群|小视频|成人片|高利贷|信用卡|套现金|刷信誉|买流量|\
    代开发票|网上赌场|快速贷款|免费领取|身份证号|银行卡号|私家侦探|假证办理|学历造假|一夜暴富|日入过万|稳赚不赔|\
    包赢计划|开奖结果|马上提现|澳门新葡京|香港六合彩|在线真人荷官|鲁格米|扎克诺|布鲁姆卡|莫西里安|女主播|车牌号|\
    龙虎斗|葡京|金沙|银河|威尼斯|电子烟|麻黄|黑客|病毒|木马|加v信|av女优|qq群";

const KOREAN: &str = "도박|먹튀|토토|야동|마약|대마|필로폰|성인|출장|조건|만남|대출|환전|충전|배팅|베팅|사설|총판|\
    바카라|카지노|룰렛|슬롯|홀덤|포커|블랙잭|파워볼|사다리|스포츠토토|토토사이트|사설토토|카지노사이트|꽁머니|\
    무료충전|가입머니|첫충전|먹튀검증|고수익|재택부업|대포통장|대포폰|작업대출|급전대출|신용불량|불법촬영|조건만남|\
    출장안마|성인용품|성인사이트|야동사이트|비아그라|시알리스|최음제|물뽕|떨액|총기거래|해외선물|리딩방|주식리딩|\
    코인리딩|로또번호|보이스피싱|개인정보|주민번호|계정판매|핵프로그램|게임핵|블루텍|잔포르|뮤클리|퀘르민|왈푸스|\
    흐느켓|쌈뽀|뻐꿈|닭꽝|읽홉|밟쉬|곬엮|시발|병신|새끼|개년|보지";

pub fn of(tongue: Tongue) -> impl Iterator<Item = &'static str> {
    let list = match tongue {
        Tongue::English => ENGLISH,
        Tongue::Chinese => CHINESE,
        Tongue::Korean => KOREAN,
    };
    list.split('|').map(str::trim)
}

pub fn all() -> impl Iterator<Item = &'static str> {
    Tongue::ALL.into_iter().flat_map(of)
}

/// Whether a text says one of the words openly: then it is no innocent.
pub fn says_openly(text: &str) -> bool {
    let lower = text.to_lowercase();
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    all().any(|term| {
        lower.match_indices(term).any(|(at, _)| {
            let before = lower[..at].chars().next_back();
            let after = lower[at + term.len()..].chars().next();
            !term.is_ascii() || !word(before) && !word(after)
        })
    })
}
