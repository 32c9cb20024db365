//! Addresses that nothing is at: a page for browsers, a problem for programs.

use super::{error::Problem, security, session::Reader};
use crate::http::{self, Web};
use axum::{
    extract::State,
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};

/// Whoever asks for HTML gets it, but for the API's addresses, which speak JSON only.
pub async fn nothing_here(State(web): State<Web>, uri: Uri, headers: HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !accepted.contains("text/html") || uri.path().starts_with("/api/") {
        return http::nothing_here().await.into_response();
    }
    let reader = Reader::find(&headers, &web).await.ok().flatten();
    security::dressed(Problem::not_found("page").framed(&web, reader.as_ref()).await)
}
