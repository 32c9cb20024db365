//! What surrounds every handler.

use super::{Problem, Web};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{any::Any, time::Duration};
use tower_http::catch_panic::CatchPanicLayer;

/// An answer must have begun by then. What was handed to the writer is decided all the same: handlers own no transaction.
const PATIENCE: Duration = Duration::from_secs(20);

/// Said where a handler has not said otherwise; the console sets its own policy for pages.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Adds the security headers (THREATS E02).
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Answers 503 when a handler takes too long.
pub async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = "this took longer than 20 s; with an Idempotency-Key, trying again is safe";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_slow", detail)
                .header(header::RETRY_AFTER, "5")
                .into_response()
        }
    }
}

/// Counts answers by route, never by path: paths hold ids, and are whatever strangers type.
pub async fn counted(State(web): State<Web>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", |p| p.as_str()).to_owned();
    let response = next.run(request).await;
    web.metrics.answered(&method, &route, response.status());
    response
}

/// Turns a panic into a 500 problem; the log has the rest.
pub fn no_panic() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    fn answer(panic: Box<dyn Any + Send>) -> Response {
        let what = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref().cloned());
        tracing::error!(panic = what.unwrap_or_default(), "a handler panicked");
        Problem::fault().into_response()
    }
    CatchPanicLayer::custom(answer as fn(Box<dyn Any + Send>) -> Response)
}

/// For paths that nothing is at.
pub async fn nothing_here() -> Problem {
    Problem::not_found("there is nothing at this address; GET /openapi.json lists what there is")
}

/// For methods that a path does not take.
pub async fn wrong_method() -> Problem {
    let detail = "this address does not take this method; GET /openapi.json lists what it takes";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", detail)
}
