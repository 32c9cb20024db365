//! Query parameters, read strictly.

use super::Problem;
use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use chrono::DateTime;
use countersign_engine::time::Timestamp;
use serde::de::DeserializeOwned;

/// The query as a struct; unknown, doubled and nonsensical parameters are answered with a problem.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|q| q.contains("%00")) {
            return Err(Problem::malformed("a parameter holds the character U+0000"));
        }
        let Query(params) = Query::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Problem::malformed(format!("the query does not fit: {}", rejection.body_text())))?;
        Ok(Self(params))
    }
}

/// Comma-separated words out of a fixed list; empty when absent.
pub fn words(name: &str, text: Option<&str>, known: &[&str]) -> Result<Vec<String>, Problem> {
    let listed = text.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty());
    listed
        .map(|word| match known.contains(&word) {
            true => Ok(word.to_owned()),
            false => {
                Err(Problem::malformed(format!("`{name}` takes any of: {}", known.join(", "))).with("known", known))
            }
        })
        .collect()
}

/// A yes or no as people write it in a query: `1`, `true`, `0`, `false`; no when absent.
pub fn flag(name: &str, text: Option<&str>) -> Result<bool, Problem> {
    match text {
        None | Some("0" | "false") => Ok(false),
        Some("1" | "true" | "") => Ok(true),
        Some(_) => Err(Problem::malformed(format!("`{name}` takes 1 or 0"))),
    }
}

/// A moment in RFC 3339.
pub fn moment(name: &str, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let bad = |_| Problem::malformed(format!("`{name}` takes a moment in RFC 3339, such as 2026-11-23T18:00:00Z"));
    text.map(|text| DateTime::parse_from_rfc3339(text).map(|at| at.to_utc()).map_err(bad)).transpose()
}

/// A page's size.
pub fn limit(value: Option<usize>, most: usize) -> Result<Option<usize>, Problem> {
    match value {
        Some(n) if n == 0 || n > most => Err(Problem::malformed(format!("`limit` takes 1 to {most}"))),
        other => Ok(other),
    }
}

/// A page's beginning: the id of the last item before it.
pub fn cursor(value: Option<String>) -> Result<Option<String>, Problem> {
    let fits = |c: &String| (1..=64).contains(&c.len()) && c.bytes().all(|b| b.is_ascii_alphanumeric());
    match value {
        Some(cursor) if !fits(&cursor) => Err(Problem::malformed("`cursor` takes the `next_cursor` of a page")),
        other => Ok(other),
    }
}

/// Text to look for; absent when empty.
pub fn text(name: &str, value: Option<String>) -> Result<Option<String>, Problem> {
    match value {
        Some(text) if text.chars().count() > 200 => {
            Err(Problem::malformed(format!("`{name}` takes up to 200 characters")))
        }
        other => Ok(other.filter(|t| !t.trim().is_empty())),
    }
}
