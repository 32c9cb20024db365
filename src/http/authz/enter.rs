//! From the console's host to an app's host: see `countersign_forward_auth::Pass`.

use super::{refused, said, visitor, with};
use crate::{
    credentials::Credentials,
    http::{Problem, Web, who},
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
    let Some(session) = who::cookie(&headers) else { return Ok(Redirect::to(&sign_in).into_response()) };
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
    let secure = if original.scheme == "https" { "; Secure" } else { "" };
    let name = visitor::cookie_name(&original.scheme);
    let cookie = format!("{name}={cookie}; Path=/; HttpOnly; SameSite=Lax{secure}");
    with(Redirect::to(page(&bearing.to)).into_response(), "set-cookie", &cookie)
}

/// A page of the same host, whatever the link says.
fn page(to: &str) -> &str {
    let stays = to.starts_with('/') && !to.starts_with("//") && !to.contains(|c: char| c == '\\' || c.is_control());
    if stays { to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_c19_entering_never_leads_elsewhere() {
        for to in ["/", "/d/1?a=b//c", "/x"] {
            assert_eq!(page(to), to);
        }
        for to in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "evil", "/\t/evil.example", "/a\r\nb: c"]
        {
            assert_eq!(page(to), "/", "{to:?}");
        }
    }
}
