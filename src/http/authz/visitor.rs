//! Who is at an app's door: by a token, by the console's session on the same host, or by the app's own cookie.

use crate::{
    http::{Web, who},
    store::StoreError,
};
use axum::http::{HeaderMap, header};
use countersign_engine::id::PersonId;
use countersign_forward_auth::{Gate, Original};

/// The cookie that opens one app's host. Over https it carries the prefix that binds it to that host.
pub const COOKIE: &str = "countersign-app";
const PREFIXED: &str = "__Host-countersign-app";

/// The person, if there is one.
pub async fn person(
    headers: &HeaderMap,
    original: &Original,
    gate: &Gate,
    web: &Web,
) -> Result<Option<PersonId>, StoreError> {
    // Other tokens are the app's own business. One of ours that is bad is never covered up by a good cookie.
    if let Some(token) = our_token(headers) {
        return web.credentials.token_owner(token).await;
    }
    if let Some(session) = who::cookie(headers)
        && let Some(person) = web.credentials.session_owner(session).await?
    {
        return Ok(Some(person));
    }
    let now = web.service.clock.now();
    let name = cookie_name(&original.scheme);
    let Some(pass) = cookie(headers, name).and_then(|value| gate.of_cookie(value, &original.host, now)) else {
        return Ok(None);
    };
    let owner = web.credentials.session_behind(&pass.sid).await?;
    Ok(owner.filter(|owner| *owner == pass.sub))
}

/// The cookie's name on a host that is reached by this scheme.
pub fn cookie_name(scheme: &str) -> &'static str {
    if scheme == "https" { PREFIXED } else { COOKIE }
}

fn our_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let ours = token.starts_with("csn_") || token.starts_with("demo:");
    (scheme.eq_ignore_ascii_case("bearer") && ours).then(|| token.trim())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}
