//! HTTP mode: `POST /slack/commands` and `POST /slack/interactions`.

use crate::{
    answer,
    bot::Slack,
    desk::within_deadline,
    inbound::{Inbound, Malformed},
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
use countersign_engine::ports::ApprovalEngine;
use secrecy::SecretString;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

/// Slack's requests are far smaller (THREATS D06).
const BODY: usize = 256 * 1024;

#[derive(Clone)]
struct Shared {
    slack: Arc<Slack>,
    engine: Arc<dyn ApprovalEngine>,
    secret: Arc<SecretString>,
}

pub(crate) fn routes(slack: Arc<Slack>, engine: Arc<dyn ApprovalEngine>, secret: SecretString) -> Router {
    Router::new()
        .route("/slack/commands", post(commands))
        .route("/slack/interactions", post(interactions))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(Shared { slack, engine, secret: Arc::new(secret) })
}

async fn commands(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    shared.serve(&headers, &body, Inbound::command).await
}

async fn interactions(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    shared.serve(&headers, &body, Inbound::interaction_field).await
}

impl Shared {
    async fn serve(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        read: impl Fn(&BTreeMap<String, String>) -> Result<Inbound, Malformed>,
    ) -> Response {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let (stamp, signature) = (header("x-slack-request-timestamp"), header("x-slack-signature"));
        if let Err(unproven) = signature::verify(&self.secret, stamp, signature, body, self.slack.now()) {
            tracing::warn!(%unproven, "a request to the Slack routes was refused");
            return (StatusCode::UNAUTHORIZED, unproven.to_string()).into_response();
        }
        let fields: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        let event = match read(&fields) {
            Ok(event) => event,
            Err(malformed) => {
                tracing::warn!(%malformed, bytes = body.len(), "a signed request was refused; nothing was changed");
                return (StatusCode::BAD_REQUEST, malformed.to_string()).into_response();
            }
        };
        self.answer(&event, body).await
    }

    async fn answer(&self, event: &Inbound, body: &[u8]) -> Response {
        let unready = (StatusCode::SERVICE_UNAVAILABLE, "nothing was recorded; please try again");
        let desk = match self.slack.desk(self.engine.clone()).await {
            Ok(desk) => desk,
            Err(fault) => {
                tracing::warn!(%fault, "Slack's request came before we know our own workspace");
                return unready.into_response();
            }
        };
        // A replay of the same bytes is the same delivery, also where Slack names none (THREATS B01).
        let digest = || hex::encode(ring::digest::digest(&ring::digest::SHA256, body));
        let delivery = event.trigger.clone().unwrap_or_else(digest);
        let Some(answer) = within_deadline(&desk, &delivery, event).await else { return unready.into_response() };
        let (payload, rest) = answer.split(event);
        rest.into_iter().for_each(|rest| answer::send(&desk.api, event, rest));
        match payload {
            Some(payload) => Json::<Value>(payload).into_response(),
            None => StatusCode::OK.into_response(),
        }
    }
}
