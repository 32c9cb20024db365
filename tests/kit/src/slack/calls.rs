//! The Web API's door: tokens, failures on demand, `Retry-After`. Behind it are the methods.

use super::{APP_TOKEN, BOT_TOKEN, FakeSlack, failure::Failure, methods, socket};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

pub(super) fn router(slack: FakeSlack) -> Router {
    Router::new()
        .route("/api/{method}", any(call))
        .route("/answer/{id}", post(answer))
        .route("/socket", get(socket::open))
        .with_state(slack)
}

async fn call(State(slack): State<FakeSlack>, Path(method): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let body = read(&headers, &body);
    slack.change(|s| s.calls.push((method.clone(), body.clone())));
    if let Some(response) = limited(&slack, &method) {
        return response;
    }
    let failure = slack.change(|s| s.failures.get_mut(&method).and_then(|queue| queue.pop_front()));
    match failure {
        Some(Failure::RateLimited(seconds)) => {
            let until = Instant::now() + Duration::from_secs(seconds);
            slack.change(|s| s.closed.insert(method.clone(), until));
            return too_many(seconds);
        }
        Some(Failure::Status(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            return (status, "upstream error").into_response();
        }
        Some(Failure::Error(word)) => return refuse(word).into_response(),
        Some(Failure::DoneButNoAnswer) => {
            let _ = methods::call(&slack, &method, &body);
            return std::future::pending().await;
        }
        None => {}
    }
    if let Err(word) = authorise(&slack, &method, &headers) {
        return refuse(word).into_response();
    }
    match methods::call(&slack, &method, &body) {
        Ok(mut answer) => {
            answer["ok"] = true.into();
            Json(answer).into_response()
        }
        Err(word) => refuse(word).into_response(),
    }
}

fn read(headers: &HeaderMap, body: &[u8]) -> Value {
    let kind = headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        return serde_json::from_slice(body).unwrap_or(Value::Null);
    }
    let mut fields = json!({});
    for (name, value) in form_urlencoded::parse(body) {
        fields[name.as_ref()] = value.as_ref().into();
    }
    fields
}

/// Slack refuses, and takes it ill, when a method is called before its `Retry-After` is over.
fn limited(slack: &FakeSlack, method: &str) -> Option<Response> {
    slack.change(|s| {
        let rest = s.closed.get(method)?.checked_duration_since(Instant::now())?;
        s.early += 1;
        Some(too_many(rest.as_secs() + 1))
    })
}

fn too_many(seconds: u64) -> Response {
    let headers = [("retry-after", seconds.to_string())];
    (StatusCode::TOO_MANY_REQUESTS, headers, refuse("ratelimited")).into_response()
}

fn refuse(word: &str) -> Json<Value> {
    Json(json!({"ok": false, "error": word}))
}

fn authorise(slack: &FakeSlack, method: &str, headers: &HeaderMap) -> Result<(), &'static str> {
    let header = headers.get("authorization").and_then(|v| v.to_str().ok()).ok_or("not_authed")?;
    let token = header.strip_prefix("Bearer ").ok_or("invalid_auth")?;
    let wanted = if method == "apps.connections.open" { APP_TOKEN } else { BOT_TOKEN };
    match token {
        _ if slack.state().revoked => Err("token_revoked"),
        token if token == wanted => Ok(()),
        APP_TOKEN | BOT_TOKEN => Err("not_allowed_token_type"),
        _ => Err("invalid_auth"),
    }
}

/// An interaction's answer address: five times, and without a token.
async fn answer(State(slack): State<FakeSlack>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let body = read(&headers, &body);
    if headers.contains_key("authorization") {
        return (StatusCode::BAD_REQUEST, "a token was sent to an answer address").into_response();
    }
    if let Err(why) = super::blocks::check(&body["blocks"]) {
        return (StatusCode::BAD_REQUEST, format!("invalid_blocks: {why}")).into_response();
    }
    let taken = slack.change(|s| {
        let (user, channel, uses) = s.answers.get_mut(&id)?;
        *uses += 1;
        if *uses > 5 {
            return None;
        }
        let (user, channel) = (user.clone(), channel.clone());
        s.add(&channel, &body, Some(&user), false);
        Some(())
    });
    match taken {
        Some(()) => (StatusCode::OK, "ok").into_response(),
        None => (StatusCode::NOT_FOUND, "used_url").into_response(),
    }
}
