//! What the rules of the corpus look for, and the sentences it is hidden in.

use super::Tongue;

/// A term with what its add-on disguises need to know of it.
pub struct Term {
    pub text: &'static str,
    /// Chinese: its syllables, with tones as digits behind them.
    pub pinyin: &'static str,
    /// Chinese: the same sounds in other characters.
    pub homophones: &'static [&'static str],
    /// Chinese: characters taken apart.
    pub split: &'static [&'static str],
}

pub const fn plain(text: &'static str) -> Term {
    Term { text, pinyin: "", homophones: &[], split: &[] }
}

const fn chinese(
    text: &'static str,
    pinyin: &'static str,
    homophones: &'static [&'static str],
    split: &'static [&'static str],
) -> Term {
    Term { text, pinyin, homophones, split }
}

/// Half of them are made up: no engine can have learnt them.
const ENGLISH: [Term; 16] = [
    plain("casino"),
    plain("baccarat"),
    plain("roulette"),
    plain("jackpot"),
    plain("poker"),
    plain("viagra"),
    plain("escort"),
    plain("blortex"),
    plain("vexomir"),
    plain("zuntika"),
    plain("quimblast"),
    plain("drofane"),
    plain("skelbit"),
    plain("tharvu"),
    plain("gropnik"),
    plain("easy money"),
];

const CHINESE: [Term; 12] = [
    chinese("百家乐", "bai3 jia1 le4", &["白家乐", "佰加勒", "百嘉乐"], &["一白家乐"]),
    chinese("博彩", "bo2 cai3", &["菠菜", "搏采", "博采"], &["十尃采彡", "博采彡"]),
    chinese("赌场", "du3 chang3", &["堵场", "睹厂", "赌厂"], &["贝者场"]),
    chinese("裸聊", "luo3 liao2", &["裸疗", "裸辽"], &["衤果耳卯", "裸耳卯"]),
    chinese("刷单", "shua1 dan1", &["刷丹", "唰单"], &[]),
    chinese("六合彩", "liu4 he2 cai3", &["六盒彩", "六和采", "溜合彩"], &["六合采彡"]),
    chinese("时时彩", "shi2 shi2 cai3", &["石石彩", "实时采"], &["日寸日寸彩", "时时采彡"]),
    chinese("老虎机", "lao3 hu3 ji1", &["老虎鸡", "老唬机"], &["老虎木几"]),
    chinese("加微信", "jia1 wei1 xin4", &["佳微信", "加薇信", "家威信"], &["力口微信", "加微亻言"]),
    chinese("代开发票", "dai4 kai1 fa1 piao4", &["代开发漂", "待开发票"], &["代开发西示"]),
    chinese("格鲁布", "ge2 lu3 bu4", &["格卤布", "阁鲁布"], &["木各鲁布"]),
    chinese("莫扎尼斯", "mo4 zha1 ni2 si1", &["墨扎尼斯", "莫扎尼丝"], &[]),
];

const KOREAN: [Term; 10] = [
    plain("카지노"),
    plain("바카라"),
    plain("토토사이트"),
    plain("꽁머니"),
    plain("슬롯머신"),
    plain("도박"),
    plain("먹튀"),
    plain("블로텍스"),
    plain("곽뚫힐"),
    plain("사설토토"),
];

pub fn of(tongue: Tongue) -> &'static [Term] {
    match tongue {
        Tongue::English => &ENGLISH,
        Tongue::Chinese => &CHINESE,
        Tongue::Korean => &KOREAN,
    }
}

pub fn all() -> impl Iterator<Item = &'static Term> {
    Tongue::ALL.into_iter().flat_map(of)
}

/// Sentences with `{}` where the offence goes.
pub fn carriers(tongue: Tongue) -> &'static [&'static str] {
    match tongue {
        Tongue::English => &[
            "come and try {} tonight",
            "this is a {} ad",
            "{}",
            "best {}, trust me",
            "who wants {}?",
            "{} is waiting for you!!",
            "hey guys, new {}: join us",
            "(only {})",
            "we have \"{}\" here",
            "大家来玩 {} 吧",
            "first line\n{}\nlast line",
        ],
        Tongue::Chinese => &[
            "大家快来玩{}吧",
            "{}",
            "今晚有{},要的找我",
            "群里有人发{}吗",
            "正规{},信誉第一。",
            "come here {} ok",
            "【{}】欢迎咨询",
            "我们提供{}服务",
            "不要相信{}!",
        ],
        Tongue::Korean => &[
            "오늘 {} 같이 해요",
            "{}",
            "여기 {} 추천합니다",
            "형님들 {}!",
            "진짜 {}에서 돈 벌었어요",
            "새로 생긴 {} 주소입니다",
            "try {} now",
            "[{}] 가입하세요",
        ],
    }
}
