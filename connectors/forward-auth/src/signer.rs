//! Short signed statements: JSON Web Tokens with Ed25519 (RFC 7519, RFC 8037), and the public key to check them with.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::{
    digest, hmac,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Signs and checks with one key.
pub struct Signer {
    key: Ed25519KeyPair,
    kid: String,
}

impl Signer {
    /// With a key of its own, derived from a secret that may have other uses too.
    pub fn derived(secret: &[u8; 32]) -> Result<Self, String> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let tag = hmac::sign(&key, b"countersign forward-auth signing key, version 1");
        let seed = tag.as_ref().try_into().map_err(|_| "cannot derive a signing key".to_owned())?;
        Self::new(&seed)
    }

    /// From a seed of 32 random bytes.
    pub fn new(seed: &[u8; 32]) -> Result<Self, String> {
        let key = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|e| format!("cannot make a signing key: {e}"))?;
        let kid = thumbprint(&BASE64.encode(key.public_key()));
        Ok(Self { key, kid })
    }

    /// A token of this type (RFC 8725, section 3.11: a token made for one purpose is never taken for another).
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> String {
        let signed = format!("{}.{}", self.header(typ), encode(claims));
        let signature = BASE64.encode(self.key.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// The claims of a token of this type that we signed. Whether they still hold is for the caller to say.
    pub fn verify<T: DeserializeOwned>(&self, typ: &str, token: &str) -> Option<T> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        // We are the only one who makes these, so there is one right header, to the letter: no algorithm to choose.
        if header != self.header(typ) {
            return None;
        }
        let key = UnparsedPublicKey::new(&ED25519, self.key.public_key());
        key.verify(signed.as_bytes(), &BASE64.decode(signature).ok()?).ok()?;
        serde_json::from_slice(&BASE64.decode(claims).ok()?).ok()
    }

    /// What apps check our tokens with (RFC 7517), served at `/.well-known/jwks.json`.
    pub fn jwks(&self) -> Value {
        let x = BASE64.encode(self.key.public_key());
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.kid, "x": x}]})
    }

    fn header(&self, typ: &str) -> String {
        encode(&json!({"alg": "EdDSA", "kid": self.kid, "typ": typ}))
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.kid)
    }
}

/// RFC 7638, over the members that RFC 8037 names.
fn thumbprint(x: &str) -> String {
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    BASE64.encode(digest::digest(&digest::SHA256, canonical.as_bytes()))
}

fn encode(value: &impl Serialize) -> String {
    BASE64.encode(serde_json::to_vec(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_and_thumbprint_of_rfc_8037() {
        // RFC 8037, appendix A.1 to A.3.
        let seed = BASE64.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        let signer = Signer::new(&seed.try_into().unwrap()).unwrap();
        let key = &signer.jwks()["keys"][0];
        assert_eq!(key["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key["kid"], "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn abuse_c19_only_our_words_of_the_same_kind_are_taken() {
        let (ours, theirs) = (Signer::new(&[1; 32]).unwrap(), Signer::new(&[2; 32]).unwrap());
        let token = ours.sign("a+jwt", &json!({"sub": "dev"}));
        assert_eq!(ours.verify::<Value>("a+jwt", &token), Some(json!({"sub": "dev"})));
        assert_eq!(ours.verify::<Value>("b+jwt", &token), None);
        assert_eq!(theirs.verify::<Value>("a+jwt", &token), None);
        let (header, rest) = token.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        let none = BASE64.encode(r#"{"alg":"none","typ":"a+jwt"}"#);
        let other = BASE64.encode(r#"{"sub":"admin"}"#);
        for forged in [
            format!("{header}.{other}.{signature}"),
            format!("{none}.{rest}"),
            format!("{none}.{other}."),
            format!("{header}.{other}"),
            String::new(),
            "..".to_owned(),
            format!("{token}x"),
        ] {
            assert_eq!(ours.verify::<Value>("a+jwt", &forged), None, "{forged}");
        }
    }
}
