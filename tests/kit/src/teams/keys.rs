//! Keys that sign activities, in the tests only: everybody has them, so they prove nothing outside of a test.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rsa::{KeyPair, PublicKeyComponents},
    signature::RSA_PKCS1_SHA256,
};
use serde_json::{Value, json};

/// A pair of test keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestKey {
    /// Published from the start.
    One,
    /// Published after a rotation.
    Two,
    /// Never published.
    Strangers,
}

impl TestKey {
    /// Its name in the key set.
    pub fn kid(self) -> &'static str {
        match self {
            Self::One => "test-key-one",
            Self::Two => "test-key-two",
            Self::Strangers => "test-key-stranger",
        }
    }

    fn pair(self) -> KeyPair {
        let pkcs8: &[u8] = match self {
            Self::One => include_bytes!("keys/TEST-ONLY-one.pkcs8.der"),
            Self::Two => include_bytes!("keys/TEST-ONLY-two.pkcs8.der"),
            Self::Strangers => include_bytes!("keys/TEST-ONLY-stranger.pkcs8.der"),
        };
        KeyPair::from_pkcs8(pkcs8).expect("a committed test key")
    }

    /// Modulus and exponent.
    pub fn numbers(self) -> (Vec<u8>, Vec<u8>) {
        let public: PublicKeyComponents<Vec<u8>> = self.pair().public().into();
        (public.n, public.e)
    }

    /// Its entry in a key set, endorsed for these channels.
    pub fn jwk(self, endorsements: &[&str]) -> Value {
        let (n, e) = self.numbers();
        json!({"kty": "RSA", "use": "sig", "kid": self.kid(), "x5t": self.kid(), "n": base64url(&n), "e": base64url(&e),
            "endorsements": endorsements})
    }

    /// A token over exactly these words.
    pub fn token(self, header: &Value, claims: &Value) -> String {
        let signed =
            format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(claims.to_string().as_bytes()));
        let pair = self.pair();
        let mut signature = vec![0; pair.public().modulus_len()];
        let random = ring::rand::SystemRandom::new();
        pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).expect("a signature");
        format!("{signed}.{}", base64url(&signature))
    }
}

/// As tokens and key sets write bytes.
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
