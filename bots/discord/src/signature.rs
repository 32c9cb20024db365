//! Discord's request signature: Ed25519 over `{timestamp}{raw body}` with the application's key
//! (discord.com/developers, "Interactions Overview", Validating Security Request Headers).

use countersign_engine::time::Timestamp;
use ed25519_dalek::{Signature, VerifyingKey};

/// Requests further from our clock than this are refused, in seconds. Discord asks for no such check: an old signature
/// stays valid for ever without it.
pub const WINDOW: u64 = 300;

/// The request is not proven to be Discord's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// No signature, or one that is none.
    #[error("the request is not signed")]
    Unsigned,
    /// Too old, or from the future.
    #[error("the request's timestamp is too far from now")]
    Stale,
    /// Signed with another key, or changed on the way.
    #[error("the signature does not match")]
    Wrong,
}

/// The application's key, from its 64 hexadecimal digits; `None` when it is none, or one that proves nothing.
pub fn key(hex: &str) -> Option<VerifyingKey> {
    let bytes: [u8; 32] = hex::decode(hex).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak())
}

/// Checks a request before anything of it is parsed (THREATS B01, D11). Strict: no second encoding of a signature or of a
/// key passes.
pub fn verify(
    key: &VerifyingKey,
    timestamp: Option<&str>,
    signature: Option<&str>,
    body: &[u8],
    now: Timestamp,
) -> Result<(), Unproven> {
    let (stamp, signature) = timestamp.zip(signature).ok_or(Unproven::Unsigned)?;
    let digits = (1..=12).contains(&stamp.len()) && stamp.bytes().all(|b| b.is_ascii_digit());
    let at: i64 = stamp.parse().ok().filter(|_| digits).ok_or(Unproven::Unsigned)?;
    let bytes: [u8; 64] =
        hex::decode(signature).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(Unproven::Unsigned)?;
    if now.timestamp().abs_diff(at) > WINDOW {
        return Err(Unproven::Stale);
    }
    let signed = [stamp.as_bytes(), body].concat();
    key.verify_strict(&signed, &Signature::from_bytes(&bytes)).map_err(|_| Unproven::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use ed25519_dalek::{Signer, SigningKey};

    const NOW: i64 = 1_772_560_800;
    const BODY: &[u8] = br#"{"type":1}"#;

    fn check(stamp: &str, signature: &str, body: &[u8]) -> Result<(), Unproven> {
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key();
        verify(&key, Some(stamp), Some(signature), body, DateTime::from_timestamp(NOW, 0).unwrap())
    }
    fn sign(stamp: &str) -> String {
        hex::encode(SigningKey::from_bytes(&[7; 32]).sign(&[stamp.as_bytes(), BODY].concat()).to_bytes())
    }

    #[test]
    fn abuse_b01_only_five_minutes_either_way() {
        for (skew, answer) in
            [(0, Ok(())), (300, Ok(())), (-300, Ok(())), (301, Err(Unproven::Stale)), (-301, Err(Unproven::Stale))]
        {
            let stamp = (NOW + skew).to_string();
            assert_eq!(check(&stamp, &sign(&stamp), BODY), answer, "{skew}");
        }
    }

    #[test]
    fn abuse_d11_anything_else_is_unproven() {
        let (stamp, good) = (NOW.to_string(), sign(&NOW.to_string()));
        let flipped = |at: usize| {
            let mut bytes = hex::decode(&good).unwrap();
            bytes[at] ^= 1;
            hex::encode(bytes)
        };
        for signature in ["", "zz", &good[2..], &format!("{good}00")] {
            assert_eq!(check(&stamp, signature, BODY), Err(Unproven::Unsigned), "{signature}");
        }
        for at in [0, 31, 32, 63] {
            assert_eq!(check(&stamp, &flipped(at), BODY), Err(Unproven::Wrong), "{at}");
        }
        for body in [&b""[..], b" {\"type\":1}", b"{\"type\":2}"] {
            assert_eq!(check(&stamp, &good, body), Err(Unproven::Wrong));
        }
        for odd in ["", "x", "-1", "+1772560800", "1772560800 ", "1772560800.0", "9999999999999"] {
            assert_eq!(check(odd, &sign(odd), BODY), Err(Unproven::Unsigned), "{odd}");
        }
        assert_eq!(check("01772560800", &good, BODY), Err(Unproven::Wrong), "the very bytes were signed");
    }

    /// A key of small order, under which one signature fits any text.
    #[test]
    fn abuse_d11_weak_keys_are_no_keys() {
        for hex in ["", "00", &"0".repeat(64), &format!("01{}", "0".repeat(62)), &"z".repeat(64)] {
            assert_eq!(key(hex), None, "{hex}");
        }
    }
}
