//! Slack's request signature, version 0: HMAC-SHA256 over `v0:{timestamp}:{raw body}` with the app's signing secret.

use countersign_engine::time::Timestamp;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};

/// Requests further from our clock than this are refused, in seconds (docs.slack.dev, "Verifying requests from Slack").
pub const WINDOW: i64 = 300;

/// The request is not proven to be Slack's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// No signature, or one that is none.
    #[error("the request is not signed")]
    Unsigned,
    /// Too old, or from the future.
    #[error("the request's timestamp is too far from now")]
    Stale,
    /// Signed with another secret, or changed on the way.
    #[error("the signature does not match")]
    Wrong,
}

/// Checks a request before anything of it is parsed (THREATS B01, D06). Constant in time.
pub fn verify(
    secret: &SecretString,
    timestamp: Option<&str>,
    signature: Option<&str>,
    body: &[u8],
    now: Timestamp,
) -> Result<(), Unproven> {
    let (stamp, signature) = timestamp.zip(signature).ok_or(Unproven::Unsigned)?;
    let at: i64 = stamp.parse().map_err(|_| Unproven::Unsigned)?;
    let tag = signature.strip_prefix("v0=").and_then(|hex| hex::decode(hex).ok()).ok_or(Unproven::Unsigned)?;
    if now.timestamp().abs_diff(at) > WINDOW.unsigned_abs() {
        return Err(Unproven::Stale);
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
    let signed = [b"v0:", stamp.as_bytes(), b":", body].concat();
    hmac::verify(&key, &signed, &tag).map_err(|_| Unproven::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    /// The worked example of Slack's own documentation.
    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const STAMP: &str = "1531420618";
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

    fn check(stamp: Option<&str>, signature: Option<&str>, body: &str, skew: i64) -> Result<(), Unproven> {
        let now = DateTime::from_timestamp(1_531_420_618 + skew, 0).unwrap();
        verify(&SECRET.to_owned().into(), stamp, signature, body.as_bytes(), now)
    }

    #[test]
    fn takes_the_documented_example() {
        assert_eq!(check(Some(STAMP), Some(SIGNATURE), BODY, 0), Ok(()));
    }

    #[test]
    fn abuse_b01_only_five_minutes_either_way() {
        for (skew, answer) in [(300, Ok(())), (-300, Ok(())), (301, Err(Unproven::Stale)), (-301, Err(Unproven::Stale))]
        {
            assert_eq!(check(Some(STAMP), Some(SIGNATURE), BODY, skew), answer, "{skew}");
        }
        assert_eq!(check(Some("-9223372036854775808"), Some(SIGNATURE), BODY, 0), Err(Unproven::Stale));
    }

    #[test]
    fn abuse_d06_anything_else_is_unproven() {
        assert_eq!(check(None, Some(SIGNATURE), BODY, 0), Err(Unproven::Unsigned));
        assert_eq!(check(Some(STAMP), None, BODY, 0), Err(Unproven::Unsigned));
        for signature in ["", "v0=", "v0=zz", "v1=a2", &SIGNATURE[3..]] {
            assert!(check(Some(STAMP), Some(signature), BODY, 0).is_err(), "{signature}");
        }
        assert_eq!(check(Some(STAMP), Some(SIGNATURE), &BODY.replace("text=", "text=x"), 0), Err(Unproven::Wrong));
        assert_eq!(check(Some("01531420618"), Some(SIGNATURE), BODY, 0), Err(Unproven::Wrong));
    }
}
