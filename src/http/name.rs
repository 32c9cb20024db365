//! The name of a request or grant in a path.

use super::Problem;
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

/// An id or short id. What cannot be one is not found: it never reaches the database.
pub struct Name(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        match path {
            Ok(Path(name)) if fits(&name) => Ok(Self(name)),
            _ => Err(Problem::not_found("there is no such request, or none that you may see")),
        }
    }
}

fn fits(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
