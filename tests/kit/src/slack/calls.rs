//! The Web API's door: tokens, failures on demand, `Retry-After`. Behind it are the methods.

use super::{APP_TOKEN, BOT_TOKEN, FakeSlack, failure::Failure, methods, model::Closing, socket};
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use serde_json::{Value, json};
use std::time::Duration;

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
    if let Some(response) = limited(&slack, &method, &body) {
        return response;
    }
    let failure = slack.change(|s| {
        let named = s.failures.get_mut(&method).and_then(|queue| queue.pop_front());
        named.or_else(|| s.every_call.clone()).or_else(|| s.next_call.take())
    });
    match failure {
        Some(Failure::RateLimited(seconds)) => {
            let closing = Closing { since: slack.tick(), seconds, call: body.clone() };
            slack.change(|s| s.closed.insert(method.clone(), closing));
            return too_many(seconds);
        }
        Some(Failure::Status(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            return (status, "upstream error").into_response();
        }
        Some(Failure::Error(word)) => return refuse(word).into_response(),
        Some(Failure::Garbage) => return "<html>upstream</html>".into_response(),
        Some(Failure::Lost) => return broken_off(),
        Some(Failure::LostAfter) => {
            let _ = methods::call(&slack, &method, &body);
            return broken_off();
        }
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

/// The connection closes in the middle of the answer.
fn broken_off() -> Response {
    let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("the connection broke")) });
    Body::from_stream(broken).into_response()
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

/// Slack refuses, and takes it ill, when a method is called before its `Retry-After` is over. Another call that was under
/// way in the same moment could not know.
fn limited(slack: &FakeSlack, method: &str, body: &Value) -> Option<Response> {
    let now = slack.tick();
    slack.change(|s| {
        let closing = s.closed.get(method)?;
        let until = closing.since + Duration::from_secs(closing.seconds);
        let rest = until.checked_duration_since(now).filter(|rest| !rest.is_zero())?;
        let under_way = now - closing.since < Duration::from_millis(500) && closing.call != *body;
        s.early += usize::from(!under_way);
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
