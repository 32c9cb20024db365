//! Which handlers there are, and the OpenAPI document that is generated from them.

use super::{Problem, Web, api, demo_advance, health, metrics};
use axum::{Json, Router, routing::get};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

const ABOUT: &str = "Approval server for time-bound privileged access.

Moments are RFC 3339 in UTC. Durations are written `4h`, `90m`, `1h 30m`, `2d`. Ids are strings; wherever an id is taken, \
the short id is too. Every error is `application/problem+json` (RFC 9457) with a stable `code`. Every `POST` that changes \
something takes an `Idempotency-Key`. Lists answer `next_cursor`; send it as `cursor` to go on.";

/// The frame of the document; paths and schemas come from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(title = "Countersign", description = ABOUT, license(name = "Apache-2.0", identifier = "Apache-2.0")),
    components(schemas(Problem)),
    security(("token" = []), ("session" = [])),
    modifiers(&Schemes),
    tags(
        (name = "requests", description = "Asking, voting, taking back."),
        (name = "grants", description = "Access that exists, is about to, or has been."),
        (name = "catalog", description = "What one could ask for, and what would happen."),
        (name = "audit", description = "The tamper-evident trail."),
        (name = "operations", description = "Health and metrics."),
        (name = "demo", description = "In demo mode only."),
    )
)]
struct Frame;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut Document) {
        let mut token = Http::new(HttpAuthScheme::Bearer);
        let about =
            "A personal API token, from `countersign token create --for PERSON`. In demo mode also `demo:PERSON`.";
        token.description = Some(about.to_owned());
        let about = "The console's session. Calls that change something must come from the console's own pages.";
        let session = ApiKey::Cookie(ApiKeyValue::with_description(super::cookie::SESSION.name(false), about));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        components.add_security_scheme("session", SecurityScheme::ApiKey(session));
    }
}

/// Every documented route.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::with_openapi(Frame::openapi())
        .routes(routes!(api::requests_list::handler, api::requests_open::handler))
        .routes(routes!(api::request_show::handler))
        .routes(routes!(api::request_votes::handler))
        .routes(routes!(api::request_cancel::handler))
        .routes(routes!(api::grants_list::handler))
        .routes(routes!(api::grant_show::handler))
        .routes(routes!(api::grant_start::handler))
        .routes(routes!(api::grant_end::handler))
        .routes(routes!(api::grant_revoke::handler))
        .routes(routes!(api::grant_waive::handler))
        .routes(routes!(api::grant_secret::handler))
        .routes(routes!(api::catalog::handler))
        .routes(routes!(api::explain::handler))
        .routes(routes!(api::audit::handler))
        .routes(routes!(api::audit_checkpoint::handler))
        .routes(routes!(api::deliveries_test::handler))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(metrics::handler))
        .routes(routes!(demo_advance::handler))
}

/// `GET /openapi.json`
pub fn served(document: Document) -> Router<Web> {
    Router::new().route("/openapi.json", get(move || async move { Json(document) }))
}
