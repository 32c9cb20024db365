//! Signing in with a one-time link, and out. A `GET` never signs anybody in: scanners and previews follow links
//! (THREATS B13).

use super::{
    error::Problem,
    form::{Open, Signed},
    next,
    page::{Frame, html},
    session::{Reader, set_cookie},
};
use crate::http::Web;
use askama::Template;
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "login.html")]
struct Page {
    frame: Frame,
    /// The code; without one the page says how to get one.
    code: Option<String>,
    /// A code was tried and was of no use.
    failed: bool,
}

/// A form without fields of its own.
#[derive(Deserialize)]
pub struct Nothing {}

/// `GET /login`: how to get a link.
pub async fn help(State(web): State<Web>) -> Response {
    render(&web, None, false)
}

/// `GET /login/{code}`: a button, and nothing else.
pub async fn page(State(web): State<Web>, Path(code): Path<String>) -> Response {
    render(&web, Some(code), false)
}

/// `POST /login/{code}`: uses the code up, begins a session, and goes on to the page that was wanted.
pub async fn sign_in(
    State(web): State<Web>,
    Path(code): Path<String>,
    headers: HeaderMap,
    Open(Nothing {}): Open<Nothing>,
) -> Result<Response, Problem> {
    let Some((session, _)) = web.credentials.log_in(&code).await.map_err(Problem::from_store)? else {
        return Ok(render(&web, None, true));
    };
    if let Some(before) = Reader::find(&headers, &web).await? {
        web.credentials.log_out(&before.session).await.map_err(Problem::from_store)?;
    }
    let mut response = next::go_on(&headers, &web);
    let (name, value) = set_cookie(&web, &session);
    response.headers_mut().append(name, value);
    Ok(response)
}

/// `POST /logout`: ends the session.
pub async fn sign_out(
    State(web): State<Web>,
    Signed(reader, Nothing {}): Signed<Nothing>,
) -> Result<Response, Problem> {
    web.credentials.log_out(&reader.session).await.map_err(Problem::from_store)?;
    Ok(([set_cookie(&web, "")], Redirect::to(if web.demo { "/demo" } else { "/login" })).into_response())
}

fn render(web: &Web, code: Option<String>, failed: bool) -> Response {
    html(&Page { frame: Frame::open(web, "", "Sign in"), code, failed })
}
