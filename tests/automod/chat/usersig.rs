//! UserSig: the published vectors, and when a new one is made.

use super::*;
use base64::{Engine, engine::general_purpose::STANDARD};
use chat_automod::chat::Class;
use chat_automod::chat::usersig::{Claim, Signer};
use chat_automod::simulator::{Command, Fault, Post};
use secrecy::ExposeSecret;
use std::io::Read;

/// The public demo key of the platform's own SDK tests.
const DEMO_KEY: &str = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
/// Made by the platform's own Python for identifier `0` of app 1400000000.
const PUBLISHED: &str = "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwjDB4pTsxIKCzBQlK0MTAyiAyKRWFGQWpQLFTU1NjeCiJZm5YDEzS0tDAyOYaHFmOtBM54KsUqeUwGLLqPK8UndHryCL-Lx8-1RPy7Ty1AijMk9f30hLk0x-r3CvSFulWgAPYy*9";

fn claim(identifier: &str, made_at: u64, life: u64) -> Claim<'_> {
    Claim { sdk_app_id: 1_400_000_000, identifier, made_at, life }
}

fn unpacked(usersig: &str) -> serde_json::Value {
    assert!(!usersig.contains(['+', '/', '=']), "{usersig}");
    let standard = usersig.replace('*', "+").replace('-', "/").replace('_', "=");
    let packed = STANDARD.decode(standard).unwrap();
    let mut json = String::new();
    flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_string(&mut json).unwrap();
    serde_json::from_str(&json).unwrap()
}

#[test]
fn signatures_are_those_of_the_published_vectors() {
    let vectors = [
        (
            DEMO_KEY,
            claim("0", 1_569_910_200, 15_552_000),
            "CpjuBdQs9ZwnuGAJR8onoOeI9fweX2vIMMY94iOJWJY=",
        ),
        (
            "test-secret-key-for-unit-testing",
            claim("test-user-001", 1_756_800_000, 86_400),
            "DTc9wNgL5FnUWLSmVhhXlSDM+pFbAtoI8lm0Sg/EZvw=",
        ),
        (
            "key",
            claim("user", 1_756_800_000, 86_400),
            "OqrqACQxKY1G+s3W3OcAunfFNFVQ10ZZyhGKas4K6es=",
        ),
        (
            DEMO_KEY,
            claim("administrator", 1_700_000_000, 86_400),
            "yLAe+w7WUeUuqbV9h/TX78u21oTGi+i9Zp1u3PpnY60=",
        ),
    ];
    for (key, claim, expected) in vectors {
        let key = SecretString::from(key);
        assert_eq!(claim.signature(&key), expected, "{claim:?}");
        assert_eq!(unpacked(claim.sign(&key).expose_secret())["TLS.sig"], expected);
    }
}

#[test]
fn a_usersig_says_what_the_published_one_says() {
    let ours = claim("0", 1_569_910_200, 15_552_000).sign(&SecretString::from(DEMO_KEY));
    assert_eq!(unpacked(ours.expose_secret()), unpacked(PUBLISHED));
}

#[test]
fn one_usersig_serves_until_shortly_before_its_end() {
    let day = 24 * 60 * 60;
    let signer = Signer::new(APP, ADMIN.into(), SecretString::from(KEY), day);
    let at = |now| signer.current(now).expose_secret().to_owned();
    let first = at(1_000_000);
    assert_eq!(at(1_000_000 + day - 60 * 60 - 1), first);
    let second = at(1_000_000 + day - 60 * 60);
    assert_ne!(second, first, "made anew in its last hour");
    assert_ne!(at(1_000_000), second, "the clock was set back: a time to come may not be taken");
}

#[test]
fn of_many_who_hold_a_refused_usersig_one_makes_another() {
    let signer = Signer::new(APP, ADMIN.into(), SecretString::from(KEY), 60);
    let refused = signer.current(1_000);
    let renewed = signer.renew(&refused, 1_001);
    assert_ne!(renewed.expose_secret(), refused.expose_secret());
    assert_eq!(signer.renew(&refused, 1_002).expose_secret(), renewed.expose_secret());
}

#[tokio::test]
async fn an_expired_usersig_is_renewed_once_and_nobody_notices() {
    let platform = platform().await;
    let client = client(&platform);
    platform.send(Post::text(APP, "g", "u1", "hello")).await;
    for code in [70001, 20002, 60004, 60005] {
        platform.faults().next(Command::History, 1, Fault::Code(code));
        assert_eq!(present(&client, &key("g", 1)).await.seq, 1);
        platform.faults().next(Command::History, 2, Fault::Code(code));
        assert_eq!(client.read(&key("g", 1)).await.unwrap_err().code(), Some(code));
        assert!(platform.faults().are_spent());
    }
    assert_eq!(platform.calls().of(Command::History), 4 * 4, "once more each time, never twice");
}

#[tokio::test]
async fn clocks_a_day_apart_are_told_as_expiry_and_seen_in_a_probe() {
    let platform = platform().await;
    let client = client(&platform);
    assert!(client.probe().await.unwrap().skew().unwrap().abs() <= 60);
    platform.set_clock_ahead(25 * 60 * 60);
    let probe = client.probe().await.unwrap();
    assert_eq!(probe.refusal.as_ref().unwrap().class(), Class::Expired);
    let skew = probe.skew().unwrap() - 25 * 60 * 60;
    assert!(skew.abs() <= 60, "{skew}");
}

#[tokio::test]
async fn each_wrong_credential_has_its_code() {
    let platform = platform().await;
    let right = || credentials(&platform.base_url());
    let cases = [
        (Credentials { secret_key: SecretString::from("other"), ..right() }, 70009),
        (Credentials { admin: "somebody".into(), ..right() }, 60010),
        (Credentials { sdk_app_id: 1, ..right() }, 70020),
    ];
    for (credentials, code) in cases {
        let client = Client::new(credentials, TextKeys::default()).unwrap();
        let refusal = client.probe().await.unwrap().refusal.unwrap();
        assert_eq!((refusal.code(), refusal.class()), (Some(code), Class::Credentials));
    }
    assert!(client(&platform).probe().await.unwrap().refusal.is_none());
}
