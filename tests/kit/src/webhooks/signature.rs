//! Signatures, written from the specification ("Standard Webhooks", Verifying signatures) apart from the product's own.

use super::Received;
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{hmac, signature};

/// The three headers of a message, signed with a `whsec_` secret.
///
/// # Panics
/// When the secret is none.
pub fn sign(secret: &str, id: &str, timestamp: i64, body: &str) -> [(&'static str, String); 3] {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).expect("base64 behind whsec_");
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let tag = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    [
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", format!("v1,{}", STANDARD.encode(tag))),
    ]
}

/// Did who holds the key sign it?
pub(super) fn fits(key: &str, received: &Received) -> bool {
    let mut content = format!("{}.{}.", received.id, received.timestamp).into_bytes();
    content.extend_from_slice(&received.body);
    let Some((prefix, text)) = key.split_once('_') else { return false };
    let Ok(key) = STANDARD.decode(text) else { return false };
    received.signature.split(' ').filter_map(|one| one.split_once(',')).any(|(version, text)| {
        let Ok(bytes) = STANDARD.decode(text) else { return false };
        match (prefix, version) {
            ("whsec", "v1") => hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), &content, &bytes).is_ok(),
            ("whpk", "v1a") => {
                signature::UnparsedPublicKey::new(&signature::ED25519, &key).verify(&content, &bytes).is_ok()
            }
            _ => false,
        }
    })
}
