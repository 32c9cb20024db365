//! The REST API's door: who calls, failures on demand, limits, bodies. Behind it are the routes.

use super::{APPLICATION, BOT_TOKEN, FakeDiscord, failure::Failure, gateway, judge, routes};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) fn router(discord: FakeDiscord) -> Router {
    Router::new().route("/socket/", get(gateway::open)).fallback(call).with_state(discord)
}

/// HTTP status and Discord's own code.
pub(super) type Refusal = (u16, u64);

/// A route, and the ids in its path.
#[derive(Clone, Debug)]
pub(super) struct Called {
    pub(super) route: &'static str,
    pub(super) ids: Vec<String>,
    pub(super) body: Value,
}

impl Called {
    fn new(method: &Method, path: &str, body: Value) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix("/api/v10/")?.split('/').collect();
        let (route, ids): (_, &[&str]) = match (method.as_str(), parts.as_slice()) {
            ("GET", ["applications", "@me"]) => ("application", &[]),
            ("GET", ["gateway", "bot"]) => ("gateway", &[]),
            ("GET", ["applications", app, "guilds", guild, "commands"]) => ("commands", &[app, guild]),
            ("POST", ["applications", app, "guilds", guild, "commands"]) => ("register", &[app, guild]),
            ("POST", ["users", "@me", "channels"]) => ("open direct", &[]),
            ("POST", ["channels", channel, "messages"]) => ("post", &[channel]),
            ("PATCH", ["channels", channel, "messages", message]) => ("edit", &[channel, message]),
            ("POST", ["interactions", id, token, "callback"]) => ("answer", &[id, token]),
            ("POST", ["webhooks", app, token]) => ("follow up", &[app, token]),
            ("PATCH", ["webhooks", app, token, "messages", "@original"]) => ("edit answer", &[app, token]),
            _ => return None,
        };
        Some(Self { route, ids: ids.iter().map(|id| (*id).to_owned()).collect(), body })
    }

    /// Answers to interactions prove themselves by their token.
    pub(super) fn is_answer(&self) -> bool {
        matches!(self.route, "answer" | "follow up" | "edit answer")
    }

    fn bucket(&self) -> String {
        format!("{} {}", self.route, self.ids.first().map(String::as_str).unwrap_or_default())
    }
}

