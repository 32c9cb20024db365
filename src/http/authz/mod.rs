//! Forward-auth: proxies ask here before every request to a web app, and browsers come by to be recognised there.
//!
//! `GET /authz` decides. `GET /authz/login` (on the console's host) and `GET /.countersign/enter` (on the app's host, through
//! its proxy) carry a signed-in person from one host to the other. `GET /.well-known/jwks.json` has the key for apps that
//! check who they are told about.

mod ask;
mod enter;
mod visitor;

use super::Web;
use axum::{
    Extension, Json, Router,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use countersign_forward_auth::{Gate, Refused};
use std::sync::Arc;

/// The routes; `gate` knows the hosts.
pub fn routes(gate: Arc<Gate>) -> Router<Web> {
    Router::new()
        .route("/authz", get(ask::handler))
        .route("/authz/login", get(enter::login))
        .route("/.countersign/enter", get(enter::enter))
        .route("/.well-known/jwks.json", get(keys))
        .layer(Extension(gate))
}

/// The public keys of identity tokens. They change only with the server's own, so an hour in a cache does no harm.
async fn keys(Extension(gate): Extension<Arc<Gate>>) -> Response {
    let cached = HeaderValue::from_static("public, max-age=3600");
    ([(header::CACHE_CONTROL, cached)], Json(gate.jwks())).into_response()
}

/// A question that cannot be answered is a no. The visitor can do nothing about it, the operator can.
fn refused(why: &Refused) -> Response {
    tracing::warn!(%why, "a proxy's question was not answered");
    let status = match why {
        Refused::Unclear(_) => StatusCode::BAD_REQUEST,
        Refused::Stranger(_) | Refused::UnknownHost(_) => StatusCode::FORBIDDEN,
    };
    said(status, &why.to_string())
}

fn said(status: StatusCode, text: &str) -> Response {
    (status, format!("{text}\n")).into_response()
}

fn with(mut response: Response, name: &'static str, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}
