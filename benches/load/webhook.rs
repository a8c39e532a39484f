//! The webhooks of the load: bodies as the platform writes them, under a true `Sign`.

use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

pub const APP: u64 = 1_400_000_001;
pub const SECRET: &str = "bench";
pub const TOKEN: &str = "bench";
/// Messages are spread over so many groups.
const GROUPS: u64 = 500;

const CLEAN: [&str; 6] = [
    "good morning everyone, did you see the match last night?",
    "明天下午三点在会议室开会，大家别忘了带上季度报告",
    "오늘 저녁에 시간 되면 같이 밥 먹을래요? 새로 생긴 식당이 있어요",
    "the build is green again, thanks for the quick fix 👍",
    "谢谢大家的帮助，我已经到家了",
    "내일 회의는 두 시로 옮겼습니다. 자료는 위키에 올려 두었어요.",
];

/// What everybody's text stands beside.
pub fn offence(number: u64) -> String {
    format!("join our casino today, the first {number} get a bonus")
}

/// Requests of one kind, one after the other.
pub struct Webhooks {
    offences: bool,
    next: u64,
    step: u64,
    host: String,
    signed_at: u64,
    sign: String,
    body: String,
}

impl Webhooks {
    /// Numbers `first`, `first + step` and so on, so that several makers never say the same.
    pub fn new(offences: bool, host: &str, first: u64, step: u64) -> Self {
        let (sign, body) = (String::new(), String::new());
        Self { offences, next: first, step, host: host.to_owned(), signed_at: 0, sign, body }
    }

    /// Writes the next request, head and body.
    pub fn write(&mut self, request: &mut Vec<u8>) {
        let number = self.next;
        self.next += self.step;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let seconds = (now / 1000) as u64;
        if self.signed_at != seconds {
            self.signed_at = seconds;
            self.sign = hex::encode(Sha256::digest(format!("{TOKEN}{seconds}")));
        }
        self.write_body(number, now as u64);
        let (host, sign, body) = (&self.host, &self.sign, &self.body);
        request.clear();
        // Writing to memory cannot fail.
        let _ = std::io::Write::write_fmt(
            request,
            format_args!(
                "POST /webhook?SdkAppid={APP}&CallbackCommand=Group.CallbackAfterSendMsg&contenttype=json\
                 &ClientIP=203.0.113.7&OptPlatform=Android&RequestID=018f{number:028x}\
                 &Sign={sign}&RequestTime={seconds} HTTP/1.1\r\nHost: {host}\r\n\
                 User-Agent: webhook\r\nAccept: */*\r\nContent-Type: application/json\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        );
    }

    fn write_body(&mut self, number: u64, now: u64) {
        let (group, seq, member) = (number % GROUPS, number / GROUPS + 1, number % 9_973);
        let text = match self.offences {
            true => offence(number),
            false => CLEAN[(number % CLEAN.len() as u64) as usize].to_owned(),
        };
        let seconds = now / 1000;
        self.body.clear();
        let _ = write!(
            self.body,
            r#"{{"CallbackCommand":"Group.CallbackAfterSendMsg","CloudCustomData":"","EventTime":{now},"From_Account":"member-{member}","GroupId":"@TGS#2BENCH{group}","MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{text}"}}}}],"MsgId":"{seq}-{seconds}-2804711796","MsgPriority":"Normal","MsgSeq":{seq},"MsgTime":{seconds},"OnlineOnlyFlag":0,"Operator_Account":"member-{member}","Random":2804711796,"Type":"Public"}}"#
        );
    }
}
