//! JSON Web Keys, of the one kind that signs activities: RSA.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;

/// A public key, and the channels that it may speak for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub(super) kid: String,
    pub(super) endorsements: Vec<String>,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl Key {
    /// One entry of a key set; `None` when it is of another kind or lacks something.
    pub fn read(entry: &Value) -> Option<Self> {
        let usable = entry["kty"] == "RSA" && (entry["use"].is_null() || entry["use"] == "sig");
        let number = |name: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(entry[name].as_str()?.trim_end_matches('=')).ok()?;
            // ring takes no leading zeros, which some issuers write.
            Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<u8>>())
        };
        let endorsements = entry["endorsements"].as_array().into_iter().flatten();
        usable.then_some(())?;
        Some(Self {
            kid: entry["kid"].as_str().filter(|kid| !kid.is_empty())?.to_owned(),
            endorsements: endorsements.filter_map(|e| e.as_str().map(str::to_owned)).collect(),
            modulus: number("n")?,
            exponent: number("e")?,
        })
    }

    /// Has it signed this? RSASSA-PKCS1-v1_5 with SHA-256; keys below 2,048 bits prove nothing.
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = RsaPublicKeyComponents { n: &self.modulus, e: &self.exponent };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
    }
}
