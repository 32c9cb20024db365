//! Who is calling: a personal API token, or the console's session.

use super::{Problem, Web};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
};
use countersign_engine::{id::PersonId, person::Platform, ports::Caller};

/// The console's session cookie.
pub const COOKIE: &str = "countersign";

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
    let session = cookie(&parts.headers).ok_or_else(nobody)?;
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

/// The session in the cookie header, if there is one.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| match pair.trim().split_once('=') {
        Some((name, value)) if name == COOKIE || name.strip_prefix("__Host-") == Some(COOKIE) => Some(value),
        _ => None,
    })
}

/// Did one of our own pages send this? Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`; who says neither is
/// refused (THREATS E01).
pub fn same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            origin == public_url
                || text("host").is_some_and(|host| origin.split_once("://").is_some_and(|(_, o)| o == host))
        }
        (None, None) => false,
    }
}
