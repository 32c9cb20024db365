//! Passwords for one grant.

use crate::failure::Failure;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use countersign_engine::ports::Secret;
use ring::rand::{SecureRandom, SystemRandom};

/// 216 random bits: 36 characters that need no escaping in a URL, a shell or a connection string.
pub(crate) fn generate() -> Result<Secret, Failure> {
    let mut bytes = [0_u8; 27];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Failure::Untouched("the operating system gave no random bytes".to_owned()))?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// What the server keeps instead of the password. Sent in its place, so that no statement log ever shows the password.
pub(crate) fn verifier(password: &Secret) -> String {
    postgres_protocol::password::scram_sha_256(password.expose().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_url_safe_and_never_twice_the_same() {
        let (one, two) = (generate().unwrap(), generate().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.expose().len(), 36);
        assert!(one.expose().chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        assert!(verifier(&one).starts_with("SCRAM-SHA-256$"));
        assert!(!verifier(&one).contains(one.expose()));
    }
}
