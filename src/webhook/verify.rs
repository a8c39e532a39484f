//! Who called: the query of a webhook, checked before its body is read. Pure: the clock is passed in.
//!
//! `Sign` is hex SHA-256 of token and `RequestTime` (EN-34354). It covers neither the body nor the other
//! parameters, so what passes here is a hint about a message, never the truth about it.

use arc_swap::ArcSwapOption;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use subtle::{Choice, ConstantTimeEq};

/// Longer than any time in seconds will be, shorter than what a length extension appends.
const TIME_DIGITS: usize = 12;

/// An app as the webhook knows it.
#[derive(Debug)]
pub struct App {
    pub sdk_app_id: u64,
    /// Its name in our settings.
    pub name: String,
    pub signature: Signature,
}

/// How an app's webhooks are signed.
#[derive(Debug)]
pub enum Signature {
    /// By the current token, or the one before it while it is being changed.
    Token { current: SecretString, previous: Option<SecretString> },
    /// Not at all, and the operator knows: whoever reaches the address can post.
    Unsigned,
}

/// Why a caller was turned away. Told to the operator, never to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// `SdkAppid` is missing, malformed, or not one of ours.
    App,
    /// The query names one parameter twice, with different values.
    Ambiguous,
    /// No `Sign` or `RequestTime`.
    Unsigned,
    /// `RequestTime` is not a plain decimal number.
    Time,
    /// `Sign` fits no token.
    Sign,
    /// A true `Sign`, this many seconds old (negative: from the future): a replay, or a wrong clock.
    Stale(i64),
}

/// The parameters of a webhook's query that mean something to us.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Query<'q> {
    sdk_app_id: Option<Cow<'q, [u8]>>,
    command: Option<Cow<'q, [u8]>>,
    sign: Option<Cow<'q, [u8]>>,
    request_time: Option<Cow<'q, [u8]>>,
}

impl<'q> Query<'q> {
    /// Reads a raw query string. Names may come in any letter case.
    ///
    /// # Errors
    /// [`Refusal::Ambiguous`]: whoever stands between could have read the other value.
    pub fn parse(query: &'q str) -> Result<Self, Refusal> {
        let mut read = Self::default();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let name = decode(name);
            let slot = match () {
                () if name.eq_ignore_ascii_case(b"SdkAppid") => &mut read.sdk_app_id,
                () if name.eq_ignore_ascii_case(b"CallbackCommand") => &mut read.command,
                () if name.eq_ignore_ascii_case(b"Sign") => &mut read.sign,
                () if name.eq_ignore_ascii_case(b"RequestTime") => &mut read.request_time,
                () => continue,
            };
            let value = decode(value);
            match slot {
                Some(first) if *first != value => return Err(Refusal::Ambiguous),
                slot => *slot = Some(value),
            }
        }
        Ok(read)
    }

    /// `CallbackCommand`, if told.
    pub fn command(&self) -> Option<Cow<'_, str>> {
        let command = self.command.as_deref().map(String::from_utf8_lossy);
        command.filter(|command| !command.is_empty())
    }
}

/// The apps a webhook may come from.
#[derive(Debug)]
pub struct Apps {
    by_id: HashMap<u64, (App, Signs)>,
    max_age: u64,
}

impl Apps {
    /// `max_age`: how far `RequestTime` may be from our clock, either way.
    pub fn new(apps: impl IntoIterator<Item = App>, max_age: Duration) -> Self {
        let by_id = apps.into_iter().map(|app| (app.sdk_app_id, (app, Signs::default()))).collect();
        Self { by_id, max_age: max_age.as_secs() }
    }

    /// The app that the query names, whoever signed it.
    pub fn named(&self, query: &Query<'_>) -> Option<&App> {
        self.find(query).map(|(app, _)| app)
    }

    fn find(&self, query: &Query<'_>) -> Option<&(App, Signs)> {
        self.by_id.get(&decimal(query.sdk_app_id.as_deref()?)?)
    }

    /// The app that sent this, at `now` (Unix seconds).
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn verify(&self, query: &Query<'_>, now: i64) -> Result<&App, Refusal> {
        let (app, signs) = self.find(query).ok_or(Refusal::App)?;
        let Signature::Token { current, previous } = &app.signature else { return Ok(app) };
        let (Some(sign), Some(time)) = (&query.sign, &query.request_time) else {
            return Err(Refusal::Unsigned);
        };
        let seconds = decimal(time).filter(|_| time.len() <= TIME_DIGITS).ok_or(Refusal::Time)?;
        let mut given = [0; 32];
        hex::decode_to_slice(sign, &mut given).map_err(|_| Refusal::Sign)?;
        let known = signs.of(time);
        let pair = known
            .as_deref()
            .map_or_else(|| Pair::new(current, previous.as_ref(), time), |known| known.pair);
        if !pair.fits(&given) {
            return Err(Refusal::Sign);
        }
        let age = i128::from(now) - i128::from(seconds);
        if age.unsigned_abs() > u128::from(self.max_age) {
            return Err(Refusal::Stale(i64::try_from(age).unwrap_or(i64::MIN)));
        }
        if known.is_none() {
            signs.keep(time, pair);
        }
        Ok(app)
    }
}

/// What an app's webhooks of the newest second are signed with: all webhooks of one second have the same `Sign`.
///
/// Kept only once somebody knew it, so that nobody without the token can have it replaced.
#[derive(Debug, Default)]
struct Signs(ArcSwapOption<Known>);

#[derive(Debug)]
struct Known {
    /// `RequestTime` as it was written.
    time: Box<[u8]>,
    pair: Pair,
}

impl Signs {
    fn of(&self, time: &[u8]) -> Option<Arc<Known>> {
        self.0.load().as_ref().filter(|known| *known.time == *time).cloned()
    }

    fn keep(&self, time: &[u8], pair: Pair) {
        self.0.store(Some(Arc::new(Known { time: time.into(), pair })));
    }
}

/// The two values that `Sign` may have.
#[derive(Clone, Copy)]
struct Pair([[u8; 32]; 2]);

impl Pair {
    fn new(current: &SecretString, previous: Option<&SecretString>, time: &[u8]) -> Self {
        Self([expected(current, time), expected(previous.unwrap_or(current), time)])
    }

    /// Both are always compared: the time this takes tells nothing about which one fits.
    fn fits(&self, given: &[u8; 32]) -> bool {
        let [current, previous] = self.0.map(|sign| -> Choice { sign.ct_eq(given) });
        bool::from(current | previous)
    }
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pair(..)")
    }
}

fn expected(token: &SecretString, time: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(token.expose_secret()).chain_update(time).finalize().into()
}

/// A number of ASCII digits and nothing else: no sign, no space, no point.
fn decimal(text: &[u8]) -> Option<u64> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    digits.then(|| std::str::from_utf8(text).ok()?.parse().ok())?
}

/// Undoes percent-encoding. A `+` stays a plus: this is a query of a URL, not a form.
fn decode(text: &str) -> Cow<'_, [u8]> {
    if !text.contains('%') {
        return Cow::Borrowed(text.as_bytes());
    }
    let (bytes, mut decoded, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        let mut octet = [0; 1];
        let encoded = byte == b'%'
            && bytes
                .get(at + 1..at + 3)
                .is_some_and(|hex| hex::decode_to_slice(hex, &mut octet).is_ok());
        decoded.push(if encoded { octet[0] } else { byte });
        at += if encoded { 3 } else { 1 };
    }
    Cow::Owned(decoded)
}
