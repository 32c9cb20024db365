//! The console: server-rendered pages that work without JavaScript, and that update themselves with it.
//!
//! One file per page. What a page says is worked out in [`show`]; every `POST` goes through [`form`], which checks where
//! it came from (THREATS E01) before a handler sees it.

mod account;
mod act;
mod ask;
mod assets;
mod confirm;
mod deliveries;
mod demo;
mod error;
mod form;
mod home;
mod list;
mod live;
mod login;
mod next;
mod notifications;
mod nowhere;
mod page;
mod policy;
mod request;
mod security;
mod session;
mod show;
mod tokens;
mod trail;
mod webhooks;

pub use live::Streams;
pub use nowhere::nothing_here;
pub use security::headers;

use crate::http::Web;
use axum::{
    Router,
    middleware::from_fn,
    routing::{get, post},
};

/// Every page and form of the console. The demo's answer in demo mode only.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(home::page))
        .route("/requests", get(list::page).post(ask::submit))
        .route("/requests/new", get(ask::page))
        .route("/requests/{id}", get(request::page))
        .route("/requests/{id}/{verb}", post(act::act))
        .route("/requests/{id}/confirm/{verb}", get(confirm::page).post(confirm::confirm))
        .route("/audit", get(trail::page))
        .route("/deliveries", get(deliveries::page))
        .route("/deliveries/test", post(deliveries::test))
        .route("/policy", get(policy::page))
        .route("/webhooks", get(webhooks::page))
        .route("/webhooks/resend", post(webhooks::resend))
        .route("/webhooks/enable", post(webhooks::enable))
        .route("/account", get(account::page))
        .route("/account/link", get(account::asked).post(account::asked_by_form))
        .route("/account/link/confirm", post(account::link))
        .route("/account/unlink", post(account::unlink))
        .route("/account/notifications", post(notifications::set))
        .route("/account/tokens", post(tokens::create))
        .route("/account/tokens/revoke", post(tokens::revoke))
        .route("/login", get(login::help))
        .route("/login/{code}", get(login::page).post(login::sign_in))
        .route("/logout", post(login::sign_out))
        .route("/events", get(live::events))
        .route("/assets/{name}", get(assets::serve))
        .merge(demo::routes())
        .layer(from_fn(security::headers))
}

/// Every route that takes a `POST`, with a path that reaches it, for the matrix of THREATS E01.
pub const POSTS: &[&str] = &[
    "/requests",
    "/requests/req-0000/approve",
    "/requests/req-0000/secret",
    "/requests/req-0000/confirm/approve",
    "/webhooks/resend",
    "/webhooks/enable",
    "/account/link",
    "/account/link/confirm",
    "/account/unlink",
    "/account/notifications",
    "/account/tokens",
    "/account/tokens/revoke",
    "/deliveries/test",
    "/login/nothing",
    "/logout",
    "/demo/become",
    "/demo/say",
    "/demo/press",
    "/demo/clock",
    "/demo/clear",
];
