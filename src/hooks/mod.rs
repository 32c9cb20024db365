//! `POST /hooks/{name}`: another system acts as a person of the directory, by the same rules as everybody.
//!
//! In this order: the hook exists, the headers are there and fit, the body has its size; only then is it parsed. A message
//! that comes again gets the answer that it got the first time (THREATS B01, B02).

mod ask;
mod build;
mod fill;

pub use build::build;

use crate::{
    http::{Problem, json_guard},
    policy_file::webhooks::HookAction,
    service::Service,
    store::HookAnswer,
};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use countersign_engine::id::PersonId;
use countersign_webhook::{BadSignature, Presented, Verifier};
use ring::digest;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// A body must have come by then (THREATS D07).
const PATIENCE: Duration = Duration::from_secs(10);

/// One hook, ready to be called.
pub struct Hook {
    verifier: Verifier,
    person: PersonId,
    action: HookAction,
}

/// All hooks of a server. Clones share them.
#[derive(Clone)]
pub struct Hooks {
    service: Service,
    by_name: Arc<BTreeMap<String, Hook>>,
}

impl Hooks {
    /// Those that were built, by name.
    pub fn new(service: Service, by_name: BTreeMap<String, Hook>) -> Self {
        Self { service, by_name: Arc::new(by_name) }
    }
}

/// The route that other systems call. Without hooks there is none.
pub fn routes(hooks: Hooks) -> Router {
    match hooks.by_name.is_empty() {
        true => Router::new(),
        false => Router::new().route("/hooks/{name}", post(receive)).with_state(hooks),
    }
}

async fn receive(State(hooks): State<Hooks>, Path(name): Path<String>, request: Request) -> Response {
    match read(&hooks, &name, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn read(hooks: &Hooks, name: &str, request: Request) -> Result<Response, Problem> {
    let hook = hooks.by_name.get(name).ok_or_else(|| Problem::not_found("there is no hook of this name"))?;
    let headers = request.headers().clone();
    let body = body(request).await?;
    let presented = Presented {
        id: text(&headers, "webhook-id"),
        timestamp: text(&headers, "webhook-timestamp"),
        signature: text(&headers, "webhook-signature"),
    };
    let now = hooks.service.clock.now();
    hook.verifier.verify(presented, &body, now.timestamp()).map_err(|why| unverified(name, why))?;
    let message = presented.id;
    let fingerprint = hex::encode(digest::digest(&digest::SHA256, &body));
    if let Some(known) = hooks.service.store.hook_answer(name, message).await? {
        return match known.fingerprint == fingerprint {
            true => Ok(again(known)),
            false => Err(Problem::new(
                StatusCode::CONFLICT,
                "key_reused",
                "a message with this webhook-id came before and said something else; give each message its own",
            )),
        };
    }
    let response = match act(hooks, hook, &format!("hook:{name}:{message}"), &body).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    // What may be otherwise later is judged anew when the message comes again: a vote whose step is not open yet, say. What
    // was done is not done twice; the engine knows the message too.
    let lasts = |status: StatusCode| {
        status.is_success() || matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY)
    };
    if !lasts(response.status()) {
        return Ok(response);
    }
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.map_err(|_| Problem::fault())?;
    let answer =
        HookAnswer { fingerprint, status: status.as_u16(), answer: String::from_utf8_lossy(&body).into_owned() };
    hooks.service.store.keep_hook_answer(name, message, &answer, now).await?;
    Ok(again(answer))
}

/// Parsed only now that the sender is known.
async fn act(hooks: &Hooks, hook: &Hook, key: &str, body: &[u8]) -> Result<Response, Problem> {
    json_guard::check(body).map_err(Problem::malformed)?;
    let json = serde_json::from_slice(body).map_err(|e| Problem::malformed(format!("the body is not JSON: {e}")))?;
    ask::act(hooks, hook, key, &json).await
}

async fn body(request: Request) -> Result<Bytes, Problem> {
    let slow = |_| Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "the body did not arrive within 10 s");
    let whole = to_bytes(request.into_body(), crate::http::BODY_LIMIT);
    let big = |_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "a message has at most 256 KiB");
    tokio::time::timeout(PATIENCE, whole).await.map_err(slow)?.map_err(big)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn unverified(name: &str, why: BadSignature) -> Problem {
    tracing::warn!(hook = name, %why, "a message was not believed");
    let code = match why {
        BadSignature::Malformed => "unsigned",
        BadSignature::Stale => "stale",
        BadSignature::Wrong => "bad_signature",
    };
    Problem::new(StatusCode::UNAUTHORIZED, code, why.to_string())
}

fn again(answer: HookAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() { "application/json" } else { "application/problem+json" };
    (status, [(header::CONTENT_TYPE, kind)], Body::from(answer.answer)).into_response()
}
