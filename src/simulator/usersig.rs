//! Takes a UserSig apart and judges it, from the published description alone.
//!
//! Shares no line with the code that makes ours, so that the two check each other.

use super::refusal::Refusal;
use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::read::ZlibDecoder;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use std::io::Read;

/// No honest UserSig unpacks to more.
const MAX_UNPACKED: u64 = 16 * 1024;

/// What is packed into a UserSig.
#[derive(Debug, Deserialize)]
struct Ticket {
    #[serde(rename = "TLS.ver")]
    version: String,
    #[serde(rename = "TLS.identifier")]
    identifier: String,
    #[serde(rename = "TLS.sdkappid")]
    sdk_app_id: u64,
    #[serde(rename = "TLS.expire")]
    expire: u64,
    #[serde(rename = "TLS.time")]
    time: u64,
    #[serde(rename = "TLS.userbuf")]
    userbuf: Option<String>,
    #[serde(rename = "TLS.sig")]
    signature: String,
}

impl Ticket {
    fn unpack(usersig: &str) -> Option<Self> {
        let standard: Option<String> = usersig
            .chars()
            .map(|character| match character {
                '*' => Some('+'),
                '-' => Some('/'),
                '_' => Some('='),
                // The platform's alphabet replaces these; where they stand, another was used.
                '+' | '/' | '=' => None,
                other => Some(other),
            })
            .collect();
        let packed = STANDARD.decode(standard?).ok()?;
        let mut json = Vec::new();
        ZlibDecoder::new(packed.as_slice()).take(MAX_UNPACKED).read_to_end(&mut json).ok()?;
        serde_json::from_slice(&json).ok()
    }

    fn is_signed_with(&self, secret_key: &str) -> bool {
        let mut signed = format!(
            "TLS.identifier:{}\nTLS.sdkappid:{}\nTLS.time:{}\nTLS.expire:{}\n",
            self.identifier, self.sdk_app_id, self.time, self.expire
        );
        if let Some(userbuf) = &self.userbuf {
            signed += &format!("TLS.userbuf:{userbuf}\n");
        }
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret_key.as_bytes()) else {
            return false;
        };
        mac.update(signed.as_bytes());
        STANDARD.decode(&self.signature).is_ok_and(|told| mac.verify_slice(&told).is_ok())
    }
}

/// When the `usersig` was signed (Unix seconds) that lets `identifier` into the app at `now`.
pub(super) fn check(
    usersig: &str,
    sdk_app_id: u64,
    identifier: &str,
    secret_key: &str,
    now: u64,
) -> Result<u64, Refusal> {
    let ticket = Ticket::unpack(usersig).ok_or(Refusal::SIG_UNREADABLE)?;
    let refusals = [
        (ticket.version != "2.0", Refusal::SIG_UNREADABLE),
        (ticket.sdk_app_id != sdk_app_id, Refusal::SIG_OTHER_APP),
        (ticket.identifier != identifier, Refusal::SIG_OTHER_IDENTIFIER),
        (!ticket.is_signed_with(secret_key), Refusal::SIG_WRONG_KEY),
        (now >= ticket.time.saturating_add(ticket.expire), Refusal::SIG_EXPIRED),
    ];
    refusals
        .into_iter()
        .find(|(wrong, _)| *wrong)
        .map_or(Ok(ticket.time), |(_, refusal)| Err(refusal))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The public demo key of the platform's own SDK tests.
    const KEY: &str = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
    const PUBLISHED: &str = "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwjDB4pTsxIKCzBQlK0MTAyiAyKRWFGQWpQLFTU1NjeCiJZm5YDEzS0tDAyOYaHFmOtBM54KsUqeUwGLLqPK8UndHryCL-Lx8-1RPy7Ty1AijMk9f30hLk0x-r3CvSFulWgAPYy*9";
    const MADE: u64 = 1_569_910_200;

    fn ticket(
        identifier: &str,
        time: u64,
        expire: u64,
        userbuf: Option<&str>,
        sig: &str,
    ) -> Ticket {
        Ticket {
            version: "2.0".into(),
            identifier: identifier.into(),
            sdk_app_id: 1_400_000_000,
            expire,
            time,
            userbuf: userbuf.map(str::to_owned),
            signature: sig.into(),
        }
    }

    #[test]
    fn published_signatures_verify_and_altered_ones_do_not() {
        let vectors = [
            (
                KEY,
                ticket("0", MADE, 15_552_000, None, "CpjuBdQs9ZwnuGAJR8onoOeI9fweX2vIMMY94iOJWJY="),
            ),
            (
                KEY,
                ticket(
                    "0",
                    MADE,
                    15_552_000,
                    Some("YWJj"),
                    "bC3u5cuslSg8Ds7KY58mhSkTrxunrFu50dkdkCYH4i8=",
                ),
            ),
            (
                "test-secret-key-for-unit-testing",
                ticket(
                    "test-user-001",
                    1_756_800_000,
                    86_400,
                    None,
                    "DTc9wNgL5FnUWLSmVhhXlSDM+pFbAtoI8lm0Sg/EZvw=",
                ),
            ),
            (
                "key",
                ticket(
                    "user",
                    1_756_800_000,
                    86_400,
                    None,
                    "OqrqACQxKY1G+s3W3OcAunfFNFVQ10ZZyhGKas4K6es=",
                ),
            ),
            (
                KEY,
                ticket(
                    "administrator",
                    1_700_000_000,
                    86_400,
                    None,
                    "yLAe+w7WUeUuqbV9h/TX78u21oTGi+i9Zp1u3PpnY60=",
                ),
            ),
        ];
        for (key, mut ticket) in vectors {
            assert!(ticket.is_signed_with(key), "{ticket:?}");
            assert!(!ticket.is_signed_with("another key"));
            ticket.expire += 1;
            assert!(!ticket.is_signed_with(key), "the life is signed too");
        }
    }

    #[test]
    fn the_published_usersig_is_judged_by_each_of_its_parts() {
        let check = |usersig, app, identifier, key, now| {
            check(usersig, app, identifier, key, now).map_err(|refusal| refusal.code)
        };
        assert_eq!(check(PUBLISHED, 1_400_000_000, "0", KEY, MADE), Ok(MADE));
        assert_eq!(check(PUBLISHED, 1_400_000_000, "0", KEY, MADE + 15_551_999), Ok(MADE));
        assert_eq!(check(PUBLISHED, 1_400_000_000, "0", KEY, MADE + 15_552_000), Err(70001));
        assert_eq!(check(PUBLISHED, 1_400_000_000, "0", "other", MADE), Err(70009));
        assert_eq!(check(PUBLISHED, 1_400_000_000, "1", KEY, MADE), Err(70013));
        assert_eq!(check(PUBLISHED, 1_400_000_001, "0", KEY, MADE), Err(70014));
        assert_eq!(check(&PUBLISHED[..80], 1_400_000_000, "0", KEY, MADE), Err(70003));
        assert_eq!(check("", 1_400_000_000, "0", KEY, MADE), Err(70003));
        let rfc_4648 = PUBLISHED.replace('-', "/").replace('*', "+");
        assert_eq!(check(&rfc_4648, 1_400_000_000, "0", KEY, MADE), Err(70003));
    }
}
