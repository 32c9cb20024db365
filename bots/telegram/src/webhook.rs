//! Webhook mode: `POST /telegram/{path}`. Telegram signs nothing; it sends back a secret that we gave it, to an address
//! that nobody can guess (THREATS D12).

use crate::{
    bot::Telegram,
    inbound::{self, Update},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use countersign_engine::ports::ApprovalEngine;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// Telegram's updates are far smaller (THREATS D06).
const BODY: usize = 256 * 1024;

/// core.telegram.org/bots/api, "setWebhook".
const HEADER: &str = "x-telegram-bot-api-secret-token";

/// The last part of the address, which only who knows the token can work out.
pub fn path(token: &SecretString) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, token.expose_secret().as_bytes());
    hex::encode(hmac::sign(&key, b"countersign telegram webhook").as_ref())
}

#[derive(Clone)]
struct Shared {
    telegram: Arc<Telegram>,
    engine: Arc<dyn ApprovalEngine>,
    path: Arc<str>,
    secret: Arc<SecretString>,
}

pub(crate) fn routes(
    telegram: Arc<Telegram>,
    engine: Arc<dyn ApprovalEngine>,
    path: &str,
    secret: SecretString,
) -> Router {
    let shared = Shared { telegram, engine, path: path.into(), secret: Arc::new(secret) };
    Router::new().route("/telegram/{path}", post(receive)).with_state(shared)
}

async fn receive(State(shared): State<Shared>, Path(path): Path<String>, request: Request) -> Response {
    if !same(&path, &shared.path) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let secret = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !same(secret, shared.secret.expose_secret()) {
        tracing::warn!("a call to Telegram's webhook without our secret was refused");
        return (StatusCode::UNAUTHORIZED, "the secret token is missing or wrong").into_response();
    }
    match shared.serve(request.into_body()).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err((status, why)) => {
            tracing::warn!(%status, why, "a call to Telegram's webhook was refused; nothing was changed");
            (status, why).into_response()
        }
    }
}

impl Shared {
    async fn serve(&self, body: Body) -> Result<(), (StatusCode, &'static str)> {
        let bytes = to_bytes(body, BODY).await.map_err(|_| (StatusCode::PAYLOAD_TOO_LARGE, "too large"))?;
        let text = std::str::from_utf8(&bytes).ok();
        let update = text.and_then(|text| Update::read(&inbound::parse(text).ok()?).ok());
        let update = update.ok_or((StatusCode::BAD_REQUEST, "not an update of Telegram's"))?;
        let unready = (StatusCode::SERVICE_UNAVAILABLE, "nothing was recorded; please try again");
        let server = self.telegram.server(self.engine.clone()).await.map_err(|_| unready)?;
        // A task of its own: when Telegram hangs up, what was begun is finished.
        tokio::spawn(async move { server.serve(&update).await }).await.map_err(|_| unready)
    }
}

/// Is this the secret that we wanted? Constant in time for texts of the same length.
pub fn same(given: &str, wanted: &str) -> bool {
    given.as_bytes().ct_eq(wanted.as_bytes()).into()
}
