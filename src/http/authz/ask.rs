//! `GET /authz`: may this request pass?

use super::{refused, said, visitor, with};
use crate::{
    audit::health::QUARANTINED,
    http::{Problem, Web},
    store::{Query, StoreError},
};
use axum::{
    Extension,
    extract::{ConnectInfo, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use countersign_engine::{
    id::{PersonId, ResourceId},
    request::Request,
};
use countersign_forward_auth::{Family, Gate, Held, Holder, Original};
use std::{net::SocketAddr, sync::Arc};

/// 200 with who it is; 401 with where to sign in; 403 with where to ask.
pub async fn handler(
    State(web): State<Web>,
    Extension(gate): Extension<Arc<Gate>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (original, resource) = match gate.original(peer.ip(), &headers) {
        Ok(asked) => asked,
        Err(why) => return Ok(refused(&why)),
    };
    // What was ended since the backup is open again in a restored database (THREATS C10).
    if web.trail.is_quarantined() {
        return Ok(said(StatusCode::SERVICE_UNAVAILABLE, QUARANTINED));
    }
    let Some(person) = visitor::person(&headers, &original, &gate, &web).await? else {
        return Ok(sign_in(&gate, &original, &headers));
    };
    let policy = web.service.policy.get();
    let Some(known) = policy.directory.active(&person) else {
        return Ok(said(StatusCode::FORBIDDEN, "You are no longer in the directory of your organisation."));
    };
    let holder = Holder { person: person.clone(), email: known.email.clone() };
    let held = held(&web, &person, resource).await?;
    match gate.admit((&original, resource), holder, &held, web.service.clock.now()) {
        Some(admission) => {
            let mut response = StatusCode::OK.into_response();
            response.headers_mut().extend(admission.headers());
            Ok(response)
        }
        None => Ok(ask_for_it(&gate, resource)),
    }
}

async fn held(web: &Web, person: &PersonId, resource: &ResourceId) -> Result<Vec<Held>, StoreError> {
    let query = Query {
        grant_states: vec!["active".into()],
        person: Some(person.clone()),
        resource: Some(resource.to_string()),
        live: true,
        limit: 100,
        ..Query::default()
    };
    let requests = web.service.store.requests(&query).await?;
    let policy = web.service.policy.get();
    let rank = |held: &Held| policy.resources.get(resource).and_then(|r| r.rank(&held.access)).unwrap_or(0);
    let theirs = requests.iter().filter(|request| request.holder == *person).filter_map(active);
    Ok(theirs.map(|held| Held { rank: rank(&held), ..held }).collect())
}

fn active(request: &Request) -> Option<Held> {
    let grant = request.grant.as_ref()?;
    Some(Held {
        resource: grant.terms.resource.clone(),
        access: grant.terms.access.clone(),
        rank: 0,
        request: request.id.clone(),
        expires_at: grant.state.expires_at()?,
    })
}

/// nginx takes only 401 and says by itself where to go. Caddy and Traefik hand our answer on, so a browser that opens a page
/// is sent to sign in at once; scripts and forms get a plain 401.
fn sign_in(gate: &Gate, original: &Original, headers: &HeaderMap) -> Response {
    let url = gate.login_url(original);
    let wants_page = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/html"));
    let opens_page = original.family == Family::Forwarded && original.method == Method::GET && wants_page;
    let status = if opens_page { StatusCode::FOUND } else { StatusCode::UNAUTHORIZED };
    let response = said(status, &format!("Sign in first: {url}"));
    with(with(response, "x-countersign-login", &url), "location", &url)
}

fn ask_for_it(gate: &Gate, resource: &ResourceId) -> Response {
    let url = gate.request_url(resource);
    let text = format!(
        "You have no access to {resource} now. Ask for it with \"/access {resource} 1h\" in chat, or here: {url}"
    );
    with(said(StatusCode::FORBIDDEN, &text), "x-countersign-request", &url)
}
