//! Checks what we are sent.

use super::{
    keys::{BadKey, Key, parse},
    signed_content,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    hmac,
    signature::{ED25519, UnparsedPublicKey},
};
use std::fmt;

/// How far a message's moment may be from ours, in seconds (the specification's libraries use five minutes).
pub const TOLERANCE: i64 = 300;
/// Signatures that are looked at; more would only cost time.
const SIGNATURES: usize = 16;

/// The three headers of a message.
#[derive(Clone, Copy, Debug, Default)]
pub struct Presented<'a> {
    /// `webhook-id`
    pub id: &'a str,
    /// `webhook-timestamp`
    pub timestamp: &'a str,
    /// `webhook-signature`
    pub signature: &'a str,
}

/// Why a message is not believed. Says nothing that helps to forge one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// A header is missing or malformed.
    #[error("the headers webhook-id, webhook-timestamp and webhook-signature must be there and well-formed")]
    Malformed,
    /// The moment is more than five minutes from ours.
    #[error("webhook-timestamp is more than five minutes from the server's clock")]
    Stale,
    /// No signature fits any key.
    #[error("webhook-signature fits no key of this hook")]
    Wrong,
}

/// The keys of a sender. Any of them may have signed, so that the sender can change theirs at leisure.
pub struct Verifier(Vec<Checking>);

enum Checking {
    Hmac(hmac::Key),
    Ed25519([u8; 32]),
}

/// Shows no key.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({} keys)", self.0.len())
    }
}

impl Verifier {
    /// From `whsec_...` and `whpk_...` keys, separated by spaces. Errors: there is none, or one is wrong (rule 45).
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let checking = |key| match key {
            Key::Secret(key) => Ok(Checking::Hmac(key)),
            Key::Public(key) => Ok(Checking::Ed25519(key)),
            Key::Private(_) => Err(BadKey("whsk_ is the sender's private key; the public one is whpk_".into())),
        };
        parse(text)?.into_iter().map(checking).collect::<Result<_, _>>().map(Self)
    }
    /// And these, which are on their way out.
    pub fn and(mut self, previous: Self) -> Self {
        self.0.extend(previous.0);
        self
    }

    /// Is the message from who holds the keys, and not older than it may be? `now` in seconds since 1970.
    pub fn verify(&self, presented: Presented<'_>, body: &[u8], now: i64) -> Result<(), BadSignature> {
        let Presented { id, timestamp, signature } = presented;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        let well_formed = (1..=128).contains(&id.len()) && id.bytes().all(plain) && !signature.is_empty();
        let digits = (1..=12).contains(&timestamp.len()) && timestamp.bytes().all(|b| b.is_ascii_digit());
        let moment = timestamp.parse::<i64>().ok().filter(|m| well_formed && digits && m.to_string() == timestamp);
        let moment = moment.ok_or(BadSignature::Malformed)?;
        if (now - moment).abs() > TOLERANCE {
            return Err(BadSignature::Stale);
        }
        let content = signed_content(id, moment, body);
        let fits = signature.split(' ').take(SIGNATURES).any(|one| self.fits(one, &content));
        if fits { Ok(()) } else { Err(BadSignature::Wrong) }
    }

    fn fits(&self, signature: &str, content: &[u8]) -> bool {
        let Some((version, text)) = signature.split_once(',') else { return false };
        let Ok(bytes) = STANDARD.decode(text) else { return false };
        self.0.iter().any(|key| match key {
            Checking::Hmac(key) => version == "v1" && hmac::verify(key, content, &bytes).is_ok(),
            Checking::Ed25519(key) => {
                version == "v1a" && UnparsedPublicKey::new(&ED25519, key).verify(content, &bytes).is_ok()
            }
        })
    }
}
