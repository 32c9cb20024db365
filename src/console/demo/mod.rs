//! The demo: on one page be anybody, ask in a chat, approve, and watch a closed page open and close again.
//!
//! In demo mode only; everywhere else these addresses do not exist.

mod bubble;
mod chat;
mod clock;
mod grafana;
mod page;
mod press;
mod say;
mod tour;

use super::{error::Problem, form::Open, session::set_cookie};
use crate::http::{Web, local_path};
use axum::{
    Extension, Router,
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use countersign_engine::id::PersonId;
use serde::Deserialize;
use std::sync::Arc;

/// The demo's pages and forms, around one chat.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/demo", get(page::page))
        .route("/demo/become", post(become_somebody))
        .route("/demo/say", post(say::say))
        .route("/demo/press", post(press::press))
        .route("/demo/clock", post(clock::forward))
        .route("/demo/clear", post(say::clear))
        .route("/demo/grafana", get(grafana::page))
        .layer(Extension(Arc::new(chat::Chat::default())))
}

/// Proof that this is a demo; elsewhere there is nothing here.
pub struct InDemo;

impl FromRequestParts<Web> for InDemo {
    type Rejection = Problem;
    async fn from_request_parts(_: &mut Parts, web: &Web) -> Result<Self, Problem> {
        if web.demo { Ok(Self) } else { Err(Problem::not_found("page")) }
    }
}

/// Whom to be, and where to go on.
#[derive(Deserialize)]
struct Whom {
    person: String,
    back: Option<String>,
}

/// `POST /demo/become`: the switcher. Anybody can be anybody: that is what a demo is.
async fn become_somebody(State(web): State<Web>, _: InDemo, Open(whom): Open<Whom>) -> Result<Response, Problem> {
    let cookie = switch(&web, &whom.person).await?;
    Ok(([cookie], Redirect::to(local_path(whom.back.as_deref()).unwrap_or("/demo"))).into_response())
}

type Cookie = (axum::http::HeaderName, axum::http::HeaderValue);

async fn switch(web: &Web, person: &str) -> Result<Cookie, Problem> {
    let person = PersonId::new(person);
    if web.service.policy.get().directory.active(&person).is_none() {
        return Err(Problem::not_found("person"));
    }
    let session = web.credentials.new_session(&person).await.map_err(Problem::from_store)?;
    Ok(set_cookie(web, &session))
}
