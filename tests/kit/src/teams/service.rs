//! The service that messages go through: conversations, messages, replacements.

use super::{APP, FakeTeams, Message, PLACE, TENANT, judge, model::State, payload::object};
use crate::stage::Fault;
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{self, Path},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{post, put},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// "Optimize your bot with rate limiting": calls in a conversation within so many seconds.
const LIMITS: [(usize, u64); 3] = [(7, 1), (8, 2), (60, 30)];
const CREATE: &str = "new conversations";

pub(super) fn router(teams: FakeTeams) -> Router {
    Router::new()
        .route("/teams/v3/conversations", post(create))
        .route("/teams/v3/conversations/{conversation}/activities", post(send))
        .route("/teams/v3/conversations/{conversation}/activities/{activity}", put(replace))
        .with_state(teams)
}

type Answer = Result<Value, (StatusCode, &'static str)>;

async fn create(extract::State(teams): extract::State<FakeTeams>, headers: HeaderMap, body: Bytes) -> Response {
    teams.serve("POST", CREATE, "", &headers, &body, |s, body| {
        let member = body["members"][0]["id"].as_str().unwrap_or_default();
        let who = (1..=9).find(|who| object(*who) == member);
        let well_formed = body["bot"]["id"] == format!("28:{APP}")
            && body["isGroup"] == false
            && body["members"].as_array().is_some_and(|members| members.len() == 1)
            && body["tenantId"] == TENANT
            && body["channelData"]["tenant"]["id"] == TENANT;
        match who {
            _ if !well_formed => {
                s.complaints.push(format!("a conversation asked for wrongly: {body}"));
                Err((StatusCode::BAD_REQUEST, "BadArgument"))
            }
            None => Err((StatusCode::NOT_FOUND, "UserNotFound")),
            Some(who) => Ok(json!({"id": s.direct(who)})),
        }
    })
}

async fn send(
    extract::State(teams): extract::State<FakeTeams>,
    Path(conversation): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    teams.serve("POST", &conversation, "", &headers, &body, |s, body| {
        s.admits(&conversation)?;
        s.well_formed(body)?;
        let id = format!("16000000{:05}", s.next());
        s.messages.push(Message {
            conversation: base(&conversation).to_owned(),
            id: id.clone(),
            card: body["attachments"][0]["content"].clone(),
            summary: body["summary"].as_str().unwrap_or_default().to_owned(),
            edits: 0,
            deleted: false,
            read: false,
        });
        Ok(json!({"id": id}))
    })
}

async fn replace(
    extract::State(teams): extract::State<FakeTeams>,
    Path((conversation, activity)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    teams.serve("PUT", &conversation, &activity, &headers, &body, |s, body| {
        s.admits(&conversation)?;
        s.well_formed(body)?;
        let fits = |m: &&mut Message| m.id == activity && m.conversation == base(&conversation) && !m.deleted;
        let Some(message) = s.messages.iter_mut().find(fits) else {
            return Err((StatusCode::NOT_FOUND, "ActivityNotFoundInConversation"));
        };
        message.card = body["attachments"][0]["content"].clone();
        message.summary = body["summary"].as_str().unwrap_or_default().to_owned();
        message.edits += 1;
        // What a press has put in its place for one person gives way to the new message.
        s.views.retain(|(id, _), _| *id != activity);
        Ok(json!({"id": activity}))
    })
}

/// A channel without the thread in it.
fn base(conversation: &str) -> &str {
    conversation.split(';').next().unwrap_or(conversation)
}

impl State {
    fn admits(&mut self, conversation: &str) -> Result<(), (StatusCode, &'static str)> {
        let place = base(conversation);
        match place {
            PLACE if self.kicked => Err((StatusCode::FORBIDDEN, "BotNotInConversationRoster")),
            PLACE => Ok(()),
            direct if !self.direct.values().any(|known| known == direct) => {
                self.complaints.push(format!("a conversation that does not exist: {conversation}"));
                Err((StatusCode::NOT_FOUND, "ConversationNotFound"))
            }
            _ if self.blocked => Err((StatusCode::FORBIDDEN, "MessageWritesBlocked")),
            _ => Ok(()),
        }
    }

    fn well_formed(&mut self, body: &Value) -> Result<(), (StatusCode, &'static str)> {
        let Err(why) = judge::check_message(body) else { return Ok(()) };
        self.complaints.push(format!("a message that Teams does not take: {why}"));
        Err((StatusCode::BAD_REQUEST, "BadSyntax"))
    }

    /// Teams refuses, and takes it ill, when it is called too soon or too often.
    fn limited(&mut self, place: &str, now: Instant) -> Option<u64> {
        if let Some(rest) = self.closed.get(place).and_then(|until| until.checked_duration_since(now))
            && !rest.is_zero()
        {
            self.complaints.push(format!("a call in {place} before its Retry-After was over"));
            return Some(rest.as_secs() + 1);
        }
        let sent = self.sent.entry(place.to_owned()).or_default();
        sent.push_back(now);
        let too_many = LIMITS.iter().find(|(most, seconds)| {
            let window = Duration::from_secs(*seconds);
            sent.iter().filter(|at| now.saturating_duration_since(**at) < window).count() > *most
        });
        let (most, seconds) = too_many?;
        self.complaints.push(format!("more than {most} calls in {place} within {seconds} s"));
        Some(*seconds)
    }
}

impl FakeTeams {
    /// The door: limits, trouble on demand, tokens. Behind it is what the call does.
    fn serve(
        &self,
        method: &str,
        place: &str,
        rest: &str,
        headers: &HeaderMap,
        body: &[u8],
        act: impl FnOnce(&mut State, &Value) -> Answer,
    ) -> Response {
        let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let now = (self.ticks())();
        self.change(|s| {
            s.calls.push((method.to_owned(), format!("{place}/{rest}"), body.clone()));
            if let Some(seconds) = s.limited(place, now) {
                return too_many(Some(seconds));
            }
            let fault = if s.unavailable { Some(Fault::Unavailable) } else { s.failures.pop_front() };
            match fault {
                Some(Fault::RetryAfter(seconds)) => {
                    s.closed.insert(place.to_owned(), now + Duration::from_secs(seconds));
                    return too_many(Some(seconds));
                }
                Some(Fault::Limited) => return too_many(None),
                Some(Fault::ServerError) => return (StatusCode::INTERNAL_SERVER_ERROR, "trouble").into_response(),
                Some(Fault::Unavailable) => return (StatusCode::SERVICE_UNAVAILABLE, "trouble").into_response(),
                Some(Fault::Garbage) => return "<html>not JSON".into_response(),
                Some(Fault::Lost) => return broken_off(),
                Some(Fault::LostAfter) => {
                    let _ = act(s, &body);
                    return broken_off();
                }
                _ => {}
            }
            if !s.authorised(headers) {
                return refuse(StatusCode::UNAUTHORIZED, "Unauthorized");
            }
            match act(s, &body) {
                Ok(answer) => Json(answer).into_response(),
                Err((status, word)) => refuse(status, word),
            }
        })
    }
}

impl State {
    fn authorised(&self, headers: &HeaderMap) -> bool {
        let header = headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default();
        header.strip_prefix("Bearer ").is_some_and(|token| self.tokens.contains(token))
    }
}

/// The connection ends in the middle of the answer.
fn broken_off() -> Response {
    let lost = async { Err::<Bytes, _>(std::io::Error::other("lost")) };
    Response::new(Body::from_stream(futures_util::stream::once(lost)))
}

fn too_many(seconds: Option<u64>) -> Response {
    let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, "Throttled");
    if let Some(seconds) = seconds {
        response.headers_mut().insert("retry-after", seconds.into());
    }
    response
}

/// Some words stand in a sub-code inside the message, as Teams' documentation shows for a blocked app.
fn refuse(status: StatusCode, word: &str) -> Response {
    let body = match word {
        "MessageWritesBlocked" => {
            json!({"errorCode": 209, "message": format!("{{\r\n  \"subCode\": \"{word}\"\r\n}}")})
        }
        _ => json!({"error": {"code": word, "message": "..."}}),
    };
    (status, Json(body)).into_response()
}
