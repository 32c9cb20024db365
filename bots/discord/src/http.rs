//! HTTP interactions: `POST /discord/interactions`.

use crate::{
    answer,
    desk::Desk,
    inbound::{self, Interaction, Malformed},
    signature,
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use countersign_engine::ports::Clock;
use ed25519_dalek::VerifyingKey;

/// Discord's requests are far smaller (THREATS D06).
const BODY: usize = 256 * 1024;

#[derive(Clone)]
struct Shared {
    desk: Desk,
    key: VerifyingKey,
    clock: Clock,
}

pub(crate) fn routes(desk: Desk, key: VerifyingKey, clock: Clock) -> Router {
    Router::new()
        .route("/discord/interactions", post(interactions))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(Shared { desk, key, clock })
}

async fn interactions(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (stamp, signature) = (header("x-signature-timestamp"), header("x-signature-ed25519"));
    if let Err(unproven) = signature::verify(&shared.key, stamp, signature, &body, (shared.clock)()) {
        // Discord itself sends wrong signatures now and then, to see whether we look (THREATS D11).
        tracing::warn!(%unproven, "a request to the Discord route was refused");
        return (StatusCode::UNAUTHORIZED, unproven.to_string()).into_response();
    }
    let read = std::str::from_utf8(&body).map_err(|_| Malformed).and_then(inbound::parse).and_then(Interaction::read);
    let event = match read {
        Ok(event) => event,
        Err(malformed) => {
            tracing::warn!(%malformed, bytes = body.len(), "a signed request was refused; nothing was changed");
            return (StatusCode::BAD_REQUEST, malformed.to_string()).into_response();
        }
    };
    let (first, rest) = shared.desk.within_deadline(&event).await;
    answer::follow(&shared.desk.api, &shared.desk.identity.application, &event, rest);
    Json(first).into_response()
}
