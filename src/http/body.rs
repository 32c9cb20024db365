//! A JSON body, read strictly.

use super::{Problem, json_guard};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// A body must have come by then (THREATS D07).
const PATIENCE: Duration = Duration::from_secs(10);

/// A JSON object. Anything else is answered with a problem, and nothing happens.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let json = is_json(&request);
        let bytes = read(request, state).await?;
        // A body that is not there needs no type: `cancel` and `end` take none.
        match (json, bytes.is_empty()) {
            (true, _) | (false, true) => parse(if bytes.is_empty() { b"{}" } else { &bytes }).map(Self),
            (false, false) => Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "wrong_content_type",
                "send JSON, with the header \"Content-Type: application/json\"",
            )),
        }
    }
}

fn is_json(request: &Request) -> bool {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = value.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    let slow = || Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "the body did not arrive within 10 s");
    let bytes = tokio::time::timeout(PATIENCE, Bytes::from_request(request, state)).await.map_err(|_| slow())?;
    bytes.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is larger than 256 KiB")
        }
        _ => Problem::malformed("the body broke off"),
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    json_guard::check(bytes).map_err(Problem::malformed)?;
    if bytes.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
        return Err(Problem::malformed("the body must be a JSON object; /openapi.json lists its fields"));
    }
    serde_json::from_slice(bytes).map_err(|error| Problem::malformed(format!("the JSON does not fit: {error}")))
}
