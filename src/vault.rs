//! Seals what a grant delivers until its holder has seen it once.

use countersign_engine::ports::Secret;
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use std::sync::Arc;

/// Seals and opens with one key (ChaCha20-Poly1305, RFC 8439, a random nonce before each sealed text).
#[derive(Clone)]
pub struct Vault {
    key: Arc<LessSafeKey>,
}

/// The system could not seal: no randomness, or no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret could not be sealed")]
pub struct CannotSeal;

impl Vault {
    /// From a 32-byte key.
    pub fn new(key: &[u8; 32]) -> Result<Self, CannotSeal> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).map_err(|_| CannotSeal)?;
        Ok(Self { key: Arc::new(LessSafeKey::new(key)) })
    }

    /// Sealed for `context`, which must be given again to open it.
    pub fn seal(&self, secret: &Secret, context: &str) -> Result<Vec<u8>, CannotSeal> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| CannotSeal)?;
        let mut sealed = secret.expose().as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut sealed)
            .map_err(|_| CannotSeal)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// `None` when it was sealed with another key or for another context.
    pub fn open(&self, sealed: &[u8], context: &str) -> Option<Secret> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut rest = rest.to_vec();
        let plain = self.key.open_in_place(nonce, Aad::from(context), &mut rest).ok()?;
        String::from_utf8(plain.to_vec()).ok().map(Secret::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_the_same_key_and_context() {
        let vault = Vault::new(&[7; 32]).unwrap();
        let secret = Secret::new("pa55");
        let sealed = vault.seal(&secret, "request one").unwrap();
        assert_eq!(vault.open(&sealed, "request one"), Some(secret));
        assert_eq!(vault.open(&sealed, "request two"), None);
        assert_eq!(Vault::new(&[8; 32]).unwrap().open(&sealed, "request one"), None);
        assert_eq!(vault.open(&sealed[..5], "request one"), None);
        let mut bent = sealed;
        bent[15] ^= 1;
        assert_eq!(vault.open(&bent, "request one"), None);
    }
}
