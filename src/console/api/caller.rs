//! Who asks: the token of a request, looked up anew each time, so that a revoked one is refused from then on.

use super::problem::{Code, Problem};
use crate::acts::token::recognise;
use crate::console::Console;
use crate::store::Role;
use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;

/// Who holds a token that may be used.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The token's name: who the audit says it was.
    pub name: String,
    pub role: Role,
    /// The app that it is bound to.
    pub sdk_app_id: Option<u64>,
}

/// Lookups in vain within [`WHILE`], beyond which only tokens are looked up that were good before.
const PATIENCE: u32 = 100;
const WHILE: Duration = Duration::from_secs(10);

/// Keeps whoever tries tokens from keeping the database busy. Nobody guesses 256 random bits.
#[derive(Debug, Default)]
pub struct Doorman(Mutex<Watched>);

#[derive(Debug, Default)]
struct Watched {
    since: Option<Instant>,
    failures: u32,
    /// The hashes of tokens that were good.
    good: HashSet<[u8; 32]>,
}

impl Doorman {
    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lets_by(&self, hash: &[u8; 32]) -> bool {
        let mut watched = self.watched();
        if watched.since.is_some_and(|since| since.elapsed() >= WHILE) {
            (watched.since, watched.failures) = (None, 0);
        }
        watched.failures < PATIENCE || watched.good.contains(hash)
    }

    fn note(&self, hash: [u8; 32], good: bool) {
        let mut watched = self.watched();
        if good {
            watched.good.insert(hash);
        } else {
            watched.good.remove(&hash);
            watched.since.get_or_insert_with(Instant::now);
            watched.failures += 1;
        }
    }
}

/// Finds out who asks.
///
/// # Errors
/// When nobody does who may; the same words whatever is wrong.
pub async fn identify(request: &HttpRequest, console: &Console) -> Result<Caller, Problem> {
    let nobody = || Problem::new(Code::Unauthenticated, "give a token that may be used");
    let hash = bearer(request).and_then(recognise).ok_or_else(nobody)?;
    if !console.doorman.lets_by(&hash) {
        return Err(Problem::new(Code::TooManyFailures, "too many unknown tokens came lately"));
    }
    let now = jiff::Timestamp::now().as_millisecond();
    let found = console.reader.token(&hash).await?;
    let found = found.filter(|token| bool::from(token.hash.ct_eq(&hash)));
    let good = found.filter(|token| token.state(now) == "live");
    console.doorman.note(hash, good.is_some());
    let token = good.ok_or_else(nobody)?;
    if token.is_news(now) {
        let (store, id) = (console.parts.store.clone(), token.id.clone());
        // Nobody waits for it, and where it is lost the next request notes it.
        console.runtime.spawn(async move { store.token_used(&id).await });
    }
    Ok(Caller { name: token.name, role: token.role, sdk_app_id: token.sdk_app_id })
}

/// The token of `Authorization: Bearer …`, if there is one such header and no other.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let (header, None) = (headers.next()?, headers.next()) else { return None };
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
