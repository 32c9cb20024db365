//! Keys as people keep them: a prefix that says what it is, then base64.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    hmac,
    rand::{SecureRandom, SystemRandom},
    signature::{Ed25519KeyPair, KeyPair},
};

/// Shared secrets are this long, in bytes (the specification's bounds).
const SECRET: std::ops::RangeInclusive<usize> = 24..=64;

/// How a message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `v1`: HMAC-SHA256 with a secret that both sides hold.
    Hmac,
    /// `v1a`: Ed25519, whose public half only checks.
    Ed25519,
}

/// A key that is none. Never holds the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadKey(pub String);

/// One key of a text that holds one or several.
pub(super) enum Key {
    /// `whsec_`
    Secret(hmac::Key),
    /// `whsk_`
    Private(Box<Ed25519KeyPair>),
    /// `whpk_`
    Public([u8; 32]),
}

/// Reads keys that are separated by spaces. Errors: which of them is wrong, and why.
pub(super) fn parse(text: &str) -> Result<Vec<Key>, BadKey> {
    let keys: Vec<Key> = text
        .split_whitespace()
        .enumerate()
        .map(|(n, word)| one(word).map_err(|why| BadKey(format!("key {}: {why}", n + 1))))
        .collect::<Result<_, _>>()?;
    match keys.is_empty() {
        true => Err(BadKey("there is no key".into())),
        false => Ok(keys),
    }
}

fn one(word: &str) -> Result<Key, String> {
    let Some((prefix, text)) = word.split_once('_') else { return Err(unknown()) };
    if !["whsec", "whsk", "whpk"].contains(&prefix) {
        return Err(unknown());
    }
    let bytes = STANDARD.decode(text).map_err(|_| format!("what follows {prefix}_ is not base64"))?;
    match prefix {
        "whsec" if SECRET.contains(&bytes.len()) => Ok(Key::Secret(hmac::Key::new(hmac::HMAC_SHA256, &bytes))),
        "whsec" => Err(format!("a secret has 24 to 64 bytes, this one has {}", bytes.len())),
        "whsk" => private(&bytes),
        _ => match <[u8; 32]>::try_from(bytes.as_slice()) {
            Ok(public) => Ok(Key::Public(public)),
            Err(_) => Err(format!("a public key has 32 bytes, this one has {}", bytes.len())),
        },
    }
}

/// The seed of 32 bytes, or the seed with the public key behind it, as libraries write it.
fn private(bytes: &[u8]) -> Result<Key, String> {
    let pair = match bytes.len() {
        32 => Ed25519KeyPair::from_seed_unchecked(bytes),
        64 => Ed25519KeyPair::from_seed_and_public_key(&bytes[..32], &bytes[32..]),
        n => return Err(format!("a private key has 32 or 64 bytes, this one has {n}")),
    };
    pair.map(|pair| Key::Private(Box::new(pair)))
        .map_err(|_| "the public half does not belong to the private one".into())
}

fn unknown() -> String {
    "a key begins with whsec_, whsk_ or whpk_".into()
}

/// A new shared secret, `whsec_...`. `None` when the system has no randomness.
pub fn new_secret() -> Option<String> {
    let mut bytes = [0_u8; 32];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(format!("whsec_{}", STANDARD.encode(bytes)))
}

/// A new key pair: the private key that signs, `whsk_...`, and the public one for receivers, `whpk_...`. `None` when the
/// system has no randomness.
pub fn new_key_pair() -> Option<(String, String)> {
    let mut seed = [0_u8; 32];
    SystemRandom::new().fill(&mut seed).ok()?;
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).ok()?;
    let public = STANDARD.encode(pair.public_key().as_ref());
    Some((format!("whsk_{}", STANDARD.encode(seed)), format!("whpk_{public}")))
}