async fn call(
    State(discord): State<FakeDiscord>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let Some(called) = Called::new(&method, uri.path(), body) else {
        discord.complain(format!("no such route: {method} {}", uri.path()));
        return refuse((404, 0));
    };
    discord.change(|s| s.calls.push((called.route, called.body.clone())));
    agent(&discord, &headers);
    if let Some(response) = early(&discord, &called) {
        return response;
    }
    let failure = discord.change(|s| {
        let at = s.failures.iter().position(|(route, _)| route.is_none_or(|route| route == called.route))?;
        s.failures.remove(at).map(|(_, failure)| failure)
    });
    if let Some(failure) = failure {
        return fail(&discord, &called, failure);
    }
    if discord.state().lasting.unavailable {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if !called.is_answer() && !authorised(&discord, &headers) {
        return refuse((401, 0));
    }
    let reading = discord.change(|s| s.meters.count(&called.bucket(), (discord.0.ticks)()));
    let mut response = match reading.over {
        true => {
            discord.complain(format!("{} although its bucket was empty", called.bucket()));
            too_many(Some(1.0), false, "user")
        }
        false => served(&discord, &called),
    };
    for (name, value) in reading.headers {
        response
            .headers_mut()
            .extend(value.parse().ok().map(|value| (axum::http::HeaderName::from_static(name), value)));
    }
    response
}

/// Without its kind of name a bot is kept out (discord.com/developers, "User Agent").
fn agent(discord: &FakeDiscord, headers: &HeaderMap) {
    let agent = headers.get("user-agent").and_then(|v| v.to_str().ok()).unwrap_or_default();
    discord.change(|s| s.agents.insert(agent.to_owned()));
    if !agent.starts_with("DiscordBot (http") {
        discord.complain(format!("a call by \"{agent}\""));
    }
}

fn authorised(discord: &FakeDiscord, headers: &HeaderMap) -> bool {
    let header = headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let good = header.strip_prefix("Bot ") == Some(BOT_TOKEN);
    if !good {
        discord.complain("a call without the bot's token".into());
    }
    good && !discord.state().lasting.revoked
}

/// The limits of bodies, then what is done.
fn served(discord: &FakeDiscord, called: &Called) -> Response {
    if let Err(why) = judge(called.route, &called.body) {
        discord.complain(format!("the specification refuses \"{}\" {why}: {}", called.route, called.body));
        return refuse((400, 50035));
    }
    match routes::serve(discord, called) {
        Ok(Value::Null) => StatusCode::NO_CONTENT.into_response(),
        Ok(answer) => axum::Json(answer).into_response(),
        Err(refusal) => refuse(refusal),
    }
}

/// Discord refuses, and takes it ill, when it is called before a `Retry-After` is over.
fn early(discord: &FakeDiscord, called: &Called) -> Option<Response> {
    let now = (discord.0.ticks)();
    let rest = {
        let state = discord.state();
        let all = state.all_closed.filter(|_| !called.is_answer());
        let until = state.closed.get(&called.bucket()).copied().into_iter().chain(all).max()?;
        until.checked_duration_since(now).filter(|rest| !rest.is_zero())?
    };
    discord.complain(format!("{} {rest:?} before its Retry-After was over", called.bucket()));
    Some(too_many(Some(rest.as_secs_f64()), false, "user"))
}

fn fail(discord: &FakeDiscord, called: &Called, failure: Failure) -> Response {
    let until = |seconds: f64| (discord.0.ticks)() + Duration::from_secs_f64(seconds);
    match failure {
        Failure::RetryAfter(seconds) => {
            discord.change(|s| s.closed.insert(called.bucket(), until(seconds)));
            too_many(Some(seconds), false, "user")
        }
        Failure::Shared(seconds) => {
            discord.change(|s| s.closed.insert(called.bucket(), until(seconds)));
            too_many(Some(seconds), false, "shared")
        }
        Failure::RetryAfterGlobal(seconds) => {
            discord.change(|s| s.all_closed = Some(until(seconds)));
            too_many(Some(seconds), true, "global")
        }
        Failure::Limited => too_many(None, false, "user"),
        Failure::Status(status) => {
            (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY), "upstream error").into_response()
        }
        Failure::Code(status, code) => refuse((status, code)),
        Failure::Garbage => (StatusCode::OK, "<html>gateway</html>").into_response(),
        Failure::Lost => lost(),
        Failure::LostAfter => {
            let _ = served(discord, called);
            lost()
        }
    }
}

/// Ends the connection's task, and with it the connection, without an answer and without a word on standard error.
fn lost() -> ! {
    std::panic::resume_unwind(Box::new("the connection is lost"))
}

fn too_many(seconds: Option<f64>, global: bool, scope: &str) -> Response {
    let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
    let mut body = json!({"message": "You are being rate limited.", "global": global});
    if let Some(seconds) = seconds {
        body["retry_after"] = seconds.into();
        response.headers_mut().insert("retry-after", (seconds.ceil() as u64).into());
    }
    let scope = axum::http::HeaderValue::from_str(scope).unwrap_or(axum::http::HeaderValue::from_static("user"));
    response.headers_mut().insert("x-ratelimit-scope", scope);
    if global {
        response.headers_mut().insert("x-ratelimit-global", axum::http::HeaderValue::from_static("true"));
    }
    *response.body_mut() = body.to_string().into();
    response
}

fn refuse((status, code): Refusal) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, axum::Json(json!({"message": "refused", "code": code}))).into_response()
}

/// The application as it sees itself.
pub(super) fn application() -> Value {
    json!({"id": APPLICATION, "name": "Countersign", "description": "", "icon": null, "bot_public": false,
        "verify_key": super::public_key(), "interactions_endpoint_url": null, "flags": 0,
        "bot": {"id": APPLICATION, "username": "countersign", "discriminator": "0", "bot": true}})
}
