//! HTTP: the REST API, health, metrics and forward-auth; one file per endpoint.

mod api;
#[cfg(feature = "forward-auth")]
pub mod authz;
mod body;
pub mod cookie;
mod demo_advance;
mod dto;
mod health;
pub mod json_guard;
mod key;
mod layers;
mod local_path;
mod metrics;
mod name;
mod openapi;
mod params;
mod problem;
mod refusal;
mod who;

pub use body::Body;
#[cfg(feature = "webhook")]
pub(crate) use dto::{RequestItem, length};
pub use layers::nothing_here;
pub use local_path::local_path;
pub use problem::Problem;
pub(crate) use refusal::status;
pub use who::{Who, same_origin};

use crate::{
    audit::health::TrailHealth, console::Streams, credentials::Credentials, lifecycle::BotHealth, metrics::Metrics,
    outbox::Outbox, service::Service,
};
use axum::{Router, extract::DefaultBodyLimit, middleware};

/// The largest body that is read, in bytes. Chat payloads and drafts are far smaller (THREATS D06).
pub const BODY_LIMIT: usize = 256 * 1024;

/// What handlers share. Clones share it.
#[derive(Clone)]
pub struct Web {
    /// The engine.
    pub service: Service,
    /// Tokens, sessions, links.
    pub credentials: Credentials,
    /// What Prometheus reads.
    pub metrics: Metrics,
    /// How the bots are doing.
    pub bots: BotHealth,
    /// For test messages.
    pub outbox: Outbox,
    /// Demo mode: the switcher, `/demo/advance`, demo tokens.
    pub demo: bool,
    /// The name to print and sign with in checkpoints.
    pub origin: String,
    /// Whether the audit trail can be vouched for.
    pub trail: TrailHealth,
    /// The console's live pages.
    pub streams: Streams,
}

impl Web {
    /// Do people reach the console over https?
    pub fn is_https(&self) -> bool {
        self.service.public_url.starts_with("https://")
    }
}

/// The API and `pages`, without the layers, for callers that add routes of their own first.
pub fn bare(web: Web, pages: Router<Web>) -> Router {
    let (documented, document) = openapi::routes().split_for_parts();
    Router::new()
        .merge(documented)
        .merge(openapi::served(document))
        .merge(pages)
        .fallback(crate::console::nothing_here)
        .method_not_allowed_fallback(layers::wrong_method)
        .with_state(web)
}

/// Puts the layers around routes: from the outside in, panics, metrics, security headers, time, size.
pub fn guarded(routes: Router, web: Web) -> Router {
    routes
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(layers::in_time))
        .layer(middleware::from_fn(layers::headers))
        .layer(middleware::from_fn_with_state(web, layers::counted))
        .layer(layers::no_panic())
}
