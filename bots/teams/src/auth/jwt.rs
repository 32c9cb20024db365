//! JSON Web Tokens, of the one kind that Teams sends: RS256, three parts, a key's id.

use super::{Unproven, jwk::Key};
use crate::inbound;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use countersign_engine::time::Timestamp;
use serde_json::Value;

/// Teams' tokens have about 1,200 characters.
const LONGEST: usize = 16 * 1024;
/// How far clocks may differ, in seconds.
const SKEW: i64 = 300;

/// A token that has the right form. Nothing in it is proven.
pub struct Token<'a> {
    kid: String,
    /// Header and claims as they were signed.
    signed: &'a str,
    claims: &'a str,
    signature: Vec<u8>,
}

/// What a proven token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    issuer: Option<String>,
    audience: Option<String>,
    not_before: Option<i64>,
    expires: Option<i64>,
    pub(super) service_url: Option<String>,
}

/// Looks at a token without believing it.
pub fn read(token: &str) -> Result<Token<'_>, Unproven> {
    let malformed = Unproven::Token("the token is malformed");
    if token.len() > LONGEST {
        return Err(malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(malformed.clone())?;
    let (header, claims) = signed.split_once('.').ok_or(malformed.clone())?;
    let header = json(header).ok_or(malformed.clone())?;
    if header["alg"] != "RS256" {
        return Err(Unproven::Token("the token is not signed with RS256"));
    }
    // RFC 7515, 4.1.11: extensions that must be understood, and are not.
    if header.get("crit").is_some() {
        return Err(Unproven::Token("the token wants an extension"));
    }
    let kid = header["kid"].as_str().ok_or(Unproven::Token("the token names no key"))?.to_owned();
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed)?;
    Ok(Token { kid, signed, claims, signature })
}

fn json(part: &str) -> Option<Value> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
    inbound::parse(&text).ok().filter(Value::is_object)
}

impl Token<'_> {
    /// The name of the key that it says it was signed with.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Its claims, if the key signed them.
    pub fn verified_by(&self, key: &Key) -> Result<Claims, Unproven> {
        if !key.signed(self.signed.as_bytes(), &self.signature) {
            return Err(Unproven::Token("the token's signature does not hold"));
        }
        let claims = json(self.claims).ok_or(Unproven::Token("the token is malformed"))?;
        let text = |name: &str| claims[name].as_str().map(str::to_owned);
        Ok(Claims {
            issuer: text("iss"),
            audience: text("aud"),
            not_before: claims["nbf"].as_i64(),
            expires: claims["exp"].as_i64(),
            service_url: text("serviceurl"),
        })
    }
}

impl Claims {
    /// Are they from this issuer, for this app, and of this time? What is absent does not hold.
    pub fn check(&self, issuer: &str, app_id: &str, now: Timestamp) -> Result<(), Unproven> {
        if self.issuer.as_deref() != Some(issuer) {
            return Err(Unproven::Token("the token is another issuer's"));
        }
        if self.audience.as_deref() != Some(app_id) {
            return Err(Unproven::Token("the token is for another app"));
        }
        let now = now.timestamp();
        if self.expires.is_none_or(|at| now >= at.saturating_add(SKEW)) {
            return Err(Unproven::Token("the token has expired"));
        }
        if self.not_before.is_none_or(|at| at > now.saturating_add(SKEW)) {
            return Err(Unproven::Token("the token is not valid yet"));
        }
        Ok(())
    }
}
