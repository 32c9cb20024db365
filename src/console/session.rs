//! Who is looking: the session cookie, the person behind it, and the form token bound to it.

use super::{error::Problem, next};
use crate::http::{Web, cookie};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use countersign_engine::{
    id::PersonId,
    person::Platform,
    ports::{Caller, EngineError},
};
use ring::hmac;

/// A signed-in person.
#[derive(Clone)]
pub struct Reader {
    /// Who.
    pub id: PersonId,
    /// What a form of theirs must bring along. Bound to the session: another session's token is worth nothing.
    pub csrf: String,
    /// The session itself, for signing out.
    pub session: String,
}

impl Reader {
    /// As the engine knows them.
    pub fn caller(&self) -> Caller {
        Caller::Person { id: self.id.clone(), platform: Platform::Console }
    }
    /// The reader of a request; `None` without a session that still holds.
    pub async fn find(headers: &HeaderMap, web: &Web) -> Result<Option<Self>, Problem> {
        let Some(session) = cookie::SESSION.get(headers, web.is_https()) else { return Ok(None) };
        let owner = web.credentials.session_owner(session).await.map_err(Problem::from_store)?;
        let Some(id) = owner else { return Ok(None) };
        let reader = Self { id, csrf: token(session), session: session.to_owned() };
        match web.service.person(&reader.caller()) {
            Ok(_) => Ok(Some(reader)),
            Err(EngineError::Refused(_)) => Ok(None),
            Err(fault) => Err(Problem::from(fault)),
        }
    }
}

/// Sends people without a session to where they can get one.
impl FromRequestParts<Web> for Reader {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        match Self::find(&parts.headers, web).await {
            Ok(Some(reader)) => Ok(reader),
            Ok(None) if web.demo => Err(Redirect::to("/demo").into_response()),
            Ok(None) => Err(next::sign_in_first(parts, web)),
            Err(problem) => Err(problem.into_response()),
        }
    }
}

/// The form token of a session: only who holds the cookie can work it out, and it tells nothing about the cookie.
pub fn token(session: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, session.as_bytes());
    hex::encode(&hmac::sign(&key, b"countersign form").as_ref()[..16])
}

/// Gives the browser its session, or with an empty value takes it away.
pub fn set_cookie(web: &Web, session: &str) -> (header::HeaderName, HeaderValue) {
    let text = cookie::SESSION.set(session, web.is_https());
    (header::SET_COOKIE, HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("countersign=")))
}
