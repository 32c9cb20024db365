//! The Bot API's door: the token in the path, failures on demand, rates. Behind it are the methods.

use super::{FakeTelegram, TOKEN, failure::Failure, methods, spec, updates};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::any,
};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) fn router(telegram: FakeTelegram) -> Router {
    Router::new().route("/{bot}/{method}", any(call)).with_state(telegram)
}

/// An answer that is not `ok`.
pub(super) struct Refusal(pub u16, pub String, pub Value);

impl Refusal {
    pub(super) fn bad(said: &str) -> Self {
        Self(400, format!("Bad Request: {said}"), Value::Null)
    }
    pub(super) fn forbidden(said: &str) -> Self {
        Self(403, format!("Forbidden: {said}"), Value::Null)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(code, said, parameters) = self;
        let mut body = json!({"ok": false, "error_code": code, "description": said});
        if !parameters.is_null() {
            body["parameters"] = parameters;
        }
        (StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST), Json(body)).into_response()
    }
}

async fn call(
    State(telegram): State<FakeTelegram>,
    Path((bot, method)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let method = method.to_lowercase();
    if bot.strip_prefix("bot") != Some(TOKEN) {
        telegram.change(|s| s.complain(format!("{method} with a wrong token")));
        return Refusal(401, "Unauthorized".into(), Value::Null).into_response();
    }
    let body: Value = if body.is_empty() { json!({}) } else { serde_json::from_slice(&body).unwrap_or(Value::Null) };
    telegram.change(|s| s.calls.push((method.clone(), body.clone())));
    if telegram.state().revoked {
        return Refusal(401, "Unauthorized".into(), Value::Null).into_response();
    }
    for problem in spec::judge(&method, &body) {
        telegram.change(|s| s.complain(format!("{method}: {problem}: {body}")));
    }
    if method == "getupdates" {
        return updates::get(&telegram, &body).await;
    }
    if let Some(refused) = limited(&telegram, &method, &body) {
        return refused.into_response();
    }
    let failure = telegram.change(|s| {
        let at = s.failures.iter().position(|(name, _)| *name == method || name == "*")?;
        s.failures.remove(at).map(|(_, failure)| failure)
    });
    match failure {
        Some(failure) => fail(&telegram, &method, &body, failure),
        None if telegram.state().unavailable => (StatusCode::SERVICE_UNAVAILABLE, "upstream is away").into_response(),
        None => done(methods::call(&telegram, &method, &body)),
    }
}

fn done(answer: Result<Value, Refusal>) -> Response {
    match answer {
        Ok(result) => Json(json!({"ok": true, "result": result})).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// The chat that limits count by.
fn chat(method: &str, body: &Value) -> Option<i64> {
    let counted = matches!(method, "sendmessage" | "editmessagetext" | "deletemessage" | "sendchataction");
    body["chat_id"].as_i64().filter(|_| counted)
}

fn limited(telegram: &FakeTelegram, method: &str, body: &Value) -> Option<Refusal> {
    let (now, chat) = (telegram.now(), chat(method, body));
    let rest = telegram.state().rates.rest(chat, now);
    if let Some(rest) = rest {
        telegram.change(|s| s.complain(format!("{method} {rest:?} before its retry_after was over")));
        return Some(too_many(Some(rest.as_secs() + 1)));
    }
    let broken = telegram.change(|s| s.rates.count(chat, now))?;
    telegram.change(|s| s.complain(broken));
    Some(too_many(Some(1)))
}

fn too_many(after: Option<u64>) -> Refusal {
    match after {
        Some(after) => {
            let said = format!("Too Many Requests: retry after {after}");
            Refusal(429, said, json!({"retry_after": after}))
        }
        None => Refusal(429, "Too Many Requests".into(), Value::Null),
    }
}

fn fail(telegram: &FakeTelegram, method: &str, body: &Value, failure: Failure) -> Response {
    match failure {
        Failure::RetryAfter(seconds) => {
            let until = telegram.now() + Duration::from_secs(seconds);
            telegram.change(|s| s.rates.close(chat(method, body), until));
            too_many(Some(seconds)).into_response()
        }
        Failure::Limited => too_many(None).into_response(),
        Failure::Error(code, said) => Refusal(code, said.into(), Value::Null).into_response(),
        Failure::Garbage(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            (status, "<html>this is no JSON</html>").into_response()
        }
        Failure::Lost => hang_up(),
        Failure::LostAfter => {
            let _ = methods::call(telegram, method, body);
            hang_up()
        }
    }
}

/// Ends the connection's task without a word, and with it the connection.
pub(super) fn hang_up() -> ! {
    std::panic::resume_unwind(Box::new("the connection breaks, as a test wants it"))
}
