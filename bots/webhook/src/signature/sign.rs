//! Signs what we send.

use super::{
    keys::{BadKey, Key, Scheme, parse},
    signed_content,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{hmac, signature::Ed25519KeyPair};
use std::fmt;

/// The name of a message, the same at every attempt: letters, digits and `_`. A dot would let two messages share a
/// signature (THREATS D09).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId(String);

impl MessageId {
    /// `None` when the text cannot be one.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let fits = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        fits.then_some(Self(text))
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The keys that sign; each of them signs every message, so that receivers can change theirs at leisure.
pub struct Signer(Vec<Signing>);

enum Signing {
    Hmac(hmac::Key),
    Ed25519(Box<Ed25519KeyPair>),
}

/// Shows no key.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signer").field(&self.schemes()).finish()
    }
}

impl Signer {
    /// From `whsec_...` and `whsk_...` keys, separated by spaces. Errors: there is none, or one is wrong.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let signing = |key| match key {
            Key::Secret(key) => Ok(Signing::Hmac(key)),
            Key::Private(pair) => Ok(Signing::Ed25519(pair)),
            Key::Public(_) => {
                Err(BadKey("whpk_ is the public half, which cannot sign; the private one is whsk_".into()))
            }
        };
        parse(text)?.into_iter().map(signing).collect::<Result<_, _>>().map(Self)
    }
    /// And these, which are on their way out.
    pub fn and(mut self, previous: Self) -> Self {
        self.0.extend(previous.0);
        self
    }
    /// How it signs, in order of its keys.
    pub fn schemes(&self) -> Vec<Scheme> {
        let scheme = |key: &Signing| match key {
            Signing::Hmac(_) => Scheme::Hmac,
            Signing::Ed25519(_) => Scheme::Ed25519,
        };
        self.0.iter().map(scheme).collect()
    }
    /// The value of `webhook-signature`. `timestamp` is the moment of this attempt, in seconds since 1970.
    pub fn sign(&self, id: &MessageId, timestamp: i64, body: &[u8]) -> String {
        let content = signed_content(id.as_str(), timestamp, body);
        let sign = |key: &Signing| match key {
            Signing::Hmac(key) => format!("v1,{}", STANDARD.encode(hmac::sign(key, &content))),
            Signing::Ed25519(pair) => format!("v1a,{}", STANDARD.encode(pair.sign(&content))),
        };
        self.0.iter().map(sign).collect::<Vec<_>>().join(" ")
    }
}
