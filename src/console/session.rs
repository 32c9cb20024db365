//! Who is looking: the session cookie, the person behind it, and the form token bound to it.

use super::error::Problem;
use crate::http::Web;
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
        let Some(session) = cookie(headers, name(web)) else { return Ok(None) };
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
            Ok(None) => Err(Redirect::to("/login").into_response()),
            Err(problem) => Err(problem.into_response()),
        }
    }
}

/// The form token of a session: only who holds the cookie can work it out, and it tells nothing about the cookie.
pub fn token(session: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, session.as_bytes());
    hex::encode(&hmac::sign(&key, b"countersign form").as_ref()[..16])
}

/// `__Host-` binds the cookie to this host, and browsers take it over https only.
fn name(web: &Web) -> &'static str {
    if is_https(web) { "__Host-countersign" } else { "countersign" }
}

fn is_https(web: &Web) -> bool {
    web.service.public_url.starts_with("https://")
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    all.filter_map(|pair| pair.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, value)| value)
}

/// Gives the browser its session, or with an empty value takes it away.
pub fn set_cookie(web: &Web, session: &str) -> (header::HeaderName, HeaderValue) {
    let secure = if is_https(web) { "; Secure" } else { "" };
    let age = if session.is_empty() { "; Max-Age=0" } else { "" };
    let text = format!("{}={session}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", name(web));
    (header::SET_COOKIE, HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("countersign=")))
}
