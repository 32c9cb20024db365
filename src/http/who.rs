//! Who is calling: a personal API token, or the console's session.

use super::{Problem, Web, cookie};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
};
use countersign_engine::{id::PersonId, person::Platform, ports::Caller};

/// An authenticated, active person.
pub struct Who {
    /// For the engine.
    pub caller: Caller,
    /// The same person.
    pub person: PersonId,
}

impl FromRequestParts<Web> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let person = match parts.headers.get(header::AUTHORIZATION) {
            // A bad token is never covered up by a good cookie.
            Some(value) => by_token(value.to_str().unwrap_or_default(), web).await?,
            None => by_session(parts, web).await?,
        };
        if web.service.policy.get().directory.person(&person).is_none() {
            return Err(unauthorized("the person this credential belongs to has left the directory"));
        }
        let caller = Caller::Person { id: person, platform: Platform::Api };
        let person = web.service.person(&caller)?;
        Ok(Self { caller, person })
    }
}

async fn by_token(authorization: &str, web: &Web) -> Result<PersonId, Problem> {
    let token = match authorization.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => return Err(unauthorized("the Authorization header takes \"Bearer\" and a personal API token")),
    };
    let unknown = || unauthorized("this token is unknown or expired; `countersign token create` makes a new one");
    web.credentials.token_owner(token).await?.ok_or_else(unknown)
}

async fn by_session(parts: &Parts, web: &Web) -> Result<PersonId, Problem> {
    let nobody = || unauthorized("send a personal API token: \"Authorization: Bearer csn_...\"");
    let session = cookie::SESSION.get(&parts.headers, web.is_https()).ok_or_else(nobody)?;
    if !matches!(parts.method, Method::GET | Method::HEAD) && !same_origin(&parts.headers, &web.service.public_url) {
        let detail = "a signed-in browser may only do this from Countersign's own pages";
        return Err(Problem::new(StatusCode::FORBIDDEN, "cross_site", detail));
    }
    let over = || unauthorized("the session is over; sign in again");
    web.credentials.session_owner(session).await?.ok_or_else(over)
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
        .header(header::WWW_AUTHENTICATE, "Bearer realm=\"countersign\"")
}

/// Did one of our own pages send this? Browsers say so in `Sec-Fetch-Site`, in `Origin` or in both; who says neither, or
/// says two things, is refused (THREATS E01).
pub fn same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    let ours = text("origin").map(|origin| is_ours(origin, text("host"), public_url));
    match (text("sec-fetch-site"), ours) {
        (Some("same-origin"), None | Some(true)) => true,
        (None, Some(ours)) => ours,
        _ => false,
    }
}

fn is_ours(origin: &str, host: Option<&str>, public_url: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let known = |(ours, rest): (&str, &str)| ours == scheme && rest.split('/').next() == Some(authority);
    public_url.split_once("://").is_some_and(known) || (matches!(scheme, "http" | "https") && host == Some(authority))
}
