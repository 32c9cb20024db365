//! `Idempotency-Key`: a call that may be sent twice and happens once.

use super::Problem;
use axum::{extract::FromRequestParts, http::request::Parts};

/// The key; empty when the caller sent none.
pub struct Key(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let Some(value) = values.next() else { return Ok(Self(String::new())) };
        let fits = |v: &&[u8]| (1..=255).contains(&v.len()) && v.iter().all(u8::is_ascii_graphic);
        match (Some(value.as_bytes()).filter(fits), values.next()) {
            (Some(key), None) => Ok(Self(String::from_utf8_lossy(key).into_owned())),
            _ => Err(Problem::malformed("Idempotency-Key takes one value of 1 to 255 visible ASCII characters")),
        }
    }
}
