//! Signatures of the Standard Webhooks specification (standard-webhooks.com, "Verifying signatures"): over
//! `{id}.{timestamp}.{body}`, `v1` with HMAC-SHA256 and `v1a` with Ed25519, several separated by spaces.
//!
//! Own code, because the reference crate took empty secrets and ids with a dot, with which two different messages have
//! one signature (THREATS D09).

mod keys;
mod sign;
mod verify;

pub use keys::{BadKey, Scheme, new_key_pair, new_secret};
pub use sign::{MessageId, Signer};
pub use verify::{BadSignature, Presented, TOLERANCE, Verifier};

/// What is signed.
fn signed_content(id: &str, timestamp: i64, body: &[u8]) -> Vec<u8> {
    [format!("{id}.{timestamp}.").as_bytes(), body].concat()
}
