//! Who is at an app's door: by a token, by the console's session on the same host, or by the app's own cookie.

use crate::{
    http::{Web, cookie},
    store::StoreError,
};
use axum::http::{HeaderMap, header};
use countersign_engine::id::PersonId;
use countersign_forward_auth::{Gate, Original};

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
    if let Some(session) = cookie::SESSION.get(headers, web.is_https())
        && let Some(person) = web.credentials.session_owner(session).await?
    {
        return Ok(Some(person));
    }
    let now = web.service.clock.now();
    let pass = cookie::APP.get(headers, original.scheme == "https");
    let Some(pass) = pass.and_then(|value| gate.of_cookie(value, &original.host, now)) else {
        return Ok(None);
    };
    let owner = web.credentials.session_behind(&pass.sid).await?;
    Ok(owner.filter(|owner| *owner == pass.sub))
}

fn our_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let ours = token.starts_with("csn_") || token.starts_with("demo:");
    (scheme.eq_ignore_ascii_case("bearer") && ours).then(|| token.trim())
}
