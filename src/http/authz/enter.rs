//! From the console's host to an app's host: see `countersign_forward_auth::Pass`.

use super::{refused, said, with};
use crate::{
    credentials::Credentials,
    http::{Problem, Web, cookie, local_path},
};
use axum::{
    Extension,
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use countersign_forward_auth::Gate;
use serde::Deserialize;
use std::{net::SocketAddr, sync::Arc};

/// Where the person wanted to go.
#[derive(Deserialize)]
pub struct Wanted {
    to: String,
}

/// A pass, and the page it was given for.
#[derive(Deserialize)]
pub struct Bearing {
    pass: String,
    to: String,
}

/// `GET /authz/login`, on the console's host: whoever is signed in gets a pass and goes on.
pub async fn login(
    State(web): State<Web>,
    Extension(gate): Extension<Arc<Gate>>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let sign_in = format!("{}{}", web.service.public_url, if web.demo { "/demo" } else { "/login" });
    let Some(session) = cookie::SESSION.get(&headers, web.is_https()) else {
        return Ok(Redirect::to(&sign_in).into_response());
    };
    let Some(person) = web.credentials.session_owner(session).await? else {
        return Ok(Redirect::to(&sign_in).into_response());
    };
    let mark = Credentials::session_mark(session);
    Ok(match gate.hand_off(&wanted.to, &person, &mark, web.service.clock.now()) {
        Some(landing) => Redirect::to(&landing.url).into_response(),
        None => said(StatusCode::BAD_REQUEST, "This address is no app behind Countersign."),
    })
}

/// `GET /.countersign/enter`, on the app's host: a pass becomes that host's cookie.
pub async fn enter(
    State(web): State<Web>,
    Extension(gate): Extension<Arc<Gate>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Query(bearing): Query<Bearing>,
    headers: HeaderMap,
) -> Response {
    let original = match gate.original(peer.ip(), &headers) {
        Ok((original, _)) => original,
        Err(why) => return refused(&why),
    };
    let Some(cookie) = gate.redeem(&bearing.pass, &original.host, web.service.clock.now()) else {
        return said(StatusCode::FORBIDDEN, "This pass is over, or is for another host. Open the page again.");
    };
    let cookie = cookie::APP.set(&cookie, original.scheme == "https");
    // A page of the same host, whatever the link says.
    let page = local_path(Some(&bearing.to)).unwrap_or("/");
    with(Redirect::to(page).into_response(), "set-cookie", &cookie)
}
